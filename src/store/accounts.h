/* accounts.h: staff accounts and who acts for whom, stored. May this be done is desk/accounts.h; every
 * change is one line in the journal. */
#ifndef STORE_ACCOUNTS_H
#define STORE_ACCOUNTS_H

#include "desk/accounts.h"
#include "store/store.h"

/* Who acts: the account of a login (or the named one), with the roles that others handed over to it at
 * `now`; `on_behalf` says whose. ERR_NO when there is none, or it is disabled. */
bool store_actor(struct store *s, const void *mem, const char *login, const char *user, int64_t now,
                 struct actor *ret, struct err *err);

/* ERR_NO when there is none; a disabled one is found. */
bool store_account(struct store *s, const void *mem, const char *user, struct account *ret,
                   struct err *err);
/* The account that has the address, alone and not disabled; *ret_user "" when there is none. */
bool store_account_at(struct store *s, const void *mem, const char *address, const char **ret_user,
                      struct err *err);
bool store_accounts(struct store *s, const void *mem, struct account **ret, size_t *ret_n, struct err *err);
/* Adds or replaces all but the password and whether it is disabled. */
bool store_account_put(struct store *s, const struct account *a, const struct actor *actor, int64_t now,
                       struct err *err);
/* Disabling ends at once what was issued to the account: tokens, delegations to and by it. */
bool store_account_disable(struct store *s, const char *user, bool disabled, const struct actor *actor,
                           int64_t now, struct err *err);
/* `hash` as password_hash() makes it. */
bool store_account_set_password(struct store *s, const char *user, const char *hash,
                                const struct actor *actor, int64_t now, struct err *err);
/* The stored hash; "" for no account, a disabled one or one without a password. */
bool store_account_password(struct store *s, const void *mem, const char *user, const char **ret,
                            struct err *err);

bool store_delegate(struct store *s, const char *giver, const char *taker, int64_t since, int64_t until,
                    const struct actor *actor, int64_t now, struct err *err);
/* ERR_NO when there is none that stands under this number. */
bool store_undelegate(struct store *s, int64_t id, const struct actor *actor, int64_t now, struct err *err);
/* Those to `taker` ("" = to anybody), the newest first; ended and past ones too. */
bool store_delegations(struct store *s, const void *mem, const char *taker, struct delegation **ret,
                       size_t *ret_n, struct err *err);

#endif
