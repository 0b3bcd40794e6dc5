/* step_free.c: what may be done with a case in any state: a note, a flag, the leader's word on paper, what
 * happened outside, handing it to a reviewer, the end of a hold. A hold ends by proof, but for those that
 * the rules let people end by looking (`release`); the gravest of these need two, each with a reason, for
 * exactly this text (A32). A flag is never lowered by somebody who wrote the text (MIC-13.5a). */
#include "desk/guard.h"
#include "desk/reclassify.h"
#include "desk/record.h"
#include "desk/review.h"
#include "desk/step_inside.h"

static struct plan *refuse(const struct stepping *x, const char *key, const char *detail)
{
    return plan_refuse(x->p, key, detail);
}

static struct plan *note(const struct stepping *x)
{
    if (!*x->ev->reason)
        return refuse(x, "needs-reason", x->ev->name);
    struct effect *e = plan_add(x->p, EFFECT_NOTE);
    e->key = "note";
    e->text = mem_str(x->p, x->ev->reason);
    return x->p;
}

/* ---- the end of a hold ---- */

static bool wrote(const struct stepping *x)
{
    return guard_wrote(x->s, x->actor->user, x->actor->login, x->actor->trial);
}

static void count_person(const void *mem, struct agreed **who, size_t *n, struct agreed a, bool trial)
{
    for (size_t i = 0; i < *n; i++)
        if (guard_same_person(a.user, a.login, (*who)[i].user, (*who)[i].login, trial)) {
            (*who)[i].roles |= a.roles;
            return;
        }
    *mem_append(mem, *who, *n) = a;
}

/* With the actor's own consent, do enough people agree? */
static bool enough(const struct stepping *x, const struct release_rule *r)
{
    struct agreed *who = NULL;
    size_t n = 0;
    bool trial = x->actor->trial;
    for (size_t i = 0; i < x->s->n_consents; i++) {
        const struct consent *c = &x->s->consents[i];
        if (str_eq(c->hold, r->hold) && !guard_wrote(x->s, c->user, c->login, trial))
            count_person(x->p, &who, &n, (struct agreed){c->user, c->login, c->roles}, trial);
    }
    count_person(x->p, &who, &n, (struct agreed){x->actor->user, x->actor->login, x->actor->roles}, trial);
    return guard_enough(who, n, &r->roles, r->people, r->each);
}

static bool consented(const struct stepping *x, const char *hold)
{
    for (size_t i = 0; i < x->s->n_consents; i++)
        if (str_eq(x->s->consents[i].hold, hold) && str_eq(x->s->consents[i].user, x->actor->user))
            return true;
    return false;
}

/* Why this person may not end (or agree to end) that hold. */
static struct refusal cannot_release(const struct stepping *x, const char *hold,
                                     const struct release_rule *r)
{
    if (!r)
        return (struct refusal){"hold-needs-proof", hold};
    if (!actor_has_any(x->actor, &r->roles))
        return (struct refusal){"not-allowed-role", x->ev->name};
    if (r->people > 1 && wrote(x))
        return (struct refusal){"own-text", x->actor->user};
    if (r->people > 1 && consented(x, hold))
        return (struct refusal){"approved-already", x->actor->user};
    return (struct refusal){0};
}

static void release_one(const struct stepping *x, const struct release_rule *r)
{
    struct effect *e;
    if (r->people > 1) {
        e = plan_add(x->p, EFFECT_CONSENT);
        e->key = mem_str(x->p, r->hold);
        e->to = mem_str(x->p, x->s->content_hash);
        e->text = mem_str(x->p, x->ev->reason);
        e->cite = r->cite;
        if (!enough(x, r))
            return;
    }
    e = plan_add(x->p, EFFECT_RELEASE);
    e->key = mem_str(x->p, r->hold);
    e->text = mem_str(x->p, x->ev->reason);
    e->cite = r->cite;
}

/* Without a name: every hold that this person may end; one that needs proof stops it all, as before. */
static struct plan *release(const struct stepping *x)
{
    if (!*x->ev->reason)
        return refuse(x, "needs-reason", x->ev->name);
    for (size_t i = 0; i < x->s->n_holds; i++) {
        const char *hold = x->s->holds[i].reason;
        if (*x->ev->hold && !str_eq(x->ev->hold, hold))
            continue;
        const struct release_rule *r = profile_find_release(x->profile, hold);
        struct refusal no = cannot_release(x, hold, r);
        if (no.key)
            return refuse(x, no.key, no.detail);
        release_one(x, r);
    }
    return x->p->n_effects ? x->p : refuse(x, "no-such-hold", x->ev->hold);
}

/* ---- flags ---- */

static bool stands(const struct submission *s, const char *flag)
{
    for (size_t i = 0; i < s->n_flags; i++)
        if (str_eq(s->flags[i].name, flag))
            return true;
    return false;
}

static struct refusal cannot_flag(const struct stepping *x, const struct flag_rule *f)
{
    if (!f)
        return (struct refusal){"unknown-flag", x->ev->flag ? x->ev->flag : ""};
    if (!actor_has_any(x->actor, x->ev->off ? &f->lower : &f->raise))
        return (struct refusal){"not-allowed-role", x->ev->name};
    if (x->ev->off && wrote(x))
        return (struct refusal){"own-text", x->actor->user};
    if (stands(x->s, f->name) != x->ev->off)
        return (struct refusal){x->ev->off ? "no-such-flag" : "flag-stands", f->label};
    if (!*x->ev->reason)
        return (struct refusal){"needs-reason", x->ev->name};
    return (struct refusal){0};
}

static struct plan *flag(const struct stepping *x)
{
    const struct flag_rule *f = x->ev->flag ? profile_find_flag(x->profile, x->ev->flag) : NULL;
    struct refusal no = cannot_flag(x, f);
    if (no.key)
        return refuse(x, no.key, no.detail);
    struct effect *e = plan_add(x->p, EFFECT_FLAG);
    e->key = f->name;
    e->to = x->ev->off ? "lowered" : "raised";
    e->text = mem_str(x->p, x->ev->reason);
    e->cite = f->cite;
    return x->p;
}

/* ---- the leader's word on paper ---- */

static const char *cannot_confirm(const struct stepping *x)
{
    const struct event *ev = x->ev;
    if (!(x->actor->roles & (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_SECRETARY)))
        return "not-allowed-role";
    if (wrote(x)) /* the requester never confirms himself (A11) */
        return "own-submission";
    if (!submission_is_held_for(x->s, "confirmation"))
        return "not-waiting";
    if (!str_eq(ev->how, "paper") && !str_eq(ev->how, "fax") && !str_eq(ev->how, "scan"))
        return "needs-how";
    return ev->evidence && *ev->evidence ? NULL : "needs-evidence";
}

static struct plan *confirm(const struct stepping *x)
{
    struct plan *p = x->p;
    const struct event *ev = x->ev;
    const char *no = cannot_confirm(x);
    if (no)
        return refuse(x, no, str_eq(no, "not-allowed-role") ? ev->name : x->s->ref);
    struct plan_confirmation *c = mem_zero(p, struct plan_confirmation);
    *c = (struct plan_confirmation){.person = mem_str(p, ev->by ? ev->by : ""),
                                    .evidence = mem_str(p, ev->evidence),
                                    .evidence_name = mem_str(p, ev->evidence_name ? ev->evidence_name : ""),
                                    .words = mem_str(p, ev->reason)};
    struct effect *e = plan_add(p, EFFECT_CONFIRM);
    e->key = "confirmed";
    e->text = mem_str(p, ev->how);
    e->to = mem_str(p, x->s->content_hash);
    e->confirmation = c;
    e->cite = "MIC-13.1a";
    e = plan_add(p, EFFECT_RELEASE);
    e->key = "confirmation";
    e->text = mem_str(p, ev->how);
    return p;
}

static struct plan *to_another_kind(const struct stepping *x)
{
    return reclassify(x->p, x->s, x->ev, x->actor, x->profile);
}

const struct free_event *step_free(const char *name)
{
    static const struct free_event table[] = {{"note", note},
                                              {"release", release},
                                              {"confirm", confirm},
                                              {"flag", flag},
                                              {"record", record_happened},
                                              {"hand-over", review_hand_over},
                                              {"reclassify", to_another_kind},
                                              {"topic", topic_join},
                                              {"topic-seen", topic_seen}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (str_eq(table[i].name, name))
            return &table[i];
    return NULL;
}
