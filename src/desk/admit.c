/* admit.c: the verdict, and the plan for a new letter.
 *
 * The verdict is evidence x category x policy (MIC-13.1a; dev-mail LABELS, verdict policy): citizens are
 * taken in whatever their mail server says, unless they impersonate an official; an authenticated own
 * account suffices where the profile says so; a registered leader who sends the text himself has confirmed
 * it; everything else waits for a confirmation. Fails closed: what cannot be decided is held, and nothing
 * is ever dropped. */
#include "desk/admit.h"
#include "desk/campaign.h"
#include "desk/clocks.h"
#include "desk/consultation.h"
#include "desk/content.h"
#include "desk/field_holds.h"
#include "desk/flag.h"
#include "desk/form_evidence.h"
#include "desk/route.h"
#include "desk/unread.h"

const char *verdict_name(enum verdict v)
{
    static const char *const names[] = {"accept", "needs-confirmation", "confirmed", "reject-spoof"};
    return names[v];
}

/* The registered leader sends or forwards the text himself, and says nothing against it (DOMAIN 6.2). */
static bool leader_brings_it(const struct evidence *e)
{
    return confirming_agrees(&e->confirming) && !*e->confirming.ref;
}

/* Mail that asks for nothing to be published: taken in from the public. */
static bool taken_in(const struct evidence *e, enum category c)
{
    if (category_is_citizens(c) || c == CATEGORY_SPAM || c == CATEGORY_BOUNCE || c == CATEGORY_AUTOREPLY)
        return true;
    return c == CATEGORY_OTHER && e->standing == STANDING_PUBLIC;
}

/* A request form with the consent of the sending unit's leader, where the profile takes that (LS-7.2), from
 * an own account: the form itself proves nothing (DOMAIN 6.3). */
static bool form_confirms(const struct evidence *e, const struct ruling *r, const struct policy *policy)
{
    _cleanup_mem_ void *mem = mem_new();
    return policy->profile->form_confirms && e->own_domain && e->auth == AUTH_AUTHENTICATED &&
           form_evidence(mem, e, r).says == FORM_SAYS_YES;
}

enum verdict desk_verdict(const struct evidence *e, const struct ruling *r, const struct policy *policy)
{
    if (e->impersonates || e->auth == AUTH_FORGED || e->standing == STANDING_FORGED)
        return VERDICT_REJECT_SPOOF;
    if (r->category == CATEGORY_OTHER && *e->confirming.words && !confirming_agrees(&e->confirming))
        return VERDICT_NEEDS_CONFIRMATION; /* looks like the word of a leader and is none (SV-7) */
    if (taken_in(e, r->category))
        return VERDICT_ACCEPT;
    if (e->auth != AUTH_AUTHENTICATED)
        return VERDICT_NEEDS_CONFIRMATION;
    bool always = r->kind->confirm == CONFIRM_LEADER_ALWAYS || !policy->profile->own_accounts_suffice;
    if (e->own_domain && !always)
        return VERDICT_ACCEPT;
    return leader_brings_it(e) || form_confirms(e, r, policy) ? VERDICT_CONFIRMED
                                                              : VERDICT_NEEDS_CONFIRMATION;
}

/* ---- holds ---- */

static void add_holds(struct plan *p, const struct letter *l, const struct evidence *e,
                      const struct ruling *r, const struct policy *policy, enum verdict v)
{
    hold_unread(p, l, r->category, p->opening->facts->header_only);
    if (v == VERDICT_REJECT_SPOOF)
        plan_hold(p, "forged", e->auth_detail, "MIC-13.1a");
    if (v == VERDICT_NEEDS_CONFIRMATION)
        plan_hold(p, "confirmation", e->from, "MIC-13.1a");
    if (v != VERDICT_REJECT_SPOOF && (e->ambiguous || !*e->from))
        plan_hold(p, "sender", e->ambiguous ? e->auth_detail : "", "MIC-13.1a");
    if (r->secrecy_marked)
        plan_hold(p, "secrecy", r->secrecy_where, "MIC-13.5b1");
    add_field_holds(p, e, r, policy, v == VERDICT_CONFIRMED);
    if (e->stray && *e->stray && !category_is_restricted(r->category))
        plan_hold(p, "answer", e->stray, "MIC-13.5d");
    if (r->unsure)
        plan_hold(p, "unsure", r->second ? r->second->label : "", "MIC-13.2");
}

/* ---- the case ---- */

static void fill_submission(struct plan *p, const struct letter *l, const struct evidence *e,
                            const struct ruling *r, const struct policy *policy)
{
    struct submission *s = &p->opening->s;
    const struct track *track = profile_find_track(policy->profile, r->kind->track);
    s->ref = p->ref;
    s->kind = r->kind->id;
    s->category = category_name(r->category);
    s->track = r->kind->track;
    s->state = track ? track->start : "closed";
    s->unit = e->unit ? e->unit->id : "";
    s->restricted = category_is_restricted(r->category);
    s->sender_unit = e->unit && e->auth == AUTH_AUTHENTICATED && !e->impersonates ? e->unit->id : "";
    s->from = e->from;
    s->from_name = e->from_name;
    s->authenticated = e->auth == AUTH_AUTHENTICATED && !e->impersonates;
    s->subject = l->subject;
    s->message_id = l->message_id;
    s->received = e->received;
    s->opened = p->now;
    s->title = *r->fields.title ? r->fields.title : l->subject;
    s->body = content_of(l);
    s->extra = s->restricted ? "" : content_of_letter(p, l); /* names of files may name people (A33) */
    s->content_hash = submission_whole_hash(p, s->title, s->body, s->extra);
    s->letter_sha256 = l->sha256;
}

/* Citizens' letters are proposed to whose they are; what a unit sends stays that unit's (MIC-13.4). */
static void propose_routes(struct plan *p, const struct letter *l, const struct evidence *e,
                           const struct ruling *r, const struct policy *policy)
{
    struct submission *s = &p->opening->s;
    struct routes routes = desk_route(p, l, e, r, policy->profile, p->now);
    p->opening->routes = routes.v;
    p->opening->n_routes = routes.n;
    if (*r->kind->to || s->restricted || !*s->unit)
        s->unit = routes_unit(&routes, policy->profile);
    if (routes.recused)
        plan_hold(p, "recusal", routes.n ? routes.v[0].to : "", "MIC-13.5d1");
}

/* The leader's own word for the text that he sends, or his opinion in a request form: kept as evidence,
 * bound to that text. */
static void record_confirmation(struct plan *p, const struct letter *l, const struct evidence *e,
                                const struct ruling *r)
{
    const struct confirming *c = &e->confirming;
    const struct form_evidence form = form_evidence(p, e, r);
    bool by_form = form.leader && !leader_brings_it(e);
    struct plan_confirmation *said = mem_zero(p, struct plan_confirmation);
    *said = (struct plan_confirmation){.person = by_form ? form.leader->address : e->from,
                                       .evidence = l->sha256,
                                       .evidence_name = "",
                                       .words = by_form    ? form.words
                                                : c->words ? c->words
                                                           : ""};
    struct effect *x = plan_add(p, EFFECT_CONFIRM);
    x->key = "confirmed";
    x->text = by_form ? "form" : c->how && *c->how ? c->how : "sent";
    x->to = p->opening->s.content_hash;
    x->confirmation = said;
    x->cite = "MIC-13.1a";
}

static struct plan *second_receipt(struct plan *p, const struct known *known)
{
    p->ref = mem_str(p, known->duplicate_of);
    plan_add(p, EFFECT_RECEIPT)->to = p->ref;
    return p;
}

struct plan *desk_admit(const void *mem, const struct letter *letter, const struct facts *facts,
                        const struct evidence *evidence, const struct ruling *ruling,
                        const struct known *known, const struct policy *policy, const char *entry,
                        int64_t now)
{
    char *key =
        mem_fmt(mem, "letter/%s", entry); /* an entry is one receipt, also after a crash before fetch.db */
    struct plan *p = plan_new(mem, key, known->next_ref, &actor_system, now);
    enum verdict verdict = desk_verdict(evidence, ruling, policy);
    p->opening = mem_zero(p, struct opening);
    *p->opening = (struct opening){.letter = letter, .facts = facts, .entry = entry};
    fill_submission(p, letter, evidence, ruling, policy);
    p->opening->s.verdict = verdict_name(verdict);
    if (*known->duplicate_of)
        return second_receipt(p, known);
    plan_add(p, EFFECT_OPEN)->cite = ruling->kind->cite;
    add_holds(p, letter, evidence, ruling, policy, verdict);
    consultation_admit(p, evidence, ruling, policy, verdict != VERDICT_ACCEPT);
    campaign_admit(p, evidence, ruling);
    flag_by_words(p, &p->opening->s, policy->flags);
    propose_routes(p, letter, evidence, ruling, policy);
    clocks_begin(p, &p->opening->s, "received", p->opening->s.received, policy->profile);
    clocks_document(p, &p->opening->s, ruling->fields.doc_date, ruling->fields.v[FIELD_BODY].text,
                    policy->profile);
    if (verdict == VERDICT_CONFIRMED)
        record_confirmation(p, letter, evidence, ruling);
    if (*known->claims)
        plan_add(p, EFFECT_LINK)->to = mem_str(p, known->claims);
    return p;
}
