/* check_stray.c: a letter that carries what only an answer to a letter of ours carries, and is not that
 * answer: a token of ours from somebody else or not proved, an answer to a question without its token, one
 * letter that names two cases (QC-2, QC-3). It joins nothing and stands alone; whoever looks at it must be
 * told whose answer it may be, for an answer that goes to the wrong asker cannot be called back.
 *
 * Runs after the checks that say what the letter joins. Refuses to guess which of two cases is meant. */
#include "verify/check.h"

static const char CHECK[] = "stray";

static bool by_machine(const struct evidence *e)
{
    return e->automatic || e->bounce || e->bulk;
}

static bool is_checked(const struct known_token *t)
{
    return t->token && !*t->token; /* token_keep_proved() */
}

/* Another case than `ref` that a token or the letter's own head names; "" when there is none. What
 * campaigns ask for stands for no case. */
static const char *another(const struct known *k, const char *ref)
{
    for (size_t i = 0; i < k->n_tokens; i++)
        if (is_checked(&k->tokens[i]) && k->tokens[i].purpose != TOKEN_SUPPLY &&
            !str_eq(k->tokens[i].ref, ref))
            return k->tokens[i].ref;
    for (size_t i = 0; i < k->named.n; i++)
        if (!str_eq(k->named.v[i], ref))
            return k->named.v[i];
    return "";
}

/* A token of ours that did nothing here. */
static const char *token_left(const struct known *k)
{
    for (size_t i = 0; i < k->n_tokens; i++)
        if (is_checked(&k->tokens[i]) && k->tokens[i].purpose != TOKEN_SUPPLY)
            return k->tokens[i].ref;
    return "";
}

/* Whoever is asked answers a question; somebody from outside who writes under it asks again. */
static bool from_a_unit(const struct evidence *e)
{
    return e->unit || e->own_domain || (e->person && *e->person->unit);
}

static bool joined(const struct evidence *e)
{
    return *e->joins || (e->acting.ref && *e->acting.ref) ||
           (e->confirming.ref && *e->confirming.ref && (e->confirming.counts || e->confirming.by));
}

static void two_cases(struct checking *c)
{
    struct evidence *e = c->e;
    bool acts = e->acting.verb && *e->acting.verb;
    const char *ref = acts ? e->acting.ref : e->joins;
    const char *other = *ref ? another(c->known, ref) : "";
    if (!*other)
        return;
    check_note(c, CHECK, FINDING_BAD, "joins-two", mem_fmt(c->mem, "%s, %s", ref, other));
    e->stray = ref;
    e->joins = "";
    if (!acts)
        return;
    e->acting.verb = "";
    e->acting.why_not = "act-two";
}

void check_stray(struct checking *c)
{
    struct evidence *e = c->e;
    const struct known *k = c->known;
    e->stray = "";
    if (!k || by_machine(e) || (k->duplicate_of && *k->duplicate_of))
        return;
    two_cases(c);
    if (*e->stray || joined(e))
        return;
    e->stray = token_left(k);
    if (*e->stray || !from_a_unit(e) || !k->claims || !*k->claims || !k->claims_question)
        return;
    e->stray = k->claims;
    check_note(c, CHECK, FINDING_BAD, "answer-no-token", k->claims);
}
