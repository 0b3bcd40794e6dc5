/* reclassify.c: writes what a person said a case is. A case that becomes restricted leaves the full text in
 * the same transaction (QC-6, A33); one that ceases to be comes back, unless it is withheld.
 * Letters of it that wait, or that nobody knows to have left, go no more: neither a leader nor a unit hears
 * of a complaint (A33). */
#include "store/inside.h"

static bool withheld(struct applying *a, bool *ret, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct submission *s;
    if (!store_submission(a->s, tmp, a->plan->ref, &s, err))
        return false;
    *ret = submission_is_withheld(s);
    return true;
}

static bool keep_letters_back(struct applying *a, struct err *err)
{
    struct query *q = db_query(a->s->db, "outbox_withdraw");
    q_text(q, ":ref", a->plan->ref);
    q_int(q, ":now", a->plan->now);
    return q_run(q, err);
}

bool effect_reclassify(struct applying *a, struct err *err)
{
    const struct plan_reclassified *r = a->e->reclassified;
    bool secret = false;
    struct store_sealed *sealed;
    size_t n_sealed;
    _cleanup_mem_ void *tmp = mem_new();
    if (!store_sealed_of(a->s, tmp, a->plan->ref, &sealed, &n_sealed, err))
        return false;
    if (n_sealed && !r->restricted) /* there is nothing left of it that anybody else could work on */
        return err_set(err, ERR_NO, "submission '%s': its letter is sealed; open it with bbt unseal",
                       a->plan->ref);
    struct query *q = db_query(a->s->db, "submission_reclassify");
    q_int(q, ":submission", a->submission);
    q_int(q, ":version", a->version);
    q_text(q, ":from", a->e->from);
    q_text(q, ":kind", a->e->to);
    q_text(q, ":category", r->category);
    q_text(q, ":track", r->track);
    q_text(q, ":state", r->state);
    q_int(q, ":restricted", r->restricted);
    if (!apply_one(a, q, ERR_RETRY, "changed meanwhile", err) || !withheld(a, &secret, err))
        return false;
    if (r->restricted && !keep_letters_back(a, err))
        return false;
    return r->restricted || secret ? search_drop(a->s, a->submission, err)
                                   : search_restore(a->s, a->submission, a->plan->ref, err);
}
