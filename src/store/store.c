/* store.c: opening case.db, and batches. One transaction holds a whole batch of plans: BEGIN IMMEDIATE, so
 * that a second writer waits at the door instead of failing at the end.
 *
 * After COMMIT two things follow outside the database: the journal's head is appended and synced, and what
 * was published goes to portal.db. A process that dies between leaves both to the next one that opens the
 * store, which completes them; neither can be done twice. */
#include "store/inside.h"
#include "sys/file.h"

/* Waiting rows go to portal.db, oldest first. A failure here is no failure of the commit, which stands: the
 * row keeps waiting (store_counts "portal"/"waiting") for the next commit or open. */
static bool hand_one(struct store *s, bool *ret_more, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct query *q = db_query(s->db, "published_waiting");
    if (!q_next(q, ret_more, err) || !*ret_more)
        return false;
    int64_t submission = q_col_int(q, 0), version = q_col_int(q, 2);
    struct portal_item item = {
        .ref = q_col_text(tmp, q, 1),
        .version = version,
        .category = q_col_text(tmp, q, 3),
        .kind_label = q_col_text(tmp, q, 4),
        .title = q_col_text(tmp, q, 5),
        .body = q_col_text(tmp, q, 6),
        .unit_name = q_col_text(tmp, q, 7),
        .content_hash = q_col_text(tmp, q, 8),
        .published = q_col_int(q, 9),
        .withdrawn = q_col_int(q, 10) != 0,
        .reason = q_col_text(tmp, q, 11),
        .extra = q_col_text(tmp, q, 12),
    };
    q_end(q);
    if (!portal_put(s->portal, &item, err))
        return false;
    q = db_query(s->db, "published_handed");
    q_int(q, ":submission", submission);
    q_int(q, ":version", version);
    return q_run(q, err);
}

static void hand_to_portal(struct store *s)
{
    struct err later = {0};
    bool more = true;
    while (more && hand_one(s, &more, &later))
        ;
}

static int close_store(struct store *s)
{
    if (s->in_batch)
        store_rollback(s);
    if (s->journal.fd >= 0)
        close(s->journal.fd);
    return 0;
}

/* What the last process may have left undone. */
static bool complete(struct store *s, struct err *err)
{
    bool current = false;
    if (!journal_head_current(s, &current, err))
        return false;
    if (!current) {
        if (!store_begin(s, err))
            return false;
        store_rollback(s);
    }
    hand_to_portal(s);
    return true;
}

bool store_open(const void *mem, const char *house, struct store **ret, struct err *err)
{
    struct store *s = mem_zero(mem, struct store);
    s->journal.fd = -1;
    talloc_set_destructor(s, close_store);
    s->house = mem_str(s, house);
    if (!journal_open(s, err) || !db_open(s, file_join(s, house, "case.db"), "case", 0600, &s->db, err) ||
        !portal_open(s, house, &s->portal, err) || !complete(s, err)) {
        talloc_free(s);
        return false;
    }
    *ret = s;
    return true;
}

int64_t store_schema_version(struct store *s)
{
    return db_version(s->db);
}

/* ---- batches ---- */

void store_lose_batch(struct store *s)
{
    struct err ignored = {0};
    if (db_in_transaction(s->db))
        db_run(s->db, "rollback", &ignored);
}

bool store_batch_alive(struct store *s, struct err *err)
{
    if (db_in_transaction(s->db))
        return true;
    return err_set(err, ERR_RETRY, "database '%s/case.db': the batch was rolled back", s->house);
}

bool store_begin(struct store *s, struct err *err)
{
    if (s->in_batch)
        return store_batch_alive(s, err);
    if (!db_run(s->db, "begin", err))
        return false;
    s->in_batch = true;
    if (journal_begin(s, err))
        return true;
    store_rollback(s);
    return false;
}

bool store_commit(struct store *s, struct err *err)
{
    if (!s->in_batch)
        return true;
    if (!store_batch_alive(s, err) || !search_flush(s, err) || !db_run(s->db, "commit", err)) {
        store_rollback(s);
        return false;
    }
    s->in_batch = false;
    if (!journal_committed(s, err))
        return false;
    hand_to_portal(s);
    return true;
}

void store_rollback(struct store *s)
{
    if (!s->in_batch)
        return;
    store_lose_batch(s);
    s->in_batch = false;
    search_forget(s, 0);
    journal_unlock(&s->journal);
}

bool store_own_begin(struct store *s, bool *ret_own, struct err *err)
{
    *ret_own = !s->in_batch;
    return store_begin(s, err);
}

bool store_own_end(struct store *s, bool own, bool ok, struct err *err)
{
    if (!own) {
        if (!ok)
            store_lose_batch(s); /* half of it stands in the caller's batch, which must not be committed */
        return ok;
    }
    if (ok)
        return store_commit(s, err);
    store_rollback(s);
    return false;
}
