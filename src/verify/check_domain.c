/* check_domain.c: whose domain is it? (LABELS verdict policy, DOMAIN 7.19: the dot boundary; MIC-13.1a)
 *
 * Own domains come from the configuration over the profile. Suffixes match at a dot only: evilmic.gov.vn is
 * nobody's. gov.vn is given out to state bodies alone, so its holders are partners, never members. */
#include "mail/address.h"
#include "verify/check.h"

static const char STATE_SUFFIX[] = "gov.vn"; /* registry rule of VNNIC: state bodies only */

bool check_is_own(const struct policy *policy, const char *domain)
{
    for (size_t i = 0; i < policy->own_domains.n; i++)
        if (address_in_domain(domain, policy->own_domains.v[i]))
            return true;
    return false;
}

const char *check_domain_of(const char *address)
{
    const char *at = strrchr(address, '@');
    return at ? at + 1 : "";
}

bool check_is_official(const struct checking *c, const char *address)
{
    if (check_is_own(c->policy, check_domain_of(address)))
        return true;
    const struct profile *profile = c->policy->profile;
    if (profile && profile->mailbox && str_ieq(profile->mailbox, address))
        return true;
    return directory_find_address(c->directory, str_lower(c->mem, address)) != NULL;
}

void check_domain(struct checking *c)
{
    c->e->own_domain = *c->e->from_domain && check_is_own(c->policy, c->e->from_domain);
    if (c->e->own_domain)
        check_note(c, "domain", FINDING_NOTE, "domain-own", c->e->from_domain);
    else if (*c->e->from_domain)
        check_note(c, "domain", FINDING_NOTE, "domain-other", c->e->from_domain);
}

void check_standing(struct checking *c)
{
    struct evidence *e = c->e;
    if (e->impersonates || e->auth == AUTH_FORGED)
        e->standing = STANDING_FORGED;
    else if (!*e->from)
        e->standing = STANDING_UNKNOWN;
    else if (e->own_domain)
        e->standing = STANDING_MEMBER;
    else if (e->person || e->unit || address_in_domain(e->from_domain, STATE_SUFFIX))
        e->standing = STANDING_PARTNER;
    else
        e->standing = STANDING_PUBLIC;
}
