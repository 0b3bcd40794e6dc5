/* calendar.c: which days work and which hours they have; what the labour code would give for a year that
 * nobody announced. Refuses nothing: a day outside CALENDAR_FIRST..CALENDAR_LAST is DAY_NONE and callers
 * stop there. Articles: Labour Code 2019, 111.3 (a holiday on a weekend moves on) and 112 (the holidays).
 */
#include "desk/calendar.h"

#define DAY_SECONDS  86400
#define NOVEMBER     11
#define HOLIDAY_DAYS 16
#define SATURDAY     6

int32_t calendar_day_of(int64_t t)
{
    if (t < calendar_day_start(CALENDAR_FIRST) || t >= calendar_day_start(CALENDAR_LAST + 1))
        return DAY_NONE;
    int64_t local = t + WHEN_VN_SHIFT;
    return (int32_t)(local / DAY_SECONDS - (local % DAY_SECONDS < 0));
}

int64_t calendar_day_start(int32_t day)
{
    return (int64_t)day * DAY_SECONDS - WHEN_VN_SHIFT;
}

int calendar_weekday(int32_t day)
{
    return ((day + 3) % 7 + 7) % 7 + 1;
}

int calendar_year_of(int32_t day)
{
    return when_civil(calendar_day_start(day)).year;
}

const struct marked_day *calendar_mark(const struct calendar_rules *c, int32_t day)
{
    size_t low = 0, high = c->n_days;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->days[middle].day < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low < c->n_days && c->days[low].day == day ? &c->days[low] : NULL;
}

bool calendar_works(const struct calendar_rules *c, int32_t day)
{
    const struct marked_day *mark = calendar_mark(c, day);
    return mark ? mark->works : calendar_weekday(day) < SATURDAY;
}

const struct office_spans *calendar_hours(const struct calendar_rules *c, int32_t day)
{
    const struct marked_day *mark = calendar_mark(c, day);
    if (mark && mark->spans.n)
        return &mark->spans;
    size_t i = c->n_hours - 1;
    while (i > 0 && c->hours[i].from_day > day)
        i--;
    return &c->hours[i].spans;
}

bool calendar_open(const struct calendar_rules *c, int64_t t)
{
    int32_t day = calendar_day_of(t);
    if (day == DAY_NONE || !calendar_works(c, day))
        return false;
    const struct office_spans *hours = calendar_hours(c, day);
    int minute = (int)((t - calendar_day_start(day)) / 60);
    for (size_t i = 0; i < hours->n; i++)
        if (minute >= hours->v[i].from && minute < hours->v[i].to)
            return true;
    return false;
}

bool calendar_confirmed(const struct calendar_rules *c, int year)
{
    for (size_t i = 0; i < c->n_years; i++)
        if (c->years[i].year == year)
            return !c->years[i].provisional;
    return false;
}

size_t calendar_unconfirmed(const struct calendar_rules *c, int32_t today, int ret[2])
{
    struct when_civil now = when_civil(calendar_day_start(today));
    size_t n = 0;
    if (!calendar_confirmed(c, now.year))
        ret[n++] = now.year;
    if (now.month >= NOVEMBER && !calendar_confirmed(c, now.year + 1))
        ret[n++] = now.year + 1;
    return n;
}

/* ---- a year that nobody announced ---- */

struct proposal {
    struct proposed_day *v;
    size_t n;
};

static bool has(const struct proposal *p, int32_t day)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->v[i].day == day)
            return true;
    return false;
}

static bool weekend(int32_t day)
{
    return calendar_weekday(day) >= SATURDAY;
}

static void put(struct proposal *p, int32_t day, const char *holiday, bool moved)
{
    size_t at = p->n++;
    for (; at > 0 && p->v[at - 1].day > day; at--)
        p->v[at] = p->v[at - 1];
    p->v[at] = (struct proposed_day){day, holiday, moved};
}

/* Days of one holiday. */
struct holiday {
    int32_t first;
    int days;
    const char *name;
};

static void put_weekdays(struct proposal *p, const struct holiday *h)
{
    for (int32_t d = h->first; d < h->first + h->days; d++)
        if (!weekend(d) && !has(p, d))
            put(p, d, h->name, false);
}

/* What fell on a weekend, to the next working day that is no holiday itself (111.3). */
static void put_moved(struct proposal *p, const struct holiday *h)
{
    for (int32_t d = h->first; d < h->first + h->days; d++) {
        int32_t to = h->first + h->days;
        if (!weekend(d))
            continue;
        while (weekend(to) || has(p, to))
            to++;
        put(p, to, h->name, true);
    }
}

static int32_t civil_day(int year, int month, int day)
{
    return calendar_day_of(when_from_civil(year, month, day, 12, 0, 0));
}

/* 2 September and the day after it, or before it when that spares a broken week. */
static struct holiday national_holiday(int year)
{
    int32_t day = civil_day(year, 9, 2);
    int weekday = calendar_weekday(day);
    return (struct holiday){weekday == 2 || weekday == 5 ? day - 1 : day, 2, "national"};
}

size_t calendar_propose(int year, struct proposed_day ret[HOLIDAY_DAYS])
{
    struct proposal p = {ret, 0};
    struct holiday holidays[5];
    size_t n = 0;
    int32_t tet, kings;
    if (!lunar_to_day(year, 1, 1, false, &tet) || !lunar_to_day(year, 3, 10, false, &kings))
        return 0;
    holidays[n++] = (struct holiday){civil_day(year, 1, 1), 1, "new-year"};
    holidays[n++] = (struct holiday){tet - 1, 5, "tet"};
    holidays[n++] = (struct holiday){kings, 1, "hung-kings"};
    holidays[n++] = (struct holiday){civil_day(year, 4, 30), 2, "victory-labour"};
    holidays[n++] = national_holiday(year);
    for (size_t i = 0; i < n; i++)
        put_weekdays(&p, &holidays[i]);
    for (size_t i = 0; i < n; i++)
        put_moved(&p, &holidays[i]);
    return p.n;
}
