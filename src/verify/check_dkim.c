/* check_dkim.c: our own look at signatures, where our mail server says nothing (SV-3; abuse A3, A9).
 *
 * It speaks only where no Authentication-Results line of ours counts; where ours says fail, a signature
 * changes nothing, and where ours says pass and the signature fails, that is a note for people (our own
 * server may have added a disclaimer after it looked). The attempt that counts is the last complete one.
 * - A pass counts for the domain in From, for a parent of it, and for domains of the same organization as
 *   long as nobody claims to be official; own and registered domains answer for themselves and what is
 * below them, never a subdomain for its parent, because whoever runs lists.mic.gov.vn passes on others'
 * letters.
 * - A signature older than a week proves that the letter once was written, not that it was sent now (A9).
 * - Unknown stays unknown (promise 15): neither pass nor forged, until the look-up has been repeated. */
#include "mail/address.h"
#include "verify/check.h"

static const char CHECK[] = "dkim";

#define REPLAY_WINDOW (7 * 86400) /* seconds; mail servers give up after five days */

/* What the signatures say about the domain in From. */
struct verdicts {
    const struct facts_dkim *pass, *old, *weak, *fail, *other;
    bool unknown;
};

static const struct facts_attempt *attempt_that_counts(const struct facts *f)
{
    for (size_t i = f->n_attempts; i-- > 0;)
        if (f->attempts[i].complete)
            return &f->attempts[i];
    return f->n_attempts ? &f->attempts[f->n_attempts - 1] : NULL;
}

/* ---- alignment ---- */

/* Some unit's whole domain by the registry, not one below it. */
static bool is_registered(const struct checking *c, const char *domain)
{
    const struct unit *unit = directory_find_domain(c->directory, domain);
    return unit && str_list_has(&unit->domains, domain);
}

static bool counts_for_from(const struct checking *c, const struct facts_attempt *a, const char *domain)
{
    const char *from = c->e->from_domain, *org = a->org_domain;
    if (!*domain || !str_eq(a->from_domain, from))
        return false;
    if (str_eq(domain, from))
        return true;
    if (address_in_domain(from, domain) && (check_is_own(c->policy, domain) || is_registered(c, domain)))
        return true;
    bool official = c->e->own_domain || c->e->person || c->e->unit;
    return !official && *org && address_in_domain(from, org) && address_in_domain(domain, org);
}

/* t=, else the Date that nearly every signer signs. */
static bool is_old(const struct checking *c, const struct facts_dkim *d)
{
    int64_t written = d->signed_at != WHEN_NONE ? d->signed_at : c->letter->date;
    return written != WHEN_NONE && c->e->received - written > REPLAY_WINDOW;
}

static struct verdicts weigh(const struct checking *c, const struct facts_attempt *a)
{
    struct verdicts v = {0};
    for (size_t i = a->n_dkim; i-- > 0;) {
        const struct facts_dkim *d = &a->dkim[i];
        bool pass = str_eq(d->result, "pass");
        if (!counts_for_from(c, a, d->domain))
            v.other = pass ? d : v.other;
        else if (pass && is_old(c, d))
            v.old = d;
        else if (pass)
            v.pass = d;
        else if (str_eq(d->result, "weak"))
            v.weak = d;
        else if (str_eq(d->result, "unknown"))
            v.unknown = true;
        else
            v.fail = d;
    }
    return v;
}

/* A signature of the domain in From could not be looked up; or nothing could be looked up, of a letter that
 * bears one at all. A stranger's signature whose name server is silent keeps nothing open. */
static bool is_unknown(const struct checking *c, const struct facts_attempt *a, const struct verdicts *v)
{
    bool nothing_asked = !a->complete && a->n_dkim == 0 && str_eq(a->dmarc, "unknown");
    return v->unknown || (nothing_asked && letter_header_find(c->letter, "DKIM-Signature", 0));
}

/* ---- conclusions ---- */

static void conclude(struct checking *c, enum auth_result auth, const char *by, enum finding_mark mark,
                     const char *key, const char *detail)
{
    c->e->auth = auth;
    c->e->auth_by = by;
    c->e->auth_detail = detail;
    c->e->impersonates |= auth == AUTH_FORGED;
    check_note(c, CHECK, mark, key, detail);
}

static const char *words(const struct checking *c, const struct facts_dkim *d)
{
    return str_eq(d->why, "ok") ? d->domain : mem_fmt(c->mem, "%s: %s", d->domain, d->why);
}

/* Why nothing is proved, for whoever looks; the strongest reason. */
static void note_reason(struct checking *c, const struct verdicts *v)
{
    if (v->old)
        check_note(c, CHECK, FINDING_BAD, "dkim-old", v->old->domain);
    else if (v->weak)
        check_note(c, CHECK, FINDING_BAD, "dkim-weak", words(c, v->weak));
    else if (v->fail)
        check_note(c, CHECK, FINDING_NOTE, "dkim-failed", words(c, v->fail));
    else if (v->other)
        check_note(c, CHECK, FINDING_NOTE, "dkim-other", v->other->domain);
    else
        check_note(c, CHECK, FINDING_NOTE, "dkim-none", "");
}

/* Signatures that fail prove nothing and forge nothing: a list that adds a footer breaks an honest one. Two
 * things make it a forgery. Our servers stamp every letter from outside, and this one, which claims to be
 * official, bears no stamp. Or the institution itself says of its domain (DMARC p=reject) that what is not
 * proved is not its own; of another's domain we do not say so, since SPF, by which it may pass, cannot be
 * asked after delivery. What began on our own machines crossed no border and is not signed. */
static void judge_unproved(struct checking *c, const struct facts_attempt *a)
{
    bool rejected = a && str_eq(a->dmarc, "reject") && str_eq(a->dmarc_result, "fail");
    if (c->accused)
        conclude(c, AUTH_FORGED, c->e->auth_by, FINDING_BAD, "auth-forged-absent", "");
    else if (rejected && c->e->own_domain && !c->border.born_here)
        conclude(c, AUTH_FORGED, "dkim", FINDING_BAD, "dkim-forged", c->e->from_domain);
    else if (a)
        c->e->auth = AUTH_UNAUTHENTICATED;
}

static void judge(struct checking *c, const struct facts_attempt *a)
{
    struct verdicts v = weigh(c, a);
    if (v.pass) {
        conclude(c, AUTH_AUTHENTICATED, "dkim", FINDING_GOOD, "dkim-pass", v.pass->domain);
        return;
    }
    if (is_unknown(c, a, &v)) {
        check_note(c, CHECK, FINDING_NOTE, "dkim-unknown", "");
        return;
    }
    note_reason(c, &v);
    judge_unproved(c, a);
}

/* Our server vouches and the signature does not hold: for people. */
static void compare(struct checking *c, const struct facts_attempt *a)
{
    struct verdicts v = weigh(c, a);
    if (c->e->auth == AUTH_AUTHENTICATED && v.fail && !v.pass && !v.old && !v.weak)
        check_note(c, CHECK, FINDING_NOTE, "dkim-disagrees", words(c, v.fail));
}

/* A person's certificate from an authority that the institution chose (smime-ca). It overrules silence, not
 * a server of ours that says no. */
static bool proves_himself(const struct checking *c, const struct facts_attempt *a)
{
    return str_eq(a->smime, "good") && str_ieq(a->smime_signer, c->e->from);
}

static void judge_smime(struct checking *c, const struct facts_attempt *a)
{
    bool open = c->e->auth == AUTH_UNKNOWN || c->e->auth == AUTH_UNAUTHENTICATED;
    if (proves_himself(c, a) && open && !c->e->ambiguous)
        conclude(c, AUTH_AUTHENTICATED, "smime", FINDING_GOOD, "smime-good", a->smime_signer);
    else if (proves_himself(c, a))
        check_note(c, CHECK, FINDING_GOOD, "smime-good", a->smime_signer);
    else if (str_eq(a->smime, "bad"))
        check_note(c, CHECK, FINDING_BAD, "smime-bad", "");
    else if (str_eq(a->smime, "untrusted"))
        check_note(c, CHECK, FINDING_NOTE, "smime-untrusted", "");
}

void check_dkim(struct checking *c)
{
    const struct facts_attempt *a = attempt_that_counts(c->facts);
    if (!*c->e->from)
        return;
    if (a && c->unanswered && !proves_himself(c, a))
        judge(c, a);
    else if (a && !c->unanswered)
        compare(c, a);
    else if (!a && c->unanswered)
        judge_unproved(c, NULL);
    if (a)
        judge_smime(c, a);
}
