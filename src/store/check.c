/* check.c: what status counts and what fsck finds in case.db. Every fault is one line; a query that the
 * damage itself stops is a fault too, so that one bad page does not hide the rest. */
#include "store/inside.h"

bool store_counts(struct store *s, const void *mem, struct store_count **ret, size_t *ret_n,
                  struct err *err)
{
    struct store_count *all = NULL;
    size_t n = 0;
    bool row = true;
    struct query *q = db_query(s->db, "counts");
    while (q_next(q, &row, err)) {
        if (!row) {
            *ret = all;
            *ret_n = n;
            return true;
        }
        *mem_append(mem, all, n) = (struct store_count){
            .what = q_col_text(mem, q, 0), .name = q_col_text(mem, q, 1), .n = q_col_int(q, 2)};
    }
    return false;
}

static bool first_column(struct query *q, const void *mem, struct str_list *ret, struct err *err)
{
    bool row = true;
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        _cleanup_mem_ char *text = q_col_text(NULL, q, 0);
        str_list_add(mem, ret, text);
    }
    return false;
}

bool store_unanswered(struct store *s, const void *mem, int64_t before, struct str_list *ret,
                      struct err *err)
{
    struct query *q = db_query(s->db, "unanswered");
    q_int(q, ":before", before);
    return first_column(q, mem, ret, err);
}

bool store_evidence_files(struct store *s, const void *mem, struct str_list *ret, struct err *err)
{
    return first_column(db_query(s->db, "evidence_files"), mem, ret, err);
}

bool store_forged_since(struct store *s, int64_t since, int64_t *ret, struct err *err)
{
    bool row = false;
    struct query *q = db_query(s->db, "forged_since");
    q_int(q, ":since", since);
    return q_one_int(q, &row, ret, err);
}

/* Damage is a finding; a busy database or a bug is a failure of the check. */
static bool damage(const void *mem, struct str_list *faults, const struct err *why)
{
    if (why->kind != ERR_CONF)
        return false;
    str_list_add(mem, faults, why->text);
    return true;
}

/* Each row of the query is the text of a fault. */
static bool faults_of(struct store *s, const void *mem, const char *query, struct str_list *faults,
                      struct err *err)
{
    bool row = true;
    struct err why = {0};
    struct query *q = db_query(s->db, query);
    while (q_next(q, &row, &why)) {
        if (!row)
            return true;
        _cleanup_mem_ char *text = q_col_text(NULL, q, 0);
        str_list_add(mem, faults, text);
    }
    if (damage(mem, faults, &why))
        return true;
    *err = why;
    return false;
}

/* FTS5 checks its own structure by an INSERT, so it happens in a batch that is given up. */
static bool check_index(struct store *s, const void *mem, struct str_list *faults, struct err *err)
{
    bool own;
    struct err ignored = {0};
    if (!store_own_begin(s, &own, err))
        return false;
    bool ok = faults_of(s, mem, "check_index", faults, err);
    store_own_end(s, own, false, &ignored);
    return ok;
}

static bool check_journal(struct store *s, const void *mem, struct str_list *faults, struct err *err)
{
    struct err why = {0};
    if (journal_check(s, mem, faults, &why) || damage(mem, faults, &why))
        return true;
    *err = why;
    return false;
}

bool store_check(struct store *s, const void *mem, struct str_list *ret_faults, struct err *err)
{
    static const char *const queries[] = {
        "check_integrity",   "check_foreign_keys", "check_receipts",  "check_contents",   "check_sealed",
        "check_half_sealed", "check_unindexed",    "check_confirmed", "check_index_rows", "check_withheld"};
    struct str_list faults = {0};
    for (size_t i = 0; i < ARRAY_LEN(queries); i++)
        if (!faults_of(s, mem, queries[i], &faults, err))
            return false;
    if (!faults_of(s, mem, "check_walls", &faults, err) || !check_index(s, mem, &faults, err) ||
        !check_journal(s, mem, &faults, err))
        return false;
    *ret_faults = faults;
    return true;
}
