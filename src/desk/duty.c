/* duty.c: periods of the duties that come round by the calendar. A period ends with its last day at 24:00,
 * or at the time of day that the rule names; "before 05/5" ends with the day before (DN-12: on 04/5 at
 * 23:59 it is in time, on 05/5 it is late). Weeks are those of ISO 8601, holidays or not (MIC-13.5b3). */
#include "desk/duty.h"

static int32_t civil_day(int year, int month, int day)
{
    return calendar_day_of(when_from_civil(year, month, day, 12, 0, 0));
}

/* From the first day of a month, so many months. */
static void months(int year, int first_month, int n, int32_t *from, int32_t *until)
{
    int end = first_month + n;
    *from = civil_day(year, first_month, 1);
    *until = end > 12 ? civil_day(year + 1, end - 12, 1) : civil_day(year, end, 1);
}

/* The date on or after which it is late that comes next after `day`, and the one before that. */
static void between_dates(const struct duty *d, int32_t day, int year, int32_t *from, int32_t *until)
{
    *from = *until = DAY_NONE;
    for (int y = year - 1; y <= year + 1; y++)
        for (size_t i = 0; i < d->n_before; i++) {
            int32_t date = civil_day(y, d->before[i].month, d->before[i].day);
            if (date <= day)
                *from = date;
            else if (*until == DAY_NONE)
                *until = date;
        }
}

static void days_of(const struct duty *d, const struct calendar_rules *c, int32_t day, int32_t *from,
                    int32_t *until)
{
    struct when_civil civil = when_civil(calendar_day_start(day));
    int quarter = (civil.month - 1) / 3 * 3 + 1, half = civil.month < 7 ? 1 : 7;
    *from = day;
    *until = day + 1;
    switch (d->every) {
    case DUTY_DAY:
        break;
    case DUTY_WORKING_DAY:
        while (!calendar_works(c, *from) && *from < CALENDAR_LAST)
            ++*from;
        *until = *from + 1;
        break;
    case DUTY_WEEK:
        *from = day - calendar_weekday(day) + 1;
        *until = *from + 7;
        break;
    case DUTY_MONTH:
        months(civil.year, civil.month, 1, from, until);
        break;
    case DUTY_QUARTER:
        months(civil.year, quarter, 3, from, until);
        break;
    case DUTY_HALF_YEAR:
        months(civil.year, half, 6, from, until);
        break;
    case DUTY_YEAR:
        months(civil.year, 1, 12, from, until);
        break;
    case DUTY_DATES:
        between_dates(d, day, civil.year, from, until);
        break;
    }
}

bool duty_period(const struct duty *d, const struct calendar_rules *c, int64_t t, struct duty_period *ret)
{
    int32_t day = calendar_day_of(t), from, until;
    if (day < CALENDAR_FIRST + 400 || day > CALENDAR_LAST - 800)
        return false;
    days_of(d, c, day, &from, &until);
    if (from == DAY_NONE || until == DAY_NONE)
        return false;
    ret->from = calendar_day_start(from);
    ret->until = calendar_day_start(until);
    ret->due =
        d->by_minute < 0 ? ret->until - 1 : calendar_day_start(until - 1) + (int64_t)d->by_minute * 60;
    return true;
}
