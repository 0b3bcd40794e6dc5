/* answer.c: see answer.h. An agreement counts once, for the text that was shown, while the case waits for
 * it; everything else that a leader says is kept as evidence and changes nothing for the better. A
 * withdrawal puts the hold back, and one that comes after publication is a hold that staff must see. */
#include "desk/answer.h"
#include "desk/field_holds.h"
#include "desk/question.h"
#include "desk/resend.h"

/* Nobody's own word: forged, not proved, or written by a machine. */
static bool nobodys(const struct evidence *e)
{
    return e->impersonates || e->auth != AUTH_AUTHENTICATED || e->automatic || e->bounce || e->bulk;
}

/* The host of an event to which nobody could go writes himself and answers our letter with his text: that
 * is a case of its own, to be approved and published (BCA-5.3). */
static bool is_host_article(const struct evidence *e, const struct ruling *r, const struct known *known)
{
    bool text = r->category == CATEGORY_NEWS || r->category == CATEGORY_THEMATIC;
    for (size_t i = 0; text && i < known->n_tokens; i++)
        if (str_eq(known->tokens[i].ref, e->joins) &&
            str_starts(known->tokens[i].letter_key, "event-cannot/"))
            return true;
    return false;
}

const char *desk_joins(const struct evidence *e, const struct ruling *r, const struct known *known)
{
    const struct confirming *c = &e->confirming;
    if (*known->duplicate_of || nobodys(e))
        return "";
    if (c->ref && *c->ref && (c->counts || (c->token && c->by)))
        return c->ref;
    if (e->acting.ref && *e->acting.ref)
        return e->acting.ref;
    return e->joins && !category_is_restricted(r->category) && !is_host_article(e, r, known) ? e->joins
                                                                                             : "";
}

/* ---- what was said ---- */

static void say(struct plan *p, enum effect_kind kind, const char *what, const struct evidence *e,
                const struct letter *l)
{
    const struct confirming *c = &e->confirming;
    bool settles = str_eq(what, "confirmed") || str_eq(what, "refused");
    struct plan_confirmation *said = mem_zero(p, struct plan_confirmation);
    *said = (struct plan_confirmation){.person = e->from,
                                       .evidence = l->sha256,
                                       .evidence_name = "",
                                       .words = c->words ? c->words : "",
                                       .token = settles && c->token && !c->token->used ? c->token->id : 0};
    struct effect *x = plan_add(p, kind);
    x->key = what;
    x->text = c->how && *c->how ? c->how : "letter";
    x->to = p->opening->s.content_hash;
    x->confirmation = said;
    x->cite = "MIC-13.1a";
}

static void agree(struct plan *p, const struct submission *s, const struct evidence *e,
                  const struct letter *l)
{
    if (!submission_is_held_for(s, "confirmation")) {
        plan_note(p, "confirmation-not-needed", e->confirming.how);
        return;
    }
    say(p, EFFECT_CONFIRM, "confirmed", e, l);
    plan_release(p, "confirmation", e->confirming.how, NULL);
    p->opening->s.verdict = "confirmed";
}

static void take_back(struct plan *p, const struct submission *s, const struct evidence *e,
                      const struct letter *l, const struct policy *policy)
{
    const struct track *t = profile_find_track(policy->profile, s->track);
    bool done = s->on_portal || (t && str_list_has(&t->finals, s->state));
    say(p, EFFECT_ANSWER, "withdrawn", e, l);
    p->opening->s.verdict = "needs-confirmation";
    if (done || !submission_is_held_for(s, "confirmation")) {
        struct effect *x = plan_add(p, EFFECT_HOLD);
        x->key = done ? "withdrawn" : "confirmation";
        x->text = e->from;
        x->cite = "MIC-13.1a";
    }
}

static void answered(struct plan *p, const struct submission *s, const struct evidence *e,
                     const struct letter *l, const struct policy *policy)
{
    switch (e->confirming.says) {
    case AGREEMENT_YES:
        agree(p, s, e, l);
        break;
    case AGREEMENT_NO:
        say(p, EFFECT_ANSWER, "refused", e, l);
        break;
    case AGREEMENT_CONDITION:
        say(p, EFFECT_ANSWER, "condition", e, l);
        break;
    case AGREEMENT_QUESTION:
        say(p, EFFECT_ANSWER, "question", e, l);
        break;
    case AGREEMENT_WITHDRAWN:
        take_back(p, s, e, l, policy);
        break;
    default:
        say(p, EFFECT_ANSWER, "unclear", e, l);
    }
}

/* A party wrote once more. Of what is about to be published a person reads it first: it may say that the
 * text is wrong, or ask for it back. */
static void follow_up(struct plan *p, const struct submission *s, const struct evidence *e,
                      const struct profile *profile)
{
    const struct track *t = profile_find_track(profile, s->track);
    bool staff = e->acting.ref && str_eq(e->acting.ref, s->ref); /* who acts by letter is no party */
    plan_note(p, "follow-up", "");
    if (!staff && t && track_find(t, s->state, "publish"))
        plan_hold(p, "follow-up", s->from, "MIC-13.2");
}

static bool moves(const struct plan *p)
{
    for (size_t i = 0; i < p->n_effects; i++)
        if (p->effects[i].kind == EFFECT_MOVE)
            return true;
    return false;
}

/* The unit that answers writes once more, or nothing that could be read: its first answer is not published
 * before somebody has seen what it says now (QC-2). */
static void hold_second_answer(struct plan *p, const struct submission *about, const struct evidence *e,
                               const struct known *known)
{
    const char *own = e->person ? e->person->unit : "";
    if (!question_is(about) || moves(p) || !*own || !str_eq(own, about->unit) ||
        submission_is_held_for(about, "answer"))
        return;
    for (size_t i = 0; i < known->n_tokens; i++)
        if (str_eq(known->tokens[i].ref, about->ref) && known->tokens[i].letter_key &&
            str_starts(known->tokens[i].letter_key, "question-forward/")) {
            plan_hold(p, "answer", about->ref, "MIC-13.5d");
            return;
        }
}

struct plan *desk_answer(const void *mem, const struct letter *letter, const struct facts *facts,
                         const struct evidence *e, const struct ruling *r, const struct known *known,
                         const struct submission *about, const struct policy *policy, const char *entry,
                         int64_t now)
{
    const struct confirming *c = &e->confirming;
    char *key = mem_fmt(mem, "letter/%s", entry);
    struct plan *p = plan_new(mem, key, about->ref, &actor_system, now);
    p->version = about->version;
    p->spare_ref = known->next_ref;
    p->opening = mem_zero(p, struct opening);
    *p->opening = (struct opening){.letter = letter, .facts = facts, .entry = entry, .s = *about};
    plan_add(p, EFFECT_ATTACH)->to = p->ref;
    if (r->secrecy_marked && !submission_is_held_for(about, "secrecy"))
        plan_hold(p, "secrecy", r->secrecy_where, "MIC-13.5b1"); /* whatever letter brought it (A31) */
    if (c->counts && str_eq(c->ref, about->ref))
        answered(p, about, e, letter, policy);
    else if (c->ref && str_eq(c->ref, about->ref) && c->why_not && *c->why_not)
        plan_note(p, c->why_not, agreement_name(c->says));
    else if (!resend(p, about, letter, e, r, policy))
        follow_up(p, about, e, policy->profile);
    question_answered(p, about, letter, e, known, policy->profile);
    hold_second_answer(p, about, e, known);
    return p;
}

/* ---- evidence that comes later ---- */

struct plan *desk_answer_later(const void *mem, const struct letter *letter, const struct facts *facts,
                               const struct evidence *e, const struct ruling *r,
                               const struct submission *about, const struct policy *policy,
                               const char *entry, int64_t now)
{
    const struct known none = {.duplicate_of = "", .claims = "", .next_ref = NULL};
    struct plan *p = desk_answer(mem, letter, facts, e, r, &none, about, policy, entry, now);
    p->key = mem_fmt(p, "answer/%s/%zu", entry, facts->n_attempts);
    p->opening = NULL; /* the letter lies in a case of its own already */
    p->effects[0].kind = EFFECT_NOTE;
    p->effects[0].key = "proved-later";
    return p;
}

static void now_confirmed(struct plan *p, const struct submission *s, const struct evidence *e)
{
    const struct confirming *c = &e->confirming;
    struct plan_confirmation *said = mem_zero(p, struct plan_confirmation);
    *said = (struct plan_confirmation){.person = e->from,
                                       .evidence = s->letter_sha256,
                                       .evidence_name = "",
                                       .words = c->words ? c->words : ""};
    struct effect *x = plan_add(p, EFFECT_CONFIRM);
    x->key = "confirmed";
    x->text = c->how && *c->how ? c->how : "form";
    x->to = s->content_hash;
    x->confirmation = said;
    x->cite = "MIC-13.1a";
}

/* The hold follows what is known: these two end by proof only, and this is proof. */
static void hold_if(struct plan *p, const struct submission *s, const char *reason, bool wanted,
                    const char *detail)
{
    bool held = submission_is_held_for(s, reason);
    if (wanted && !held)
        plan_hold(p, reason, detail, "MIC-13.1a");
    if (!wanted && held)
        plan_add(p, EFFECT_RELEASE)->key = reason;
}

struct plan *desk_new_evidence(const void *mem, const struct submission *s, const struct evidence *e,
                               const char *verdict, const char *entry, size_t attempt, int64_t now)
{
    bool proved = e->auth == AUTH_AUTHENTICATED && !e->impersonates;
    struct plan *p =
        plan_new(mem, mem_fmt(mem, "evidence/%s/%zu", entry, attempt), s->ref, &actor_system, now);
    p->version = s->version;
    if (str_eq(verdict, s->verdict) && proved == s->authenticated)
        return p;
    bool by_people = str_eq(s->verdict, "confirmed") && !str_eq(verdict, "reject-spoof");
    struct effect *x = plan_add(p, EFFECT_EVIDENCE);
    x->from = s->verdict;
    const char *becomes =
        by_people ? s->verdict : mem_str(p, verdict); /* a leader's word outlives a look-up */
    x->to = becomes;
    x->key = auth_result_name(e->auth);
    x->text = proved && e->unit ? e->unit->id : "";
    x->cite = "MIC-13.1a";
    if (str_eq(verdict, "confirmed") && !by_people)
        now_confirmed(p, s, e);
    hold_if(p, s, "forged", str_eq(becomes, "reject-spoof"), e->auth_detail);
    if (!str_eq(becomes, "reject-spoof"))
        hold_if(p, s, "confirmation", str_eq(becomes, "needs-confirmation"), s->from);
    return p;
}
