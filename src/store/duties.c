/* duties.c: see duties.h. A mark never changes: a wrong one is taken back by another row, and each is a
 * line in the journal, so that a row that was altered is found. */
#include "store/duties.h"
#include "store/inside.h"

static bool add(struct store *s, const struct duty_mark *m, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct actor actor = {.user = m->user, .login = m->login};
    struct query *q = db_query(s->db, "duty_mark_add");
    q_text(q, ":duty", m->duty);
    q_text(q, ":whose", m->whose);
    q_int(q, ":period", m->period);
    q_text(q, ":what", duty_said_name(m->said));
    q_text(q, ":user", m->user);
    q_text(q, ":login", m->login);
    q_text(q, ":note", m->note);
    q_int(q, ":at", m->at);
    const char *detail = mem_fmt(mem, "duty=%s period=%s what=%s whose=%s note=%s", m->duty,
                                 when_rfc3339(mem, m->period), duty_said_name(m->said), m->whose, m->note);
    return q_run(q, err) && journal_add(s, m->at, "", &actor, "DUTY", detail, err);
}

bool store_duty_mark(struct store *s, const struct duty_mark *m, struct err *err)
{
    bool own;
    return store_own_begin(s, &own, err) && store_own_end(s, own, add(s, m, err), err);
}

static bool fill(const void *mem, const struct query *q, struct duty_mark *ret, struct err *err)
{
    _cleanup_mem_ char *what = q_col_text(NULL, q, 3);
    *ret = (struct duty_mark){.duty = q_col_text(mem, q, 0),
                              .whose = q_col_text(mem, q, 1),
                              .period = q_col_int(q, 2),
                              .user = q_col_text(mem, q, 4),
                              .login = q_col_text(mem, q, 5),
                              .note = q_col_text(mem, q, 6),
                              .at = q_col_int(q, 7)};
    return duty_said_parse(what, &ret->said) ||
           err_set(err, ERR_DATA, "mark of duty '%s': '%s' is not known", ret->duty, what);
}

bool store_duty_marks(struct store *s, const void *mem, int64_t from, struct duty_mark **ret, size_t *ret_n,
                      struct err *err)
{
    struct duty_mark *all = NULL;
    size_t n = 0;
    bool row = true;
    struct query *q = db_query(s->db, "duty_marks");
    q_int(q, ":from", from);
    while (q_next(q, &row, err)) {
        if (!row) {
            *ret = all;
            *ret_n = n;
            return true;
        }
        if (!fill(mem, q, mem_append(mem, all, n), err)) {
            q_end(q);
            return false;
        }
    }
    return false;
}

bool store_duty_seen(struct store *s, const struct duty *d, const char *whose, const struct duty_period *p,
                     int64_t *ret, struct err *err)
{
    static const char *const queries[] = {[DUTY_BY_BACKUP] = "duty_backups",
                                          [DUTY_BY_DIGEST] = "duty_digests",
                                          [DUTY_BY_PUBLICATION] = "duty_publications",
                                          [DUTY_BY_SUPPLY] = "duty_supplied"};
    bool row = false;
    const char *name = d->proof < ARRAY_LEN(queries) ? queries[d->proof] : NULL;
    *ret = 0;
    if (!name)
        return true;
    _cleanup_mem_ char *kinds = str_list_join(NULL, &d->kinds, " ");
    struct query *q = db_query(s->db, name);
    q_int(q, ":from", p->from);
    q_int(q, ":until", p->until);
    if (d->proof == DUTY_BY_SUPPLY) {
        q_text(q, ":kinds", kinds);
        q_text(q, ":unit", whose);
    }
    return q_one_int(q, &row, ret, err);
}
