/* deadline.h: the arithmetic of the time rules (DOMAIN 4.1). Pure and total: rule, start, calendar, pauses
 * give an instant and its proof. */
#ifndef DESK_DEADLINE_H
#define DESK_DEADLINE_H

#include "desk/calendar.h"
#include "house/profile.h"

/* Time that does not count: the case was with its sender (returned). [from, until) in seconds UTC; until
 * WHEN_NONE: still. A day of which any part is paused does not count as a day. */
struct pause {
    int64_t from, until;
    const char *cause; /* event word */
};

/* One line of the proof: a day, or a span of time, that was counted or skipped. Together they cover the
 * time between start and due without gap; their amounts add up to the rule's length. */
struct proof_step {
    int64_t from, until; /* seconds UTC; from < until also when counted backwards */
    bool counted;
    int64_t amount;    /* minutes, days, or months that this step adds; 0 when skipped */
    const char *cause; /* catalogue key proof.CAUSE: "office" "lunch" "closed" "weekend" "holiday" "make-up"
                          "part-day" "day-zero" "paused" "clock" "day" "month" "moved" "at-instant" */
    const char *name, *source; /* of a marked day; "" */
    bool provisional;          /* the mark is */
};

struct deadline {
    const struct time_rule *rule;
    int64_t start, due; /* due: the last second at which it is still in time; WHEN_NONE while paused, or
                           beyond CALENDAR_LAST */
    bool provisional;   /* counts through a year, a day or office hours that are not confirmed */
    struct proof_step *steps;
    size_t n_steps;
};

/* Owned by mem. `start` must not be WHEN_NONE. Seconds of the start are dropped: clocks run from its
 * minute. Pauses may come in any order; they are ignored when counting backwards. Time is bounded by the
 * limits of timing.h: below a millisecond. */
struct deadline *deadline_compute(const void *mem, const struct time_rule *rule, int64_t start,
                                  const struct calendar_rules *calendar, const struct pause *pauses,
                                  size_t n_pauses);

#endif
