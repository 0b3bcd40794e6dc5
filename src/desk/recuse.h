/* recuse.h: whether a complaint or denunciation accuses those who would receive it. Pure and total. */
#ifndef DESK_RECUSE_H
#define DESK_RECUSE_H

#include "house/directory.h"
#include "house/profile.h"
#include "mail/letter.h"

/* The name in the letter of the unit, or of one of its registered people, that speaks against its receiving
 * the letter; NULL when nothing does. `directory` may be NULL. Owned by mem. */
const char *recuse_named(const void *mem, const struct letter *letter, const struct profile *profile,
                         const struct office_unit *unit, const struct directory *directory);

#endif
