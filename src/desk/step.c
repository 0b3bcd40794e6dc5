/* step.c: what a person may do with a case. The track's table says which events exist, who may take them
 * and what they need; the guards below hold for every track:
 *
 *   restricted   complaints and denunciations are for inspector and chief only (QC-6)
 *   held         nothing with a standing hold is approved or published (A31, A32)
 *   content      a publication needs an approval of exactly the present content (LS-14.2, WF-4)
 *
 * Refuses by plan (refused = catalogue key), never by failing. */
#include "desk/step.h"
#include "desk/reclassify.h"
#include "desk/clocks.h"
#include "desk/notify.h"
#include "mail/address.h"

#define ANSWER_SECONDS (INT64_C(180) * 86400) /* an answer to a letter of ours joins its case */

/* Events that need no track: they do not move the case. */
static bool is_free_event(const char *name)
{
    return str_eq(name, "note") || str_eq(name, "release") || str_eq(name, "confirm") ||
           str_eq(name, "reclassify");
}

bool step_known(const struct profile *profile, const char *event)
{
    if (is_free_event(event))
        return true;
    for (size_t i = 0; i < profile->n_tracks; i++)
        for (size_t k = 0; k < profile->tracks[i].n_transitions; k++)
            if (str_eq(profile->tracks[i].transitions[k].event, event))
                return true;
    return false;
}

/* ---- guards: each gives a refusal key, or NULL ---- */

static bool publishes(const struct transition *t)
{
    return str_eq(t->effect, "publish");
}

static const char *guard_holds(const struct submission *s, const struct transition *t)
{
    bool releases_content = publishes(t) || str_eq(t->event, "approve");
    return releases_content && s->n_holds ? s->holds[0].reason : NULL;
}

/* What a leader confirmed was the text that he saw (A11): another one waits for his word again. */
static bool confirmation_void(const struct submission *s, const struct transition *t)
{
    bool releases_content = publishes(t) || str_eq(t->event, "approve");
    return releases_content && str_eq(s->verdict, "confirmed") && !submission_is_confirmed(s);
}

static bool approved_as_it_is(const struct submission *s)
{
    for (size_t i = 0; i < s->n_approvals; i++)
        if (str_eq(s->approvals[i].content_hash, s->content_hash))
            return true;
    return false;
}

struct refusal {
    const char *key, *detail;
};

static struct refusal guard_words(const struct event *ev, const struct transition *t,
                                  const struct profile *profile)
{
    if (t->needs_ground && !*ev->ground)
        return (struct refusal){"needs-ground", t->event};
    if (*ev->ground && !profile_find_ground(profile, ev->ground))
        return (struct refusal){"unknown-ground", ev->ground};
    if (*ev->ground && t->grounds.n && !str_list_has(&t->grounds, ev->ground))
        return (struct refusal){"other-ground", ev->ground};
    if (t->needs_reason && !*ev->reason)
        return (struct refusal){"needs-reason", t->event};
    return (struct refusal){0};
}

static struct refusal guard(const struct submission *s, const struct event *ev, const struct transition *t,
                            const struct actor *actor, const struct profile *profile)
{
    if (!t)
        return (struct refusal){"wrong-state", s->state};
    if (!actor_has_any(actor, &t->roles))
        return (struct refusal){"not-allowed-role", t->event};
    const char *held = guard_holds(s, t);
    if (held)
        return (struct refusal){"held", held};
    if (confirmation_void(s, t))
        return (struct refusal){"confirmation-void", s->ref};
    if (publishes(t) && !approved_as_it_is(s))
        return (struct refusal){"content-changed", s->ref};
    return guard_words(ev, t, profile);
}

/* ---- effects ---- */

/* A letter to the sender: only to an address that was authenticated (SV-9), with nothing quoted. He may
 * answer it; the token brings the answer into the case. */
static void add_letter(struct plan *p, const struct submission *s, const struct event *ev,
                       const struct transition *t, const struct profile *profile)
{
    if (!*t->letter || !s->authenticated || !address_sendable(s->from))
        return;
    const struct ground *ground = profile_find_ground(profile, ev->ground);
    struct plan_letter *l = notify_letter(p, s, t->letter, s->from, "", profile);
    notify_param(l, "title", s->title);
    notify_param(l, "reason", ev->reason);
    notify_param(l, "ground", ground ? ground->text : "");
    l->answerable = true;
    l->token_purpose = TOKEN_REPLY;
    l->token_seconds = ANSWER_SECONDS;
}

static void take(struct plan *p, const struct submission *s, const struct event *ev,
                 const struct transition *t, const struct profile *profile)
{
    struct effect *e;
    if (str_eq(t->event, "approve")) {
        e = plan_add(p, EFFECT_APPROVE);
        e->to = mem_str(p, s->content_hash);
        e->cite = t->cite;
    }
    e = plan_add(p, EFFECT_MOVE);
    e->from = mem_str(p, t->from);
    e->to = mem_str(p, t->to);
    e->key = mem_str(p, t->event);
    e->text = mem_str(p, *ev->ground ? ev->ground : ev->reason);
    e->cite = t->cite;
    if (publishes(t)) {
        const struct kind *kind = profile_find_kind(profile, s->kind);
        e = plan_add(p, EFFECT_PUBLISH);
        e->to = mem_str(p, s->content_hash);
        e->text = mem_str(p, kind ? kind->label : "");
    }
    if (str_eq(t->effect, "withdraw"))
        plan_add(p, EFFECT_WITHDRAW)->text = mem_str(p, ev->reason);
    const char *words[2];
    size_t n = clocks_words(t->event, words);
    for (size_t i = 0; i < n; i++)
        clocks_happen(p, s, words[i], p->now, profile);
    add_letter(p, s, ev, t, profile);
}

/* Doubts of the machine, which a person may settle by looking, with a reason (DC-3, DC-6). The other holds
 * end by proof only; a form without the leader's opinion leaves its hold for confirmation standing. */
static bool releasable(const char *reason)
{
    static const char *const reasons[] = {"unsure",           "unreadable", "limits", "not-issued",
                                          "portal-recipient", "form",       "items",  "withdrawn"};
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (str_eq(reason, reasons[i]))
            return true;
    return false;
}

static struct plan *release(struct plan *p, const struct submission *s, const struct event *ev,
                            const struct actor *actor)
{
    if (!(actor->roles & (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_SECRETARY)))
        return plan_refuse(p, "not-allowed-role", ev->name);
    if (!*ev->reason)
        return plan_refuse(p, "needs-reason", ev->name);
    for (size_t i = 0; i < s->n_holds; i++) {
        const char *reason = s->holds[i].reason;
        if (*ev->hold && !str_eq(ev->hold, reason))
            continue;
        if (!releasable(reason))
            return plan_refuse(p, "hold-needs-proof", reason);
        struct effect *e = plan_add(p, EFFECT_RELEASE);
        e->key = mem_str(p, reason);
        e->text = mem_str(p, ev->reason);
    }
    return p->n_effects ? p : plan_refuse(p, "no-such-hold", ev->hold);
}

static struct plan *note(struct plan *p, const struct event *ev)
{
    if (!*ev->reason)
        return plan_refuse(p, "needs-reason", ev->name);
    struct effect *e = plan_add(p, EFFECT_NOTE);
    e->key = "note";
    e->text = mem_str(p, ev->reason);
    return p;
}

/* ---- the leader's word on paper ---- */

/* The requester never confirms himself (A11): the account whose own mailbox sent the text. */
static bool sent_it_himself(const struct submission *s, const struct actor *actor)
{
    const char *at = strrchr(s->from, '@');
    size_t n = at ? (size_t)(at - s->from) : 0;
    return n && ((strlen(actor->user) == n && str_ieqn(actor->user, s->from, n)) ||
                 (strlen(actor->login) == n && str_ieqn(actor->login, s->from, n)));
}

static const char *cannot_confirm(const struct submission *s, const struct event *ev,
                                  const struct actor *actor)
{
    if (!(actor->roles & (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_SECRETARY)))
        return "not-allowed-role";
    if (sent_it_himself(s, actor))
        return "own-submission";
    if (!submission_is_held_for(s, "confirmation"))
        return "not-waiting";
    if (!str_eq(ev->how, "paper") && !str_eq(ev->how, "fax") && !str_eq(ev->how, "scan"))
        return "needs-how";
    return ev->evidence && *ev->evidence ? NULL : "needs-evidence";
}

static struct plan *confirm(struct plan *p, const struct submission *s, const struct event *ev,
                            const struct actor *actor)
{
    const char *no = cannot_confirm(s, ev, actor);
    if (no)
        return plan_refuse(p, no, str_eq(no, "not-allowed-role") ? ev->name : s->ref);
    struct plan_confirmation *c = mem_zero(p, struct plan_confirmation);
    *c = (struct plan_confirmation){.person = mem_str(p, ev->by ? ev->by : ""),
                                    .evidence = mem_str(p, ev->evidence),
                                    .evidence_name = mem_str(p, ev->evidence_name ? ev->evidence_name : ""),
                                    .words = mem_str(p, ev->reason)};
    struct effect *e = plan_add(p, EFFECT_CONFIRM);
    e->key = "confirmed";
    e->text = mem_str(p, ev->how);
    e->to = mem_str(p, s->content_hash);
    e->confirmation = c;
    e->cite = "MIC-13.1a";
    e = plan_add(p, EFFECT_RELEASE);
    e->key = "confirmation";
    e->text = mem_str(p, ev->how);
    return p;
}

struct plan *desk_step(const void *mem, const struct submission *s, const struct event *event,
                       const struct actor *actor, const struct profile *profile, int64_t now)
{
    char *key = mem_fmt(mem, "%s/%lld/%s", s->ref, (long long)s->version, event->name);
    struct plan *p = plan_new(mem, key, s->ref, actor, now);
    const struct track *track = profile_find_track(profile, s->track);
    p->version = s->version;
    if (s->restricted && !actor_reads_restricted(actor))
        return plan_refuse(p, "restricted", s->ref);
    if (str_eq(event->name, "note"))
        return note(p, event);
    if (str_eq(event->name, "release"))
        return release(p, s, event, actor);
    if (str_eq(event->name, "reclassify"))
        return reclassify(p, s, event, actor, profile);
    if (str_eq(event->name, "confirm"))
        return confirm(p, s, event, actor);
    if (!track)
        return plan_refuse(p, "no-track", s->kind);
    const struct transition *t = track_find(track, s->state, event->name);
    struct refusal no = guard(s, event, t, actor, profile);
    if (no.key)
        return plan_refuse(p, no.key, no.detail);
    take(p, s, event, t, profile);
    return p;
}
