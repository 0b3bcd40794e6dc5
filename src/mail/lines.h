/* lines.h: the lines of a body with their quote marks taken off, and the shapes that programs of any
 * language give to the lines around a quote. For thread*.c only. */
#ifndef MAIL_LINES_H
#define MAIL_LINES_H

#include "mail/thread.h"

enum {
    LINES_MAX = 60000, /* lines looked at; what follows belongs to the last of them */
    LINE_LOOK = 400    /* bytes of a line that are looked at where words are compared */
};

struct line {
    const char *s;  /* without leading quote marks and blanks */
    size_t n;       /* without trailing blanks; 0: an empty line */
    size_t depth;   /* how many '>' stood before it */
    size_t at, end; /* offsets in the text: begin, and begin of the next line */
};

struct lines {
    struct line *v;
    size_t n;
};

/* A line of copied headers, by its label. */
enum label { LABEL_NONE, LABEL_FROM = 1, LABEL_SENT = 2, LABEL_SUBJECT = 4, LABEL_OTHER = 8 };

/* A block of copied headers. */
struct head {
    size_t begin, end; /* lines */
    enum label first;
    unsigned seen;                   /* bits of enum label */
    size_t labels;                   /* how many */
    struct line from, sent, subject; /* s, n: the values; s NULL when there is none */
    bool address, clock;             /* somewhere in it stands an address, a date with a time */
};

struct lines lines_split(const void *mem, const char *text, size_t n);

/* The first line at or after i that is not empty; lines->n when there is none. */
size_t lines_next(const struct lines *lines, size_t i);

bool line_has_address(const char *s, size_t n);
bool line_has_clock(const char *s, size_t n); /* 8:40 */
bool line_has_year(const char *s, size_t n);  /* four digits */

/* "----- words -----" or a bare drawn line; *ret_from, *ret_n: the words in it. */
bool line_drawn(const struct line *l, size_t *ret_from, size_t *ret_n);

/* The line ends in a colon, also a wide one or one followed by dashes: bytes before it; else 0. */
size_t line_colon(const struct line *l);

/* Whether line i has the sender's label. */
bool head_begins(const struct lines *lines, size_t i, const struct thread_words *words);

/* Reads the block of copied headers at line i, all at one depth; an empty one when there is none. */
struct head head_read(const struct lines *lines, size_t i, const struct thread_words *words);

/* Whether that is a letter's head without any line that says so: the first label is that of the sender. */
bool head_alone(const struct head *h);

/* Three or more lines that look like headers of any language, the first with an address, one with a date.
 */
bool head_by_shape(const struct lines *lines, size_t i);

/* A line that says that another letter follows. RULER_DRAWN: without words, known by the head below. */
enum ruler { RULER_NONE, RULER_FORWARDED, RULER_ORIGINAL, RULER_DRAWN };
enum ruler ruler_read(const struct lines *lines, size_t i, const struct thread_words *words);

/* Folded words: is `s` one of the list, does it begin or end with one as a whole word. */
bool words_are(const struct str_list *list, const char *s);
bool words_begin(const struct str_list *list, const char *s);
bool words_inside(const struct str_list *list, const char *s);
/* Offset behind the last whole word of the list in `s`; 0: none of them is in it. */
size_t words_behind(const struct str_list *list, const char *s);
/* The folded form of n bytes, without ** and the like at its ends. */
char *words_fold(const void *mem, const char *s, size_t n);

/* Where the signature of lines [from, until) begins; `until` when there is none. */
size_t signature_begin(const struct lines *lines, size_t from, size_t until,
                       const struct thread_words *words);

#endif
