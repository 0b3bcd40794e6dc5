/* timers_look.c: what a person must look at, by the clock: terms that have passed, questions that have no
 * unit at 16:30 of the working day on which they came (QC-1), a working day without anything new by the
 * time the profile's duty names (MIC-15.1: 16:00). Looks and changes nothing. */
#include "act_question.h"
#include "desk/calendar.h"
#include "desk/duty.h"
#include "store/events.h"
#include "timers.h"

#define DAY_END (16 * 3600 + 30 * 60) /* seconds of the day: QC-1 */

struct looking {
    struct store *store;
    const void *mem;
    const struct notify_rules *rules;
    int64_t now;
    struct timer_matter **ret;
    size_t *n;
};

static void add(const struct looking *l, struct timer_matter m)
{
    *mem_append(l->mem, *l->ret, *l->n) = m;
}

static const char *whose(const struct time_rule *r, const struct submission *s)
{
    bool unit = str_eq(r->owner, "unit") || str_eq(r->owner, "answering-unit");
    return unit && *s->unit ? s->unit : r->owner;
}

static bool overdue(const struct looking *l, struct err *err)
{
    struct str_list refs = {0};
    if (!store_open_deadlines(l->store, l->mem, &refs, err))
        return false;
    for (size_t i = 0; i < refs.n; i++) {
        struct submission *s;
        if (!store_submission(l->store, l->mem, refs.v[i], &s, err))
            return false;
        for (size_t k = 0; k < s->n_deadlines; k++) {
            const struct case_deadline *d = &s->deadlines[k];
            const struct time_rule *r = profile_find_time_rule(l->rules->profile, d->rule);
            if (*d->ended_by || d->due == WHEN_NONE || d->due >= l->now || !r)
                continue;
            add(l, (struct timer_matter){"overdue", s->ref, r->id, r->label, whose(r, s), d->due,
                                         s->restricted});
        }
    }
    return true;
}

/* The end of the working day on which it came; of the next one when it came after that. */
static int64_t end_of_its_day(const struct calendar_rules *c, int64_t received)
{
    int32_t day = calendar_day_of(received);
    if (received >= calendar_day_start(day) + DAY_END)
        day++;
    for (int i = 0; i < 60 && !calendar_works(c, day); i++)
        day++;
    return calendar_day_start(day) + DAY_END;
}

static bool unrouted(const struct looking *l, struct err *err)
{
    struct question_left *q;
    size_t n;
    if (!act_questions_left(l->store, l->mem, l->rules, &q, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        int64_t end = end_of_its_day(&l->rules->profile->calendar, q[i].received);
        if (end <= l->now)
            add(l,
                (struct timer_matter){"question-unrouted", q[i].ref, "", "", "standing-unit", end, false});
    }
    return true;
}

static bool fresh(const struct looking *l, struct err *err)
{
    const struct profile *p = l->rules->profile;
    int64_t last = 0;
    if (!store_last_published(l->store, &last, err))
        return false;
    for (size_t i = 0; i < p->n_duties; i++) {
        const struct duty *d = &p->duties[i];
        struct duty_period period;
        if (str_ends(d->id, "/freshness") && duty_period(d, &p->calendar, l->now, &period) &&
            l->now >= period.due && last < period.from)
            add(l, (struct timer_matter){"freshness", "", d->id, d->label, d->owner, period.due, false});
    }
    return true;
}

/* An editor was sent there, the next working day has come, and nothing reports it (MIC-13.5a). */
static bool unreported(const struct looking *l, struct err *err)
{
    struct str_list refs = {0};
    const struct calendar_rules *c = &l->rules->profile->calendar;
    int32_t today = calendar_day_of(l->now), last = today - 1;
    while (last > CALENDAR_FIRST && !calendar_works(c, last))
        last--;
    int64_t until = calendar_day_start(today);
    if (!store_events_unreported(l->store, l->mem, calendar_day_start(last), until, &refs, err))
        return false;
    for (size_t i = 0; i < refs.n; i++)
        add(l, (struct timer_matter){"event-unreported", refs.v[i], "", "", "editor", until, false});
    return true;
}

bool timers_matters(struct store *store, const void *mem, const struct notify_rules *rules, int64_t now,
                    struct timer_matter **ret, size_t *ret_n, struct err *err)
{
    const struct looking l = {store, mem, rules, now, ret, ret_n};
    *ret = NULL;
    *ret_n = 0;
    return !rules->profile ||
           (overdue(&l, err) && unrouted(&l, err) && fresh(&l, err) && unreported(&l, err));
}
