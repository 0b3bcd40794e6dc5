/* receipts.c: fetch.db, which the fetch role alone writes: the receipts it has taken, and where each
 * mailbox was left. One transaction per round, after the letters are durable in the spool and before the
 * server hears of it; so a crash between repeats letters (whose receipts the intake knows) and loses none.
 */
#include "store/receipts.h"
#include "store/db_sqlite.h"
#include "sys/file.h"

struct receipts {
    struct db *db;
    bool open; /* a transaction */
};

bool receipts_open(const void *mem, const char *house, struct receipts **ret, struct err *err)
{
    struct receipts *r = mem_zero(mem, struct receipts);
    if (!db_open(r, file_join(r, house, "fetch.db"), "fetch", 0600, &r->db, err)) {
        talloc_free(r);
        return false;
    }
    *ret = r;
    return true;
}

bool receipts_seen(struct receipts *r, const char *account, const char *receipt, bool *ret_seen,
                   struct err *err)
{
    int64_t one;
    struct query *q = db_query(r->db, "receipts_seen");
    q_text(q, ":account", account);
    q_text(q, ":receipt", receipt);
    return q_one_int(q, ret_seen, &one, err);
}

/* ---- one round ---- */

bool receipts_begin(struct receipts *r, struct err *err)
{
    if (!db_run(r->db, "begin", err))
        return false;
    r->open = true;
    return true;
}

void receipts_rollback(struct receipts *r)
{
    struct err ignored = {0};
    if (db_in_transaction(r->db))
        db_run(r->db, "rollback", &ignored);
    r->open = false;
}

static bool give_up(struct receipts *r)
{
    receipts_rollback(r);
    return false;
}

/* Outside a transaction each statement would commit alone, cursor and receipts apart. */
static bool is_open(struct receipts *r, struct err *err)
{
    if (r->open && db_in_transaction(r->db))
        return true;
    return err_set(err, ERR_BUG, "receipts: no transaction is open");
}

static bool add(struct receipts *r, const char *account, const char *receipt, const char *entry,
                int64_t received, struct err *err)
{
    struct query *q = db_query(r->db, "receipts_add");
    q_text(q, ":account", account);
    q_text(q, ":receipt", receipt);
    q_text(q, ":entry", entry);
    q_int(q, ":received", received);
    if (!q_run(q, err))
        return false;
    if (db_changed(r->db) == 0)
        return true;
    q = db_query(r->db, "receipts_count");
    q_text(q, ":account", account);
    return q_run(q, err);
}

bool receipts_add(struct receipts *r, const char *account, const char *receipt, const char *entry,
                  int64_t received, struct err *err)
{
    return (is_open(r, err) && add(r, account, receipt, entry, received, err)) || give_up(r);
}

bool receipts_commit(struct receipts *r, const char *account, const char *cursor, struct err *err)
{
    if (!is_open(r, err))
        return give_up(r);
    struct query *q = db_query(r->db, "receipts_set_cursor");
    q_text(q, ":account", account);
    q_text(q, ":cursor", cursor);
    if (!q_run(q, err) || !db_run(r->db, "commit", err))
        return give_up(r);
    r->open = false;
    return true;
}

/* ---- reading ---- */

bool receipts_cursor(struct receipts *r, const void *mem, const char *account, const char **ret,
                     struct err *err)
{
    bool row = false;
    const char *cursor = "";
    struct query *q = db_query(r->db, "receipts_get_cursor");
    q_text(q, ":account", account);
    if (!q_one_text(q, mem, &row, &cursor, err))
        return false;
    *ret = cursor;
    return true;
}

bool receipts_polled(struct receipts *r, const char *account, int64_t now, const char *error_text,
                     struct err *err)
{
    struct query *q = db_query(r->db, "receipts_polled");
    q_text(q, ":account", account);
    q_text(q, ":error", error_text);
    q_int(q, ":now", now);
    return q_run(q, err);
}

bool receipts_accounts(struct receipts *r, const void *mem, struct receipts_account **ret, size_t *ret_n,
                       struct err *err)
{
    struct receipts_account *all = NULL;
    size_t n = 0;
    bool row = true;
    struct query *q = db_query(r->db, "receipts_accounts");
    while (q_next(q, &row, err)) {
        if (!row) {
            *ret = all;
            *ret_n = n;
            return true;
        }
        *mem_append(mem, all, n) =
            (struct receipts_account){.account = q_col_text(mem, q, 0),
                                      .cursor = q_col_text(mem, q, 1),
                                      .error = q_col_text(mem, q, 2),
                                      .last_good = q_col_int(q, 3) ? WHEN_NONE : q_col_int(q, 4),
                                      .last_try = q_col_int(q, 5) ? WHEN_NONE : q_col_int(q, 6),
                                      .taken = q_col_int(q, 7)};
    }
    return false;
}

bool receipts_walk(struct receipts *r, receipts_visit visit, void *arg, struct err *err)
{
    bool row = true;
    struct query *q = db_query(r->db, "receipts_walk");
    while (q_next(q, &row, err)) {
        _cleanup_mem_ void *tmp = mem_new();
        if (!row)
            return true;
        if (!visit(arg, q_col_text(tmp, q, 0), q_col_text(tmp, q, 1), q_col_text(tmp, q, 2), err)) {
            q_end(q);
            return false;
        }
    }
    return false;
}
