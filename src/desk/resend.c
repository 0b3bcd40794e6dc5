/* resend.c: see resend.h. The same case goes on, no second one begins: its state is the track's, its terms
 * run anew from the receipt of what was corrected, and the corrected text is a version beside the first.
 *
 * A short answer ("the photos are attached") is no text to publish: it moves the case and changes no word.
 * What it brings takes the place of the files before, and is approved with the text anew (LS-14.2). Refuses
 * to take the answer of anybody but the sender for a correction. */
#include "desk/resend.h"
#include "desk/clocks.h"
#include "desk/content.h"
#include "desk/corrected.h"
#include "desk/field_holds.h"
#include "desk/flag.h"

static bool new_version(struct plan *p, const struct submission *s, const struct letter *l,
                        const char *text, const char *cite, const struct profile *profile)
{
    struct plan_content *c = mem_zero(p, struct plan_content);
    const char *files = content_of_letter(c, l), *had = s->extra ? s->extra : "";
    if (!*files && (!*text || str_eq(text, s->body)))
        return false;
    c->title = mem_str(c, s->title);
    c->body = mem_str(c, *text ? text : s->body);
    c->extra = content_next(c, *files ? content_with_files(c, had, files) : had, NULL, 0);
    struct effect *e = plan_add(p, EFFECT_CONTENT);
    e->from = mem_str(p, s->content_hash);
    e->to = submission_whole_hash(p, c->title, c->body, c->extra);
    e->text = mem_str(p, s->from);
    e->content = c;
    e->cite = cite;
    flag_new_text(p, s, c->title, c->body, profile);
    plan_hold_unconfirmed(p, s);
    return true;
}

/* Proved, and written by a person. */
static bool is_senders(const struct evidence *e, const struct submission *s)
{
    return e->auth == AUTH_AUTHENTICATED && !e->impersonates && !e->automatic && !e->bounce && !e->bulk &&
           str_eq(e->joins, s->ref) && str_ieq(e->from, s->from);
}

bool resend(struct plan *p, const struct submission *s, const struct letter *letter,
            const struct evidence *e, const struct ruling *r, const struct policy *policy)
{
    const struct profile *profile = policy->profile;
    const struct track *track = profile_find_track(profile, s->track);
    const struct transition *t = track ? track_find(track, s->state, "resend") : NULL;
    int64_t at = e->received == WHEN_NONE ? p->now : e->received;
    if (!t || !str_list_has(&t->roles, "system") || !is_senders(e, s))
        return false;
    const struct corrected c = corrected_text(p, letter);
    bool changed = new_version(p, s, letter, c.text, t->cite, profile);
    const struct str_list settled = corrected_holds(p, s, letter, &c, e, r, policy, t->cite);
    if (changed)
        hold_what_passed(p, s, &settled);
    struct effect *x = plan_add(p, EFFECT_MOVE);
    x->from = mem_str(p, t->from);
    x->to = mem_str(p, t->to);
    x->key = "resend";
    x->text = mem_str(p, s->from);
    x->cite = t->cite;
    clocks_happen(p, s, "resent", at, profile);
    clocks_happen(p, s, "received", at, profile);
    corrected_clocks(p, s, &c, r, at, profile);
    return true;
}
