/* remind.c: see remind.h. Nothing is counted here that deadline.c does not count: so long after the start,
 * or before the due instant, is a term of its own; half of the working time is one in minutes. */
#include "desk/remind.h"
#include "desk/deadline.h"

#define MINUTE 60

static bool in_minutes(enum span_unit u)
{
    return u == SPAN_WORKING_MINUTES || u == SPAN_CLOCK_MINUTES;
}

static int64_t term_end(const struct time_rule *r, int64_t start, const struct calendar_rules *c)
{
    _cleanup_mem_ void *mem = mem_new();
    return deadline_compute(mem, r, start, c, NULL, 0)->due;
}

/* When so much has passed since the start: the first second after it. */
static int64_t after(enum span_unit unit, int length, int64_t start, const struct calendar_rules *c)
{
    const struct time_rule r = {.unit = unit, .length = length};
    int64_t end = term_end(&r, start, c);
    return end == WHEN_NONE || in_minutes(unit) ? end : end + 1;
}

/* So long before: in days, when the first of these days begins. */
static int64_t before(enum span_unit unit, int length, int64_t due, const struct calendar_rules *c)
{
    const struct time_rule r = {.unit = unit, .length = length, .backward = true};
    int64_t end = term_end(&r, due, c);
    return end == WHEN_NONE || in_minutes(unit) ? end : calendar_day_start(calendar_day_of(end));
}

/* Seconds of working time of a day that lie in [from, until). */
static int64_t worked(const struct calendar_rules *c, int32_t day, int64_t from, int64_t until)
{
    const struct office_spans *hours = calendar_hours(c, day);
    int64_t sum = 0, midnight = calendar_day_start(day);
    for (size_t i = 0; calendar_works(c, day) && i < hours->n; i++) {
        int64_t a = midnight + (int64_t)hours->v[i].from * MINUTE;
        int64_t b = midnight + (int64_t)hours->v[i].to * MINUTE;
        a = a > from ? a : from;
        b = b < until ? b : until;
        sum += b > a ? b - a : 0;
    }
    return sum;
}

static int64_t half(int64_t start, int64_t due, const struct calendar_rules *c)
{
    int32_t first = calendar_day_of(start), last = calendar_day_of(due);
    int64_t sum = 0;
    if (first == DAY_NONE || last == DAY_NONE)
        return WHEN_NONE;
    for (int32_t day = first; day <= last; day++)
        sum += worked(c, day, start, due);
    int64_t minutes = sum / 2 / MINUTE;
    return minutes < 1 || minutes > TIMING_MINUTES_MAX
               ? WHEN_NONE
               : after(SPAN_WORKING_MINUTES, (int)minutes, start, c);
}

int64_t remind_term(const struct time_rule *r, int64_t start, int64_t due, const struct calendar_rules *c)
{
    if (r->remind.how == REMIND_NO || due == WHEN_NONE || (r->remind.how == REMIND_USUAL && r->at_once))
        return WHEN_NONE;
    if (r->remind.how == REMIND_SPAN)
        return after(r->remind.unit, r->remind.length, start, c);
    return due <= start ? before(SPAN_WORKING_DAYS, 1, due, c) : half(start, due, c);
}

int64_t remind_duty(const struct duty *d, const struct duty_period *p, const struct calendar_rules *c)
{
    bool daily = d->every == DUTY_DAY || d->every == DUTY_WORKING_DAY;
    int64_t at = WHEN_NONE;
    if (d->remind.how == REMIND_SPAN)
        at = before(d->remind.unit, d->remind.length, p->due, c);
    else if (d->remind.how == REMIND_USUAL && !daily)
        at = before(SPAN_WORKING_DAYS, 1, p->due, c);
    return at == WHEN_NONE || at > p->from ? at : p->from;
}
