/* interim.c: see interim.h. Which profile knows such a notice is said by its time rules: one that `interim`
 * ends must run on the case (langson/answer). Refuses a notice to an address that nobody proved and nobody
 * vouches for (SV-9): it would tell a stranger of somebody else's question. The journal names no address.
 */
#include "desk/interim.h"
#include "desk/clocks.h"
#include "desk/question.h"
#include "mail/address.h"

#define ANSWER_SECONDS (INT64_C(180) * 86400)
#define PROMISE_SECONDS                                                                                    \
    (INT64_C(366) * 86400) /* a day farther off is a slip of the year, and no term at all */
#define MAY_PROMISE                                                                                        \
    (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_MEMBER | ROLE_SECRETARY | ROLE_EDITOR)

static const struct case_deadline *running(const struct submission *s, const struct profile *profile)
{
    for (size_t i = 0; i < s->n_deadlines; i++) {
        const struct case_deadline *d = &s->deadlines[i];
        const struct time_rule *r = profile_find_time_rule(profile, d->rule);
        if (r && !*d->ended_by && str_list_has(&r->ends, "interim"))
            return d;
    }
    return NULL;
}

static const char *address_of(const struct submission *s, const struct interim_wish *w,
                              const struct notify_rules *r)
{
    const char *to = *w->to ? w->to : s->authenticated ? s->from : "";
    return address_sendable(to) && !notify_is_ours(to, r) ? to : NULL;
}

static const char *cannot(const struct submission *s, const struct interim_wish *w,
                          const struct actor *actor, const struct notify_rules *r, int64_t now)
{
    if (!(actor->roles & MAY_PROMISE))
        return "not-allowed-role";
    if (s->restricted)
        return "restricted";
    if (submission_is_unread(s)) /* may be a complaint */
        return "unread";
    if (!question_is(s))
        return "interim-no-question";
    if (submission_is_held_for(s, "forged") || submission_is_held_for(s, "secrecy"))
        return "held";
    if (!running(s, r->profile))
        return "interim-no-term";
    if (w->until < now)
        return "interim-past";
    if (w->until - now > PROMISE_SECONDS)
        return "interim-far";
    return address_of(s, w, r) ? NULL : "interim-no-address";
}

static const char *detail_of(const struct submission *s, const char *no)
{
    return str_eq(no, "not-allowed-role")        ? "interim"
           : !str_eq(no, "held")                 ? s->ref
           : submission_is_held_for(s, "forged") ? "forged"
                                                 : "secrecy";
}

static void write_letter(struct plan *p, const struct submission *s, const struct interim_wish *w,
                         const char *date, const struct notify_rules *r)
{
    struct plan_letter *l = notify_letter(p, s, "interim", address_of(s, w, r), "", r->profile);
    struct when_civil day = when_civil(w->until);
    notify_param(l, "title", s->title);
    notify_param(l, "received", when_short(l, s->received));
    notify_param(l, "until", mem_fmt(l, "%02d/%02d/%04d", day.day, day.month, day.year));
    notify_param(l, "date", date);
    notify_param(l, "reason", w->reason);
    l->answerable = true;
    l->token_purpose = TOKEN_REPLY;
    l->token_seconds = ANSWER_SECONDS;
}

struct plan *interim_give(const void *mem, const struct submission *s, const struct interim_wish *w,
                          const struct actor *actor, const struct notify_rules *rules, int64_t now)
{
    const struct profile *profile = rules->profile;
    struct plan *p = plan_on(mem, s, "interim", actor, now);
    const char *no = cannot(s, w, actor, rules, now);
    if (no)
        return plan_refuse(p, no, detail_of(s, no));
    const char *date = mem_bytes(p, when_rfc3339(p, w->until), 10);
    clocks_happen(p, s, "interim", now, profile);
    clocks_begin(p, s, "promised", w->until, profile);
    struct effect *e = plan_add(p, EFFECT_NOTE);
    e->key = "interim";
    e->to = date;
    e->text = mem_str(p, w->reason);
    e->cite = mem_str(p, running(s, profile)->cite);
    write_letter(p, s, w, date, rules);
    return p;
}
