/* deadline.h: the arithmetic of the time rules (DOMAIN 4.1). Pure and total: rule, start, calendar, pauses
 * give an instant and its proof. */
#ifndef DESK_DEADLINE_H
#define DESK_DEADLINE_H

#include "desk/calendar.h"
#include "house/profile.h"

/* Time that does not count: the case was with its sender (returned). [from, until) in seconds UTC; until
 * WHEN_NONE: still. */
struct pause {
    int64_t from, until;
    const char *cause; /* event word */
};

/* One line of the proof: a day, or a span of office time, that was counted or skipped. */
struct proof_step {
    int64_t from, until; /* seconds UTC */
    bool counted;
    int64_t amount;    /* minutes, or days, that this step adds */
    const char *cause; /* catalogue key proof.CAUSE: "office" "lunch" "closed" "weekend" "holiday" "make-up"
                          "day-zero" "paused" "clock" ... */
    const char *name, *source; /* of a marked day; "" */
};

struct deadline {
    const struct time_rule *rule;
    int64_t start, due; /* due: the last second at which it is still in time; WHEN_NONE while paused */
    bool provisional;   /* counts through a year that is not confirmed */
    struct proof_step *steps;
    size_t n_steps;
};

/* Owned by mem. `start` must not be WHEN_NONE. */
struct deadline *deadline_compute(const void *mem, const struct time_rule *rule, int64_t start,
                                  const struct calendar_rules *calendar, const struct pause *pauses,
                                  size_t n_pauses);

#endif
