/* headers.h: our own splitter and decoder of RFC 5322 header blocks.
 *
 * Hand-written because GMime 3.2.13 cuts a value after a padded base64 word (#133) and drops bytes that do
 * not fit a charset. RFC 2047 words of one charset that follow each other are joined as bytes before
 * conversion, so that a character split between two words survives. RFC 2231 continuations for parameters.
 *
 * Charset conversion needs iconv, which is not pure: the reader passes it in. */
#ifndef MAIL_HEADERS_H
#define MAIL_HEADERS_H

#include "base/str.h"

/* Converts n bytes labelled `charset` ("" = unknown) to NFC UTF-8 owned by mem. Never fails: what does not
 * fit becomes U+FFFD and *ret_lossy is set. */
typedef char *(*headers_convert)(const void *mem, const char *charset, const char *bytes, size_t n,
                                 bool *ret_lossy);

struct headers_field {
    const char *name; /* owned by mem, ASCII; "" when the line is no field */
    const char *raw;  /* points into the block, after the colon (at the line when there is no name) */
    size_t raw_n;     /* up to, not including, the line end of the field's last line */
};

/* Splits the header block at the start of a raw letter into fields. *ret_end: offset of the body (after the
 * empty line, or n). Stops at max_fields. Accepts CRLF, LF and bare CR line ends. */
size_t headers_split(const void *mem, const char *raw, size_t n, size_t max_fields,
                     struct headers_field **ret, size_t *ret_end);

/* Decodes an unstructured value: unfolds, decodes words, converts raw 8-bit bytes. */
char *headers_decode(const void *mem, const char *raw, size_t n, headers_convert convert, bool *ret_lossy);

/* A parameter of a structured value (Content-Type, Content-Disposition): RFC 2231 (continuations, charset),
 * RFC 2047 inside quotes, raw 8-bit. NULL when it is not there. `filename*` beats `filename`. */
char *headers_param(const void *mem, const char *raw, size_t n, const char *param, headers_convert convert,
                    bool *ret_lossy);

#endif
