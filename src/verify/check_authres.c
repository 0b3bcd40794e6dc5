/* check_authres.c: did the sender's domain answer for this letter? (ARCHITECTURE 4; abuse A1-A6; SV-1,
 * SV-2)
 *
 * Only a line with a pinned authserv-id above our border, or beneath it before any other Received, counts;
 * two such lines count as none and ask for a hold, even when one of them cannot be parsed (a result that an
 * attacker broke must not make room for his own). A pass counts only for the domain in From: dmarc with
 * that header.from, dkim and spf for the same domain or a parent, auth (submission) for the same account. A
 * failed look-up (temperror) is "unknown", never a pass and never a final fail (promise 15). */
#include "mail/address.h"
#include "verify/check.h"

static const char CHECK[] = "authres";

enum stamp { STAMP_NONE, STAMP_ONE, STAMP_BROKEN, STAMP_SEVERAL };

/* What the results say about the domain in From. */
struct tally {
    const char *pass;       /* the result that proves it, or NULL */
    const char *against;    /* the first that speaks against it, or NULL */
    const char *other_user; /* the account that submitted it, when it is not the one in From */
    bool login;             /* submitted by the account in From: stronger than any DNS record */
    bool dmarc_fail, temporary;
    size_t n_dmarc;
};

static bool pinned(const struct policy *policy, const char *id)
{
    for (size_t i = 0; i < policy->authserv_ids.n; i++)
        if (str_ieq(policy->authserv_ids.v[i], id))
            return true;
    return false;
}

static bool mentions_pinned(const struct policy *policy, const struct letter_header *h)
{
    for (size_t i = 0; i < policy->authserv_ids.n; i++)
        if (str_ifind(h->raw, h->raw_n, policy->authserv_ids.v[i]))
            return true;
    return false;
}

/* The stamp of our own servers; *ret is the topmost that can be read (left alone when there is none). */
static enum stamp find_stamp(struct checking *c, struct authres *ret)
{
    enum stamp stamp = STAMP_NONE;
    size_t n = 0;
    for (size_t i = 0; c->border.found && i < c->border.until; i++) {
        const struct letter_header *h = &c->letter->headers[i];
        struct authres a;
        if (!str_ieq(h->name, "Authentication-Results"))
            continue;
        if (authres_parse(c->mem, h->raw, h->raw_n, &a)) {
            if (!pinned(c->policy, a.authserv_id))
                continue;
            if (!ret->authserv_id)
                *ret = a;
            stamp = STAMP_ONE;
        } else if (mentions_pinned(c->policy, h))
            stamp = STAMP_BROKEN;
        else
            continue;
        n++;
    }
    return n > 1 ? STAMP_SEVERAL : stamp;
}

/* The organizational domain of From, as gather/ found it by the public suffix list; "" when it did not. */
static const char *organization(const struct checking *c)
{
    for (size_t i = c->facts->n_attempts; i-- > 0;) {
        const struct facts_attempt *a = &c->facts->attempts[i];
        if (a->org_domain && *a->org_domain && a->from_domain && str_ieq(a->from_domain, c->e->from_domain))
            return a->org_domain;
    }
    return "";
}

/* A domain under which strangers can have names. Without the public suffix list as far as one can tell: one
 * label, or two under a country code (gov.vn, com.vn). Errs to the safe side. */
static bool too_wide(const struct checking *c, const char *domain)
{
    const char *dot = strchr(domain, '.'), *org = organization(c);
    if (*org)
        return !address_in_domain(domain, org);
    return !dot || (!strchr(dot + 1, '.') && strlen(dot + 1) == 2);
}

/* RFC 7489 relaxed alignment, downwards only: a subdomain does not answer for its parent, because whoever
 * runs lists.mic.gov.vn passes on letters of others. */
static bool aligned(const struct checking *c, const char *domain)
{
    const char *from = c->e->from_domain;
    if (!domain || !*domain || !*from)
        return false;
    if (str_ieq(domain, from))
        return true;
    return address_in_domain(from, domain) && (check_is_own(c->policy, domain) || !too_wide(c, domain));
}

/* The domain that a result speaks of, "" when it names none. */
static const char *domain_of_result(const struct authres_result *r)
{
    const char *value = NULL;
    if (str_eq(r->method, "dmarc"))
        value = authres_property(r, "header", "from");
    else if (str_eq(r->method, "dkim")) {
        value = authres_property(r, "header", "d");
        if (!value)
            value = authres_property(r, "header", "i");
    } else if (str_eq(r->method, "spf"))
        value = authres_property(r, "smtp", "mailfrom");
    if (!value)
        return "";
    return strchr(value, '@') ? check_domain_of(value) : value;
}

/* smtp.auth names the account in From: the whole address, or its local part in an own domain. */
static bool same_account(const struct checking *c, const char *account)
{
    const char *from = c->e->from;
    if (strchr(account, '@'))
        return str_ieq(account, from);
    size_t n = strlen(account);
    return n && c->e->own_domain && str_ieqn(from, account, n) && from[n] == '@';
}

static const char *words(const struct checking *c, const struct authres_result *r, const char *what)
{
    return mem_fmt(c->mem, "%s=%s%s%s", r->method, r->result, *what ? " " : "", what);
}

static void count_auth(const struct checking *c, const struct authres_result *r, struct tally *t)
{
    const char *account = authres_property(r, "smtp", "auth");
    if (!str_eq(r->result, "pass") || !account)
        return;
    if (same_account(c, account)) {
        t->login = true;
        t->pass = words(c, r, account);
    } else if (!t->other_user)
        t->other_user = account;
}

static bool failing(const char *result)
{
    return str_eq(result, "fail") || str_eq(result, "softfail") || str_eq(result, "permerror");
}

static void count_one(const struct checking *c, const struct authres_result *r, struct tally *t)
{
    const char *domain = domain_of_result(r);
    bool fits = aligned(c, domain), dmarc = str_eq(r->method, "dmarc");
    t->n_dmarc += dmarc;
    /* A look-up that failed for the attacker's own domain says nothing about the one in From. */
    t->temporary |= str_eq(r->result, "temperror") && (fits || dmarc);
    if (failing(r->result) || (str_eq(r->result, "pass") && *domain && !fits)) {
        t->dmarc_fail |= dmarc && failing(r->result);
        if (!t->against || dmarc)
            t->against = words(c, r, domain);
    } else if (str_eq(r->result, "pass") && fits)
        t->pass = words(c, r, domain);
}

static struct tally count(const struct checking *c, const struct authres *a)
{
    struct tally t = {0};
    for (size_t i = 0; i < a->n_results; i++) {
        const char *method = a->results[i].method;
        if (str_eq(method, "auth"))
            count_auth(c, &a->results[i], &t);
        else if (str_eq(method, "dmarc") || str_eq(method, "dkim") || str_eq(method, "spf"))
            count_one(c, &a->results[i], &t);
    }
    return t;
}

static void conclude(struct checking *c, enum auth_result auth, enum finding_mark mark, const char *key,
                     const char *detail)
{
    c->e->auth = auth;
    c->e->auth_detail = detail;
    c->e->impersonates |= auth == AUTH_FORGED;
    check_note(c, CHECK, mark, key, detail);
}

/* Somebody logged in as himself and wrote another's name: a registered person's name is forged thereby;
 * another own address may be a shared mailbox and is only not proved. */
static void judge_other_user(struct checking *c, const struct tally *t)
{
    bool forged = c->e->person != NULL;
    conclude(c, forged ? AUTH_FORGED : AUTH_UNAUTHENTICATED, FINDING_BAD, "auth-other-account",
             t->other_user);
}

static void judge(struct checking *c, const struct tally *t)
{
    bool claims = c->e->own_domain || c->e->person;
    if (t->other_user && !t->login && c->e->own_domain)
        judge_other_user(c, t);
    else if (t->pass && (t->login || !t->dmarc_fail))
        conclude(c, AUTH_AUTHENTICATED, FINDING_GOOD, "auth-pass", t->pass);
    else if (t->temporary && !t->dmarc_fail)
        conclude(c, AUTH_UNKNOWN, FINDING_NOTE, "auth-temporary", "");
    else if (claims && t->against)
        conclude(c, AUTH_FORGED, FINDING_BAD, "auth-forged", t->against);
    else if (c->e->own_domain)
        conclude(c, AUTH_FORGED, FINDING_BAD, "auth-forged-absent", "");
    else if (t->against)
        conclude(c, AUTH_UNAUTHENTICATED, FINDING_NOTE, "auth-failed", t->against);
    else
        conclude(c, AUTH_UNAUTHENTICATED, FINDING_NOTE, "auth-unproved", "");
}

/* Our servers stamp every letter from outside; one that claims to be official and bears no stamp of theirs
 * did not come through them as it says. What began on our own machines crossed no border. Only a proof of
 * its own can save it (check_dkim, which comes next and concludes). */
static void judge_absent(struct checking *c, const char *key)
{
    bool claims = c->e->own_domain || c->e->person;
    c->unanswered = true;
    c->accused = claims && !c->border.born_here;
    check_note(c, CHECK, FINDING_NOTE, key, "");
}

/* Of several lines the topmost may still speak against the letter: that grants nothing to whoever wrote the
 * others. It can never speak for it. */
static void judge_several(struct checking *c, const struct authres *a)
{
    struct tally t = count(c, a);
    bool claims = c->e->own_domain || c->e->person;
    c->e->ambiguous = true;
    check_note(c, CHECK, FINDING_BAD, "authres-several", a->authserv_id ? a->authserv_id : "");
    if (claims && t.against && (!t.pass || t.dmarc_fail))
        conclude(c, AUTH_FORGED, FINDING_BAD, "auth-forged", t.against);
}

static void judge_stamp(struct checking *c, const struct authres *a)
{
    struct tally t = count(c, a);
    c->e->auth_by = "authentication-results";
    if (t.n_dmarc > 1) /* a second answer in one line was put there through some value */
        judge_several(c, a);
    else
        judge(c, &t);
}

void check_authres(struct checking *c)
{
    struct authres a = {0};
    c->e->auth = AUTH_UNKNOWN;
    c->e->auth_by = "none";
    c->e->auth_detail = "";
    if (!c->facts->trust_results || !c->policy->stamps || c->policy->authserv_ids.n == 0) {
        check_note(c, CHECK, FINDING_NOTE, "authres-untrusted", "");
        c->unanswered = true;
        return;
    }
    enum stamp stamp = find_stamp(c, &a);
    if (!*c->e->from)
        c->e->auth = c->e->impersonates ? AUTH_FORGED : AUTH_UNKNOWN;
    if (stamp == STAMP_SEVERAL)
        judge_several(c, &a);
    else if (*c->e->from && stamp == STAMP_ONE)
        judge_stamp(c, &a);
    else if (*c->e->from)
        judge_absent(c, stamp == STAMP_BROKEN ? "authres-broken" : "authres-none");
}
