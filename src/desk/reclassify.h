/* reclassify.h: a person says what a case is. Pure. */
#ifndef DESK_RECLASSIFY_H
#define DESK_RECLASSIFY_H

#include "desk/step.h"

/* Fills the plan: kind, track and rights, holds, clocks; or refuses it. The caller has seen to it that the
 * actor may see the case. */
struct plan *reclassify(struct plan *p, const struct submission *s, const struct event *ev,
                        const struct actor *actor, const struct profile *profile);

#endif
