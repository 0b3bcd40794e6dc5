/* check_unit.c: which unit, which registered person? (MIC-8.2, SV-5)
 *
 * A person is known by the exact address; a unit by its person, else by the longest registered domain that
 * the address lies in. An address at a public mail provider never proves a unit by its domain, however the
 * registry looks. These are claims until check_authres has spoken. */
#include "mail/address.h"
#include "verify/check.h"

bool check_is_public_mail(const struct checking *c, const char *domain)
{
    const struct profile *profile = c->policy->profile;
    for (size_t i = 0; profile && i < profile->public_mail.n; i++)
        if (str_ieq(domain, profile->public_mail.v[i]))
            return true;
    return false;
}

void check_unit(struct checking *c)
{
    struct evidence *e = c->e;
    if (!*e->from)
        return;
    e->person = directory_find_address(c->directory, str_lower(c->mem, e->from));
    if (e->person)
        e->unit = directory_find_unit(c->directory, e->person->unit);
    else if (!check_is_public_mail(c, e->from_domain))
        e->unit = directory_find_domain(c->directory, e->from_domain);
    if (e->person)
        check_note(c, "unit", FINDING_NOTE, "unit-person", e->person->name);
    else if (e->unit)
        check_note(c, "unit", FINDING_NOTE, "unit-domain", e->unit->name);
    else if (e->own_domain)
        check_note(c, "unit", FINDING_NOTE, "unit-unregistered", e->from);
}
