/* cases.c: reading cases. Snapshots only: nothing here changes a case, but finding what is related to a new
 * letter also takes the next reference of the year (of `now`, in Viet Nam) inside the batch.
 *
 * Message-ID is never a key: letters are the same by their bytes or by their sameness. Out of a reply's ids
 * and subject comes a claim, which is only linked: anyone can write a reference into a subject. */
#include "store/inside.h"

/* Ids looked at per letter: a References header may hold thousands. */
#define REFERENCES_MAX 50

char *ref_make(const void *mem, int64_t year, int64_t number)
{
    return mem_fmt(mem, "BBT-%04lld-%06lld", (long long)year, (long long)number);
}

bool ref_split(const char *ref, int64_t *ret_year, int64_t *ret_number)
{
    _cleanup_mem_ void *tmp = mem_new();
    if (!str_starts(ref, "BBT-") || strlen(ref) < 10 || ref[8] != '-')
        return false;
    return str_int(mem_bytes(tmp, ref + 4, 4), 1970, 9999, ret_year) &&
           str_int(ref + 9, 1, INT64_MAX, ret_number);
}

/* ---- what is related to a new letter ---- */

/* One text parameter in, one text out; "" when there is no row. */
static bool look_up(struct store *s, const void *mem, const char *query, const char *param,
                    const char *value, const char **ret, struct err *err)
{
    bool row = false;
    struct query *q = db_query(s->db, query);
    q_text(q, param, value);
    *ret = "";
    return q_one_text(q, mem, &row, ret, err);
}

static bool find_duplicate(struct store *s, const void *mem, const struct letter *l, const char **ret,
                           struct err *err)
{
    if (!look_up(s, mem, "duplicate_by_sha256", ":sha256", l->sha256, ret, err))
        return false;
    return **ret || !*l->sameness ||
           look_up(s, mem, "duplicate_by_sameness", ":sameness", l->sameness, ret, err);
}

static bool claim_by_id(struct store *s, const void *mem, const char *id, const char **ret, struct err *err)
{
    *ret = "";
    if (!id || !*id)
        return true;
    return look_up(s, mem, "ref_by_sent_message_id", ":message_id", id, ret, err) &&
           (**ret || look_up(s, mem, "ref_by_letter_message_id", ":message_id", id, ret, err));
}

/* The first "BBT-2026-000123" in a subject that is the reference of a case. */
static bool claim_by_subject(struct store *s, const void *mem, const char *subject, const char **ret,
                             struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    *ret = "";
    for (const char *p = subject; !**ret && (p = str_ifind(p, strlen(p), "BBT-")); p += 4) {
        int64_t year, number;
        size_t n = 4;
        while (str_digit(p[n]) || p[n] == '-')
            n++;
        char *ref = mem_fmt(tmp, "BBT-%.*s", (int)(n < 32 ? n - 4 : 28), p + 4);
        if (ref_split(ref, &year, &number) && !look_up(s, mem, "ref_exists", ":ref", ref, ret, err))
            return false;
    }
    return true;
}

/* The newest id is the most telling one: In-Reply-To, then References from its end. */
static bool find_claim(struct store *s, const void *mem, const struct letter *l, const char **ret,
                       struct err *err)
{
    if (!claim_by_id(s, mem, l->in_reply_to, ret, err))
        return false;
    size_t n = l->references.n, last = n > REFERENCES_MAX ? n - REFERENCES_MAX : 0;
    for (size_t i = n; i-- > last && !**ret;)
        if (!claim_by_id(s, mem, l->references.v[i], ret, err))
            return false;
    return **ret || !l->subject || claim_by_subject(s, mem, l->subject, ret, err);
}

/* Outside a batch the reference is only foreseen: `explain` stores nothing. */
static bool next_ref(struct store *s, const void *mem, int64_t now, const char **ret, struct err *err)
{
    bool row = false;
    int64_t year = when_civil(now).year, number = 1;
    struct query *q = db_query(s->db, s->in_batch ? "reference_next" : "reference_peek");
    q_int(q, ":year", year);
    if (!q_one_int(q, &row, &number, err))
        return false;
    *ret = ref_make(mem, year, number);
    return true;
}

bool store_find_related(struct store *s, const void *mem, const struct letter *letter, int64_t now,
                        struct known *ret, struct err *err)
{
    struct known k = {.duplicate_of = "", .claims = "", .next_ref = ""};
    if (s->in_batch && !store_batch_alive(s, err))
        return false;
    if (!find_duplicate(s, mem, letter, &k.duplicate_of, err))
        return false;
    if (!*k.duplicate_of &&
        (!find_claim(s, mem, letter, &k.claims, err) || !next_ref(s, mem, now, &k.next_ref, err)))
        return false;
    *ret = k;
    return true;
}

/* ---- one case ---- */

static void fill_submission(const struct query *q, struct submission *s)
{
    s->ref = q_col_text(s, q, 1);
    s->version = q_col_int(q, 2);
    s->state = q_col_text(s, q, 3);
    s->kind = q_col_text(s, q, 4);
    s->category = q_col_text(s, q, 5);
    s->track = q_col_text(s, q, 6);
    s->unit = q_col_text(s, q, 7);
    s->restricted = q_col_int(q, 8) != 0;
    s->verdict = q_col_text(s, q, 9);
    s->from = q_col_text(s, q, 10);
    s->from_name = q_col_text(s, q, 11);
    s->authenticated = q_col_int(q, 12) != 0;
    s->subject = q_col_text(s, q, 13);
    s->message_id = q_col_text(s, q, 14);
    s->received = q_col_int(q, 15);
    s->opened = q_col_int(q, 16);
    s->content_hash = q_col_text(s, q, 17);
    s->letter_sha256 = q_col_text(s, q, 18);
    s->title = q_col_text(s, q, 19);
    s->body = q_col_text(s, q, 20);
}

static bool load_holds(struct store *st, struct submission *s, int64_t id, struct err *err)
{
    bool row = true;
    struct query *q = db_query(st->db, "holds_of");
    q_int(q, ":submission", id);
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        *mem_append(s, s->holds, s->n_holds) = (struct hold){
            .reason = q_col_text(s, q, 0), .detail = q_col_text(s, q, 1), .since = q_col_int(q, 2)};
    }
    return false;
}

static bool load_approvals(struct store *st, struct submission *s, int64_t id, struct err *err)
{
    bool row = true;
    struct query *q = db_query(st->db, "approvals_of");
    q_int(q, ":submission", id);
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        *mem_append(s, s->approvals, s->n_approvals) =
            (struct approval){.user = q_col_text(s, q, 0),
                              .login = q_col_text(s, q, 1),
                              .content_hash = q_col_text(s, q, 2),
                              .at = q_col_int(q, 3)};
    }
    return false;
}

static bool load_receipts(struct store *st, struct submission *s, int64_t id, struct err *err)
{
    bool row = true;
    struct query *q = db_query(st->db, "receipts_of");
    q_int(q, ":submission", id);
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        *mem_append(s, s->receipts, s->n_receipts) = (struct receipt){.account = q_col_text(s, q, 0),
                                                                      .source = q_col_text(s, q, 1),
                                                                      .key = q_col_text(s, q, 2),
                                                                      .entry = q_col_text(s, q, 3),
                                                                      .received = q_col_int(q, 4)};
    }
    return false;
}

static bool not_found(const char *ref, struct err *err)
{
    return err_set(err, ERR_NO, "submission '%s': not found", ref);
}

bool store_submission(struct store *s, const void *mem, const char *ref, struct submission **ret,
                      struct err *err)
{
    bool row = false;
    struct query *q = db_query(s->db, "submission_get");
    q_text(q, ":ref", ref);
    if (!q_next(q, &row, err))
        return false;
    if (!row)
        return not_found(ref, err);
    struct submission *one = mem_zero(mem, struct submission);
    int64_t id = q_col_int(q, 0);
    fill_submission(q, one);
    q_end(q);
    if (!load_holds(s, one, id, err) || !load_approvals(s, one, id, err) ||
        !load_receipts(s, one, id, err)) {
        talloc_free(one);
        return false;
    }
    *ret = one;
    return true;
}

bool store_report(struct store *s, const void *mem, const char *ref, const char **ret, struct err *err)
{
    bool row = false;
    struct query *q = db_query(s->db, "report_of");
    q_text(q, ":ref", ref);
    if (!q_one_text(q, mem, &row, ret, err))
        return false;
    return row || not_found(ref, err);
}

bool store_entry_ref(struct store *s, const void *mem, const char *entry, const char **ret_ref,
                     struct err *err)
{
    const char *ref = "";
    if (!look_up(s, mem, "entry_ref", ":entry", entry, &ref, err))
        return false;
    *ret_ref = ref;
    return true;
}

bool store_letter_ref(struct store *s, const void *mem, const char *sha256, const char **ret_ref,
                      struct err *err)
{
    const char *ref = "";
    if (!look_up(s, mem, "duplicate_by_sha256", ":sha256", sha256, &ref, err))
        return false;
    *ret_ref = ref;
    return true;
}

/* ---- many ---- */

void row_fill(const void *mem, const struct query *q, struct store_row *ret)
{
    ret->ref = q_col_text(mem, q, 0);
    ret->state = q_col_text(mem, q, 1);
    ret->kind = q_col_text(mem, q, 2);
    ret->category = q_col_text(mem, q, 3);
    ret->verdict = q_col_text(mem, q, 4);
    ret->from = q_col_text(mem, q, 5);
    ret->from_name = q_col_text(mem, q, 6);
    ret->subject = q_col_text(mem, q, 7);
    ret->unit = q_col_text(mem, q, 8);
    ret->hold = q_col_text(mem, q, 9);
    ret->received = q_col_int(q, 10);
    ret->restricted = q_col_int(q, 11) != 0;
    ret->snippet = "";
}

bool store_list(struct store *s, const void *mem, const struct store_filter *filter, struct store_row **ret,
                size_t *ret_n, struct err *err)
{
    struct store_row *rows = NULL;
    size_t n = 0;
    bool row = true;
    struct query *q = db_query(s->db, "list");
    q_text(q, ":state", filter->state);
    q_text(q, ":category", filter->category);
    q_text(q, ":hold", filter->hold);
    q_int(q, ":restricted_too", filter->restricted_too);
    q_int(q, ":closed_too", filter->closed_too);
    q_int(q, ":limit", filter->limit > 0 ? filter->limit : -1);
    while (q_next(q, &row, err)) {
        if (!row) {
            *ret = rows;
            *ret_n = n;
            return true;
        }
        row_fill(mem, q, mem_append(mem, rows, n));
    }
    return false;
}

bool store_history(struct store *s, const void *mem, const char *ref, struct store_event **ret,
                   size_t *ret_n, struct err *err)
{
    struct store_event *events = NULL;
    size_t n = 0;
    bool row = true;
    struct query *q = db_query(s->db, "history");
    q_text(q, ":ref", ref);
    while (q_next(q, &row, err)) {
        if (!row) {
            *ret = events;
            *ret_n = n;
            return true;
        }
        *mem_append(mem, events, n) = (struct store_event){.n = q_col_int(q, 0),
                                                           .at = q_col_int(q, 1),
                                                           .ref = q_col_text(mem, q, 2),
                                                           .user = q_col_text(mem, q, 3),
                                                           .login = q_col_text(mem, q, 4),
                                                           .what = q_col_text(mem, q, 5),
                                                           .detail = q_col_text(mem, q, 6)};
    }
    return false;
}
