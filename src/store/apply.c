/* apply.c: a plan becomes rows, all of it or nothing. The only way in which a case changes.
 *
 * A plan is a savepoint in the batch. Its effects are marked in `applied` under (plan key, effect number),
 * so that applying it again changes nothing; a key that another user applied is a race, not a repetition. A
 * letter whose receipt and bytes are known is nothing new either, whatever its plan is called. The
 * optimistic lock: a plan made from version n finds version n or fails with ERR_RETRY ("changed
 * meanwhile"), and MOVE names the state it moves from. */
#include "store/inside.h"

#define UNINDEXED_MAX (8 * 1024 * 1024) /* bytes of letters that wait for the index */

bool apply_meanwhile(const struct plan *p, struct err *err)
{
    return err_set(err, ERR_RETRY, "submission '%s': changed meanwhile", p->ref);
}

bool apply_one(struct applying *a, struct query *q, enum err_kind kind, const char *why, struct err *err)
{
    if (!q_run(q, err))
        return false;
    return db_changed(a->s->db) == 1 || err_set(err, kind, "submission '%s': %s", a->plan->ref, why);
}

/* ---- journal lines ---- */

static void say(struct str *out, const char *name, const char *value)
{
    if (value && *value)
        str_addf(out, "%s%s=%s", out->n ? " " : "", name, value);
}

/* No letter text and no address of a sender: the journal is read by more people than the case (A33). */
static char *detail_of(const void *mem, const struct applying *a)
{
    struct str out = str_new(mem);
    const struct effect *e = a->e;
    const struct plan_token *t = e->token;
    const struct opening *o = a->plan->opening;
    if (e->kind == EFFECT_OPEN) {
        say(&out, "kind", o->s.kind);
        say(&out, "state", o->s.state);
        say(&out, "verdict", o->s.verdict);
    }
    if (e->kind == EFFECT_OPEN || e->kind == EFFECT_RECEIPT || e->kind == EFFECT_ATTACH) {
        say(&out, "entry", o->entry);
        say(&out, "sha256", o->letter->sha256);
    }
    say(&out, "key", e->letter ? e->letter->key : e->key);
    say(&out, "from", e->from);
    say(&out, "to", e->to);
    if (e->kind != EFFECT_HOLD)
        say(&out, "text", e->text);
    say(&out, "purpose", t ? token_purpose_name(t->purpose) : NULL);
    say(&out, "letter", t ? t->letter : NULL);
    say(&out, "evidence", e->confirmation ? e->confirmation->evidence : NULL);
    say(&out, "fate", a->remark);
    say(&out, "cite", e->cite);
    return out.n ? out.s : mem_str(mem, "");
}

/* ---- the plan ---- */

static bool mark(struct applying *a, size_t n, bool *ret_new, struct err *err)
{
    struct query *q = db_query(a->s->db, "applied_add");
    q_text(q, ":plan", a->plan->key);
    q_int(q, ":effect", (int64_t)n);
    q_text(q, ":user", a->plan->actor.user);
    if (!q_run(q, err))
        return false;
    *ret_new = db_changed(a->s->db) == 1;
    return true;
}

static bool apply_effect(struct applying *a, size_t n, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    bool is_new = false;
    a->e = &a->plan->effects[n];
    a->remark = NULL;
    if (!mark(a, n, &is_new, err))
        return false;
    if (!is_new)
        return true;
    if (!effect_do(a, err))
        return false;
    return journal_add(a->s, a->plan->now, a->plan->ref, &a->plan->actor, effect_name(a->e->kind),
                       detail_of(tmp, a), err);
}

/* All effects are there already, or the letter's receipt is: of these very bytes, since a server that gives
 * two letters one identity (a restored mailbox, POP3) must not make us lose the second. */
static bool done_already(struct applying *a, bool *ret_done, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    const struct plan *p = a->plan;
    bool row = false, receipt = false;
    int64_t ignored;
    struct query *q = db_query(a->s->db, "applied_count");
    q_text(q, ":plan", p->key);
    if (!q_next(q, &row, err))
        return false;
    int64_t count = q_col_int(q, 0);
    char *user = q_col_text(tmp, q, 1);
    q_end(q);
    if (count && !str_eq(user, p->actor.user))
        return apply_meanwhile(p, err);
    *ret_done = count >= (int64_t)p->n_effects;
    if (*ret_done || !p->opening || !p->opening->facts || !p->opening->letter ||
        p->effects[0].kind == EFFECT_REREAD)
        return true;
    q = db_query(a->s->db, "receipt_find");
    q_text(q, ":account", p->opening->facts->account);
    q_text(q, ":receipt", p->opening->facts->receipt);
    q_text(q, ":sha256", p->opening->letter->sha256);
    if (!q_one_int(q, &receipt, &ignored, err))
        return false;
    *ret_done = receipt;
    return true;
}

/* Plans on a case that exists take its next version; a second receipt alone is no change of the case. */
static bool take_version(struct applying *a, struct err *err)
{
    const struct plan *p = a->plan;
    bool row = false, from = p->version >= 0;
    if (p->opening && p->effects[0].kind == EFFECT_OPEN)
        return true;
    if (!p->opening || p->effects[0].kind == EFFECT_ATTACH || p->effects[0].kind == EFFECT_REREAD) {
        struct query *q = db_query(a->s->db, from ? "submission_bump_from" : "submission_bump");
        q_text(q, ":ref", p->ref);
        if (from)
            q_int(q, ":version", p->version);
        if (!apply_one(a, q, ERR_RETRY, "changed meanwhile", err))
            return false;
    }
    struct query *q = db_query(a->s->db, "submission_id");
    q_text(q, ":ref", p->ref);
    if (!q_one_int(q, &row, &a->submission, err))
        return false;
    if (!row)
        return err_set(err, ERR_NO, "submission '%s': not found", p->ref);
    q = db_query(a->s->db, "submission_version");
    q_int(q, ":submission", a->submission);
    return q_one_int(q, &row, &a->version, err);
}

static bool apply_all(struct store *s, const struct plan *plan, struct err *err)
{
    struct applying a = {.s = s, .plan = plan};
    bool done = false;
    if (!done_already(&a, &done, err) || done)
        return done;
    if (!take_version(&a, err))
        return false;
    for (size_t i = 0; i < plan->n_effects; i++)
        if (!apply_effect(&a, i, err))
            return false;
    return true;
}

/* A reserved reference goes back when it is still the newest, so that a letter that fails, or that joins
 * another case, leaves no gap. */
static void give_back(struct store *s, const char *ref)
{
    struct err ignored = {0};
    int64_t year, number;
    if (!ref || !ref_split(ref, &year, &number))
        return;
    struct query *q = db_query(s->db, "reference_give_back");
    q_int(q, ":year", year);
    q_int(q, ":last", number);
    q_run(q, &ignored);
}

/* May the plan be applied here and now? Makes room among the letters that wait for the index. */
static bool ready(struct store *s, const struct plan *plan, struct err *err)
{
    if (plan->refused)
        return err_set(err, ERR_NO, "submission '%s': refused: %s", plan->ref, plan->refused);
    if (!s->in_batch)
        return err_set(err, ERR_BUG, "plan '%s': applied outside a batch", plan->key);
    if (!store_batch_alive(s, err))
        return false;
    if (s->unindexed_bytes <= UNINDEXED_MAX || search_flush(s, err))
        return true;
    store_lose_batch(s);
    return err_prefix(err, "batch lost");
}

bool store_apply(struct store *s, const struct plan *plan, struct err *err)
{
    struct err ignored = {0};
    if (!ready(s, plan, err) || !db_run(s->db, "savepoint", err))
        return false;
    struct journal before = s->journal;
    size_t waiting = s->n_unindexed;
    if (apply_all(s, plan, err)) {
        give_back(s, plan->spare_ref);
        return db_run(s->db, "savepoint_release", err);
    }
    s->journal = before;
    search_forget(s, waiting);
    if (!db_in_transaction(s->db) || !db_run(s->db, "savepoint_rollback", &ignored) ||
        !db_run(s->db, "savepoint_release", &ignored)) {
        store_lose_batch(s);
        return err_prefix(err, "batch lost");
    }
    bool opens = plan->n_effects && plan->effects[0].kind == EFFECT_OPEN;
    give_back(s, opens ? plan->ref : plan->spare_ref);
    return false;
}
