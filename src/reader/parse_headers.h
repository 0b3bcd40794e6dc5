/* parse_headers.h: the header block of a letter. For parse.c. */
#ifndef READER_PARSE_HEADERS_H
#define READER_PARSE_HEADERS_H

#include "mail/letter.h"
#include "reader/limits.h"

/* Fills l->headers, owned by l. Adds "charset", "unicode" (a value was converted from a legacy code),
 * "header-broken", "no-headers". */
void parse_headers(struct letter *l, const struct limits_report *r);

#endif
