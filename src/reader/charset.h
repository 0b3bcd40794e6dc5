/* charset.h: bytes of any declared or undeclared charset become NFC UTF-8. Nothing is ever dropped: what
 * fits no charset becomes U+FFFD and is reported. */
#ifndef READER_CHARSET_H
#define READER_CHARSET_H

#include "base/str.h"

/* Loads every charset once, before the process is locked: glibc reads its tables from files when a charset
 * is first used, and in a locked process that is death (LIBRARIES 0.3, pitfall 7). Idempotent. */
void charset_prewarm(void);

/* From here on iconv_open() fails in this process, whoever calls it: GMime and libxml2 would otherwise open
 * files for a charset that a letter names. Our own conversions go on with what was prewarmed. */
void charset_lock(void);

/* The ladder: valid UTF-8 with high bytes wins over any label; then legacy Vietnamese that a label which
 * says nothing (none, ascii, latin-1, a wrong utf-8) hides; then the label; then uchardet; then
 * windows-1258. *ret_by: "utf8" "legacy" "label" "detected" "fallback" (static). *ret_lossy: U+FFFD was put
 * in. */
char *charset_decode(const void *mem, const char *label, const char *bytes, size_t n, const char **ret_by,
                     bool *ret_lossy);

/* The same as a headers_convert; text that is legacy Vietnamese in spite of its charset is repaired too. */
char *charset_convert(const void *mem, const char *label, const char *bytes, size_t n, bool *ret_lossy);

/* The same without a look at legacy codes: what differs from charset_convert() was converted from one. */
char *charset_as_named(const void *mem, const char *label, const char *bytes, size_t n, bool *ret_lossy);

#endif
