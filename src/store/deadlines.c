/* deadlines.c: the clocks of the cases as rows. One open row for each rule and case; what has ended stays
 * as it was (DL-10), which the database itself watches over. Refuses to end what is not open: then somebody
 * else was faster. */
#include "store/inside.h"

static bool parse_time(const struct applying *a, const char *text, int64_t *ret, struct err *err)
{
    *ret = WHEN_NONE;
    return !*text || when_parse_rfc3339(text, ret) ||
           err_set(err, ERR_BUG, "plan '%s': '%s' is no time", a->plan->key, text);
}

bool effect_deadline(struct applying *a, struct err *err)
{
    int64_t start, due;
    if (!parse_time(a, a->e->from, &start, err) || !parse_time(a, a->e->to, &due, err))
        return false;
    struct query *q = db_query(a->s->db, "deadline_put");
    q_int(q, ":submission", a->submission);
    q_text(q, ":rule", a->e->key);
    q_text(q, ":cite", a->e->cite);
    q_int(q, ":start", start);
    q_int(q, ":due", due);
    q_int(q, ":provisional", *a->e->text != '\0');
    return q_run(q, err);
}

bool effect_deadline_end(struct applying *a, struct err *err)
{
    int64_t at = WHEN_NONE;
    if (a->e->from && !parse_time(a, a->e->from, &at, err))
        return false;
    struct query *q = db_query(a->s->db, "deadline_end");
    q_int(q, ":submission", a->submission);
    q_text(q, ":rule", a->e->key);
    q_text(q, ":by", a->e->text);
    q_int(q, ":at", at == WHEN_NONE ? a->plan->now : at);
    return apply_one(a, q, ERR_RETRY, "the deadline has ended already", err);
}

/* ---- who has it for review ---- */

bool effect_review(struct applying *a, struct err *err)
{
    bool ends = !*a->e->to;
    struct query *q = db_query(a->s->db, ends ? "review_end" : "review_put");
    q_int(q, ":submission", a->submission);
    if (!ends) {
        q_text(q, ":user", a->e->to);
        q_text(q, ":given_by", a->plan->actor.user);
        q_int(q, ":at", a->plan->now);
    }
    return q_run(q, err);
}

bool review_load(struct store *st, struct submission *s, int64_t id, struct err *err)
{
    bool row = false;
    struct query *q = db_query(st->db, "review_of");
    q_int(q, ":submission", id);
    if (!q_next(q, &row, err))
        return false;
    if (row)
        s->review = (struct review){q_col_text(s, q, 0), q_col_text(s, q, 1), q_col_int(q, 2)};
    q_end(q);
    return true;
}

/* ---- clocks ---- */

static void fill(const void *mem, const struct query *q, struct case_deadline *d)
{
    d->rule = q_col_text(mem, q, 0);
    d->cite = q_col_text(mem, q, 1);
    d->start = q_col_int(q, 2);
    d->due = q_col_int(q, 3);
    d->provisional = q_col_int(q, 4) != 0;
    d->ended_by = q_col_text(mem, q, 6);
    d->ended = *d->ended_by ? q_col_int(q, 5) : WHEN_NONE;
}

bool deadlines_load(struct store *st, struct submission *s, int64_t id, struct err *err)
{
    bool row = true;
    struct query *q = db_query(st->db, "deadlines_of");
    q_int(q, ":submission", id);
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        fill(s, q, mem_append(s, s->deadlines, s->n_deadlines));
    }
    return false;
}

bool store_open_deadlines(struct store *s, const void *mem, struct str_list *ret_refs, struct err *err)
{
    bool row = true;
    struct query *q = db_query(s->db, "deadlines_open");
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        _cleanup_mem_ char *ref = q_col_text(NULL, q, 0);
        str_list_add(mem, ret_refs, ref);
    }
    return false;
}

bool store_overdue(struct store *s, int64_t now, int64_t *ret, struct err *err)
{
    bool row = false;
    struct query *q = db_query(s->db, "deadlines_overdue");
    q_int(q, ":now", now);
    return q_one_int(q, &row, ret, err);
}
