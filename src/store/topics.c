/* topics.c: see topics.h. Who looked at which other text is kept with both texts' hashes, so a change of
 * either asks for another look. A restricted case is no voice: the statements leave it out (QC-6). */
#include "store/topics.h"
#include "store/inside.h"

bool effect_topic(struct applying *a, struct err *err)
{
    bool joins = *a->e->to != '\0';
    struct query *q = db_query(a->s->db, joins ? "topic_join" : "topic_leave");
    q_int(q, ":submission", a->submission);
    if (joins) {
        q_text(q, ":name", a->e->to);
        q_text(q, ":user", a->plan->actor.user);
        q_int(q, ":at", a->plan->now);
    }
    return apply_one(a, q, ERR_RETRY, "changed meanwhile", err);
}

bool effect_topic_seen(struct applying *a, struct err *err)
{
    struct query *q = db_query(a->s->db, "topic_seen");
    q_int(q, ":submission", a->submission);
    q_text(q, ":other", a->e->key);
    q_text(q, ":other_hash", a->e->to);
    q_text(q, ":user", a->plan->actor.user);
    q_text(q, ":login", a->plan->actor.login);
    q_int(q, ":roles", a->plan->actor.roles);
    q_text(q, ":reason", a->e->text);
    q_int(q, ":at", a->plan->now);
    return apply_one(a, q, ERR_RETRY, "the other text changed meanwhile", err);
}

/* ---- reading ---- */

/* Those that are worked on or on the portal: what was refused or taken down says nothing any more. */
bool topics_load(struct store *st, struct submission *s, int64_t id, struct err *err)
{
    bool row = true;
    if (!*s->topic)
        return true;
    struct query *q = db_query(st->db, "topic_voices");
    q_int(q, ":submission", id);
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        const char *state = q_col_text(s, q, 4);
        if (!q_col_int(q, 5) && !case_is_open(st, q_col_text(s, q, 3), state))
            continue;
        *mem_append(s, s->voices, s->n_voices) = (struct voice){.ref = q_col_text(s, q, 0),
                                                                .unit = q_col_text(s, q, 1),
                                                                .content_hash = q_col_text(s, q, 2),
                                                                .state = state,
                                                                .seen = q_col_int(q, 6) != 0,
                                                                .title = q_col_text(s, q, 7),
                                                                .received = q_col_int(q, 8)};
    }
    return false;
}

bool store_topics(struct store *s, const void *mem, struct store_topic **ret, size_t *ret_n,
                  struct err *err)
{
    bool row = true;
    struct query *q = db_query(s->db, "topics");
    *ret = NULL;
    *ret_n = 0;
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        *mem_append(mem, *ret, *ret_n) =
            (struct store_topic){.name = q_col_text(mem, q, 0), .cases = q_col_int(q, 1)};
    }
    return false;
}
