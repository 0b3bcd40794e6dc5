/* review.c: see review.h. The term runs from the handing over and not from the receipt of the letter
 * (LS-12.3); handing it to somebody else gives him his own. Whoever reviews may approve only where the
 * track lets him: for the others what they say is a note, which the chief reads.
 *
 * Refuses to hand over what is at its end, what is for inspector and chief only, what may be secret, and
 * what nobody has read, since the letter to the reviewer shows it. */
#include "desk/review.h"
#include "desk/clocks.h"

#define MAY_HAND_OVER (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_SECRETARY)

static bool is_final(const struct submission *s, const struct profile *profile)
{
    const struct track *t = profile_find_track(profile, s->track);
    return !t || str_list_has(&t->finals, s->state);
}

static bool has_it(const struct submission *s, const char *user)
{
    return s->review.user && *s->review.user && str_eq(s->review.user, user);
}

/* The article of the profile that sets a reviewer his term; of most none does. */
static const char *cite_of(const struct profile *profile)
{
    for (size_t i = 0; i < profile->n_time_rules; i++)
        if (str_list_has(&profile->time_rules[i].starts, "handed-over"))
            return profile->time_rules[i].at.cite;
    return "";
}

static void release(struct plan *p, const char *word, const struct profile *profile)
{
    struct effect *e = plan_add(p, EFFECT_REVIEW);
    e->to = "";
    e->text = mem_str(p, word);
    e->cite = cite_of(profile);
}

struct plan *review_hand_over(const struct stepping *x)
{
    struct plan *p = x->p;
    const struct submission *s = x->s;
    if (!(x->actor->roles & MAY_HAND_OVER))
        return plan_refuse(p, "not-allowed-role", "assign");
    if (s->restricted)
        return plan_refuse(p, "restricted", s->ref);
    if (submission_is_unread(s)) /* may be a complaint */
        return plan_refuse(p, "unread", s->ref);
    if (is_final(s, x->profile))
        return plan_refuse(p, "wrong-state", s->state);
    if (submission_is_held_for(s, "secrecy") || submission_is_held_for(s, "forged"))
        return plan_refuse(p, "held", submission_is_held_for(s, "secrecy") ? "secrecy" : "forged");
    if (has_it(s, x->ev->to))
        return plan_refuse(p, "review-has-it", x->ev->to);
    struct effect *e = plan_add(p, EFFECT_REVIEW);
    e->to = mem_str(p, x->ev->to);
    e->text = mem_str(p, x->ev->reason);
    e->cite = cite_of(x->profile);
    clocks_happen(p, s, "handed-over", p->now, x->profile);
    return p;
}

static bool is_one_of(const char *event, const char *const *table, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(table[i], event))
            return true;
    return false;
}

void review_after(const struct stepping *x)
{
    static const char *const reviews[] = {"approve", "return", "refuse", "edit", "note"};
    static const char *const ends[] = {"return", "refuse", "publish", "schedule", "close"};
    const char *event = x->ev->name;
    if (x->p->refused || !x->s->review.user || !*x->s->review.user)
        return;
    if (has_it(x->s, x->actor->user) && is_one_of(event, reviews, ARRAY_LEN(reviews))) {
        clocks_happen(x->p, x->s, "reviewed", x->p->now, x->profile);
        release(x->p, "reviewed", x->profile);
    } else if (is_one_of(event, ends, ARRAY_LEN(ends))) {
        release(x->p, event, x->profile);
    }
}

bool review_by_letter(struct plan *p, const struct submission *s, const struct actor *who,
                      const struct profile *profile)
{
    if (!has_it(s, who->user))
        return false;
    struct effect *e = plan_add(p, EFFECT_NOTE);
    e->key = "review";
    e->text = "agreed";
    e->cite = cite_of(profile);
    clocks_happen(p, s, "reviewed", p->now, profile);
    release(p, "reviewed", profile);
    return true;
}
