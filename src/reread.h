/* reread.h: STORY 1, once more: a letter that nobody could read when it came, because its reader died or
 * was late, is read again, and its case becomes what it would have been. */
#ifndef REREAD_H
#define REREAD_H

#include "open.h"

/* The case keeps its reference, receipt and history. ERR_NO when it is not held as unreadable, when
 * somebody has worked on it already, and when the letter is still not read whole. */
bool reread_case(struct house *house, const void *mem, const char *ref, const struct actor *actor,
                 struct submission **ret, struct err *err);

#endif
