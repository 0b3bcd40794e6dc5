/* duties.c: see duties.h. A duty is one task for each period that is spoken of, and within it for each unit
 * or person who has it for himself. Refuses to guess: who says "done" while an earlier period is open as
 * well has to say which one he means. */
#include "duties.h"
#include "act_question.h"
#include "desk/remind.h"
#include "store/accounts.h"
#include "store/backups.h"
#include "store/duties.h"
#include "sys/clock.h"

/* Marks of older periods concern none that is spoken of: 400 days after the end of a year. */
#define MARKS_SECONDS (INT64_C(800) * 86400)

struct listing {
    struct store *store;
    const void *mem;
    const struct notify_rules *rules;
    int64_t now, begun;
    bool all;
    struct account *staff;
    size_t n_staff;
    struct duty_mark *marks;
    size_t n_marks;
    struct question_left *questions; /* without a unit */
    size_t n_questions;
    struct duty_task **ret;
    size_t *n;
};

/* ---- one task */

/* The round was made when no question that came before it was due has no unit. */
static int64_t routed(const struct listing *l, const struct duty_period *p)
{
    for (size_t i = 0; i < l->n_questions; i++)
        if (l->questions[i].received < p->due)
            return 0;
    return 1;
}

static bool add_task(struct listing *l, const struct duty *d, const char *whose,
                     const struct duty_period *p, struct err *err)
{
    int64_t seen = 0;
    struct duty_task t = {.duty = d,
                          .whose = whose,
                          .present = l->now < p->until,
                          .period = *p,
                          .remind = remind_duty(d, p, &l->rules->profile->calendar)};
    if (d->proof == DUTY_BY_ROUTING)
        seen = routed(l, p);
    else if (!store_duty_seen(l->store, d, d->units.n ? whose : "", p, &seen, err))
        return false;
    duty_judge(l->mem, &t, l->marks, l->n_marks, seen, l->now);
    if (t.present || t.state == DUTY_OVERDUE || l->all)
        *mem_append(l->mem, *l->ret, *l->n) = t;
    return true;
}

/* ---- whose it is, and which periods */

static bool has_part(const struct account *a, const struct duty *d)
{
    enum role role;
    return !a->disabled && role_parse(d->owner, &role) && (a->roles & role);
}

static bool add_parts(struct listing *l, const struct duty *d, const struct duty_period *p, struct err *err)
{
    size_t parts = 0;
    for (size_t i = 0; i < d->units.n; i++, parts++)
        if (!add_task(l, d, d->units.v[i], p, err))
            return false;
    for (size_t i = 0; d->each && i < l->n_staff; i++) {
        if (!has_part(&l->staff[i], d))
            continue;
        if (!add_task(l, d, l->staff[i].user, p, err))
            return false;
        parts++;
    }
    return parts > 0 || add_task(l, d, "", p, err);
}

static bool add_duty(struct listing *l, const struct duty *d, struct err *err)
{
    const struct calendar_rules *c = &l->rules->profile->calendar;
    struct duty_period *periods = NULL, p;
    size_t n = 0;
    if (!duty_period(d, c, l->now, &p))
        return true;
    do
        *mem_append(l->mem, periods, n) = p;
    while (duty_period_before(d, c, &p, &p) && duty_concerns(d, &p, l->begun, l->now));
    while (n-- > 0)
        if (!add_parts(l, d, &periods[n], err))
            return false;
    return true;
}

static bool prepare(struct listing *l, struct err *err)
{
    struct backup_state state; /* knows when the journal begins */
    if (!store_backup_state(l->store, l->mem, l->now, &state, err) ||
        !store_accounts(l->store, l->mem, &l->staff, &l->n_staff, err) ||
        !store_duty_marks(l->store, l->mem, l->now - MARKS_SECONDS, &l->marks, &l->n_marks, err) ||
        !act_questions_left(l->store, l->mem, l->rules, &l->questions, &l->n_questions, err))
        return false;
    l->begun = state.first ? state.first : l->now;
    return true;
}

bool duties_tasks(struct store *store, const void *mem, const struct notify_rules *rules, int64_t now,
                  bool all, struct duty_task **ret, size_t *ret_n, struct err *err)
{
    struct listing l = {
        .store = store, .mem = mem, .rules = rules, .now = now, .all = all, .ret = ret, .n = ret_n};
    *ret = NULL;
    *ret_n = 0;
    if (!rules->profile || rules->profile->n_duties == 0)
        return true;
    if (!prepare(&l, err))
        return false;
    for (size_t i = 0; i < rules->profile->n_duties; i++)
        if (!add_duty(&l, &rules->profile->duties[i], err))
            return false;
    return true;
}

/* ---- what somebody says */

static bool unknown_duty(const struct profile *p, const char *id, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    const char **ids = mem_array(mem, const char *, p->n_duties + 1);
    for (size_t i = 0; i < p->n_duties; i++)
        ids[i] = p->duties[i].id;
    const char *near = tree_nearest(id, ids, p->n_duties);
    return err_set(err, ERR_USAGE, "duty '%s': not in profile '%s'; %s%s", id, p->name,
                   *near ? "nearest: " : "see: bbt duties", near);
}

static bool settled(const struct duty_task *t)
{
    return t->state == DUTY_DONE || t->state == DUTY_NOT_NEEDED;
}

/* Is it of the period and the part that were named? Nothing named: any. */
static bool meant(const void *mem, const struct duty_task *t, const struct duty_word *w,
                  const struct actor *actor)
{
    if (!str_eq(t->duty->id, w->duty) ||
        (*w->period && !str_eq(duty_period_name(mem, t->duty, &t->period), w->period)))
        return false;
    if (*w->whose)
        return str_eq(t->whose, w->whose);
    enum role role; /* who has a part himself means his own */
    bool has_own = t->duty->each && role_parse(t->duty->owner, &role) && (actor->roles & role);
    return !has_own || !*t->whose || str_eq(t->whose, actor->user);
}

/* When several are meant: those that the word can change. What is taken back was settled by a word, what is
 * done was not. */
static bool fits(const struct duty_task *t, const struct duty_word *w)
{
    return w->said == DUTY_SAID_TAKEN_BACK ? t->n_marks > 0 : !settled(t);
}

static char *choices(const void *mem, const struct duty_task *v, size_t n)
{
    struct str out = str_new(mem);
    for (size_t i = 0; i < n; i++)
        str_addf(&out, "%s--period %s%s%s", i ? ", or " : "",
                 duty_period_name(mem, v[i].duty, &v[i].period), *v[i].whose ? " --for " : "", v[i].whose);
    return out.s;
}

static bool find(const void *mem, const struct duty_task *v, size_t n, const struct duty_word *w,
                 const struct actor *actor, const struct duty_task **ret, struct err *err)
{
    struct duty_task *found = NULL;
    size_t k = 0;
    const struct duty_task *last = NULL, *any = NULL;
    for (size_t i = 0; i < n; i++) {
        any = str_eq(v[i].duty->id, w->duty) ? &v[i] : any;
        if (!meant(mem, &v[i], w, actor))
            continue;
        last = &v[i];
        if (fits(&v[i], w))
            *mem_append(mem, found, k) = v[i];
    }
    if (k > 1)
        return err_set(err, ERR_USAGE, "duty '%s': more than one may be meant; say which: %s", w->duty,
                       choices(mem, found, k < 6 ? k : 6));
    if (!last)
        return err_set(err, ERR_USAGE,
                       "duty '%s': there is no --period '%s' of it now for '%s'; the latest is %s", w->duty,
                       w->period, w->whose, any ? choices(mem, any, 1) : "none");
    *ret = k == 1 ? found : last;
    return true;
}

static bool refused(const struct house *h, const struct duty_task *t, const char *key, const char *period,
                    struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    const char *by = t->n_marks ? t->marks[t->n_marks - 1]->user : "system";
    return err_set(
        err, ERR_NO, "'%s' %s: %s", t->duty->id, period,
        catalog_say(mem, h->catalog, mem_fmt(mem, "refusal.%s", key), "whose", t->whose, "by", by, NULL));
}

/* Looking and writing are one transaction: two people are not both the one who did it. */
static bool say(struct house *h, const void *mem, const struct duty_word *w, const struct actor *actor,
                struct duty_task *ret, struct err *err)
{
    struct duty_task *v;
    const struct duty_task *t = NULL;
    size_t n;
    int64_t now = clock_now();
    if (!duties_tasks(h->store, mem, &h->notify, now, true, &v, &n, err) ||
        !find(mem, v, n, w, actor, &t, err))
        return false;
    const char *no = duty_cannot_say(t, w->said, actor);
    if (no)
        return refused(h, t, no, duty_period_name(mem, t->duty, &t->period), err);
    const struct duty_mark mark = {t->duty->id, t->whose,     t->period.from, w->said,
                                   actor->user, actor->login, w->note,        now};
    *ret = *t;
    return store_duty_mark(h->store, &mark, err);
}

bool duties_say(struct house *h, const void *mem, const struct duty_word *w, const struct actor *actor,
                struct duty_task *ret, struct err *err)
{
    struct duty_task t = {0}, *v;
    size_t n;
    if (!profile_find_duty(h->profile, w->duty))
        return unknown_duty(h->profile, w->duty, err);
    if (!store_begin(h->store, err))
        return false;
    if (!say(h, mem, w, actor, &t, err) || !store_commit(h->store, err)) {
        store_rollback(h->store);
        return false;
    }
    if (!duties_tasks(h->store, mem, &h->notify, clock_now(), true, &v, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (v[i].duty == t.duty && str_eq(v[i].whose, t.whose) && v[i].period.from == t.period.from)
            *ret = v[i];
    return true;
}
