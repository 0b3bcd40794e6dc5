/* replying.c: see replying.h. The request is a case of its own, with the common track and approvals; of the
 * complaint it knows the reference and nothing else, so the link names nobody. The clock is the rule of the
 * profile that begins with such a request: the regulation says "ten working days" and not from when; it can
 * only be from the request.
 *
 * Refuses to believe a From: only what was authenticated is the inspectorate's. */
#include "replying.h"
#include "desk/clocks.h"

/* The unit to which complaints go: whoever of its people the registry knows writes for it. */
static bool is_inspectorate(const struct profile *profile, const char *unit)
{
    for (size_t i = 0; i < profile->n_kinds; i++)
        if (category_is_restricted(profile->kinds[i].category) && str_eq(profile->kinds[i].to, unit))
            return true;
    return false;
}

static bool from_inspectorate(const struct house *h, const struct submission *s)
{
    const char *conf = h->conf->inspectorate, *other = h->conf->alternate;
    const char *inspectorate = *conf ? conf : h->profile->inspectorate;
    const char *alternate = *other ? other : h->profile->alternate;
    if (!s->authenticated)
        return false;
    if (*s->from && (str_ieq(s->from, inspectorate) || str_ieq(s->from, alternate)))
        return true;
    return *s->sender_unit && is_inspectorate(h->profile, s->sender_unit);
}

bool replying_request(struct house *h, const void *mem, struct plan *plan, const struct known *known,
                      struct err *err)
{
    bool complaint = false;
    const struct submission *s = plan->opening ? &plan->opening->s : NULL;
    if (!s || !plan->n_effects || plan->effects[0].kind != EFFECT_OPEN || s->restricted ||
        !*known->claims || !from_inspectorate(h, s))
        return true;
    if (!store_is_restricted(h->store, known->claims, &complaint, err))
        return false;
    for (size_t i = 0; complaint && i < h->profile->n_time_rules; i++) {
        const struct time_rule *r = &h->profile->time_rules[i];
        if (str_list_has(&r->starts, "publication-request"))
            clocks_open(plan, deadline_compute(mem, r, s->received, &h->profile->calendar, NULL, 0));
    }
    if (complaint) {
        struct effect *e = plan_add(plan, EFFECT_NOTE);
        e->key = "publication-request";
        e->to = mem_str(plan, known->claims);
        e->cite = "MIC-13.5d2";
    }
    return true;
}
