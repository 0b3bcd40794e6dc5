/* check_supply.c: what comes with the token of a campaign's letter (MIC-13.5e, BCA-5.5). It is what was
 * asked for when the unit that was asked sends it, proved, written by a person, while the campaign is open,
 * and brings something: a file, or a text of its own. Whoever of the unit answers is enough, since a unit
 * was asked. Everything else with such a token is a letter like any other that a person must look at: a
 * forwarded token makes nobody part of a campaign. */
#include "verify/check.h"

static const char CHECK[] = "supply";

enum { OWN_TEXT_WORDS = 40 /* a shorter text without a file is a mere answer */ };

static bool proved(const struct evidence *e)
{
    return e->auth == AUTH_AUTHENTICATED && !e->impersonates && !e->ambiguous && *e->from;
}

static bool brings_something(const struct letter *l)
{
    if (str_words(l->fresh ? l->fresh : "") >= OWN_TEXT_WORDS || l->forwards.n)
        return true;
    for (size_t i = 0; i < l->n_attachments; i++) {
        const struct letter_attachment *a = &l->attachments[i];
        if (!str_list_has(&a->defects, "picture-small") && !str_ends(a->type, "-signature"))
            return true;
    }
    return false;
}

static const char *why_not(const struct checking *c, const struct known_token *t)
{
    const struct evidence *e = c->e;
    if (e->automatic || e->bounce || e->bulk)
        return "supply-automatic";
    if (!proved(e))
        return "supply-not-proved";
    if (!e->unit || !str_eq(e->unit->id, t->unit))
        return "supply-other-unit";
    if (!t->open)
        return "supply-closed";
    if (e->received > t->expires)
        return "supply-expired";
    return brings_something(c->letter) ? "" : "supply-nothing";
}

/* The first that counts; of several campaigns a quoted letter may carry the token of another. */
void check_supply(struct checking *c)
{
    struct supplying *s = &c->e->supplying;
    *s = (struct supplying){.why_not = ""};
    for (size_t i = 0; c->known && i < c->known->n_tokens && !supplying_counts(s); i++) {
        const struct known_token *t = &c->known->tokens[i];
        bool checked = t->token && !*t->token; /* token_keep_proved() has accepted it */
        if (t->purpose != TOKEN_SUPPLY || !checked)
            continue;
        const char *why = why_not(c, t);
        if (!s->token || !*why)
            *s = (struct supplying){.token = t, .why_not = why};
    }
    if (s->token)
        check_note(c, CHECK, *s->why_not ? FINDING_BAD : FINDING_GOOD,
                   *s->why_not ? s->why_not : "supply-brings", s->token->ref);
}
