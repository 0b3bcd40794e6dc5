/* outbox.c: letters to be sent, with their final bytes (RELIABILITY 1 row 18).
 *
 *   queued -> sending -> sent | failed | unknown | queued (a definite "try again later")
 *   unknown -> queued, once, byte-identical | sent | failed          failed -> queued (a person asks)
 *
 * A claim is committed and synced before the sender sees the letter, so that a letter that may be on its
 * way is never taken for one that is not. `sent` is final. The bytes never change; the database refuses it.
 */
#include "base/utf8.h"
#include "mail/headers.h"
#include "store/inside.h"

#define HOUR INT64_C(3600)
#define DAY  (24 * HOUR)

/* Our own letters speak UTF-8 only. */
static char *as_utf8(const void *mem, const char *charset, const char *bytes, size_t n, bool *ret_lossy)
{
    (void)charset;
    *ret_lossy = !utf8_valid(bytes, n);
    return utf8_nfc(mem, bytes, n);
}

static const char *subject_of(const void *mem, const struct plan_letter *letter)
{
    const char *subject = "";
    struct headers_field *fields;
    size_t end;
    bool lossy;
    size_t n = headers_split(mem, letter->bytes, letter->n_bytes, 200, &fields, &end);
    for (size_t i = 0; i < n; i++) {
        const struct headers_field *f = &fields[i];
        if (str_ieq(f->name, "Subject"))
            subject = headers_decode(mem, f->raw, f->raw_n, as_utf8, &lossy);
    }
    return subject;
}

/* When the n-th newest automatic letter of these was due, `span` later; 0 when there are fewer. */
static bool slot(struct store *s, const struct plan_letter *l, int64_t n, int64_t span, int64_t *due,
                 struct err *err)
{
    bool row = false, to_one = span == DAY;
    int64_t at = 0;
    if (n <= 0)
        return true;
    struct query *q = db_query(s->db, to_one ? "outbox_nth_to" : "outbox_nth");
    if (to_one) {
        q_text(q, ":rcpt", l->to);
        q_text(q, ":purpose", l->purpose);
    }
    q_int(q, ":n", n - 1);
    if (!q_one_int(q, &row, &at, err))
        return false;
    if (row && at + span > *due)
        *due = at + span;
    return true;
}

/* Automatic letters are limited per address and purpose and in all (A16, A17): what is over a limit waits
 * for its turn when it must not be lost, else it is dropped. */
static bool limit(struct store *s, const struct plan_letter *l, int64_t now, int64_t *due, bool *ret_drop,
                  struct err *err)
{
    *due = now;
    if (l->purpose && *l->purpose &&
        (!slot(s, l, l->per_address, DAY, due, err) || !slot(s, l, l->per_hour, HOUR, due, err)))
        return false;
    *ret_drop = *due > now && !l->must;
    return true;
}

static bool is_queued(struct store *s, const char *key, bool *ret, struct err *err)
{
    int64_t ignored;
    struct query *q = db_query(s->db, "outbox_key");
    q_text(q, ":key", key);
    return q_one_int(q, ret, &ignored, err);
}

static bool insert(struct store *s, const struct plan_letter *letter, const char *from, const char *ref,
                   int64_t now, int64_t due, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct query *q = db_query(s->db, "outbox_insert");
    q_text(q, ":key", letter->key);
    q_text(q, ":ref", ref);
    q_text(q, ":rcpt", letter->to);
    q_text(q, ":sender", from);
    q_text(q, ":message_id", letter->message_id);
    q_text(q, ":subject", subject_of(tmp, letter));
    q_blob(q, ":bytes", letter->bytes, letter->n_bytes);
    q_text(q, ":purpose", letter->purpose);
    q_int(q, ":now", now);
    q_int(q, ":due", due);
    return q_run(q, err);
}

bool outbox_insert(struct store *s, const struct plan_letter *letter, const char *from, const char *ref,
                   int64_t now, enum outbox_fate *ret, struct err *err)
{
    bool there = false, drop = false;
    int64_t due = now;
    if (!letter || !letter->bytes || !letter->n_bytes)
        return err_set(err, ERR_BUG, "letter '%s': queued before it was rendered",
                       letter ? letter->key : "");
    if (!is_queued(s, letter->key, &there, err) || (!there && !limit(s, letter, now, &due, &drop, err)))
        return false;
    if (!there && !drop && !insert(s, letter, from, ref, now, due, err))
        return false;
    *ret = there ? OUTBOX_THERE : drop ? OUTBOX_DROPPED : due > now ? OUTBOX_DELAYED : OUTBOX_QUEUED;
    return true;
}

bool store_outbox_queue(struct store *s, const struct plan_letter *letter, const char *from, int64_t now,
                        bool *ret_new, struct err *err)
{
    bool own;
    enum outbox_fate fate = OUTBOX_THERE;
    if (!store_own_begin(s, &own, err))
        return false;
    if (!store_own_end(s, own, outbox_insert(s, letter, from, "", now, &fate, err), err))
        return false;
    *ret_new = fate != OUTBOX_THERE;
    return true;
}

/* ---- reading ---- */

static void fill(const void *mem, const struct query *q, struct outgoing *o)
{
    o->id = q_col_int(q, 0);
    o->key = q_col_text(mem, q, 1);
    o->ref = q_col_text(mem, q, 2);
    o->to = q_col_text(mem, q, 3);
    o->from = q_col_text(mem, q, 4);
    o->message_id = q_col_text(mem, q, 5);
    o->state = q_col_text(mem, q, 6);
    o->subject = q_col_text(mem, q, 7);
    o->error = q_col_text(mem, q, 8);
    o->attempts = q_col_int(q, 9);
    o->resends = q_col_int(q, 10);
    o->next_try = q_col_int(q, 11);
    o->queued = q_col_int(q, 12);
    o->changed = q_col_int(q, 13);
    o->bytes = q_col_bytes(mem, q, 14, &o->n_bytes);
    o->due = q_col_int(q, 15);
    o->kept = (enum outgoing_kept)q_col_int(q, 16);
}

bool store_outbox_get(struct store *s, const void *mem, int64_t id, struct outgoing **ret, struct err *err)
{
    bool row = false;
    struct query *q = db_query(s->db, "outbox_get");
    q_int(q, ":id", id);
    if (!q_next(q, &row, err))
        return false;
    if (!row)
        return err_set(err, ERR_NO, "outgoing letter '%lld': not found", (long long)id);
    *ret = mem_zero(mem, struct outgoing);
    fill(*ret, q, *ret);
    q_end(q);
    return true;
}

bool store_outbox_list(struct store *s, const void *mem, struct outgoing **ret, size_t *ret_n,
                       struct err *err)
{
    struct outgoing *all = NULL;
    size_t n = 0;
    bool row = true;
    struct query *q = db_query(s->db, "outbox_list");
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

/* ---- states ---- */

static bool may_become(const struct outgoing *o, const char *state)
{
    static const char *const moves[][2] = {
        {"sending", "sent"},   {"sending", "unknown"}, {"sending", "failed"},
        {"sending", "queued"}, {"unknown", "queued"},  {"unknown", "sent"},
        {"unknown", "failed"}, {"failed", "queued"},   {"queued", "failed"}};
    if (str_eq(o->state, "unknown") && str_eq(state, "queued") && o->resends > 0)
        return false; /* once more might have been the second copy; twice more never */
    if (str_eq(o->state, "failed") && str_eq(o->error, "restricted"))
        return false; /* kept back when its case became a complaint */
    for (size_t i = 0; i < ARRAY_LEN(moves); i++)
        if (str_eq(moves[i][0], o->state) && str_eq(moves[i][1], state))
            return true;
    return false;
}

static bool mark(struct store *s, int64_t id, const char *state, const char *error_text, int64_t next_try,
                 int64_t now, struct err *err)
{
    static const struct actor sender = {.user = "system", .login = "send"};
    _cleanup_mem_ void *tmp = mem_new();
    struct outgoing *o;
    if (!store_outbox_get(s, tmp, id, &o, err))
        return false;
    if (!may_become(o, state))
        return err_set(err, ERR_NO, "outgoing letter '%s': is %s and cannot become %s", o->key, o->state,
                       state);
    struct query *q = db_query(s->db, "outbox_mark");
    q_int(q, ":id", id);
    q_text(q, ":state", state);
    q_text(q, ":error", error_text);
    q_int(q, ":next_try", next_try);
    q_int(q, ":now", now);
    if (!q_run(q, err))
        return false;
    char *detail = mem_fmt(tmp, "key=%s from=%s to=%s", o->key, o->state, state);
    return journal_add(s, now, o->ref, &sender, "LETTER", detail, err);
}

bool store_outbox_mark(struct store *s, int64_t id, const char *state, const char *error_text,
                       int64_t next_try, int64_t now, struct err *err)
{
    bool own;
    if (!store_own_begin(s, &own, err))
        return false;
    return store_own_end(s, own, mark(s, id, state, error_text, next_try, now, err), err);
}

static bool claim(struct store *s, const void *mem, int64_t now, struct outgoing **ret, struct err *err)
{
    bool row = false;
    int64_t id = 0;
    struct query *q = db_query(s->db, "outbox_due");
    q_int(q, ":now", now);
    *ret = NULL;
    if (!q_one_int(q, &row, &id, err))
        return false;
    if (!row)
        return true;
    q = db_query(s->db, "outbox_claim");
    q_int(q, ":id", id);
    q_int(q, ":now", now);
    return q_run(q, err) && store_outbox_get(s, mem, id, ret, err);
}

bool store_outbox_claim(struct store *s, const void *mem, int64_t now, struct outgoing **ret,
                        struct err *err)
{
    struct outgoing *one = NULL;
    if (s->in_batch)
        return err_set(err, ERR_BUG, "outbox: a claim inside a batch would not be committed");
    if (!store_begin(s, err))
        return false;
    if (!store_own_end(s, true, claim(s, mem, now, &one, err), err))
        return false;
    *ret = one;
    return true;
}

static bool recover(struct store *s, int64_t now, int64_t *ret_count, struct err *err)
{
    bool row = true;
    int64_t id = 0;
    for (*ret_count = 0;; (*ret_count)++) {
        if (!q_one_int(db_query(s->db, "outbox_sending"), &row, &id, err))
            return false;
        if (!row)
            return true;
        if (!mark(s, id, "unknown", "the sender ended before it knew", now, now, err))
            return false;
    }
}

bool store_outbox_recover(struct store *s, int64_t now, int64_t *ret_count, struct err *err)
{
    bool own;
    int64_t count = 0;
    if (!store_own_begin(s, &own, err))
        return false;
    if (!store_own_end(s, own, recover(s, now, &count, err), err))
        return false;
    *ret_count = count;
    return true;
}
