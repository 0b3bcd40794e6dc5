/* remind.h: from when on the owner of a term or a duty is reminded that it will be due (RP-4, RP-6, WF-7).
 * Pure. The letter itself goes out in working time only, once, and not any more when it is late: timers.c.
 */
#ifndef DESK_REMIND_H
#define DESK_REMIND_H

#include "desk/duty.h"
#include "house/profile.h"

/* Seconds UTC; WHEN_NONE: not at all. What the rule says; else when half of the working time between start
 * and due has passed, and of what is counted backwards or has no length on the working day before it is
 * due. What the article wants at once has no reminder. */
int64_t remind_term(const struct time_rule *rule, int64_t start, int64_t due,
                    const struct calendar_rules *calendar);

/* What the duty says; else from the working day before on, and of daily duties not at all. Never before its
 * period begins. */
int64_t remind_duty(const struct duty *d, const struct duty_period *p,
                    const struct calendar_rules *calendar);

#endif
