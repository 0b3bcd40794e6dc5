/* sheet_parse.h: style sheets as text become rules. For sheet.c. */
#ifndef READER_SHEET_PARSE_H
#define READER_SHEET_PARSE_H

#include "base/str.h"

#define MAX_RULES 20000u /* selectors with something that can hide or show */
#define BUCKETS   1024u

/* One test of an element. */
struct simple {
    char kind; /* 'e' element, '#' id, '.' class, '[' attribute */
    char op;   /* of an attribute: '=' '~' '^' '$' '*' '|', 0: is there */
    const char *name, *value;
};

struct compound {
    struct simple *v; /* none: every element */
    size_t n;
    char combinator; /* to the one before: ' ' or '>' */
};

/* "name:value;name:value", what is marked important apart. */
struct declared {
    char *normal, *important;
};

struct rule {
    struct compound *parts;
    size_t n_parts;
    char kind; /* of its key, as in simple; '*' for every element */
    const char *key;
    unsigned weight, order;
    bool unsure; /* its selector says more than is known here */
    const struct declared *declared;
    const struct rule *next; /* in its bucket */
};

struct sheet {
    struct rule *buckets[BUCKETS];
    size_t n_rules, work;
    bool over;
};

/* The rules whose key may be this one. */
const struct rule *sheet_bucket(const struct sheet *s, char kind, const char *name, size_t n);

/* The declarations that matter to hiding; comments and escapes are resolved. On s. */
struct declared sheet_declarations(const struct sheet *s, const char *css, size_t n);

#endif
