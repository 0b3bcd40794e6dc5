/* text.h: small byte questions that several sources ask. */
#ifndef SOURCE_TEXT_H
#define SOURCE_TEXT_H

#include "base/mem.h"

/* A file name or path as a receipt key: valid UTF-8 stays, other and control bytes and "%" become %XX, so
 * that two names never make one key. */
char *text_key(const void *mem, const char *s, size_t n);

/* Bytes of the header within s[0, n): through the first empty line; n when there is none. An empty line cut
 * in two by the end of a buffer is missed, which only makes the header longer. */
size_t text_header_end(const char *s, size_t n);

#endif
