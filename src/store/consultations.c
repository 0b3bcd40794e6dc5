/* consultations.c: see consultations.h. The effects run inside the plan's savepoint. A window that has
 * closed is fixed by the table's own trigger; a comment is a row of its own and changes nothing of the
 * case's text. */
#include "store/consultations.h"
#include "store/inside.h"

static bool times(const struct applying *a, int64_t *ret_opens, int64_t *ret_closes, struct err *err)
{
    return (when_parse_rfc3339(a->e->from, ret_opens) && when_parse_rfc3339(a->e->to, ret_closes)) ||
           err_set(err, ERR_BUG, "plan '%s': a window without its times", a->plan->key);
}

static bool put_window(struct applying *a, struct err *err)
{
    int64_t opens, closes;
    if (!times(a, &opens, &closes, err))
        return false;
    struct query *q = db_query(a->s->db, "consultation_put");
    q_int(q, ":submission", a->submission);
    q_int(q, ":opens", opens);
    q_int(q, ":closes", closes);
    q_text(q, ":user", a->plan->actor.user);
    q_text(q, ":reason", a->e->text);
    q_int(q, ":at", a->plan->now);
    return q_run(q, err);
}

bool effect_consultation(struct applying *a, struct err *err)
{
    bool closed = str_eq(a->e->key, "closed");
    if (!closed && !str_eq(a->e->key, "opened"))
        return put_window(a, err);
    struct query *q = db_query(a->s->db, closed ? "consultation_closed" : "consultation_opened");
    q_int(q, ":submission", a->submission);
    q_int(q, ":at", a->plan->now);
    return apply_one(a, q, ERR_RETRY, "changed meanwhile", err);
}

bool effect_comment(struct applying *a, struct err *err)
{
    const struct comment *c = a->e->comment;
    if (!c)
        return err_set(err, ERR_BUG, "plan '%s': a comment without its words", a->plan->key);
    struct query *q = db_query(a->s->db, "comment_insert");
    q_int(q, ":submission", a->submission);
    q_text(q, ":entry", c->entry);
    q_text(q, ":sender", c->from);
    q_text(q, ":sender_name", c->from_name);
    q_int(q, ":authenticated", c->authenticated);
    q_text(q, ":subject", c->subject);
    q_text(q, ":text", c->text);
    q_int(q, ":received", c->received);
    q_int(q, ":timely", c->timely);
    return q_run(q, err);
}

/* ---- reading ---- */

static void fill(const struct store *s, const void *mem, const struct query *q, struct consultation *c)
{
    c->ref = q_col_text(mem, q, 0);
    c->opens = q_col_int(q, 1);
    c->closes = q_col_int(q, 2);
    c->user = q_col_text(mem, q, 3);
    c->reason = q_col_text(mem, q, 4);
    c->at = q_col_int(q, 5);
    c->opened = q_col_int(q, 6) ? q_col_int(q, 6) : WHEN_NONE;
    c->closed = q_col_int(q, 7) ? q_col_int(q, 7) : WHEN_NONE;
    c->comments = q_col_int(q, 8);
    c->late = q_col_int(q, 9);
    c->published = q_col_int(q, 10) != 0;
    c->waits = case_is_open(s, q_col_text(mem, q, 11), q_col_text(mem, q, 12));
}

static bool read_all(const struct store *s, struct query *q, const void *mem, struct consultation **ret,
                     size_t *ret_n, struct err *err)
{
    bool row = true;
    *ret = NULL;
    *ret_n = 0;
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        fill(s, mem, q, mem_append(mem, *ret, *ret_n));
    }
    return false;
}

bool store_consultation(struct store *s, const void *mem, const char *ref, struct consultation **ret,
                        struct err *err)
{
    struct consultation *all;
    size_t n;
    struct query *q = db_query(s->db, "consultation_of");
    q_text(q, ":ref", ref);
    if (!read_all(s, q, mem, &all, &n, err))
        return false;
    *ret = n ? all : NULL;
    return true;
}

bool store_consultations(struct store *s, const void *mem, int64_t now, bool all, struct consultation **ret,
                         size_t *ret_n, struct err *err)
{
    struct query *q = db_query(s->db, all ? "consultations_all" : "consultations_due");
    if (!all)
        q_int(q, ":now", now);
    return read_all(s, q, mem, ret, ret_n, err);
}

bool store_comments(struct store *s, const void *mem, const char *ref, struct comment **ret, size_t *ret_n,
                    struct err *err)
{
    bool row = true;
    struct query *q = db_query(s->db, "comments_of");
    q_text(q, ":ref", ref);
    *ret = NULL;
    *ret_n = 0;
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        *mem_append(mem, *ret, *ret_n) = (struct comment){.entry = q_col_text(mem, q, 0),
                                                          .from = q_col_text(mem, q, 1),
                                                          .from_name = q_col_text(mem, q, 2),
                                                          .authenticated = q_col_int(q, 3) != 0,
                                                          .subject = q_col_text(mem, q, 4),
                                                          .text = q_col_text(mem, q, 5),
                                                          .received = q_col_int(q, 6),
                                                          .timely = q_col_int(q, 7) != 0};
    }
    return false;
}

bool store_windows_to_portal(struct store *s, struct portal *portal, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct consultation *all;
    size_t n;
    if (!store_consultations(s, mem, 0, true, &all, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!portal_window(portal, all[i].ref, all[i].opens, all[i].closes, err))
            return false;
    return true;
}
