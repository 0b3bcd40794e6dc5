/* digest.c: the ledger of weekly digests (MIC-13.5d1). One logical letter per (recipient, period), and a
 * complaint in exactly one digest of a recipient: UNIQUE keys, so that a crash, a second process or a clock
 * that jumps can make neither a second copy nor a gap. Ledger row, items and outbox letter are one
 * transaction. A complaint that arrived before the period and stands in no digest is late, not lost. */
#include "store/inside.h"

bool digest_rows(struct query *q, const void *mem, struct digest_item **ret, size_t *ret_n, struct err *err)
{
    struct digest_item *items = NULL;
    size_t n = 0;
    bool row = true;
    while (q_next(q, &row, err)) {
        if (!row) {
            *ret = items;
            *ret_n = n;
            return true;
        }
        *mem_append(mem, items, n) = (struct digest_item){.ref = q_col_text(mem, q, 0),
                                                          .category = q_col_text(mem, q, 1),
                                                          .unit = q_col_text(mem, q, 2),
                                                          .from = q_col_text(mem, q, 3),
                                                          .from_name = q_col_text(mem, q, 4),
                                                          .subject = q_col_text(mem, q, 5),
                                                          .state = q_col_text(mem, q, 6),
                                                          .received = q_col_int(q, 7),
                                                          .late = q_col_int(q, 8) != 0};
    }
    return false;
}

bool store_digest_items(struct store *s, const void *mem, const char *recipient, const char *period,
                        int64_t from, int64_t until, bool recused, struct digest_item **ret, size_t *ret_n,
                        struct err *err)
{
    struct query *q = db_query(s->db, "digest_items");
    q_text(q, ":recipient", recipient);
    q_text(q, ":period", period);
    q_int(q, ":from", from);
    q_int(q, ":until", until);
    q_int(q, ":recused", recused);
    return digest_rows(q, mem, ret, ret_n, err);
}

static bool add_item(struct store *s, int64_t digest, const char *recipient, const char *ref,
                     struct err *err)
{
    struct query *q = db_query(s->db, "digest_item_insert");
    q_int(q, ":digest", digest);
    q_text(q, ":recipient", recipient);
    q_text(q, ":ref", ref);
    if (!q_run(q, err))
        return err_prefix(err, "digest item '%s'", ref);
    return db_changed(s->db) == 1 ||
           err_set(err, ERR_BUG, "digest item '%s': no restricted submission", ref);
}

struct ledger {
    const char *recipient, *period;
    const struct digest_item *items;
    size_t n;
};

static bool record(struct store *s, const struct ledger *l, const struct plan_letter *letter,
                   const char *from, int64_t now, bool *ret_new, struct err *err)
{
    bool there = false;
    enum outbox_fate fate;
    int64_t id = 0;
    struct query *q = db_query(s->db, "digest_find");
    q_text(q, ":recipient", l->recipient);
    q_text(q, ":period", l->period);
    if (!q_one_int(q, &there, &id, err) || there)
        return there;
    if (!outbox_insert(s, letter, from, "", now, &fate, err))
        return false;
    q = db_query(s->db, "digest_insert");
    q_text(q, ":recipient", l->recipient);
    q_text(q, ":period", l->period);
    q_text(q, ":letter", letter->key);
    q_int(q, ":at", now);
    if (!q_run(q, err))
        return false;
    id = db_last_id(s->db);
    for (size_t i = 0; i < l->n; i++)
        if (!add_item(s, id, l->recipient, l->items[i].ref, err))
            return false;
    *ret_new = true;
    return true;
}

static bool record_and_note(struct store *s, const struct ledger *l, const struct plan_letter *letter,
                            const char *from, int64_t now, bool *ret_new, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    if (!record(s, l, letter, from, now, ret_new, err))
        return false;
    char *detail =
        mem_fmt(tmp, "recipient=%s period=%s items=%zu key=%s", l->recipient, l->period, l->n, letter->key);
    return !*ret_new || journal_add(s, now, "", &actor_system, "DIGEST", detail, err);
}

bool store_digest_record(struct store *s, const char *recipient, const char *period,
                         const struct digest_item *items, size_t n, const struct plan_letter *letter,
                         const char *from, int64_t now, bool *ret_new, struct err *err)
{
    bool own, is_new = false;
    struct ledger l = {.recipient = recipient, .period = period, .items = items, .n = n};
    if (!store_own_begin(s, &own, err))
        return false;
    if (!store_own_end(s, own, record_and_note(s, &l, letter, from, now, &is_new, err), err))
        return false;
    *ret_new = is_new;
    return true;
}

bool store_journal_before(struct store *s, const void *mem, int64_t until, const char **ret,
                          struct err *err)
{
    bool row = false;
    struct query *q = db_query(s->db, "journal_before");
    q_int(q, ":until", until);
    *ret = "";
    return q_one_text(q, mem, &row, ret, err);
}

bool store_ledgers(struct store *s, const void *mem, struct store_ledger **ret, size_t *ret_n,
                   struct err *err)
{
    struct store_ledger *all = NULL;
    size_t n = 0;
    bool row = true;
    struct query *q = db_query(s->db, "ledgers");
    while (q_next(q, &row, err)) {
        if (!row) {
            *ret = all;
            *ret_n = n;
            return true;
        }
        *mem_append(mem, all, n) = (struct store_ledger){.recipient = q_col_text(mem, q, 0),
                                                         .period = q_col_text(mem, q, 1),
                                                         .items = q_col_int(q, 2),
                                                         .at = q_col_int(q, 3)};
    }
    return false;
}
