/* duty.h: when a periodic duty is due (weekly documents, quarterly reports, 05/5 and 05/11). Pure. */
#ifndef DESK_DUTY_H
#define DESK_DUTY_H

#include "desk/calendar.h"

/* One period of a duty, seconds UTC: [from, until), and the last second at which it is still in time. */
struct duty_period {
    int64_t from, until, due;
};

/* The period that `t` lies in; for DUTY_WORKING_DAY the next working day when t's is none, for dates the
 * time since the last one. False outside CALENDAR_FIRST..CALENDAR_LAST. */
bool duty_period(const struct duty *d, const struct calendar_rules *c, int64_t t, struct duty_period *ret);

#endif
