/* exports.c: see exports.h. The table itself refuses that one person asks and agrees, and that an export is
 * made twice or without consent. */
#include "store/exports.h"
#include "store/inside.h"

static bool note(struct store *s, int64_t id, const struct actor *actor, const char *what, const char *more,
                 int64_t now, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    char *detail = mem_fmt(tmp, "export=%lld%s%s", (long long)id, *more ? " " : "", more);
    return journal_add(s, now, "", actor, what, detail, err);
}

static bool ask(struct store *s, const struct actor *actor, const char *period, const char *reason,
                int64_t now, int64_t *ret_id, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct query *q = db_query(s->db, "export_ask");
    q_text(q, ":user", actor->user);
    q_text(q, ":login", actor->login);
    q_text(q, ":period", period);
    q_text(q, ":reason", reason);
    q_int(q, ":at", now);
    if (!q_run(q, err))
        return false;
    *ret_id = db_last_id(s->db);
    return note(s, *ret_id, actor, "EXPORT-ASK", mem_fmt(tmp, "period=%s", period), now, err);
}

bool store_export_ask(struct store *s, const struct actor *actor, const char *period, const char *reason,
                      int64_t now, int64_t *ret_id, struct err *err)
{
    bool own;
    return store_own_begin(s, &own, err) &&
           store_own_end(s, own, ask(s, actor, period, reason, now, ret_id, err), err);
}

bool store_export_get(struct store *s, const void *mem, int64_t id, struct store_export *ret,
                      struct err *err)
{
    bool row = false;
    struct query *q = db_query(s->db, "export_get");
    q_int(q, ":id", id);
    if (!q_next(q, &row, err))
        return false;
    if (!row)
        return err_set(err, ERR_NO, "export %lld: not asked for", (long long)id);
    *ret = (struct store_export){.id = id,
                                 .user = q_col_text(mem, q, 0),
                                 .login = q_col_text(mem, q, 1),
                                 .period = q_col_text(mem, q, 2),
                                 .reason = q_col_text(mem, q, 3),
                                 .approved_by = q_col_text(mem, q, 4),
                                 .at = q_col_int(q, 5),
                                 .approved = q_col_int(q, 6) ? q_col_int(q, 6) : WHEN_NONE,
                                 .made = q_col_int(q, 7) ? q_col_int(q, 7) : WHEN_NONE};
    q_end(q);
    return true;
}

static bool step(struct store *s, const char *query, int64_t id, const struct actor *actor, int64_t now,
                 struct err *err)
{
    struct query *q = db_query(s->db, query);
    q_int(q, ":id", id);
    q_text(q, ":user", actor->user);
    q_int(q, ":at", now);
    if (!q_run(q, err))
        return false;
    return db_changed(s->db) == 1 ||
           err_set(err, ERR_NO, "export %lld: not by '%s', or done already", (long long)id, actor->user);
}

bool store_export_approve(struct store *s, int64_t id, const struct actor *actor, int64_t now,
                          struct err *err)
{
    bool own;
    return store_own_begin(s, &own, err) &&
           store_own_end(s, own,
                         step(s, "export_approve", id, actor, now, err) &&
                             note(s, id, actor, "EXPORT-APPROVE", "", now, err),
                         err);
}

bool store_export_made(struct store *s, int64_t id, const struct actor *actor, size_t items, int64_t now,
                       struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    bool own;
    return store_own_begin(s, &own, err) &&
           store_own_end(s, own,
                         step(s, "export_made", id, actor, now, err) &&
                             note(s, id, actor, "EXPORT", mem_fmt(tmp, "items=%zu", items), now, err),
                         err);
}

bool store_restricted_in(struct store *s, const void *mem, int64_t from, int64_t until,
                         struct digest_item **ret, size_t *ret_n, struct err *err)
{
    struct query *q = db_query(s->db, "restricted_in");
    q_int(q, ":from", from);
    q_int(q, ":until", until);
    return digest_rows(q, mem, ret, ret_n, err);
}
