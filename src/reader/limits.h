/* limits.h: the one pass over the raw bytes that comes before GMime: hashes, the header block, and the
 * bounds of RELIABILITY 4.2. A letter over a bound is never given to GMime (one 80 KB From line is enough
 * to crash it); its headers are still read by our own splitter. */
#ifndef READER_LIMITS_H
#define READER_LIMITS_H

#include "base/hash.h"
#include "base/str.h"
#include "mail/headers.h"

#define LIMIT_LETTER    (50u << 20)  /* bytes, "limit-size" */
#define LIMIT_HEADERS   (128u << 10) /* bytes of one header block, "limit-headers" */
#define LIMIT_FIELD     (32u << 10)  /* bytes of one field, "limit-field" */
#define LIMIT_FIELDS    1000u        /* in one header block, "limit-fields" */
#define LIMIT_ADDRESSES 200u         /* in one field, "limit-addresses" (noted, not stopped) */
#define LIMIT_GROUPS    200u         /* colons in one address field, "limit-groups" */
#define LIMIT_RECEIVED  50u          /* "limit-received" (noted, not stopped) */
#define LIMIT_DEPTH     20u          /* multiparts and messages inside each other, "limit-depth" */
#define LIMIT_PARTS     500u         /* "limit-parts" */
#define LIMIT_BOUNDARY  70u          /* characters, RFC 2046 5.1.1, "limit-boundary" */
#define LIMIT_LINE      (1u << 20)   /* bytes, "limit-line" */

/* A message/rfc822 part's bytes in the raw letter. */
struct limits_span {
    size_t from, until;
};

struct limits_report {
    size_t bytes; /* of the letter */
    char sha256[HASH_HEX];
    char sameness[HASH_HEX];
    struct str head; /* the header block with its empty line; cut at LIMIT_HEADERS */
    struct headers_field *fields;
    size_t n_fields;
    size_t body_at; /* offset of the body */
    bool stopped;   /* a bound was crossed: no GMime */
    struct str_list defects;
    struct limits_span *messages; /* embedded messages, in order of appearance */
    size_t n_messages;
};

/* Reads the descriptor from its current offset to its end. False: reading itself failed (errno). */
bool limits_scan(const void *mem, int fd, struct limits_report *ret);

/* The same for a letter in memory. */
void limits_scan_bytes(const void *mem, const char *bytes, size_t n, struct limits_report *ret);

#endif
