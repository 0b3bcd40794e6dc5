/* tree.h: the one block grammar of conf/ and rules/.
 *
 *   file   = { entry }
 *   entry  = word { word } ( newline | ";" | "{" { entry } "}" )
 *   word   = bare | '"' text '"'        inside quotes: \" \\ only; a quote closes on the same line
 *   bare   = characters other than blank ; { } " #
 *   # to the end of the line is a comment. UTF-8; a BOM is allowed; CRLF is allowed.
 *
 * The parser goes on after an error, so that an editor sees all of them at once. A message is a key of the
 * catalogue (problem.KEY) with a subject and a hint, because no Vietnamese stands in C. */
#ifndef HOUSE_TREE_H
#define HOUSE_TREE_H

#include "base/str.h"

struct tree_word {
    const char *text; /* NFC */
    int column;       /* 1-based, in characters */
    bool quoted;
};

struct tree_node {
    struct tree_word *words; /* words[0] is the keyword */
    size_t n_words;
    struct tree_node *children;
    size_t n_children;
    bool block; /* written with { } */
    const char *file;
    int line; /* 1-based */
};

struct problem {
    const char *file;
    int line, column;
    const char *key;     /* catalogue key without "problem.": "unknown-word" "missing" "not-a-number" ... */
    const char *subject; /* the words concerned, or "" */
    const char *hint;    /* the nearest known word, what was expected, or "" */
};

struct problems {
    struct problem *v;
    size_t n;
};

void problem_add(const void *mem, struct problems *list, const char *file, int line, int column,
                 const char *key, const char *subject, const char *hint);
void problem_at(const void *mem, struct problems *list, const struct tree_node *node, size_t word,
                const char *key, const char *hint); /* subject: the word itself */

/* By file, line, column: the order in which an editor mends them. */
void problems_sort(struct problems *list);

/* Parses one file; entries end up as children of the returned root (whose words are empty). Total: problems
 * are added to the list and what could be read is returned. `file` is the name shown. */
struct tree_node *tree_parse(const void *mem, const char *file, const char *bytes, size_t n,
                             struct problems *problems);

/* The candidate nearest to `word` (edit distance <= 3 and under half its length), or "". */
const char *tree_nearest(const char *word, const char *const *candidates, size_t n);

const char *tree_word(const struct tree_node *node, size_t i); /* NULL past the end */

#endif
