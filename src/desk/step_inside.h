/* step_inside.h: what step.c and step_free.c share with nobody else. */
#ifndef DESK_STEP_INSIDE_H
#define DESK_STEP_INSIDE_H

#include "desk/step.h"

/* Events that need no track, since they do not move the case. NULL when it is none of them. */
struct stepping {
    struct plan *p;
    const struct submission *s;
    const struct event *ev;
    const struct actor *actor;
    const struct profile *profile;
};
struct free_event {
    const char *name;
    struct plan *(*take)(const struct stepping *x);
};
const struct free_event *step_free(const char *name);

/* topic.c: the case speaks of an issue, or of none; the other texts on it were looked at (BCA-5.9). */
struct plan *topic_join(const struct stepping *x);
struct plan *topic_seen(const struct stepping *x);

#endif
