/* events.c: see events.h. The effect runs inside the plan's savepoint. */
#include "store/events.h"
#include "store/inside.h"

bool effect_event(struct applying *a, struct err *err)
{
    const struct event_decision *e = a->e->event;
    if (!e)
        return err_set(err, ERR_BUG, "plan '%s': a decision about an event without its words",
                       a->plan->key);
    struct query *q = db_query(a->s->db, "event_put");
    q_int(q, ":submission", a->submission);
    q_text(q, ":answer", e->answer);
    q_text(q, ":editor", e->editor);
    q_text(q, ":reason", e->reason);
    q_int(q, ":starts", e->starts);
    q_int(q, ":ends", e->ends);
    q_text(q, ":place", e->place);
    q_int(q, ":sequence", e->sequence);
    q_text(q, ":article", e->article);
    q_text(q, ":user", a->plan->actor.user);
    q_int(q, ":at", a->plan->now);
    return q_run(q, err);
}

bool store_event(struct store *s, const void *mem, const char *ref, struct event_decision **ret,
                 struct err *err)
{
    bool row = false;
    struct query *q = db_query(s->db, "event_of");
    q_text(q, ":ref", ref);
    *ret = NULL;
    if (!q_next(q, &row, err))
        return false;
    if (!row)
        return true;
    struct event_decision *e = mem_zero(mem, struct event_decision);
    *e = (struct event_decision){.ref = mem_str(mem, ref),
                                 .answer = q_col_text(mem, q, 0),
                                 .editor = q_col_text(mem, q, 1),
                                 .reason = q_col_text(mem, q, 2),
                                 .starts = q_col_int(q, 3),
                                 .ends = q_col_int(q, 4),
                                 .place = q_col_text(mem, q, 5),
                                 .sequence = q_col_int(q, 6),
                                 .article = q_col_text(mem, q, 7)};
    q_end(q);
    *ret = e;
    return true;
}

bool store_events_unreported(struct store *s, const void *mem, int64_t from, int64_t until,
                             struct str_list *ret, struct err *err)
{
    bool row = true;
    struct query *q = db_query(s->db, "events_unreported");
    q_int(q, ":from", from);
    q_int(q, ":until", until);
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        str_list_add(mem, ret, q_col_text(mem, q, 0));
    }
    return false;
}
