/* timers_look.c: what a person must look at, by the clock: terms that have passed, duties that are overdue
 * (a working day without anything new by the time the profile's duty names among them; MIC-15.1: 16:00),
 * questions that have no unit at 16:30 of the working day on which they came (QC-1); and of what will be
 * due soon, whose owner is reminded. Looks and changes nothing. */
#include "act_question.h"
#include "desk/calendar.h"
#include "desk/remind.h"
#include "duties.h"
#include "store/campaigns.h"
#include "store/consultations.h"
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
    m.person = m.person ? m.person : "";
    m.period = m.period ? m.period : "";
    m.cite = m.cite ? m.cite : "";
    *mem_append(l->mem, *l->ret, *l->n) = m;
}

/* Of a complaint neither unit nor person is named: lists show that something waits (QC-6). */
static const char *whose(const struct time_rule *r, const struct submission *s)
{
    bool unit = str_eq(r->owner, "unit") || str_eq(r->owner, "answering-unit");
    return unit && *s->unit && !s->restricted ? s->unit : r->owner;
}

/* Of a case that somebody has for review the term of a member is his. */
static const char *person_of(const struct time_rule *r, const struct submission *s)
{
    return str_eq(r->owner, "member") && s->review.user && !s->restricted ? s->review.user : "";
}

static void look_at_term(const struct looking *l, const struct submission *s, const struct case_deadline *d,
                         bool soon)
{
    const struct profile *p = l->rules->profile;
    const struct time_rule *r = profile_find_time_rule(p, d->rule);
    if (*d->ended_by || d->due == WHEN_NONE || !r || (d->due < l->now) == soon)
        return;
    int64_t remind = soon ? remind_term(r, d->start, d->due, &p->calendar) : 0;
    if (remind == WHEN_NONE || l->now < remind)
        return;
    add(l, (struct timer_matter){.what = soon ? "term-soon" : "overdue",
                                 .ref = s->ref,
                                 .rule = r->id,
                                 .label = r->label,
                                 .who = whose(r, s),
                                 .person = person_of(r, s),
                                 .period = "",
                                 .cite = r->at.cite,
                                 .since = d->due,
                                 .restricted = s->restricted});
}

static bool terms(const struct looking *l, bool soon, struct err *err)
{
    struct str_list refs = {0};
    if (!store_open_deadlines(l->store, l->mem, &refs, err))
        return false;
    for (size_t i = 0; i < refs.n; i++) {
        struct submission *s;
        if (!store_submission(l->store, l->mem, refs.v[i], &s, err))
            return false;
        for (size_t k = 0; k < s->n_deadlines; k++)
            look_at_term(l, s, &s->deadlines[k], soon);
    }
    return true;
}

static void add_duty(const struct looking *l, const struct duty_task *t, bool soon)
{
    const struct duty *d = t->duty;
    bool of_unit = d->units.n > 0;
    add(l, (struct timer_matter){.what = soon                              ? "duty-soon"
                                         : d->proof == DUTY_BY_PUBLICATION ? "freshness"
                                                                           : "duty-overdue",
                                 .ref = "",
                                 .rule = d->id,
                                 .label = d->label,
                                 .who = of_unit ? t->whose : d->owner,
                                 .person = of_unit ? "" : t->whose,
                                 .period = duty_period_name(l->mem, d, &t->period),
                                 .cite = d->at.cite,
                                 .since = t->period.due});
}

static bool duties(const struct looking *l, bool soon, struct err *err)
{
    struct duty_task *v;
    size_t n;
    if (!duties_tasks(l->store, l->mem, l->rules, l->now, false, &v, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (v[i].state == (soon ? DUTY_SOON : DUTY_OVERDUE))
            add_duty(l, &v[i], soon);
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
            add(l, (struct timer_matter){.what = "question-unrouted",
                                         .ref = q[i].ref,
                                         .rule = "",
                                         .label = "",
                                         .who = "standing-unit",
                                         .since = end});
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
        add(l, (struct timer_matter){.what = "event-unreported",
                                     .ref = refs.v[i],
                                     .rule = "",
                                     .label = "",
                                     .who = "editor",
                                     .since = until});
    return true;
}

/* A unit was asked by a campaign, its time is over, and nothing came (MIC-13.5e, BCA-5.5). */
static bool unsupplied(const struct looking *l, struct err *err)
{
    struct campaign_request *r;
    size_t n;
    if (!store_campaign_requests(l->store, l->mem, "", &r, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!r[i].items && r[i].due < l->now)
            add(l, (struct timer_matter){.what = "campaign-late",
                                         .ref = r[i].code,
                                         .rule =
                                             mem_fmt(l->mem, "%lld/%s", (long long)r[i].section, r[i].unit),
                                         .label = r[i].title,
                                         .who = r[i].unit,
                                         .since = r[i].due});
    return true;
}

/* Its consultation is open, and the draft is not published: nobody can read what he is asked about
 * (MIC-13.5c). */
static bool unpublished(const struct looking *l, struct err *err)
{
    struct consultation *all;
    size_t n;
    if (!store_consultations(l->store, l->mem, l->now, true, &all, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!all[i].published && all[i].waits && consultation_phase(&all[i], l->now) == CONSULTATION_OPEN)
            add(l, (struct timer_matter){.what = "consultation-unpublished",
                                         .ref = all[i].ref,
                                         .rule = "",
                                         .label = "",
                                         .who = "standing-unit",
                                         .since = all[i].opens});
    return true;
}

bool timers_matters(struct store *store, const void *mem, const struct notify_rules *rules, int64_t now,
                    struct timer_matter **ret, size_t *ret_n, struct err *err)
{
    const struct looking l = {store, mem, rules, now, ret, ret_n};
    *ret = NULL;
    *ret_n = 0;
    return !rules->profile || (terms(&l, false, err) && unrouted(&l, err) && duties(&l, false, err) &&
                               unreported(&l, err) && unsupplied(&l, err) && unpublished(&l, err));
}

bool timers_reminders(struct store *store, const void *mem, const struct notify_rules *rules, int64_t now,
                      struct timer_matter **ret, size_t *ret_n, struct err *err)
{
    const struct looking l = {store, mem, rules, now, ret, ret_n};
    *ret = NULL;
    *ret_n = 0;
    return !rules->profile || (terms(&l, true, err) && duties(&l, true, err));
}
