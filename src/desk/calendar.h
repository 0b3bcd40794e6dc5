/* calendar.h: the working calendar of one institution (DOMAIN 4). Pure. A day works when it is a weekday
 * and not marked off, or marked as worked (a make-up Saturday); it then has the office hours in force. */
#ifndef DESK_CALENDAR_H
#define DESK_CALENDAR_H

#include "house/timing.h"

int32_t calendar_day_of(int64_t t);      /* the civil day at +07 of an instant */
int64_t calendar_day_start(int32_t day); /* its midnight */
bool calendar_works(const struct calendar_rules *c, int32_t day);
/* Why a day does not work (or works on a Saturday): its mark, or NULL for an ordinary weekday or weekend.
 */
const struct marked_day *calendar_mark(const struct calendar_rules *c, int32_t day);
/* The hours in force on a day; never NULL for a loaded profile. */
const struct office_hours *calendar_hours(const struct calendar_rules *c, int32_t day);
/* Whether the year's list is in the rules and confirmed; a deadline that reaches into another one is
 * provisional. */
bool calendar_confirmed(const struct calendar_rules *c, int year);

/* Vietnamese lunisolar calendar (Ho Ngoc Duc's method at +07; not the Chinese one: 2007 and 2030 differ).
 * Month 1-12, day 1-30; `leap` the leap month of that number. False when the date does not exist. */
bool lunar_to_day(int year, int month, int day, bool leap, int32_t *ret_day);

#endif
