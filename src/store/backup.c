/* backup.c: the memory of proved backups, and lines in the journal about what is no plan. A backup counts
 * when it was restored and found whole, by the time at which it was made. */
#include "store/backups.h"
#include "store/inside.h"

#define WEEK (INT64_C(7) * 86400)

static bool add(struct store *s, const char *sum, const char *path, int64_t made, const struct actor *actor,
                int64_t now, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    char *detail = mem_fmt(mem, "made=%s sum=%s path=%s", when_rfc3339(mem, made), sum, path);
    struct query *q = db_query(s->db, "backup_proved");
    q_text(q, ":sum", sum);
    q_text(q, ":path", path);
    q_int(q, ":made", made);
    q_int(q, ":now", now);
    return q_run(q, err) && journal_add(s, now, "", actor, "BACKUP", detail, err);
}

bool store_backup_proved(struct store *s, const char *sum, const char *path, int64_t made,
                         const struct actor *actor, int64_t now, struct err *err)
{
    bool own;
    if (!store_own_begin(s, &own, err))
        return false;
    return store_own_end(s, own, add(s, sum, path, made, actor, now, err), err);
}

static bool newest(struct store *s, const void *mem, struct backup_state *ret, struct err *err)
{
    bool row = false;
    struct query *q = db_query(s->db, "backup_newest");
    if (!q_next(q, &row, err))
        return false;
    if (row) {
        ret->path = q_col_text(mem, q, 0);
        ret->made = q_col_int(q, 1);
        ret->verified = q_col_int(q, 2);
    }
    q_end(q);
    return true;
}

bool store_backup_state(struct store *s, const void *mem, int64_t now, struct backup_state *ret,
                        struct err *err)
{
    bool row = false;
    struct backup_state st = {.path = ""};
    struct query *q = db_query(s->db, "backups_since");
    q_int(q, ":since", now - WEEK);
    if (!newest(s, mem, &st, err) || !q_one_int(q, &row, &st.in_week, err) ||
        !q_one_int(db_query(s->db, "journal_first"), &row, &st.first, err))
        return false;
    *ret = st;
    return true;
}

bool store_remark(struct store *s, const char *ref, const char *what, const char *detail,
                  const struct actor *actor, int64_t now, struct err *err)
{
    bool own;
    if (!store_own_begin(s, &own, err))
        return false;
    return store_own_end(s, own, journal_add(s, now, ref, actor, what, detail, err), err);
}
