/* effects.c: what each effect of a plan writes. Every function here runs inside the plan's savepoint.
 *
 * Two walls that do not trust the desk: what is restricted or held is never published, and only the content
 * that the case has now is approved or published (LS-14.2, QC-6). Restricted letters and those that may
 * carry a state secret never enter the full text (A31, A33). */
#include "store/inside.h"

static bool has_hold(const struct plan *p, const char *reason)
{
    for (size_t i = 0; i < p->n_effects; i++)
        if (p->effects[i].kind == EFFECT_HOLD && str_eq(p->effects[i].key, reason))
            return true;
    for (size_t i = 0; p->opening && i < p->opening->s.n_holds; i++)
        if (str_eq(p->opening->s.holds[i].reason, reason))
            return true;
    return false;
}

/* ---- effects: each in one function ---- */

/* What a letter makes of its case, when it is opened and when the letter could be read only later. */
static void bind_case(struct query *q, const struct submission *s)
{
    q_text(q, ":state", s->state);
    q_text(q, ":kind", s->kind);
    q_text(q, ":category", s->category);
    q_text(q, ":track", s->track);
    q_text(q, ":unit", s->unit);
    q_int(q, ":restricted", s->restricted);
    q_text(q, ":verdict", s->verdict);
    q_text(q, ":sender", s->from);
    q_text(q, ":sender_name", s->from_name);
    q_int(q, ":authenticated", s->authenticated);
    q_text(q, ":subject", s->subject);
    q_text(q, ":message_id", s->message_id);
    q_text(q, ":content_hash", s->content_hash);
    q_text(q, ":letter_sha256", s->letter_sha256);
    q_text(q, ":sender_unit", s->sender_unit);
}

static bool insert_submission(struct applying *a, const struct submission *s, struct err *err)
{
    struct query *q = db_query(a->s->db, "submission_insert");
    q_text(q, ":ref", s->ref);
    bind_case(q, s);
    q_int(q, ":received", s->received);
    q_int(q, ":opened", s->opened);
    if (!q_run(q, err))
        return false;
    a->submission = db_last_id(a->s->db);
    a->version = 1;
    return true;
}

static bool insert_content(struct applying *a, const struct submission *s, struct err *err)
{
    struct query *q = db_query(a->s->db, "content_insert");
    q_int(q, ":submission", a->submission);
    q_text(q, ":hash", s->content_hash);
    q_text(q, ":title", s->title);
    q_text(q, ":body", s->body);
    q_text(q, ":extra", s->extra ? s->extra : "");
    q_text(q, ":user", actor_system.user);
    q_text(q, ":login", actor_system.login);
    q_text(q, ":note", "");
    q_int(q, ":at", a->plan->now);
    return q_run(q, err);
}

/* The row of these bytes, made when new: one letter may have many receipts. */
static bool letter_row(struct applying *a, int64_t *ret_id, struct err *err)
{
    const struct letter *l = a->plan->opening->letter;
    bool found = false;
    struct query *q = db_query(a->s->db, "letter_id");
    q_text(q, ":sha256", l->sha256);
    if (!q_one_int(q, &found, ret_id, err) || found)
        return found;
    q = db_query(a->s->db, "letter_insert");
    q_int(q, ":submission", a->submission);
    q_text(q, ":sha256", l->sha256);
    q_text(q, ":sameness", l->sameness);
    q_text(q, ":message_id", l->message_id);
    q_int(q, ":bytes", (int64_t)l->bytes);
    q_int(q, ":at", a->plan->now);
    q_text(q, ":report", a->plan->opening->report);
    q_int(q, ":corrects", a->plan->opening->corrects);
    if (!q_run(q, err))
        return false;
    *ret_id = db_last_id(a->s->db);
    return true;
}

static bool do_receipt(struct applying *a, struct err *err)
{
    const struct opening *o = a->plan->opening;
    int64_t letter = 0;
    if (!o || !o->letter || !o->facts || !o->entry)
        return err_set(err, ERR_BUG, "plan '%s': a receipt without its letter", a->plan->key);
    if (!letter_row(a, &letter, err))
        return false;
    struct query *q = db_query(a->s->db, "receipt_insert");
    q_int(q, ":submission", a->submission);
    q_int(q, ":letter", letter);
    q_text(q, ":account", o->facts->account);
    q_text(q, ":source", o->facts->source);
    q_text(q, ":receipt", o->facts->receipt);
    q_text(q, ":sha256", o->letter->sha256);
    q_text(q, ":entry", o->entry);
    q_int(q, ":received", o->facts->received);
    q_int(q, ":at", a->plan->now);
    return q_run(q, err);
}

static bool insert_hold(struct applying *a, const char *reason, const char *detail, struct err *err)
{
    struct query *q = db_query(a->s->db, "hold_insert");
    q_int(q, ":submission", a->submission);
    q_text(q, ":reason", reason);
    q_text(q, ":detail", detail);
    q_int(q, ":since", a->plan->now);
    return q_run(q, err);
}

/* Hold before indexing (A31): neither restricted letters nor those that may carry a state secret, nor what
 * nobody has read yet. */
static bool index_letter(struct applying *a, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    const struct opening *o = a->plan->opening;
    bool unread = has_hold(a->plan, "unreadable") || has_hold(a->plan, "limits");
    if (o->s.restricted || has_hold(a->plan, "secrecy") || (unread && !*o->s.sender_unit))
        return true;
    return search_add(a->s, a->submission, search_text(tmp, &o->s, o->letter), err);
}

static bool update_submission(struct applying *a, const struct submission *s, struct err *err)
{
    struct query *q = db_query(a->s->db, "submission_reread");
    q_int(q, ":submission", a->submission);
    bind_case(q, s);
    return apply_one(a, q, ERR_NO, "somebody has worked on it, or the letter is another", err);
}

/* The case stays, with its number, receipt and history; what it says is what the letter says. The wall is
 * in the statement: nothing that anybody approved, confirmed or edited is replaced. */
static bool do_reread(struct applying *a, struct err *err)
{
    const struct opening *o = a->plan->opening;
    if (!o || !o->letter || !o->letter->complete)
        return err_set(err, ERR_BUG, "plan '%s': read again without its letter", a->plan->key);
    if (!insert_content(a, &o->s, err) || !update_submission(a, &o->s, err))
        return false;
    struct query *q = db_query(a->s->db, "letter_reread");
    q_text(q, ":sha256", o->letter->sha256);
    q_text(q, ":sameness", o->letter->sameness);
    q_text(q, ":message_id", o->letter->message_id);
    q_text(q, ":report", o->report);
    return q_run(q, err) && search_drop(a->s, a->submission, err) && index_letter(a, err);
}

static bool do_open(struct applying *a, struct err *err)
{
    const struct opening *o = a->plan->opening;
    if (!o || !o->letter || !o->facts || !o->entry)
        return err_set(err, ERR_BUG, "plan '%s': an opening without its letter", a->plan->key);
    if (!insert_submission(a, &o->s, err) || !insert_content(a, &o->s, err) || !do_receipt(a, err))
        return false;
    for (size_t i = 0; i < o->s.n_holds; i++)
        if (!insert_hold(a, o->s.holds[i].reason, o->s.holds[i].detail, err))
            return false;
    return index_letter(a, err);
}

static bool do_move(struct applying *a, struct err *err)
{
    struct query *q = db_query(a->s->db, "submission_move");
    q_int(q, ":submission", a->submission);
    q_int(q, ":version", a->version);
    q_text(q, ":from", a->e->from);
    q_text(q, ":to", a->e->to);
    return apply_one(a, q, ERR_RETRY, "changed meanwhile", err);
}

static bool do_assign(struct applying *a, struct err *err)
{
    struct query *q = db_query(a->s->db, "submission_assign");
    q_int(q, ":submission", a->submission);
    q_text(q, ":unit", a->e->to);
    return apply_one(a, q, ERR_RETRY, "changed meanwhile", err);
}

/* Holds that keep the words of a case from most people: submission_is_withheld(). */
static bool withholds(const char *reason)
{
    return str_eq(reason, "secrecy") || str_eq(reason, "unreadable") || str_eq(reason, "limits");
}

static bool do_hold(struct applying *a, struct err *err)
{
    if (!insert_hold(a, a->e->key, a->e->text, err))
        return false;
    return !withholds(a->e->key) || search_follow(a->s, a->submission, a->plan->ref, err);
}

static bool do_release(struct applying *a, struct err *err)
{
    struct query *q = db_query(a->s->db, "hold_end");
    q_int(q, ":submission", a->submission);
    q_text(q, ":reason", a->e->key);
    q_text(q, ":user", a->plan->actor.user);
    q_int(q, ":at", a->plan->now);
    if (!apply_one(a, q, ERR_RETRY, "the hold to release has ended already", err))
        return false;
    return !withholds(a->e->key) || search_follow(a->s, a->submission, a->plan->ref, err);
}

/* A second approval by the same user is no second approval, and no failure. */
static bool do_approve(struct applying *a, struct err *err)
{
    bool row = false;
    int64_t there = 0;
    struct query *q = db_query(a->s->db, "approval_insert");
    q_int(q, ":submission", a->submission);
    q_text(q, ":user", a->plan->actor.user);
    q_text(q, ":login", a->plan->actor.login);
    q_text(q, ":content_hash", a->e->to);
    q_int(q, ":roles", a->plan->actor.roles);
    q_int(q, ":at", a->plan->now);
    if (!q_run(q, err))
        return false;
    q = db_query(a->s->db, "approval_count");
    q_int(q, ":submission", a->submission);
    q_text(q, ":user", a->plan->actor.user);
    q_text(q, ":content_hash", a->e->to);
    if (!q_one_int(q, &row, &there, err))
        return false;
    return there == 1 || apply_meanwhile(a->plan, err);
}

/* A notice has the null return path: what bounces is not answered by anybody (RP-1, A17). */
static bool do_letter(struct applying *a, struct err *err)
{
    enum outbox_fate fate;
    if (!outbox_insert(a->s, a->e->letter, "", a->plan->ref, a->plan->now, &fate, err))
        return false;
    a->remark = fate == OUTBOX_DROPPED ? "dropped" : fate == OUTBOX_DELAYED ? "delayed" : NULL;
    return true;
}

static bool do_token(struct applying *a, struct err *err)
{
    const struct plan_token *t = a->e->token;
    if (!t || !*t->hash)
        return err_set(err, ERR_BUG, "plan '%s': a token without its key", a->plan->key);
    struct query *q = db_query(a->s->db, "token_insert");
    q_text(q, ":hash", t->hash);
    q_text(q, ":purpose", token_purpose_name(t->purpose));
    q_int(q, ":submission", a->submission);
    q_text(q, ":address", t->address);
    q_text(q, ":content_hash", t->content_hash);
    q_text(q, ":letter", t->letter);
    q_int(q, ":issued", a->plan->now);
    q_int(q, ":expires", t->expires);
    return q_run(q, err);
}

static bool use_token(struct applying *a, int64_t token, struct err *err)
{
    if (!token)
        return true;
    struct query *q = db_query(a->s->db, "token_use");
    q_int(q, ":id", token);
    q_int(q, ":submission", a->submission);
    q_int(q, ":at", a->plan->now);
    return apply_one(a, q, ERR_RETRY, "the token was used meanwhile", err);
}

static bool do_token_use(struct applying *a, struct err *err)
{
    int64_t id = 0;
    if (!str_int(a->e->to, 1, INT64_MAX, &id))
        return err_set(err, ERR_BUG, "plan '%s': a token that is none", a->plan->key);
    return use_token(a, id, err);
}

static bool set_verdict(struct applying *a, const char *verdict, struct err *err)
{
    struct query *q = db_query(a->s->db, "submission_verdict");
    q_int(q, ":submission", a->submission);
    q_text(q, ":verdict", verdict);
    return apply_one(a, q, ERR_RETRY, "changed meanwhile", err);
}

/* What was said, by whom, of which text. Only an agreement to the present text of a case that is not forged
 * makes it confirmed (A11); a withdrawal takes that back. */
static bool do_confirmation(struct applying *a, struct err *err)
{
    const struct plan_confirmation *c = a->e->confirmation;
    bool confirmed = a->e->kind == EFFECT_CONFIRM, withdrawn = str_eq(a->e->key, "withdrawn");
    struct query *q = db_query(a->s->db, "confirmation_insert");
    q_int(q, ":submission", a->submission);
    q_text(q, ":what", confirmed ? "confirmed" : a->e->key);
    q_text(q, ":person", c->person);
    q_text(q, ":how", a->e->text);
    q_text(q, ":content_hash", a->e->to);
    q_text(q, ":evidence", c->evidence);
    q_text(q, ":evidence_name", c->evidence_name);
    q_text(q, ":words", c->words);
    q_int(q, ":at", a->plan->now);
    q_text(q, ":recorded_by", a->plan->actor.user);
    if (!apply_one(a, q, ERR_RETRY, "not to be confirmed: its content changed, or it is forged", err) ||
        !use_token(a, c->token, err))
        return false;
    return (!confirmed && !withdrawn) ||
           set_verdict(a, confirmed ? "confirmed" : "needs-confirmation", err);
}

static bool do_evidence(struct applying *a, struct err *err)
{
    struct query *q = db_query(a->s->db, "submission_evidence");
    q_int(q, ":submission", a->submission);
    q_text(q, ":verdict", a->e->to);
    q_int(q, ":authenticated", str_eq(a->e->key, "authenticated"));
    q_text(q, ":sender_unit", a->e->text);
    return apply_one(a, q, ERR_RETRY, "changed meanwhile", err) &&
           search_follow(a->s, a->submission, a->plan->ref, err);
}

static bool do_publish(struct applying *a, struct err *err)
{
    struct query *q = db_query(a->s->db, "published_insert");
    q_int(q, ":submission", a->submission);
    q_text(q, ":content_hash", a->e->to);
    q_text(q, ":kind_label", a->e->text);
    q_int(q, ":at", a->plan->now);
    return apply_one(a, q, ERR_NO, "not to be published: restricted, held, or its content changed", err);
}

static bool do_withdraw(struct applying *a, struct err *err)
{
    struct query *q = db_query(a->s->db, "withdrawn_insert");
    q_int(q, ":submission", a->submission);
    q_text(q, ":reason", a->e->text);
    q_int(q, ":at", a->plan->now);
    return apply_one(a, q, ERR_NO, "not published", err);
}

static bool do_note(struct applying *a, struct err *err)
{
    (void)a;
    (void)err;
    return true; /* the journal line is the note */
}

static bool do_link(struct applying *a, struct err *err)
{
    struct query *q = db_query(a->s->db, "link_insert");
    q_int(q, ":submission", a->submission);
    q_text(q, ":other", a->e->to);
    q_int(q, ":at", a->plan->now);
    return q_run(q, err);
}

static bool do_seal(struct applying *a, struct err *err)
{
    const struct store_sealed row = {.ref = a->plan->ref,
                                     .entry = a->plan->opening ? a->plan->opening->entry : a->e->to,
                                     .sha256 = a->e->key,
                                     .recipients = a->e->text};
    return sealed_insert(a->s, a->submission, &row, a->plan->now, err);
}

bool effect_do(struct applying *a, struct err *err)
{
    typedef bool (*doer)(struct applying *, struct err *);
    static const doer doers[] = {[EFFECT_OPEN] = do_open,
                                 [EFFECT_RECEIPT] = do_receipt,
                                 [EFFECT_MOVE] = do_move,
                                 [EFFECT_ASSIGN] = do_assign,
                                 [EFFECT_RECLASSIFY] = effect_reclassify,
                                 [EFFECT_HOLD] = do_hold,
                                 [EFFECT_RELEASE] = do_release,
                                 [EFFECT_CONTENT] = effect_content,
                                 [EFFECT_FLAG] = effect_flag,
                                 [EFFECT_CHECK] = effect_check,
                                 [EFFECT_CONSENT] = effect_consent,
                                 [EFFECT_SCHEDULE] = effect_schedule,
                                 [EFFECT_DECISION] = effect_decision,
                                 [EFFECT_APPROVE] = do_approve,
                                 [EFFECT_LETTER] = do_letter,
                                 [EFFECT_PUBLISH] = do_publish,
                                 [EFFECT_WITHDRAW] = do_withdraw,
                                 [EFFECT_NOTE] = do_note,
                                 [EFFECT_DEADLINE] = effect_deadline,
                                 [EFFECT_DEADLINE_END] = effect_deadline_end,
                                 [EFFECT_LINK] = do_link,
                                 [EFFECT_TOKEN] = do_token,
                                 [EFFECT_ATTACH] = do_receipt,
                                 [EFFECT_CONFIRM] = do_confirmation,
                                 [EFFECT_ANSWER] = do_confirmation,
                                 [EFFECT_EVIDENCE] = do_evidence,
                                 [EFFECT_REREAD] = do_reread,
                                 [EFFECT_CONSULTATION] = effect_consultation,
                                 [EFFECT_COMMENT] = effect_comment,
                                 [EFFECT_EVENT] = effect_event,
                                 [EFFECT_SEAL] = do_seal,
                                 [EFFECT_TOKEN_USE] = do_token_use,
                                 [EFFECT_REVIEW] = effect_review,
                                 [EFFECT_CAMPAIGN] = effect_campaign,
                                 [EFFECT_TOPIC] = effect_topic,
                                 [EFFECT_TOPIC_SEEN] = effect_topic_seen};
    return doers[a->e->kind](a, err);
}
