/* transfer.h: base64 and "Q" as mail uses them. Hand-written because GMime 3.2.13 stops at padding in the
 * middle of base64 data and so drops what follows without a word (upstream #133). */
#ifndef MAIL_TRANSFER_H
#define MAIL_TRANSFER_H

#include "base/str.h"

/* A base64 decoder that goes on after padding and passes over bytes outside the alphabet. Zero it first. */
struct transfer_base64 {
    uint32_t bits;
    unsigned chars; /* 0..3 characters of an unfinished group of four */
    bool odd;       /* something was not base64, or the data ended inside a byte */
};

/* Decodes n characters; `out` has room for at least n bytes + 3. Returns the bytes written. */
size_t transfer_base64_add(struct transfer_base64 *b, const char *in, size_t n, char *out);
/* The bytes of an unfinished last group (0..2). */
size_t transfer_base64_end(struct transfer_base64 *b, char *out);

/* Appends the bytes of one RFC 2047 encoded text. */
void transfer_add_b(struct str *out, const char *text, size_t n);
void transfer_add_q(struct str *out, const char *text, size_t n);
/* RFC 2231: %XX. */
void transfer_add_percent(struct str *out, const char *text, size_t n);

#endif
