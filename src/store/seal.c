/* seal.c: the rows of sealed complaints. Which letters are in which sealed file, which plain rows are still
 * there, and how they go: blanked in the transaction that names the sealed file, so that a case is either
 * plain and whole or sealed and empty; then the database is written anew, because what SQLite deletes stays
 * in free pages, in its log and, of the full text, in older segments.
 *
 * What stays of a case: reference, dates, kind, unit, state, counts, hashes. Refuses to name a sealed file
 * twice, and to blank a case that is not restricted (the tables' own triggers). */
#include "store/inside.h"

/* ---- rows ---- */

bool sealed_insert(struct store *s, int64_t submission, const struct store_sealed *row, int64_t now,
                   struct err *err)
{
    struct query *q = db_query(s->db, "sealed_insert");
    q_int(q, ":submission", submission);
    q_text(q, ":ref", row->ref);
    q_text(q, ":entry", row->entry);
    q_text(q, ":sha256", row->sha256);
    q_text(q, ":recipients", row->recipients);
    q_int(q, ":scrub", row->scrub);
    q_int(q, ":at", now);
    return q_run(q, err);
}

static bool take_rows(struct query *q, const void *mem, struct store_sealed **ret, size_t *ret_n,
                      struct err *err)
{
    struct store_sealed *all = NULL;
    size_t n = 0;
    bool row = true;
    while (q_next(q, &row, err)) {
        if (!row) {
            *ret = all;
            *ret_n = n;
            return true;
        }
        *mem_append(mem, all, n) = (struct store_sealed){.ref = q_col_text(mem, q, 0),
                                                         .entry = q_col_text(mem, q, 1),
                                                         .file = q_col_text(mem, q, 2),
                                                         .sha256 = q_col_text(mem, q, 3),
                                                         .recipients = q_col_text(mem, q, 4),
                                                         .scrub = q_col_int(q, 5) != 0};
    }
    return false;
}

bool store_sealed_open(struct store *s, const void *mem, struct store_sealed **ret, size_t *ret_n,
                       struct err *err)
{
    return take_rows(db_query(s->db, "sealed_open"), mem, ret, ret_n, err);
}

bool store_sealed_all(struct store *s, const void *mem, struct store_sealed **ret, size_t *ret_n,
                      struct err *err)
{
    return take_rows(db_query(s->db, "sealed_all"), mem, ret, ret_n, err);
}

bool store_sealed_of(struct store *s, const void *mem, const char *ref, struct store_sealed **ret,
                     size_t *ret_n, struct err *err)
{
    struct query *q = db_query(s->db, "sealed_of");
    q_text(q, ":ref", ref);
    return take_rows(q, mem, ret, ret_n, err);
}

bool store_is_sealed(struct store *s, const char *entry, bool *ret, struct err *err)
{
    int64_t ignored;
    struct query *q = db_query(s->db, "is_sealed");
    q_text(q, ":entry", entry);
    return q_one_int(q, ret, &ignored, err);
}

bool store_sealed_done(struct store *s, const struct store_sealed *rows, size_t n, struct err *err)
{
    bool own, ok = true;
    if (!store_own_begin(s, &own, err))
        return false;
    for (size_t i = 0; ok && i < n; i++) {
        struct query *q = db_query(s->db, "sealed_done");
        q_text(q, ":entry", rows[i].entry);
        ok = q_run(q, err);
    }
    return store_own_end(s, own, ok, err);
}

/* ---- what is plain ---- */

bool store_is_restricted(struct store *s, const char *ref, bool *ret, struct err *err)
{
    bool row = false;
    int64_t restricted = 0;
    struct query *q = db_query(s->db, "is_restricted");
    q_text(q, ":ref", ref);
    if (!q_one_int(q, &row, &restricted, err))
        return false;
    *ret = restricted != 0;
    return true;
}

bool store_unsealed(struct store *s, const void *mem, struct str_list *ret, struct err *err)
{
    bool row = true;
    struct query *q = db_query(s->db, "unsealed");
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        _cleanup_mem_ char *ref = q_col_text(NULL, q, 0);
        str_list_add(mem, ret, ref);
    }
    return false;
}

bool store_plain_of(struct store *s, const void *mem, const char *ref, struct store_plain **ret,
                    size_t *ret_n, struct err *err)
{
    struct store_plain *all = NULL;
    size_t n = 0;
    bool row = true;
    struct query *q = db_query(s->db, "plain_of");
    q_text(q, ":ref", ref);
    while (q_next(q, &row, err)) {
        if (!row) {
            *ret = all;
            *ret_n = n;
            return true;
        }
        *mem_append(mem, all, n) = (struct store_plain){.entry = q_col_text(mem, q, 0),
                                                        .report = q_col_text(mem, q, 1),
                                                        .message_id = q_col_text(mem, q, 2)};
    }
    return false;
}

/* ---- who is kept from it ---- */

bool store_staff_names(struct store *s, const void *mem, struct str_list *ret_users,
                       struct str_list *ret_names, struct err *err)
{
    bool row = true;
    struct query *q = db_query(s->db, "staff_names");
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        _cleanup_mem_ char *user = q_col_text(NULL, q, 0), *name = q_col_text(NULL, q, 1);
        str_list_add(mem, ret_users, user);
        str_list_add(mem, ret_names, name);
    }
    return false;
}

bool store_recuse(struct store *s, const char *ref, const char *user, int64_t now, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct query *q = db_query(s->db, "recusal_insert");
    q_text(q, ":ref", ref);
    q_text(q, ":user", user);
    if (!q_run(q, err))
        return false;
    return db_changed(s->db) == 0 ||
           journal_add(s, now, ref, &actor_system, "RECUSE", mem_fmt(tmp, "account=%s", user), err);
}

bool store_recused(struct store *s, const char *ref, const struct actor *actor, bool *ret, struct err *err)
{
    int64_t ignored;
    struct query *q = db_query(s->db, "is_recused");
    q_text(q, ":ref", ref);
    q_text(q, ":user", actor->user);
    q_int(q, ":inspector", (actor->roles & ROLE_INSPECTOR) && !(actor->roles & ROLE_CHIEF));
    return q_one_int(q, ret, &ignored, err);
}

bool store_digest_recused(struct store *s, const char *key, const struct actor *actor, bool *ret,
                          struct err *err)
{
    int64_t ignored;
    struct query *q = db_query(s->db, "digest_recused");
    q_text(q, ":key", key);
    q_text(q, ":user", actor->user);
    q_int(q, ":inspector", (actor->roles & ROLE_INSPECTOR) && !(actor->roles & ROLE_CHIEF));
    return q_one_int(q, ret, &ignored, err);
}

/* ---- taking it away ---- */

static bool submission_id(struct store *s, const char *ref, int64_t *ret, struct err *err)
{
    bool row = false;
    struct query *q = db_query(s->db, "submission_id");
    q_text(q, ":ref", ref);
    if (!q_one_int(q, &row, ret, err))
        return false;
    return row || err_set(err, ERR_NO, "submission '%s': not found", ref);
}

bool store_seal_letter(struct store *s, const struct store_sealed *row, const char *report, int64_t now,
                       struct err *err)
{
    int64_t submission = 0;
    if (!submission_id(s, row->ref, &submission, err))
        return false;
    struct query *q = db_query(s->db, "blank_report");
    q_text(q, ":entry", row->entry);
    q_text(q, ":report", report);
    return q_run(q, err) && sealed_insert(s, submission, row, now, err);
}

static bool blank_rows(struct store *s, int64_t submission, struct err *err)
{
    static const char *const queries[] = {"blank_submission", "blank_contents",      "blank_holds",
                                          "blank_receipts",   "blank_confirmations", "blank_comments",
                                          "blank_event",      "blank_topic",         "blank_topic_seen",
                                          "blank_flags",      "blank_checks",        "blank_consents",
                                          "blank_decisions",  "blank_consultation",  "blank_published",
                                          "blank_campaign",   "blank_review",        "blank_schedule"};
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        struct query *q = db_query(s->db, queries[i]);
        q_int(q, ":submission", submission);
        if (!q_run(q, err))
            return false;
    }
    return true;
}

/* Letters of ours about the case: what waits is not sent, what was sent is forgotten but for its key. One
 * that is under way keeps its bytes until its fate is known; the next sweep takes them. */
static bool blank_letters(struct store *s, const char *ref, int64_t now, struct err *err)
{
    struct query *q = db_query(s->db, "blank_queued");
    q_text(q, ":ref", ref);
    q_int(q, ":at", now);
    if (!q_run(q, err))
        return false;
    q = db_query(s->db, "blank_outbox");
    q_text(q, ":ref", ref);
    return q_run(q, err);
}

/* The steps after the transaction are done once more: what was in these rows stays in free pages, too. */
bool store_blank_letters(struct store *s, const char *ref, int64_t now, struct err *err)
{
    int64_t submission = 0;
    if (!submission_id(s, ref, &submission, err) || !blank_letters(s, ref, now, err))
        return false;
    struct query *q = db_query(s->db, "sealed_again");
    q_int(q, ":submission", submission);
    return q_run(q, err);
}

bool store_blank(struct store *s, const char *ref, int64_t now, struct err *err)
{
    int64_t submission = 0;
    if (!submission_id(s, ref, &submission, err) || !search_drop(s, submission, err) ||
        !blank_rows(s, submission, err))
        return false;
    struct query *q = db_query(s->db, "blank_tokens");
    q_int(q, ":submission", submission);
    q_int(q, ":at", now);
    return q_run(q, err) && blank_letters(s, ref, now, err) && redact_case(s, ref, now, err);
}

bool store_plain_rows(struct store *s, const void *mem, const char *ref, const char **ret, struct err *err)
{
    int64_t submission = 0;
    bool row = false;
    if (!submission_id(s, ref, &submission, err))
        return false;
    struct query *q = db_query(s->db, "plain_rows");
    q_int(q, ":submission", submission);
    return q_one_text(q, mem, &row, ret, err);
}

bool store_evidence_of(struct store *s, const void *mem, const char *ref, struct str_list *ret,
                       struct err *err)
{
    bool row = true;
    struct query *q = db_query(s->db, "evidence_of");
    q_text(q, ":ref", ref);
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        _cleanup_mem_ char *hash = q_col_text(NULL, q, 0);
        str_list_add(mem, ret, hash);
    }
    return false;
}

/* It was on the portal once and taken down: its text leaves the publisher's database, too. */
bool store_unpublish(struct store *s, const char *ref, struct err *err)
{
    int64_t submission = 0, ignored;
    bool was = false;
    if (!submission_id(s, ref, &submission, err))
        return false;
    struct query *q = db_query(s->db, "was_published");
    q_int(q, ":submission", submission);
    return q_one_int(q, &was, &ignored, err) && (!was || portal_forget(s->portal, ref, err));
}

/* The full text keeps deleted words in its older segments until they are merged. */
bool store_scrub(struct store *s, struct err *err)
{
    bool own;
    if (!store_own_begin(s, &own, err))
        return false;
    return store_own_end(s, own, db_run(s->db, "index_optimize", err), err) && db_scrub(s->db, err);
}

bool store_note(struct store *s, const char *ref, const struct actor *actor, const char *what,
                const char *detail, int64_t now, struct err *err)
{
    bool own;
    if (!store_own_begin(s, &own, err))
        return false;
    return store_own_end(s, own, journal_add(s, now, ref, actor, what, detail, err), err);
}
