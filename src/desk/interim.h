/* interim.h: the notice of progress to somebody who asked: it says by when he will have his answer, and
 * that date is the second term (LS-9.7). Pure and total. */
#ifndef DESK_INTERIM_H
#define DESK_INTERIM_H

#include "desk/notify.h"

struct interim_wish {
    int64_t until;      /* the last second of the day that is promised */
    const char *to;     /* an address that a person knows to be the asker's; "": the one he wrote from */
    const char *reason; /* "" */
};

/* Ends the terms that an interim notice ends, begins "promised" where the rules have it, and writes to the
 * asker (template "interim", may be answered). Refused by plan: no term of the case knows such a notice;
 * his address was not proved and nobody named another, or the one that was is ours; the day has passed or
 * is more than a year off. A second notice takes the place of the first. */
struct plan *interim_give(const void *mem, const struct submission *s, const struct interim_wish *wish,
                          const struct actor *actor, const struct notify_rules *rules, int64_t now);

#endif
