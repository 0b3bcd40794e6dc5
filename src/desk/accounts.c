/* accounts.c: nobody gives himself a role, nobody who administers accounts decides about content, and who
 * acts for another has that one's deciding roles inside the window and no others. What was handed over is
 * not handed on. */
#include "desk/accounts.h"

#define LONGEST                                                                                            \
    (INT64_C(366) * 86400) /* a delegation for good is an appointment: give the role instead               \
                            */

/* Also the account of the login that types, whatever account it acts as. */
static bool is_own(const struct actor *actor, const struct account *who)
{
    return str_eq(actor->user, who->user) || (*who->login && str_eq(actor->login, who->login));
}

const char *accounts_cannot_change(const struct actor *actor, const struct account *before,
                                   const struct account *after, bool trial)
{
    unsigned had = before ? before->roles : 0, added = after->roles & ~had;
    bool own = before ? is_own(actor, before) : is_own(actor, after);
    if (!(actor->roles & ROLE_ADMIN))
        return "not-allowed-role";
    if (trial)
        return NULL;
    if ((own && added) || (!own && is_own(actor, after))) /* his hands on another's account */
        return "own-roles";
    if ((after->roles & ROLE_ADMIN) && (after->roles & ROLES_DECIDING))
        return "admin-decides";
    return NULL;
}

const char *accounts_cannot_disable(const struct actor *actor, const struct account *who, size_t others)
{
    if (!(actor->roles & ROLE_ADMIN))
        return "not-allowed-role";
    return (who->roles & ROLE_ADMIN) && others == 0 ? "last-admin" : NULL;
}

const char *accounts_cannot_set_password(const struct actor *actor, const struct account *who)
{
    return (actor->roles & ROLE_ADMIN) || str_eq(actor->user, who->user) ? NULL : "not-allowed-role";
}

bool accounts_may_arrange(const struct actor *actor)
{
    return (actor->roles & ~actor->lent & (ROLE_ADMIN | ROLE_CHIEF)) != 0;
}

const char *accounts_cannot_delegate(const struct actor *actor, const struct account *giver,
                                     const struct account *taker, int64_t since, int64_t until, int64_t now,
                                     bool trial)
{
    bool gives = str_eq(actor->user, giver->user);
    if (!gives && !accounts_may_arrange(actor))
        return "not-allowed-role";
    if (str_eq(giver->user, taker->user))
        return "own-roles";
    if (!gives && !trial && is_own(actor, taker))
        return "own-roles";
    if (!(giver->roles & ROLES_DECIDING))
        return "nothing-to-delegate";
    if (giver->disabled || taker->disabled)
        return "account-disabled";
    if ((taker->roles & ROLE_ADMIN) && !trial)
        return "admin-decides";
    if (until <= since || until <= now || until - since > LONGEST)
        return "bad-window";
    return NULL;
}

unsigned accounts_handed_over(const struct account *giver, const struct delegation *d, int64_t now)
{
    bool stands = now >= d->since && now < d->until && !(d->ended && now >= d->ended);
    return stands && !giver->disabled ? giver->roles & ROLES_DECIDING : 0;
}
