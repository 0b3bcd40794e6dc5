/* rar.h: what libarchive does not say of a rar. */
#ifndef READER_RAR_H
#define READER_RAR_H

#include "base/str.h"

/* Why the files in it cannot be read as they are: "encrypted", "archive-part" (a volume of several), or
 * NULL. Looks at block headers only, which lie one behind the other: no more steps than bytes. Total. */
const char *rar_trouble(const void *bytes, size_t n);

#endif
