/* act_letter.c: see act_letter.h. The token is used up by what it does; what is refused leaves it good, so
 * that he may answer again with the ground or the list that was missing. */
#include "desk/act_letter.h"
#include "desk/field_holds.h"
#include "desk/review.h"

static bool adds_hold(const struct plan *p)
{
    for (size_t i = 0; i < p->n_effects; i++)
        if (p->effects[i].kind == EFFECT_HOLD)
            return true;
    return false;
}

/* He approved, and it was approved or done already: nobody needs to look. */
static bool harmless(const struct acting *a)
{
    return a->said && str_eq(a->said, "approve") &&
           (str_eq(a->why_not, "act-used") || str_eq(a->why_not, "act-closed"));
}

/* What he wants has not happened, so the case waits until somebody has read his letter (WF-5). */
static void nothing_done(struct plan *p, const struct submission *about, const struct acting *a,
                         const char *key, const char *why)
{
    plan_note(p, key, why);
    if (!adds_hold(p) && !harmless(a))
        plan_hold(p, "answer", about->ref, "MIC-13.5a");
}

void desk_act_by_letter(struct plan *p, const struct submission *about, const struct evidence *e,
                        const struct actor *who, const struct profile *profile)
{
    const struct acting *a = &e->acting;
    const struct event event = {
        .name = a->verb, .ground = a->ground, .reason = a->reason, .hold = "", .todo = &a->todo};
    if (!*a->verb || !who || adds_hold(p)) {
        nothing_done(p, about, a, "act-nothing", !who ? "act-wrong-person" : a->why_not);
        return;
    }
    struct plan *step = desk_step(p, about, &event, who, profile, p->now);
    if (step->refused && str_eq(a->verb, "approve") && str_eq(step->refused, "not-allowed-role") &&
        review_by_letter(p, about, who, profile)) {
        p->actor = *who;
        plan_add(p, EFFECT_TOKEN_USE)->to = mem_fmt(p, "%lld", (long long)a->token->id);
        return;
    }
    if (step->refused) {
        nothing_done(p, about, a, "act-refused", step->refused);
        return;
    }
    p->actor = *who;
    plan_note(p, "by-letter", a->verb);
    for (size_t i = 0; i < step->n_effects; i++)
        *plan_add(p, step->effects[i].kind) = step->effects[i];
    plan_add(p, EFFECT_TOKEN_USE)->to = mem_fmt(p, "%lld", (long long)a->token->id);
}
