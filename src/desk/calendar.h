/* calendar.h: the working calendar of one institution (DOMAIN 4). Pure. A day works when it is a weekday
 * and not marked off, or marked as worked (a make-up Saturday); it then has the office hours in force, or
 * its own. Days are those of timing.h. */
#ifndef DESK_CALENDAR_H
#define DESK_CALENDAR_H

#include "house/timing.h"

/* Days outside are not computed with: years 1900 to 9998. */
#define CALENDAR_FIRST (-25567)
#define CALENDAR_LAST  2932531

int32_t calendar_day_of(int64_t t); /* the civil day at +07 of an instant; DAY_NONE outside the above */
int64_t calendar_day_start(int32_t day); /* its midnight, in seconds UTC */
int calendar_weekday(int32_t day);       /* 1 Monday .. 7 Sunday */
int calendar_year_of(int32_t day);
bool calendar_works(const struct calendar_rules *c, int32_t day);
/* Why a day does not work (or works on a Saturday, or for part of it): its mark, or NULL for an ordinary
 * weekday or weekend. */
const struct marked_day *calendar_mark(const struct calendar_rules *c, int32_t day);
/* The hours of a day if it works: its own, or those in force; never empty for a loaded profile. */
const struct office_spans *calendar_hours(const struct calendar_rules *c, int32_t day);
/* Whether people are at work at that instant (RP-4). */
bool calendar_open(const struct calendar_rules *c, int64_t t);
/* Whether the year's list is in the rules and confirmed; a deadline that reaches into another one is
 * provisional. */
bool calendar_confirmed(const struct calendar_rules *c, int year);
/* Years that deadlines need now and that are not confirmed: that of `today`, and from 1 November on the
 * next one too. Writes up to 2 into ret, ascending; returns how many. */
size_t calendar_unconfirmed(const struct calendar_rules *c, int32_t today, int ret[2]);

/* Vietnamese lunisolar calendar (Ho Ngoc Duc's method at +07; not the Chinese one: 2007 and 2030 differ).
 * Month 1-12, day 1-30; `leap` the leap month of that number; the year is that in which the lunar year
 * begins, 1800-2199. False when the date does not exist. */
bool lunar_to_day(int year, int month, int day, bool leap, int32_t *ret_day);

struct lunar_date {
    int year, month, day;
    bool leap;
};
/* The lunar date of a day; false outside the years above. */
bool lunar_of_day(int32_t day, struct lunar_date *ret);

/* A day that the labour code makes a day off (111-112), for a year nobody announced yet. */
struct proposed_day {
    int32_t day;
    const char *holiday; /* catalogue key "holiday.WORD": new-year tet hung-kings victory labour national */
    bool moved;          /* in place of one that falls on a weekend */
};
/* What the rules alone give for a year: fixed days and those of the lunar calendar, each moved past
 * weekends. Tet as five days from the last of the old year; the second day of the national holiday is the
 * day after it, or before it when that spares a weekend. Returns the number written, ascending, at most
 * 16. */
size_t calendar_propose(int year, struct proposed_day ret[16]);

#endif
