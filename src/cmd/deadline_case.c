/* deadline_case.c: the deadlines of cases in the store: `explain REF` proves each open one anew;
 * `recompute` compares all of them with the calendar and rules of today, prints what moves and writes it
 * (DL-10: what has ended stays). */
#include "cmd/deadline.h"
#include "desk/clocks.h"
#include "render/deadline_text.h"
#include "sys/clock.h"

#define MAY_RECOMPUTE (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_SECRETARY | ROLE_ADMIN)

static bool open_house(struct context *cx, struct err *err)
{
    return house_open(cx->mem, &cx->options, NEED_HOUSE | NEED_RULES | NEED_STORE, &cx->house, err);
}

static bool apply(struct context *cx, const struct plan *plan, struct err *err)
{
    struct store *s = cx->house->store;
    if (!store_begin(s, err))
        return false;
    if (store_apply(s, plan, err) && store_commit(s, err))
        return true;
    store_rollback(s);
    return false;
}

/* ---- explain ---- */

static json_t *time_json(const void *mem, int64_t t)
{
    return t == WHEN_NONE ? json_null() : json_string(when_rfc3339(mem, t));
}

static json_t *one_json(struct context *cx, const struct case_deadline *d)
{
    const struct deadline *now = clocks_recompute(cx->mem, d, cx->house->profile);
    json_t *o = now ? json_loads(deadline_json(cx->mem, now), 0, NULL) : json_object();
    json_object_set_new(o, "rule", json_string(d->rule));
    json_object_set_new(o, "cite", json_string(d->cite));
    json_object_set_new(o, "start", time_json(cx->mem, d->start));
    json_object_set_new(o, "due", time_json(cx->mem, d->due));
    json_object_set_new(o, "due_today", time_json(cx->mem, now ? now->due : WHEN_NONE));
    json_object_set_new(o, "ended", time_json(cx->mem, d->ended));
    json_object_set_new(o, "ended_by", *d->ended_by ? json_string(d->ended_by) : json_null());
    return o;
}

static void print_one(struct context *cx, const struct case_deadline *d)
{
    const struct catalog *c = cx->house->catalog;
    const struct deadline *now = clocks_recompute(cx->mem, d, cx->house->profile);
    const char *due = d->due == WHEN_NONE ? say(cx, "proof.no-due") : when_short(cx->mem, d->due);
    if (*d->ended_by) {
        const char *by = say(cx, mem_fmt(cx->mem, "since.%s", d->ended_by));
        const char *key = d->due != WHEN_NONE && d->ended > d->due ? "clock.ended-late" : "clock.ended";
        printf(
            "%s: %s\n\n", d->rule,
            catalog_say(cx->mem, c, key, "due", due, "by", by, "at", when_short(cx->mem, d->ended), NULL));
        return;
    }
    if (!now) {
        printf("%s: %s\n\n", d->rule, catalog_say(cx->mem, c, "clock.no-rule", "due", due, NULL));
        return;
    }
    print_text(stdout, deadline_text(cx->mem, now, c));
    if (now->due != d->due)
        printf("! %s\n", catalog_say(cx->mem, c, "clock.moved", "due", due, NULL));
    if (d->due != WHEN_NONE && d->due < clock_now())
        printf("! %s\n", say(cx, "clock.overdue"));
    putchar('\n');
}

bool deadline_explain(struct context *cx, struct err *err)
{
    const char *ref = args_word(cx);
    struct submission *s;
    if (!args_need(cx, ref, "REF", err) || !args_done(cx, err) || !open_house(cx, err) ||
        !find_case(cx, ref, &s, err))
        return false;
    if (cx->json) {
        json_t *all = json_array();
        for (size_t i = 0; i < s->n_deadlines; i++)
            json_array_append_new(all, one_json(cx, &s->deadlines[i]));
        print_json(json_pack("{s:s, s:o}", "submission", ref, "deadlines", all));
        return true;
    }
    if (!s->n_deadlines)
        printf("%s: %s\n", ref, say(cx, "clock.none"));
    for (size_t i = 0; i < s->n_deadlines; i++)
        print_one(cx, &s->deadlines[i]);
    return true;
}

/* ---- recompute ---- */

static void print_move(struct context *cx, const char *ref, const struct case_deadline *d, int64_t due)
{
    if (cx->json)
        print_json(json_pack("{s:s, s:s, s:o, s:o}", "submission", ref, "rule", d->rule, "from",
                             time_json(cx->mem, d->due), "to", time_json(cx->mem, due)));
    else
        printf("%s  %s: %s -> %s\n", ref, d->rule, d->due == WHEN_NONE ? "-" : when_short(cx->mem, d->due),
               due == WHEN_NONE ? "-" : when_short(cx->mem, due));
}

static bool recompute_case(struct context *cx, const char *ref, const struct actor *actor, bool dry,
                           size_t *moved, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct submission *s;
    if (!store_submission(cx->house->store, mem, ref, &s, err))
        return false;
    struct plan *p = plan_on(mem, s, "recompute", actor, clock_now());
    for (size_t i = 0; i < s->n_deadlines; i++) {
        const struct case_deadline *d = &s->deadlines[i];
        const struct deadline *now = *d->ended_by ? NULL : clocks_recompute(mem, d, cx->house->profile);
        if (!now || (now->due == d->due && now->provisional == d->provisional))
            continue;
        if (now->due != d->due)
            print_move(cx, ref, d, now->due);
        *moved += now->due != d->due;
        clocks_open(p, now);
    }
    return dry || p->n_effects == 0 || apply(cx, p, err);
}

bool deadline_recompute(struct context *cx, struct err *err)
{
    struct str_list refs = {0};
    struct actor actor;
    size_t moved = 0;
    bool dry = args_flag(cx, "--dry-run");
    if (!args_done(cx, err) || !open_house(cx, err) || !actor_of(cx, &actor, err))
        return false;
    if (!dry && !(actor.roles & MAY_RECOMPUTE))
        return err_set(err, ERR_NO, "account '%s': its roles do not allow this", actor.user);
    if (!store_open_deadlines(cx->house->store, cx->mem, &refs, err))
        return false;
    for (size_t i = 0; i < refs.n; i++)
        if (!recompute_case(cx, refs.v[i], &actor, dry, &moved, err))
            return false;
    if (!cx->json)
        printf("%s\n",
               catalog_say(cx->mem, cx->house->catalog, "clock.recomputed", "cases",
                           mem_fmt(cx->mem, "%zu", refs.n), "moved", mem_fmt(cx->mem, "%zu", moved), NULL));
    return true;
}
