/* cases.c: reading cases. Snapshots only: nothing here changes a case. */
#include "store/inside.h"

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

/* ---- one case ---- */

/* One text parameter in, one text out; "" when there is no row. */
bool store_look_up(struct store *s, const void *mem, const char *query, const char *param,
                   const char *value, const char **ret, struct err *err)
{
    bool row = false;
    struct query *q = db_query(s->db, query);
    q_text(q, param, value);
    *ret = "";
    return q_one_text(q, mem, &row, ret, err);
}

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
    s->sender_unit = q_col_text(s, q, 21);
    s->requests = q_col_int(q, 22);
    s->extra = q_col_text(s, q, 23);
    s->scheduled = q_col_int(q, 24);
    s->topic = q_col_text(s, q, 25);
    s->on_portal = q_col_int(q, 26) != 0;
}

static bool read_holds(struct store *st, struct submission *s, int64_t id, const char *query,
                       struct hold **ret, size_t *ret_n, struct err *err)
{
    bool row = true;
    struct query *q = db_query(st->db, query);
    q_int(q, ":submission", id);
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        *mem_append(s, *ret, *ret_n) = (struct hold){
            .reason = q_col_text(s, q, 0), .detail = q_col_text(s, q, 1), .since = q_col_int(q, 2)};
    }
    return false;
}

static bool load_holds(struct store *st, struct submission *s, int64_t id, struct err *err)
{
    return read_holds(st, s, id, "holds_of", &s->holds, &s->n_holds, err) &&
           read_holds(st, s, id, "let_pass_of", &s->let_pass, &s->n_let_pass, err);
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
                              .at = q_col_int(q, 3),
                              .roles = (unsigned)q_col_int(q, 4)};
    }
    return false;
}

static bool load_authors(struct store *st, struct submission *s, int64_t id, struct err *err)
{
    bool row = true;
    struct query *q = db_query(st->db, "authors_of");
    q_int(q, ":submission", id);
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        *mem_append(s, s->authors, s->n_authors) =
            (struct author){.user = q_col_text(s, q, 0), .login = q_col_text(s, q, 1)};
    }
    return false;
}

static bool load_flags(struct store *st, struct submission *s, int64_t id, struct err *err)
{
    bool row = true;
    struct query *q = db_query(st->db, "flags_of");
    q_int(q, ":submission", id);
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        *mem_append(s, s->flags, s->n_flags) = (struct flag){.name = q_col_text(s, q, 0),
                                                             .user = q_col_text(s, q, 1),
                                                             .reason = q_col_text(s, q, 2),
                                                             .at = q_col_int(q, 3)};
    }
    return false;
}

static bool load_checks(struct store *st, struct submission *s, int64_t id, struct err *err)
{
    bool row = true;
    struct query *q = db_query(st->db, "checks_of");
    q_int(q, ":submission", id);
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        *mem_append(s, s->checks, s->n_checks) = (struct check){
            .name = q_col_text(s, q, 0), .value = q_col_text(s, q, 1), .user = q_col_text(s, q, 2)};
    }
    return false;
}

static bool load_consents(struct store *st, struct submission *s, int64_t id, struct err *err)
{
    bool row = true;
    struct query *q = db_query(st->db, "consents_of");
    q_int(q, ":submission", id);
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        *mem_append(s, s->consents, s->n_consents) = (struct consent){.hold = q_col_text(s, q, 0),
                                                                      .user = q_col_text(s, q, 1),
                                                                      .login = q_col_text(s, q, 2),
                                                                      .roles = (unsigned)q_col_int(q, 3)};
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

static bool load_confirmations(struct store *st, struct submission *s, int64_t id, struct err *err)
{
    bool row = true;
    struct query *q = db_query(st->db, "confirmations_of");
    q_int(q, ":submission", id);
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        *mem_append(s, s->confirmations, s->n_confirmations) =
            (struct confirmation){.what = q_col_text(s, q, 0),
                                  .person = q_col_text(s, q, 1),
                                  .how = q_col_text(s, q, 2),
                                  .content_hash = q_col_text(s, q, 3),
                                  .evidence = q_col_text(s, q, 4),
                                  .evidence_name = q_col_text(s, q, 5),
                                  .words = q_col_text(s, q, 6),
                                  .at = q_col_int(q, 7),
                                  .recorded_by = q_col_text(s, q, 8)};
    }
    return false;
}

static bool load_all(struct store *st, struct submission *s, int64_t id, struct err *err)
{
    typedef bool (*loader)(struct store *, struct submission *, int64_t, struct err *);
    static const loader loaders[] = {load_holds,     load_approvals, load_receipts, load_confirmations,
                                     load_authors,   load_flags,     load_checks,   load_consents,
                                     deadlines_load, review_load,    topics_load};
    for (size_t i = 0; i < ARRAY_LEN(loaders); i++)
        if (!loaders[i](st, s, id, err))
            return false;
    return true;
}

static bool not_found(const char *ref, struct err *err)
{
    return err_set(err, ERR_NO, "submission '%s': not found; see: bbt list", ref);
}

bool store_document_says(struct store *s, const void *mem, const char *ref, struct document_says *ret,
                         struct err *err)
{
    bool row = false;
    struct query *q = db_query(s->db, "document_says");
    q_text(q, ":ref", ref);
    if (!q_next(q, &row, err))
        return false;
    if (!row) {
        *ret = (struct document_says){"", "", "", "", "", "", ""};
        return true;
    }
    *ret = (struct document_says){.issued = q_col_text(mem, q, 0),
                                  .portal = q_col_text(mem, q, 1),
                                  .number = q_col_text(mem, q, 2),
                                  .recipients = q_col_text(mem, q, 3),
                                  .issued_where = q_col_text(mem, q, 4),
                                  .number_where = q_col_text(mem, q, 5),
                                  .portal_where = q_col_text(mem, q, 6)};
    q_end(q);
    return true;
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
    if (!load_all(s, one, id, err)) {
        talloc_free(one);
        return false;
    }
    *ret = one;
    return true;
}

bool store_versions(struct store *s, const void *mem, const char *ref, struct store_version **ret,
                    size_t *ret_n, struct err *err)
{
    struct store_version *list = NULL;
    size_t n = 0;
    bool row = true;
    struct query *q = db_query(s->db, "versions_of");
    q_text(q, ":ref", ref);
    while (q_next(q, &row, err)) {
        if (!row) {
            *ret = list;
            *ret_n = n;
            return true;
        }
        *mem_append(mem, list, n) = (struct store_version){.hash = q_col_text(mem, q, 0),
                                                           .title = q_col_text(mem, q, 1),
                                                           .body = q_col_text(mem, q, 2),
                                                           .extra = q_col_text(mem, q, 3),
                                                           .user = q_col_text(mem, q, 4),
                                                           .login = q_col_text(mem, q, 5),
                                                           .note = q_col_text(mem, q, 6),
                                                           .at = q_col_int(q, 7),
                                                           .published = q_col_int(q, 8) != 0};
    }
    return false;
}

bool store_schedules_due(struct store *s, const void *mem, int64_t now, struct str_list *ret,
                         struct err *err)
{
    bool row = true;
    struct query *q = db_query(s->db, "schedules_due");
    q_int(q, ":now", now);
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        str_list_add(mem, ret, q_col_text(mem, q, 0));
    }
    return false;
}

static bool report(struct store *s, const void *mem, const char *query, const char *ref, const char **ret,
                   struct err *err)
{
    bool row = false;
    struct query *q = db_query(s->db, query);
    q_text(q, ":ref", ref);
    if (!q_one_text(q, mem, &row, ret, err))
        return false;
    return row || not_found(ref, err);
}

bool store_report(struct store *s, const void *mem, const char *ref, const char **ret, struct err *err)
{
    return report(s, mem, "report_of", ref, ret, err);
}

bool store_report_now(struct store *s, const void *mem, const char *ref, const char **ret, struct err *err)
{
    return report(s, mem, "report_now", ref, ret, err);
}

bool store_entry_ref(struct store *s, const void *mem, const char *entry, const char **ret_ref,
                     struct err *err)
{
    const char *ref = "";
    if (!store_look_up(s, mem, "entry_ref", ":entry", entry, &ref, err))
        return false;
    *ret_ref = ref;
    return true;
}

bool store_letter_ref(struct store *s, const void *mem, const char *sha256, const char **ret_ref,
                      struct err *err)
{
    const char *ref = "";
    if (!store_look_up(s, mem, "duplicate_by_sha256", ":sha256", sha256, &ref, err))
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
    ret->snippet = ret->flags = "";
    ret->priority = false;
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
        struct store_row *r = mem_append(mem, rows, n);
        row_fill(mem, q, r);
        r->flags = q_col_text(mem, q, 12);
        if (!filter->unread_too && q_col_int(q, 14))
            r->from = r->from_name = r->subject = "";
        r->priority = q_col_int(q, 13) != 0;
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
