/* accounts.h: who may change which staff account, and who may act for whom. Pure; the store and the
 * commands ask here. */
#ifndef DESK_ACCOUNTS_H
#define DESK_ACCOUNTS_H

#include "desk/submission.h"

/* Roles that decide: what a delegation hands over, and what an admin never has (MIC-5, LS-12.2). */
#define ROLES_DECIDING (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_MEMBER)

struct account {
    const char *user, *login, *name;
    const char *address; /* where his letters come from, "" */
    const char *fields;  /* of a member: whose matters he reviews, by comma; "" */
    unsigned roles;      /* his own, bits of enum role */
    bool disabled;
    bool has_password;
};

struct delegation {
    int64_t id;
    const char *giver, *taker;
    int64_t since, until; /* from `since` on, and before `until` */
    int64_t made;
    const char *made_by;
    int64_t ended; /* 0: not ended early */
    const char *ended_by;
};

/* A refusal.KEY of the catalogue, or NULL. `before` NULL: a new account. In a trial house one person may
 * play several. */
const char *accounts_cannot_change(const struct actor *actor, const struct account *before,
                                   const struct account *after, bool trial);
/* `others`: admins beside this one that are not disabled. */
const char *accounts_cannot_disable(const struct actor *actor, const struct account *who, size_t others);
const char *accounts_cannot_set_password(const struct actor *actor, const struct account *who);
/* May he make and end delegations between others? By a role of his own: what was handed over is not handed
 * on. */
bool accounts_may_arrange(const struct actor *actor);
const char *accounts_cannot_delegate(const struct actor *actor, const struct account *giver,
                                     const struct account *taker, int64_t since, int64_t until, int64_t now,
                                     bool trial);
/* The roles that `giver` hands over, if the window stands at `now` and he is still here. */
unsigned accounts_handed_over(const struct account *giver, const struct delegation *d, int64_t now);

#endif
