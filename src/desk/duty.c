/* duty.c: periods of the duties that come round by the calendar, and how they stand. A period ends with its
 * last day at 24:00, or at the time of day that the rule names; "before 05/5" ends with the day before
 * (DN-12: on 04/5 at 23:59 it is in time, on 05/5 it is late). Weeks are those of ISO 8601, holidays or not
 * (MIC-13.5b3). */
#include "desk/duty.h"

#define DAY_SECONDS INT64_C(86400)

/* Days after which a duty that was missed is not spoken of any more. */
#define KEPT_OF_DAY    7
#define KEPT_OF_WEEK   35
#define KEPT_OF_LONGER 400

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

/* A day off belongs to the next working day, so that one step back may not be enough. */
bool duty_period_before(const struct duty *d, const struct calendar_rules *c, const struct duty_period *p,
                        struct duty_period *ret)
{
    struct duty_period found = *p;
    for (int64_t t = p->from - 1; found.from >= p->from; t -= DAY_SECONDS)
        if (!duty_period(d, c, t, &found))
            return false;
    *ret = found;
    return true;
}

char *duty_period_name(const void *mem, const struct duty *d, const struct duty_period *p)
{
    struct when_civil c = when_civil(p->from);
    switch (d->every) {
    case DUTY_DAY:
    case DUTY_WORKING_DAY:
        break;
    case DUTY_WEEK:
        return when_iso_week(mem, p->from);
    case DUTY_MONTH:
        return mem_fmt(mem, "%04d-%02d", c.year, c.month);
    case DUTY_QUARTER:
        return mem_fmt(mem, "%04d-Q%d", c.year, (c.month + 2) / 3);
    case DUTY_HALF_YEAR:
        return mem_fmt(mem, "%04d-H%d", c.year, c.month < 7 ? 1 : 2);
    case DUTY_YEAR:
        return mem_fmt(mem, "%04d", c.year);
    case DUTY_DATES:
        return when_date(mem, p->until);
    }
    return when_date(mem, p->from);
}

static int64_t days_kept(const struct duty *d)
{
    if (d->lapses)
        return 0;
    if (d->every == DUTY_DAY || d->every == DUTY_WORKING_DAY)
        return KEPT_OF_DAY;
    return d->every == DUTY_WEEK ? KEPT_OF_WEEK : KEPT_OF_LONGER;
}

bool duty_concerns(const struct duty *d, const struct duty_period *p, int64_t begun, int64_t now)
{
    if (now < p->until)
        return true;
    bool stood = d->times > 1 ? p->from >= begun : p->due >= begun;
    return stood && now - p->due <= days_kept(d) * DAY_SECONDS;
}

/* ---- how it stands */

static bool of_task(const struct duty_mark *m, const struct duty_task *t)
{
    return str_eq(m->duty, t->duty->id) && str_eq(m->whose, t->whose) && m->period >= t->period.from &&
           m->period < t->period.until;
}

/* A time of day that is named is the first second that is late: at 16:00 nothing new is an alarm. */
static bool is_late(const struct duty_task *t, int64_t now)
{
    return now > t->period.due || (now == t->period.due && t->duty->by_minute >= 0);
}

void duty_judge(const void *mem, struct duty_task *t, const struct duty_mark *marks, size_t n, int64_t seen,
                int64_t now)
{
    bool unchanged = false;
    t->marks = NULL;
    t->n_marks = 0;
    for (size_t i = 0; i < n; i++) {
        if (!of_task(&marks[i], t))
            continue;
        if (marks[i].said == DUTY_SAID_TAKEN_BACK)
            t->n_marks = 0;
        else
            *mem_append(mem, t->marks, t->n_marks) = &marks[i];
    }
    int64_t done = seen;
    for (size_t i = 0; i < t->n_marks; i++) {
        done += t->marks[i]->said == DUTY_SAID_DONE;
        unchanged = unchanged || t->marks[i]->said == DUTY_SAID_UNCHANGED;
    }
    t->done = done < t->duty->times ? (int)done : t->duty->times;
    t->state = t->done == t->duty->times                    ? DUTY_DONE
               : unchanged                                  ? DUTY_NOT_NEEDED
               : is_late(t, now)                            ? DUTY_OVERDUE
               : t->remind != WHEN_NONE && now >= t->remind ? DUTY_SOON
                                                            : DUTY_OPEN;
}

/* ---- who may say so */

/* Who may say that it is done: bits of enum role. The chief may always. */
static unsigned duty_roles(const struct duty *d)
{
    enum role role;
    if (role_parse(d->owner, &role))
        return role | ROLE_CHIEF;
    if (str_eq(d->owner, "standing-unit"))
        return ROLE_CHIEF | ROLE_SECRETARY | ROLE_EDITOR | ROLE_ADMIN;
    if (str_eq(d->owner, "inspectorate"))
        return ROLE_CHIEF | ROLE_INSPECTOR;
    return ROLE_CHIEF | ROLE_SECRETARY; /* of a unit: who keeps its papers here */
}

const char *duty_cannot_say(const struct duty_task *t, enum duty_said said, const struct actor *a)
{
    bool settled = t->state == DUTY_DONE || t->state == DUTY_NOT_NEEDED;
    if (!(a->roles & duty_roles(t->duty)))
        return "duty-not-yours";
    if (t->duty->each && *t->whose && !str_eq(t->whose, a->user) && !(a->roles & ROLE_CHIEF))
        return "duty-of-another";
    if (said == DUTY_SAID_TAKEN_BACK)
        return t->n_marks ? NULL : "duty-not-said";
    if (said == DUTY_SAID_UNCHANGED && !t->duty->if_changed)
        return "duty-always-needed";
    return settled ? "duty-done-already" : NULL;
}

const char *duty_state_name(enum duty_state s)
{
    static const char *const names[] = {"open", "soon", "overdue", "done", "not-needed"};
    return names[s];
}

static const char *const said_names[] = {"done", "unchanged", "taken-back"};

const char *duty_said_name(enum duty_said s)
{
    return said_names[s];
}

bool duty_said_parse(const char *word, enum duty_said *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(said_names); i++)
        if (str_eq(said_names[i], word)) {
            *ret = (enum duty_said)i;
            return true;
        }
    return false;
}
