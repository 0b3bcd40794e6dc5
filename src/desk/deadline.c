/* deadline.c: from a rule and its start to the last second in time, with the proof of it: every minute or
 * day between is either counted or skipped for a reason that is named (DL-9).
 *
 * How terms are counted (DOMAIN 4.1, Civil Code 2015): hours run on the office clock from the minute of the
 * start; for days the day of the start is day 0 (147.2) and the last one ends at 24:00 (148.6), or with the
 * office where the house says so; a last day off moves on (148.5), which for working days cannot happen. A
 * month ends on the day of its number, else on its last day. Backwards the same is counted the other way: a
 * notice on the due day is in time at any hour of it. Refuses nothing: what would end beyond CALENDAR_LAST,
 * or is paused still, has no due instant. */
#include "desk/deadline.h"
#include <stdlib.h>

#define MINUTE      60
#define DAY_SECONDS 86400
#define SATURDAY    6

struct counter {
    struct deadline *d;
    const struct calendar_rules *calendar;
    struct pause *pauses; /* whole minutes, ascending, none touching another */
    size_t n_pauses;
};

/* A stretch of time of one nature. */
struct stretch {
    int64_t from, until;
    bool counted;
    const char *cause;
    const struct marked_day *mark;
};

/* ---- pauses ---- */

static int64_t to_minute(int64_t t)
{
    int64_t past = t % MINUTE;
    return t - past - (past < 0 ? MINUTE : 0);
}

static int by_start(const void *a, const void *b)
{
    const struct pause *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

static int64_t later(int64_t a, int64_t b)
{
    return a == WHEN_NONE || b == WHEN_NONE ? WHEN_NONE : a > b ? a : b;
}

static void take_pauses(struct counter *k, const struct pause *pauses, size_t n)
{
    struct pause *sorted = mem_array(k->d, struct pause, n + 1);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        sorted[i] = (struct pause){to_minute(pauses[i].from),
                                   pauses[i].until == WHEN_NONE ? WHEN_NONE : to_minute(pauses[i].until),
                                   pauses[i].cause};
    qsort(sorted, n, sizeof *sorted, by_start);
    for (size_t i = 0; i < n; i++) {
        struct pause *last = kept ? &sorted[kept - 1] : NULL;
        if (sorted[i].until != WHEN_NONE && sorted[i].until <= sorted[i].from)
            continue;
        if (last && (last->until == WHEN_NONE || sorted[i].from <= last->until))
            last->until = later(last->until, sorted[i].until);
        else
            sorted[kept++] = sorted[i];
    }
    k->pauses = sorted;
    k->n_pauses = kept;
}

/* The first pause that is not over at t; NULL when there is none. */
static const struct pause *pause_from(const struct counter *k, int64_t t)
{
    for (size_t i = 0; i < k->n_pauses; i++)
        if (k->pauses[i].until == WHEN_NONE || k->pauses[i].until > t)
            return &k->pauses[i];
    return NULL;
}

/* The pause that touches a day. */
static const struct pause *pause_on(const struct counter *k, int32_t day)
{
    const struct pause *p = pause_from(k, calendar_day_start(day));
    return p && p->from < calendar_day_start(day + 1) ? p : NULL;
}

/* ---- the proof ---- */

static bool is_night(bool counted, const char *cause)
{
    return !counted && str_eq(cause, "closed");
}

/* An evening and the morning after it are one night. */
static bool joins(const struct proof_step *last, const struct stretch *s, int64_t from, int64_t until)
{
    return is_night(last->counted, last->cause) && is_night(s->counted, s->cause) &&
           (last->until == from || last->from == until);
}

static void prove(struct counter *k, const struct stretch *s, int64_t from, int64_t until, int64_t amount)
{
    struct deadline *d = k->d;
    struct proof_step *last = d->n_steps ? &d->steps[d->n_steps - 1] : NULL;
    if (from >= until)
        return;
    if (last && joins(last, s, from, until)) {
        last->from = from < last->from ? from : last->from;
        last->until = until > last->until ? until : last->until;
        return;
    }
    struct proof_step *step = mem_append(d, d->steps, d->n_steps);
    *step = (struct proof_step){.from = from, .until = until, .counted = s->counted, .cause = s->cause};
    step->amount = s->counted ? amount : 0;
    step->name = s->mark ? s->mark->name : "";
    step->source = s->mark ? s->mark->source : "";
    step->provisional = s->mark && s->mark->provisional;
}

/* ---- days ---- */

/* What a day is by the calendar; whether it is confirmed is remembered for the whole deadline. */
static struct stretch whole_day(struct counter *k, int32_t day)
{
    struct stretch s = {.from = calendar_day_start(day), .until = calendar_day_start(day + 1)};
    s.mark = calendar_mark(k->calendar, day);
    s.counted = calendar_works(k->calendar, day);
    bool weekend = calendar_weekday(day) >= SATURDAY;
    if (s.counted)
        s.cause = weekend ? "make-up" : s.mark && s.mark->spans.n ? "part-day" : "office";
    else
        s.cause = s.mark ? "holiday" : "weekend";
    if ((s.mark && s.mark->provisional) || !calendar_confirmed(k->calendar, calendar_year_of(day)))
        k->d->provisional = true;
    return s;
}

static struct stretch day_stretch(struct counter *k, int32_t day)
{
    bool forward = !k->d->rule->backward;
    const struct pause *p = forward ? pause_on(k, day) : NULL;
    if (p)
        return (struct stretch){calendar_day_start(day), calendar_day_start(day + 1), false, "paused",
                                NULL};
    if (k->d->rule->unit == SPAN_WORKING_DAYS)
        return whole_day(k, day);
    return (struct stretch){calendar_day_start(day), calendar_day_start(day + 1), true, "day", NULL};
}

/* The last second of a day that is still in time. */
static int64_t day_end(const struct counter *k, int32_t day)
{
    if (k->calendar->day_ends_with_office && calendar_works(k->calendar, day)) {
        const struct office_spans *hours = calendar_hours(k->calendar, day);
        return calendar_day_start(day) + (int64_t)hours->v[hours->n - 1].to * MINUTE;
    }
    return calendar_day_start(day + 1) - 1;
}

/* BLDS 148.5: a last day off moves to the next working day. */
static int32_t move_on(struct counter *k, int32_t day)
{
    struct stretch s = whole_day(k, day);
    while (!s.counted && day < CALENDAR_LAST) {
        day++;
        s = whole_day(k, day);
        prove(k, &(struct stretch){s.from, s.until, false, s.counted ? "moved" : s.cause, s.mark}, s.from,
              s.until, 0);
    }
    return day;
}

static void prove_day_zero(struct counter *k, int32_t day)
{
    const struct stretch zero = {.cause = "day-zero"};
    if (k->d->rule->backward)
        prove(k, &zero, calendar_day_start(day), k->d->start, 0);
    else
        prove(k, &zero, k->d->start, calendar_day_start(day + 1), 0);
}

static void count_days(struct counter *k)
{
    const struct time_rule *rule = k->d->rule;
    int32_t day = calendar_day_of(k->d->start);
    prove_day_zero(k, day);
    for (int left = rule->length; left > 0;) {
        day += rule->backward ? -1 : 1;
        if (day <= CALENDAR_FIRST || day >= CALENDAR_LAST)
            return;
        const struct pause *p = rule->backward ? NULL : pause_on(k, day);
        if (p && p->until == WHEN_NONE)
            return;
        struct stretch s = day_stretch(k, day);
        prove(k, &s, s.from, s.until, 1);
        left -= s.counted;
    }
    if (rule->unit == SPAN_CALENDAR_DAYS && rule->moves && !rule->backward)
        day = move_on(k, day);
    k->d->due = day_end(k, day);
}

/* ---- months ---- */

static int last_of_month(int year, int month)
{
    int64_t next = when_from_civil(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1, 12, 0, 0);
    return when_civil(next - DAY_SECONDS).day;
}

/* The day of the same number so many months on, clamped to the month. DAY_NONE outside the calendar. */
static int32_t months_on(int64_t start, int months)
{
    struct when_civil c = when_civil(start);
    int month = c.year * 12 + c.month - 1 + months, year = month / 12;
    month = month % 12 + 1;
    int last = last_of_month(year, month);
    return calendar_day_of(when_from_civil(year, month, c.day < last ? c.day : last, 12, 0, 0));
}

/* Days that were paused are added at the end. False: paused still. */
static bool add_paused_days(const struct counter *k, int32_t first, int32_t *day)
{
    int32_t done = first; /* days up to here were looked at */
    for (size_t i = 0; i < k->n_pauses && k->pauses[i].from < calendar_day_start(*day + 1); i++) {
        if (k->pauses[i].until == WHEN_NONE)
            return false;
        int32_t from = calendar_day_of(k->pauses[i].from), until = calendar_day_of(k->pauses[i].until - 1);
        if (from == DAY_NONE || until == DAY_NONE)
            return false;
        from = from > done ? from : done + 1;
        if (until < from)
            continue;
        *day += until - from + 1;
        done = until;
    }
    return true;
}

static void count_months(struct counter *k)
{
    const struct time_rule *rule = k->d->rule;
    int32_t first = calendar_day_of(k->d->start);
    int32_t day = months_on(k->d->start, rule->backward ? -rule->length : rule->length);
    const struct stretch s = {.counted = true, .cause = "month"};
    if (day == DAY_NONE || (!rule->backward && !add_paused_days(k, first, &day)) || day >= CALENDAR_LAST)
        return;
    if (rule->backward)
        prove(k, &s, calendar_day_start(day), k->d->start, rule->length);
    else
        prove(k, &s, k->d->start, calendar_day_start(day + 1), rule->length);
    if (rule->moves && !rule->backward)
        day = move_on(k, day);
    k->d->due = day_end(k, day);
}

/* ---- minutes ---- */

/* The office time or the time off that holds at t. */
static struct stretch office_stretch(struct counter *k, int64_t t, int32_t day)
{
    struct stretch s = whole_day(k, day);
    if (!s.counted)
        return s;
    const struct office_spans *hours = calendar_hours(k->calendar, day);
    int64_t midnight = s.from, before = midnight;
    for (size_t i = 0; i < hours->n; i++) {
        int64_t from = midnight + hours->v[i].from * MINUTE, until = midnight + hours->v[i].to * MINUTE;
        if (t < from)
            return (struct stretch){before, from, false, i ? "lunch" : "closed", NULL};
        if (t < until)
            return (struct stretch){from, until, true, s.cause, s.mark};
        before = until;
    }
    return (struct stretch){before, s.until, false, "closed", NULL};
}

/* What holds at t, cut at the pauses. */
static struct stretch minute_stretch(struct counter *k, int64_t t, int32_t day)
{
    struct stretch s = {.from = INT64_MIN / 2, .until = INT64_MAX / 2, .counted = true, .cause = "clock"};
    const struct pause *p = k->d->rule->backward ? NULL : pause_from(k, t);
    if (p && p->from <= t)
        return (struct stretch){t, p->until == WHEN_NONE ? INT64_MAX : p->until, false, "paused", NULL};
    if (k->d->rule->unit == SPAN_WORKING_MINUTES)
        s = office_stretch(k, t, day);
    if (p && p->from < s.until)
        s.until = p->from;
    return s;
}

static void count_minutes(struct counter *k)
{
    const struct time_rule *rule = k->d->rule;
    int64_t t = to_minute(k->d->start), left = (int64_t)rule->length * MINUTE;
    while (left > 0) {
        int64_t at = rule->backward ? t - MINUTE : t;
        int32_t day = calendar_day_of(at);
        if (day <= CALENDAR_FIRST || day >= CALENDAR_LAST) /* DAY_NONE is the least of all */
            return;
        struct stretch s = minute_stretch(k, at, day);
        if (s.until == INT64_MAX)
            return; /* paused still */
        int64_t room = rule->backward ? t - s.from : s.until - t;
        int64_t take = s.counted && room > left ? left : room;
        int64_t next = rule->backward ? t - take : t + take;
        prove(k, &s, rule->backward ? next : t, rule->backward ? t : next, take / MINUTE);
        left -= s.counted ? take : 0;
        t = next;
    }
    if (rule->length == 0) /* the very instant, or before it */
        t = rule->backward ? k->d->start - 1 : k->d->start;
    k->d->due = t;
}

struct deadline *deadline_compute(const void *mem, const struct time_rule *rule, int64_t start,
                                  const struct calendar_rules *calendar, const struct pause *pauses,
                                  size_t n_pauses)
{
    struct deadline *d = mem_zero(mem, struct deadline);
    struct counter k = {.d = d, .calendar = calendar};
    int32_t day = calendar_day_of(start);
    *d = (struct deadline){.rule = rule, .start = start, .due = WHEN_NONE};
    if (day <= CALENDAR_FIRST || day >= CALENDAR_LAST)
        return d;
    take_pauses(&k, pauses, rule->backward ? 0 : n_pauses);
    if (rule->unit == SPAN_WORKING_MINUTES || rule->unit == SPAN_CLOCK_MINUTES)
        count_minutes(&k);
    else if (rule->unit == SPAN_MONTHS)
        count_months(&k);
    else
        count_days(&k);
    return d;
}
