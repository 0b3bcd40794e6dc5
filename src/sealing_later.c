/* sealing_later.c: what became restricted after it was taken in, and what came of it since: a person called
 * it a complaint, a letter that nobody could read was read, a letter of ours was under way. Everything that
 * the house knows of the case goes into the sealed file of its first letter: versions, notes, what was said
 * and sent, files that people put beside it. Then the rows become blank, in one transaction.
 *
 * Refuses to stop at a case that cannot be sealed: it stays plain, the log and status say so, the next is
 * sealed. */
#include "sealing_inside.h"
#include "sealing_parts.h"
#include "sys/clock.h"
#include "sys/log.h"

/* What goes with the first letter of the case only. */
struct beside {
    const char *rows;
    struct str_list evidence;
};

static bool plain_letter(struct house *h, const void *mem, const struct submission *s,
                         const struct store_plain *p, const struct beside *b, struct err *err)
{
    struct facts facts;
    struct submission of = *s;
    struct store_sealed row;
    if (!spool_read_facts(h->spool, mem, p->entry, &facts, err))
        return false;
    if (*p->message_id)
        of.message_id = p->message_id;
    of.letter_sha256 = facts.sha256;
    const struct sealed_letter l = {.s = &of,
                                    .facts = &facts,
                                    .entry = p->entry,
                                    .report = p->report,
                                    .rows = b ? b->rows : NULL,
                                    .evidence = b ? &b->evidence : NULL,
                                    .recused = submission_is_held_for(s, "recusal")};
    if (!sealing_write(h, mem, &l, &row, err))
        return false;
    row.scrub = true;
    char *detail = mem_fmt(mem, "entry=%s key=%s text=%s", p->entry, row.sha256, row.recipients);
    return store_seal_letter(h->store, &row, sealing_blank_report(mem, p->report), clock_now(), err) &&
           store_note(h->store, s->ref, &actor_system, effect_name(EFFECT_SEAL), detail, clock_now(), err);
}

static bool seal_case(struct house *h, const void *mem, const char *ref, struct err *err)
{
    struct submission *s;
    struct store_plain *plain;
    size_t n;
    struct beside beside = {0};
    if (!store_submission(h->store, mem, ref, &s, err) ||
        !store_plain_of(h->store, mem, ref, &plain, &n, err))
        return false;
    if (n == 0)
        return store_blank_letters(h->store, ref, clock_now(), err);
    if (!store_plain_rows(h->store, mem, ref, &beside.rows, err) ||
        !store_evidence_of(h->store, mem, ref, &beside.evidence, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!plain_letter(h, mem, s, &plain[i], i ? NULL : &beside, err))
            return false;
    return store_blank(h->store, ref, clock_now(), err);
}

static bool seal_one(struct house *h, const char *ref, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    if (!store_begin(h->store, err))
        return false;
    if (seal_case(h, mem, ref, err) && sealing_sync(h, err) && store_commit(h->store, err))
        return true;
    store_rollback(h->store);
    return false;
}

bool sealing_sweep(struct house *h, size_t *ret_n, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct str_list refs = {0};
    *ret_n = 0;
    if (!sealing_ready(h, err))
        return false;
    if (!h->sealing)
        return true;
    if (!sealing_recover(h, err) || !store_unsealed(h->store, mem, &refs, err))
        return false;
    for (size_t i = 0; i < refs.n; i++) {
        struct err why = {0};
        if (seal_one(h, refs.v[i], &why))
            ++*ret_n;
        else if (why.kind == ERR_RETRY || why.kind == ERR_BUG) {
            *err = why;
            return false;
        } else
            log_warn("%s: not sealed: %s", refs.v[i], why.text);
    }
    return sealing_complete(h, err);
}
