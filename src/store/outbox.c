/* outbox.c: letters to be sent, with their final bytes (RELIABILITY 1 row 18).
 *
 *   queued -> sending -> sent | failed | unknown | queued (a definite "try again later")
 *   unknown -> queued, once, byte-identical | sent | failed          failed -> queued (a person asks)
 *
 * A claim is committed and synced before the sender sees the letter, so that a letter that may be on its
 * way is never taken for one that is not. `sent` is final. The bytes never change; the database refuses it.
 */
#include "base/utf8.h"
#include "mail/address.h"
#include "mail/headers.h"
#include "store/inside.h"

/* Our own letters speak UTF-8 only. */
static char *as_utf8(const void *mem, const char *charset, const char *bytes, size_t n, bool *ret_lossy)
{
    (void)charset;
    *ret_lossy = !utf8_valid(bytes, n);
    return utf8_nfc(mem, bytes, n);
}

struct header {
    const char *subject, *from; /* from: an envelope address, "" when there is none */
};

static struct header header_of(const void *mem, const struct plan_letter *letter)
{
    struct header h = {.subject = "", .from = ""};
    struct headers_field *fields;
    struct address from;
    const char *why;
    size_t end;
    bool lossy;
    size_t n = headers_split(mem, letter->bytes, letter->n_bytes, 200, &fields, &end);
    for (size_t i = 0; i < n; i++) {
        const struct headers_field *f = &fields[i];
        if (str_ieq(f->name, "Subject"))
            h.subject = headers_decode(mem, f->raw, f->raw_n, as_utf8, &lossy);
        if (str_ieq(f->name, "From") && address_parse_one(mem, f->raw, f->raw_n, &from, &why))
            h.from = from.spec;
    }
    return h;
}

bool outbox_insert(struct store *s, const struct plan_letter *letter, const char *from, const char *ref,
                   int64_t now, bool *ret_new, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    if (!letter || !letter->bytes || !letter->n_bytes)
        return err_set(err, ERR_BUG, "letter '%s': queued before it was rendered",
                       letter ? letter->key : "");
    struct header header = header_of(tmp, letter);
    struct query *q = db_query(s->db, "outbox_insert");
    q_text(q, ":key", letter->key);
    q_text(q, ":ref", ref);
    q_text(q, ":rcpt", letter->to);
    q_text(q, ":sender", *from ? from : header.from);
    q_text(q, ":message_id", letter->message_id);
    q_text(q, ":subject", header.subject);
    q_blob(q, ":bytes", letter->bytes, letter->n_bytes);
    q_int(q, ":now", now);
    if (!q_run(q, err))
        return false;
    *ret_new = db_changed(s->db) == 1;
    return true;
}

bool store_outbox_queue(struct store *s, const struct plan_letter *letter, const char *from, int64_t now,
                        bool *ret_new, struct err *err)
{
    bool own, is_new = false;
    if (!store_own_begin(s, &own, err))
        return false;
    if (!store_own_end(s, own, outbox_insert(s, letter, from, "", now, &is_new, err), err))
        return false;
    *ret_new = is_new;
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
}

static bool get(struct store *s, const void *mem, int64_t id, struct outgoing **ret, struct err *err)
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
    if (!get(s, tmp, id, &o, err))
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
    return q_run(q, err) && get(s, mem, id, ret, err);
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
