/* effects_case.c: the effects by which people work on a text: a new version, a flag, what intake
 * established, consent to the end of a hold, a time of publication, a decision to be counted. Inside the
 * plan's savepoint, as effects.c.
 *
 * A version is added, never changed; what is in the full text follows the present one. */
#include "store/inside.h"

static bool set_content_hash(struct applying *a, struct err *err)
{
    struct query *q = db_query(a->s->db, "submission_content");
    q_int(q, ":submission", a->submission);
    q_text(q, ":from", a->e->from);
    q_text(q, ":to", a->e->to);
    return apply_one(a, q, ERR_RETRY, "changed meanwhile", err);
}

/* What was found under its old words is found under the new ones too; attachments keep theirs. Nothing that
 * is not in the full text comes into it here. */
static bool index_also(struct applying *a, const struct plan_content *c, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    bool row = false;
    const char *old = "";
    struct query *q = db_query(a->s->db, "text_get");
    q_int(q, ":submission", a->submission);
    if (!q_one_text(q, tmp, &row, &old, err))
        return false;
    if (!row || (strstr(old, c->title) && strstr(old, c->body)))
        return true;
    char *text = mem_fmt(tmp, "%s\n%s\n%s", c->title, c->body, old);
    return search_drop(a->s, a->submission, err) && search_add(a->s, a->submission, text, err);
}

bool effect_content(struct applying *a, struct err *err)
{
    const struct plan_content *c = a->e->content;
    if (!c)
        return err_set(err, ERR_BUG, "plan '%s': a version without its text", a->plan->key);
    struct query *q = db_query(a->s->db, "content_insert");
    q_int(q, ":submission", a->submission);
    q_text(q, ":hash", a->e->to);
    q_text(q, ":title", c->title);
    q_text(q, ":body", c->body);
    q_text(q, ":extra", c->extra);
    q_text(q, ":user", a->plan->actor.user);
    q_text(q, ":login", a->plan->actor.login);
    q_text(q, ":note", a->e->text ? a->e->text : "");
    q_int(q, ":at", a->plan->now);
    return q_run(q, err) && set_content_hash(a, err) && index_also(a, c, err);
}

bool effect_flag(struct applying *a, struct err *err)
{
    bool raised = str_eq(a->e->to, "raised");
    struct query *q = db_query(a->s->db, raised ? "flag_raise" : "flag_lower");
    q_int(q, ":submission", a->submission);
    q_text(q, ":flag", a->e->key);
    q_text(q, ":user", a->plan->actor.user);
    if (raised)
        q_text(q, ":reason", a->e->text);
    q_int(q, ":at", a->plan->now);
    return apply_one(a, q, ERR_RETRY, "changed meanwhile", err);
}

bool effect_check(struct applying *a, struct err *err)
{
    struct query *q = db_query(a->s->db, "check_set");
    q_int(q, ":submission", a->submission);
    q_text(q, ":name", a->e->key);
    q_text(q, ":value", a->e->text);
    q_text(q, ":user", a->plan->actor.user);
    q_int(q, ":at", a->plan->now);
    return q_run(q, err);
}

bool effect_consent(struct applying *a, struct err *err)
{
    struct query *q = db_query(a->s->db, "consent_insert");
    q_int(q, ":submission", a->submission);
    q_text(q, ":hold", a->e->key);
    q_text(q, ":content_hash", a->e->to);
    q_text(q, ":user", a->plan->actor.user);
    q_text(q, ":login", a->plan->actor.login);
    q_int(q, ":roles", a->plan->actor.roles);
    q_text(q, ":reason", a->e->text);
    q_int(q, ":at", a->plan->now);
    return apply_one(a, q, ERR_RETRY, "the hold to release has ended already", err);
}

bool effect_schedule(struct applying *a, struct err *err)
{
    int64_t due = 0;
    bool set = a->e->key && *a->e->key;
    if (set && !when_parse_rfc3339(a->e->key, &due))
        return err_set(err, ERR_BUG, "plan '%s': a time that is none", a->plan->key);
    struct query *q = db_query(a->s->db, set ? "schedule_set" : "schedule_clear");
    q_int(q, ":submission", a->submission);
    if (set) {
        q_int(q, ":due", due);
        q_text(q, ":content_hash", a->e->to);
        q_text(q, ":user", a->plan->actor.user);
        q_int(q, ":at", a->plan->now);
    }
    return q_run(q, err);
}

bool effect_decision(struct applying *a, struct err *err)
{
    struct query *q = db_query(a->s->db, "decision_insert");
    q_int(q, ":submission", a->submission);
    q_text(q, ":event", a->e->key);
    q_text(q, ":ground", a->e->to);
    q_text(q, ":reason", a->e->text);
    q_text(q, ":user", a->plan->actor.user);
    q_int(q, ":at", a->plan->now);
    return q_run(q, err);
}
