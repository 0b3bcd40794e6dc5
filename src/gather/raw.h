/* raw.h: the header fields of a raw letter as DKIM needs them: bytes untouched but for line ends, which
 * become CR LF (files and Maildirs hold LF alone). */
#ifndef GATHER_RAW_H
#define GATHER_RAW_H

#include "base/str.h"

struct raw_field {
    const char *name; /* as written, without blanks before the colon */
    const char *line; /* the whole field with CR LF inside folds, none at its end */
    size_t n;
    const char *value; /* in line, after the colon; NUL-ended there when the letter has no NUL */
};

struct raw {
    struct raw_field *fields;
    size_t n_fields;
    const char *body; /* in the letter, line ends as they came */
    size_t n_body;
    bool too_large;          /* the header is larger than any honest one: no field is given */
    const char *from_domain; /* of the one From with one plain mailbox, lower case; else "" */
    const char *from;        /* that address, "" */
};

#define RAW_HEADER_MAX (1 << 20) /* bytes */
#define RAW_FIELDS_MAX 2000

/* Lines that are no fields (an mbox "From " line, garbage) are passed over. */
struct raw *raw_split(const void *mem, const char *bytes, size_t n);

/* n bytes with every bare LF as CR LF; *ret_n the new length. */
char *raw_crlf(const void *mem, const char *bytes, size_t n, size_t *ret_n);

#endif
