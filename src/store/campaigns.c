/* campaigns.c: see campaigns.h. A request, its letter and its token are one transaction: a unit is never
 * asked without being listed, nor listed without being asked. What belongs to a campaign is an effect of a
 * case's plan, and the statement itself keeps restricted cases and closed campaigns out. */
#include "store/campaigns.h"
#include "store/inside.h"

/* ---- the effect ---- */

bool effect_campaign(struct applying *a, struct err *err)
{
    int64_t section = 0, request = 0;
    const char *from = a->e->from && *a->e->from ? a->e->from : "0";
    if (!str_int(a->e->to, 1, INT64_MAX, &section) || !str_int(from, 0, INT64_MAX, &request))
        return err_set(err, ERR_BUG, "plan '%s': a section that is none", a->plan->key);
    struct query *q = db_query(a->s->db, "campaign_item_insert");
    q_int(q, ":submission", a->submission);
    q_text(q, ":code", a->e->key);
    q_int(q, ":section", section);
    q_int(q, ":request", request);
    q_text(q, ":user", a->plan->actor.user);
    q_int(q, ":at", a->plan->now);
    return apply_one(a, q, ERR_NO, "is part of a campaign already, or the campaign is closed", err);
}

/* ---- writing ---- */

static bool note(struct store *s, const char *code, const struct actor *actor, const char *what,
                 const char *more, int64_t now, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    char *detail = mem_fmt(tmp, "campaign=%s%s%s", code, *more ? " " : "", more);
    return journal_add(s, now, "", actor, what, detail, err);
}

static bool insert(struct store *s, const struct campaign *c, const struct actor *actor, int64_t now,
                   struct err *err)
{
    struct query *q = db_query(s->db, "campaign_insert");
    q_text(q, ":code", c->code);
    q_text(q, ":title", c->title);
    q_int(q, ":until", c->until == WHEN_NONE ? 0 : c->until);
    q_text(q, ":user", actor->user);
    q_int(q, ":at", now);
    if (!q_run(q, err))
        return false;
    if (db_changed(s->db) != 1)
        return err_set(err, ERR_NO, "campaign '%s': is there already", c->code);
    int64_t id = db_last_id(s->db);
    for (size_t i = 0; i < c->n_sections; i++) {
        q = db_query(s->db, "campaign_section_insert");
        q_int(q, ":campaign", id);
        q_int(q, ":number", c->sections[i].number);
        q_text(q, ":title", c->sections[i].title);
        if (!q_run(q, err))
            return false;
    }
    return note(s, c->code, actor, "CAMPAIGN-NEW", "", now, err);
}

bool store_campaign_new(struct store *s, const struct campaign *c, const struct actor *actor, int64_t now,
                        struct err *err)
{
    bool own;
    return store_own_begin(s, &own, err) && store_own_end(s, own, insert(s, c, actor, now, err), err);
}

static bool close_one(struct store *s, const char *code, const char *reason, const struct actor *actor,
                      int64_t now, struct err *err)
{
    struct query *q = db_query(s->db, "campaign_close");
    q_text(q, ":code", code);
    q_text(q, ":user", actor->user);
    q_text(q, ":reason", reason);
    q_int(q, ":at", now);
    if (!q_run(q, err))
        return false;
    if (db_changed(s->db) != 1)
        return err_set(err, ERR_NO, "campaign '%s': not there, or closed already", code);
    return note(s, code, actor, "CAMPAIGN-CLOSE", reason, now, err);
}

bool store_campaign_close(struct store *s, const char *code, const char *reason, const struct actor *actor,
                          int64_t now, struct err *err)
{
    bool own;
    return store_own_begin(s, &own, err) &&
           store_own_end(s, own, close_one(s, code, reason, actor, now, err), err);
}

/* ---- letters ---- */

static bool put_token(struct store *s, int64_t request, const struct plan_token *t, int64_t now,
                      struct err *err)
{
    if (!t || !*t->hash)
        return err_set(err, ERR_BUG, "request %lld: a token without its key", (long long)request);
    struct query *q = db_query(s->db, "campaign_token_insert");
    q_text(q, ":hash", t->hash);
    q_int(q, ":request", request);
    q_text(q, ":address", t->address);
    q_text(q, ":content_hash", t->content_hash);
    q_text(q, ":letter", t->letter);
    q_int(q, ":issued", now);
    q_int(q, ":expires", t->expires);
    return q_run(q, err);
}

/* The letter and the token of a plan; the null return path, as every notice has. */
static bool put_letters(struct store *s, int64_t request, const struct plan *p, bool *ret_new,
                        struct err *err)
{
    *ret_new = false;
    for (size_t i = 0; i < p->n_effects; i++) {
        const struct effect *e = &p->effects[i];
        enum outbox_fate fate = OUTBOX_THERE;
        if (e->kind == EFFECT_LETTER && !outbox_insert(s, e->letter, "", "", p->now, &fate, err))
            return false;
        *ret_new = *ret_new || (e->kind == EFFECT_LETTER && fate != OUTBOX_THERE);
        if (e->kind == EFFECT_TOKEN && !put_token(s, request, e->token, p->now, err))
            return false;
    }
    return true;
}

static bool ask(struct store *s, const struct campaign_request *r, const struct plan *p, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    bool is_new;
    struct query *q = db_query(s->db, "campaign_request_insert");
    q_text(q, ":code", r->code);
    q_int(q, ":section", r->section);
    q_text(q, ":unit", r->unit);
    q_int(q, ":due", r->due);
    q_text(q, ":user", p->actor.user);
    q_int(q, ":at", p->now);
    if (!q_run(q, err))
        return false;
    if (db_changed(s->db) != 1)
        return err_set(err, ERR_NO, "campaign '%s': unit '%s' was asked for that section already", r->code,
                       r->unit);
    char *more = mem_fmt(tmp, "section=%lld unit=%s due=%s", (long long)r->section, r->unit,
                         when_rfc3339(tmp, r->due));
    return put_letters(s, db_last_id(s->db), p, &is_new, err) &&
           note(s, r->code, &p->actor, "CAMPAIGN-ASK", more, p->now, err);
}

bool store_campaign_ask(struct store *s, const struct campaign_request *r, const struct plan *plan,
                        struct err *err)
{
    bool own;
    return store_own_begin(s, &own, err) && store_own_end(s, own, ask(s, r, plan, err), err);
}

static bool remind(struct store *s, const struct campaign_request *r, const struct plan *p, bool *ret_new,
                   struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    if (!put_letters(s, r->id, p, ret_new, err))
        return false;
    if (!*ret_new)
        return true;
    char *more = mem_fmt(tmp, "section=%lld unit=%s", (long long)r->section, r->unit);
    return note(s, r->code, &p->actor, "CAMPAIGN-REMIND", more, p->now, err);
}

bool store_campaign_remind(struct store *s, const struct campaign_request *r, const struct plan *plan,
                           bool *ret_new, struct err *err)
{
    bool own;
    return store_own_begin(s, &own, err) && store_own_end(s, own, remind(s, r, plan, ret_new, err), err);
}

/* ---- reading ---- */

static int64_t time_or_none(int64_t t)
{
    return t ? t : WHEN_NONE;
}

static bool read_sections(struct store *s, const void *mem, int64_t id, struct campaign *c, struct err *err)
{
    bool row = true;
    struct query *q = db_query(s->db, "campaign_sections");
    q_int(q, ":campaign", id);
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        *mem_append(mem, c->sections, c->n_sections) =
            (struct campaign_section){.number = q_col_int(q, 0), .title = q_col_text(mem, q, 1)};
    }
    return false;
}

static bool read_campaigns(struct store *s, const void *mem, const char *code, struct campaign **ret,
                           size_t *ret_n, int64_t **ret_ids, struct err *err)
{
    bool row = true;
    size_t n_ids = 0;
    struct query *q = db_query(s->db, "campaigns");
    q_text(q, ":code", code);
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        *mem_append(mem, *ret_ids, n_ids) = q_col_int(q, 0);
        *mem_append(mem, *ret, *ret_n) = (struct campaign){.code = q_col_text(mem, q, 1),
                                                           .title = q_col_text(mem, q, 2),
                                                           .until = time_or_none(q_col_int(q, 3)),
                                                           .user = q_col_text(mem, q, 4),
                                                           .at = q_col_int(q, 5),
                                                           .closed = time_or_none(q_col_int(q, 6)),
                                                           .closed_by = q_col_text(mem, q, 7),
                                                           .reason = q_col_text(mem, q, 8)};
    }
    return false;
}

bool store_campaigns(struct store *s, const void *mem, const char *code, struct campaign **ret,
                     size_t *ret_n, struct err *err)
{
    int64_t *ids = NULL;
    *ret = NULL;
    *ret_n = 0;
    if (!read_campaigns(s, mem, code, ret, ret_n, &ids, err))
        return false;
    for (size_t i = 0; i < *ret_n; i++)
        if (!read_sections(s, mem, ids[i], &(*ret)[i], err))
            return false;
    return *ret_n || !*code ||
           err_set(err, ERR_NO, "campaign '%s': not found; see: bbt campaign list", code);
}

bool store_campaign_requests(struct store *s, const void *mem, const char *code,
                             struct campaign_request **ret, size_t *ret_n, struct err *err)
{
    bool row = true;
    struct query *q = db_query(s->db, "campaign_requests");
    q_text(q, ":code", code);
    *ret = NULL;
    *ret_n = 0;
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        *mem_append(mem, *ret, *ret_n) = (struct campaign_request){.id = q_col_int(q, 0),
                                                                   .code = q_col_text(mem, q, 1),
                                                                   .section = q_col_int(q, 2),
                                                                   .unit = q_col_text(mem, q, 3),
                                                                   .due = q_col_int(q, 4),
                                                                   .user = q_col_text(mem, q, 5),
                                                                   .at = q_col_int(q, 6),
                                                                   .items = q_col_int(q, 7),
                                                                   .reminded = q_col_int(q, 8) != 0,
                                                                   .told_late = q_col_int(q, 9) != 0,
                                                                   .title = q_col_text(mem, q, 10)};
    }
    return false;
}

bool store_campaign_items(struct store *s, const void *mem, const char *code, struct campaign_item **ret,
                          size_t *ret_n, struct err *err)
{
    bool row = true;
    struct query *q = db_query(s->db, "campaign_items");
    q_text(q, ":code", code);
    *ret = NULL;
    *ret_n = 0;
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        *mem_append(mem, *ret, *ret_n) = (struct campaign_item){.ref = q_col_text(mem, q, 0),
                                                                .section = q_col_int(q, 1),
                                                                .request = q_col_int(q, 2),
                                                                .unit = q_col_text(mem, q, 3),
                                                                .title = q_col_text(mem, q, 4),
                                                                .state = q_col_text(mem, q, 5),
                                                                .received = q_col_int(q, 6),
                                                                .user = q_col_text(mem, q, 7)};
    }
    return false;
}

bool store_campaign_of(struct store *s, const void *mem, const char *ref, const char **ret_code,
                       struct campaign_section *ret, struct err *err)
{
    bool row = false;
    struct query *q = db_query(s->db, "campaign_of");
    q_text(q, ":ref", ref);
    if (!q_next(q, &row, err))
        return false;
    *ret_code = row ? q_col_text(mem, q, 0) : "";
    if (row)
        *ret = (struct campaign_section){.number = q_col_int(q, 1), .title = q_col_text(mem, q, 2)};
    q_end(q);
    return true;
}

bool store_campaigns_to_portal(struct store *s, struct portal *portal, struct err *err)
{
    bool row = true;
    struct query *q = db_query(s->db, "campaign_places");
    while (q_next(q, &row, err)) {
        _cleanup_mem_ void *mem = mem_new();
        if (!row)
            return true;
        if (!portal_place(portal, q_col_text(mem, q, 0), q_col_text(mem, q, 1), q_col_text(mem, q, 2),
                          q_col_int(q, 3), q_col_text(mem, q, 4), err)) {
            q_end(q);
            return false;
        }
    }
    return false;
}
