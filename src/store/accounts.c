/* accounts.c: staff accounts. A disabled account is found by nobody who asks who acts, so it cannot act
 * from the moment of the commit, in no process. Passwords are Argon2id hashes, never in the journal. */
#include "store/accounts.h"
#include "store/inside.h"

/* ---- reading ---- */

static void fill(const void *mem, struct query *q, struct account *a)
{
    *a = (struct account){.user = q_col_text(mem, q, 0),
                          .login = q_col_text(mem, q, 1),
                          .name = q_col_text(mem, q, 2),
                          .roles = (unsigned)q_col_int(q, 3),
                          .disabled = q_col_int(q, 4) != 0,
                          .address = q_col_text(mem, q, 5),
                          .fields = q_col_text(mem, q, 6),
                          .has_password = q_col_int(q, 7) != 0};
}

bool store_accounts(struct store *s, const void *mem, struct account **ret, size_t *ret_n, struct err *err)
{
    struct account *all = NULL;
    size_t n = 0;
    bool row = true;
    struct query *q = db_query(s->db, "accounts");
    while (q_next(q, &row, err)) {
        if (!row) {
            *ret = all;
            *ret_n = n;
            return true;
        }
        fill(mem, q, mem_append(mem, all, n));
    }
    return false;
}

bool store_account(struct store *s, const void *mem, const char *user, struct account *ret, struct err *err)
{
    bool row = false;
    struct query *q = db_query(s->db, "account_get");
    q_text(q, ":user", user);
    if (!q_next(q, &row, err))
        return false;
    if (!row)
        return err_set(err, ERR_NO, "staff account '%s': none; see: bbt users list", user);
    fill(mem, q, ret);
    q_end(q);
    return true;
}

bool store_delegations(struct store *s, const void *mem, const char *taker, struct delegation **ret,
                       size_t *ret_n, struct err *err)
{
    struct delegation *all = NULL;
    size_t n = 0;
    bool row = true;
    struct query *q = db_query(s->db, "delegations");
    q_text(q, ":taker", taker);
    while (q_next(q, &row, err)) {
        if (!row) {
            *ret = all;
            *ret_n = n;
            return true;
        }
        *mem_append(mem, all, n) = (struct delegation){.id = q_col_int(q, 0),
                                                       .giver = q_col_text(mem, q, 1),
                                                       .taker = q_col_text(mem, q, 2),
                                                       .since = q_col_int(q, 3),
                                                       .until = q_col_int(q, 4),
                                                       .made = q_col_int(q, 5),
                                                       .made_by = q_col_text(mem, q, 6),
                                                       .ended = q_col_int(q, 7),
                                                       .ended_by = q_col_text(mem, q, 8)};
    }
    return false;
}

/* ---- who acts ---- */

static bool add_handed_over(struct store *s, const void *mem, int64_t now, struct actor *a, struct err *err)
{
    struct delegation *d = NULL;
    size_t n = 0;
    struct str_list givers = {0};
    if (!store_delegations(s, mem, a->user, &d, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct account giver;
        if (!store_account(s, mem, d[i].giver, &giver, err))
            return false;
        unsigned roles = accounts_handed_over(&giver, &d[i], now);
        if (roles & ~a->roles && !str_list_has(&givers, giver.user))
            str_list_add(mem, &givers, giver.user);
        a->lent |= roles & ~a->roles;
        a->roles |= roles;
    }
    a->on_behalf = givers.n ? str_list_join(mem, &givers, ",") : NULL;
    return true;
}

bool store_actor(struct store *s, const void *mem, const char *login, const char *user, int64_t now,
                 struct actor *ret, struct err *err)
{
    struct staff *staff;
    if (!store_staff_find(s, mem, login, user, &staff, err))
        return false;
    struct actor a = {.user = staff->user, .login = login ? login : staff->login, .roles = staff->roles};
    if (!add_handed_over(s, mem, now, &a, err))
        return false;
    *ret = a;
    return true;
}

bool store_account_at(struct store *s, const void *mem, const char *address, const char **ret_user,
                      struct err *err)
{
    return store_look_up(s, mem, "account_at", ":address", address, ret_user, err);
}

/* ---- changing ---- */

static char *roles_text(const void *mem, unsigned roles)
{
    struct str_list names = {0};
    for (unsigned bit = 1; bit < ROLE_SYSTEM; bit <<= 1)
        if (roles & bit)
            str_list_add(mem, &names, role_name((enum role)bit));
    return names.n ? str_list_join(mem, &names, ",") : mem_str(mem, "-");
}

static bool put(struct store *s, const struct account *a, const struct actor *actor, int64_t now,
                struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    char *detail = mem_fmt(mem, "user=%s login=%s roles=%s address=%s fields=%s", a->user, a->login,
                           roles_text(mem, a->roles), a->address, a->fields);
    struct query *q = db_query(s->db, "account_put");
    q_text(q, ":user", a->user);
    q_text(q, ":login", a->login);
    q_text(q, ":name", a->name);
    q_int(q, ":roles", a->roles);
    q_text(q, ":address", a->address);
    q_text(q, ":fields", a->fields);
    if (!q_run(q, err))
        return err_prefix(err, "staff account '%s'", a->user);
    return journal_add(s, now, "", actor, "STAFF", detail, err);
}

bool store_account_put(struct store *s, const struct account *a, const struct actor *actor, int64_t now,
                       struct err *err)
{
    bool own;
    if (!store_own_begin(s, &own, err))
        return false;
    return store_own_end(s, own, put(s, a, actor, now, err), err);
}

/* Runs a statement that knows :user and :at, and perhaps :by. */
static bool for_user(struct store *s, const char *name, const char *user, const char *by, int64_t now,
                     struct err *err)
{
    struct query *q = db_query(s->db, name);
    q_text(q, ":user", user);
    if (by)
        q_text(q, ":by", by);
    q_int(q, ":at", now);
    return q_run(q, err);
}

static bool disable(struct store *s, const char *user, bool disabled, const struct actor *actor,
                    int64_t now, struct err *err)
{
    _cleanup_mem_ char *detail = mem_fmt(NULL, "user=%s", user);
    struct query *q = db_query(s->db, "account_disable");
    q_text(q, ":user", user);
    q_int(q, ":disabled", disabled);
    if (!q_run(q, err))
        return false;
    if (db_changed(s->db) != 1)
        return err_set(err, ERR_NO, "staff account '%s': none; see: bbt users list", user);
    if (disabled && (!for_user(s, "tokens_die", user, NULL, now, err) ||
                     !for_user(s, "delegations_die", user, actor->user, now, err)))
        return false;
    return journal_add(s, now, "", actor, disabled ? "STAFF-DISABLED" : "STAFF-ENABLED", detail, err);
}

bool store_account_disable(struct store *s, const char *user, bool disabled, const struct actor *actor,
                           int64_t now, struct err *err)
{
    bool own;
    if (!store_own_begin(s, &own, err))
        return false;
    return store_own_end(s, own, disable(s, user, disabled, actor, now, err), err);
}

static bool set_password(struct store *s, const char *user, const char *hash, const struct actor *actor,
                         int64_t now, struct err *err)
{
    _cleanup_mem_ char *detail = mem_fmt(NULL, "user=%s", user);
    struct query *q = db_query(s->db, "account_set_password");
    q_text(q, ":user", user);
    q_text(q, ":password", hash);
    if (!q_run(q, err))
        return false;
    if (db_changed(s->db) != 1)
        return err_set(err, ERR_NO, "staff account '%s': none; see: bbt users list", user);
    return journal_add(s, now, "", actor, "PASSWORD", detail, err);
}

bool store_account_set_password(struct store *s, const char *user, const char *hash,
                                const struct actor *actor, int64_t now, struct err *err)
{
    bool own;
    if (!store_own_begin(s, &own, err))
        return false;
    return store_own_end(s, own, set_password(s, user, hash, actor, now, err), err);
}

bool store_account_password(struct store *s, const void *mem, const char *user, const char **ret,
                            struct err *err)
{
    return store_look_up(s, mem, "account_password", ":user", user, ret, err);
}

/* ---- acting for another ---- */

static bool delegate(struct store *s, const char *giver, const char *taker, int64_t since, int64_t until,
                     const struct actor *actor, int64_t now, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    char *detail = mem_fmt(mem, "giver=%s taker=%s since=%s until=%s", giver, taker,
                           when_rfc3339(mem, since), when_rfc3339(mem, until));
    struct query *q = db_query(s->db, "delegation_insert");
    q_text(q, ":giver", giver);
    q_text(q, ":taker", taker);
    q_int(q, ":since", since);
    q_int(q, ":until", until);
    q_int(q, ":at", now);
    q_text(q, ":by", actor->user);
    return q_run(q, err) && journal_add(s, now, "", actor, "DELEGATED", detail, err);
}

bool store_delegate(struct store *s, const char *giver, const char *taker, int64_t since, int64_t until,
                    const struct actor *actor, int64_t now, struct err *err)
{
    bool own;
    if (!store_own_begin(s, &own, err))
        return false;
    return store_own_end(s, own, delegate(s, giver, taker, since, until, actor, now, err), err);
}

static bool undelegate(struct store *s, int64_t id, const struct actor *actor, int64_t now, struct err *err)
{
    _cleanup_mem_ char *detail = mem_fmt(NULL, "delegation=%lld", (long long)id);
    struct query *q = db_query(s->db, "delegation_end");
    q_int(q, ":id", id);
    q_int(q, ":at", now);
    q_text(q, ":by", actor->user);
    if (!q_run(q, err))
        return false;
    if (db_changed(s->db) != 1)
        return err_set(err, ERR_NO, "delegation '%lld': none that stands", (long long)id);
    return journal_add(s, now, "", actor, "DELEGATION-ENDED", detail, err);
}

bool store_undelegate(struct store *s, int64_t id, const struct actor *actor, int64_t now, struct err *err)
{
    bool own;
    if (!store_own_begin(s, &own, err))
        return false;
    return store_own_end(s, own, undelegate(s, id, actor, now, err), err);
}
