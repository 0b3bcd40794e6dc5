/* mask.h: a citizen's question as others may read it: without who asks (MIC-3.4, BCA-5.10). Pure and
 * total. */
#ifndef DESK_MASK_H
#define DESK_MASK_H

#include "house/profile.h"

#define MASK_SHOWN "***" /* stands where something was left out */

/* The text without the asker's name (as `name` writes it, whatever marks and case, in any order of its
 * words, and where he introduces himself), his home, and anybody's addresses of mail, telephone and
 * identity numbers. The rest is kept as it is. Owned by mem. */
char *mask_asker(const void *mem, const char *text, const char *name, const struct profile *profile);

#endif
