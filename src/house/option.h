/* option.h: tables of the words that a block may hold: name, type, limits, default, help. One reader drives
 * conf.c and the profile files, so every mistake is found and reported in the same way. */
#ifndef HOUSE_OPTION_H
#define HOUSE_OPTION_H

#include "house/tree.h"

enum option_type {
    OPTION_TEXT,     /* const char *: one word, any text but "" */
    OPTION_TEXT0,    /* const char *: one word, "" too */
    OPTION_NAME,     /* const char *: a-z 0-9 and '-' */
    OPTION_HOST,     /* const char *: host name or address, lower-cased */
    OPTION_ADDRESS,  /* const char *: mail address, or "" for none; the domain lower-cased */
    OPTION_URL,      /* const char *: http:// or https:// */
    OPTION_CITE,     /* const char *: ids of articles, joined by a blank */
    OPTION_NUMBER,   /* int64_t in [min, max] */
    OPTION_SECONDS,  /* int64_t seconds in [min, max]; 90, 90s, 5m, 2h */
    OPTION_BYTES,    /* int64_t bytes in [min, max]; 4096, 64K, 50M, 1G */
    OPTION_YES,      /* bool: yes or no */
    OPTION_CHOICE,   /* int: index into choices */
    OPTION_TEXTS,    /* struct str_list: one or more texts */
    OPTION_HOSTS,    /* struct str_list: one or more host names, lower-cased */
    OPTION_PATTERNS, /* struct str_list: one or more host patterns with '*', lower-cased */
    OPTION_WORDS,    /* read by the caller: one entry, no block */
    OPTION_BLOCK,    /* read by the caller: one entry with { } */
    OPTION_BLOCKS,   /* read by the caller: any number of entries with { } */
    OPTION_PASSWORD  /* refused: a secret has no place in this file; help names the right word */
};

struct option {
    const char *word;
    enum option_type type;
    size_t at;                  /* offset in the structure that is filled */
    int64_t min, max;           /* for numbers */
    const char *const *choices; /* NULL-ended */
    const char *def;            /* default as it would be written; NULL leaves the field zero */
    bool required;
    const char *help; /* one English line, for the manual page */
};

/* Writes the defaults into `base`. Strings without a default become "". */
void option_defaults(const void *mem, const struct option *table, size_t n, void *base);

/* Reads the children of `block` by the table; what is wrong is reported and left at its former value.
 * Returns a bit for each row that was written (table[0] is bit 0; n <= 64). */
uint64_t option_read(const void *mem, const struct tree_node *block, const struct option *table, size_t n,
                     void *base, struct problems *problems);

/* True when the row named `word` was written, by the bits that option_read gave. */
bool option_has(const struct option *table, size_t n, uint64_t written, const char *word);

/* Checks of single words, for callers that read their own entries. Each reports and returns false. */
bool option_word_count(const void *mem, const struct tree_node *node, size_t least, size_t most,
                       struct problems *problems);
bool option_cite(const void *mem, const struct tree_node *node, size_t from, size_t until,
                 struct problems *problems, const char **ret);

/* Reports `unknown-word` with the nearest candidate, or with all of them when they are few. */
void option_unknown(const void *mem, const struct tree_node *node, size_t word, const char *key,
                    const char *const *candidates, size_t n, struct problems *problems);

bool option_name_valid(const char *s); /* a-z 0-9 '-', at most 40, begins with a letter */
bool option_host_valid(const char *s, bool pattern);
bool option_address_valid(const char *s); /* local@domain in ASCII, nothing else */

#endif
