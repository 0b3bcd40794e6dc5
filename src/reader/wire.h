/* wire.h: a letter as bytes between the reader child and its parent. Length-prefixed fields, every length
 * checked against what is there and against the limits below: the child is not trusted. */
#ifndef READER_WIRE_H
#define READER_WIRE_H

#include "mail/letter.h"

#define WIRE_MAX_BYTES   (64u << 20) /* a whole letter on the wire */
#define WIRE_MAX_HEADERS 2000u
#define WIRE_MAX_TEXTS   1000u
#define WIRE_MAX_FILES   1000u

/* Appends the encoded letter (without derived fields) to out. */
void wire_encode(struct str *out, const struct letter *letter);

/* Decodes; strings are checked to be valid UTF-8 (raw header values excepted); derived fields are filled by
 * letter_derive(). NULL when the bytes are not a letter. */
struct letter *wire_decode(const void *mem, const char *bytes, size_t n);

#endif
