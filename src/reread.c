/* reread.c: see reread.h. A letter is not read twice by itself (one that kills its reader would do so for
 * ever): a person asks for it. The plan is that of a new letter, with REREAD for OPEN and the end of the
 * hold "unreadable" before the holds that it gets now; the wall against replacing what somebody has worked
 * on is in the store's statement. */
#include "reread.h"
#include "alerting.h"
#include "desk/admit.h"
#include "fields/conversation.h"
#include "recusing.h"
#include "render/letter_report.h"
#include "sealing.h"
#include "sys/clock.h"
#include "verify/token.h"
#include <unistd.h>

struct rereading {
    struct house *h;
    void *mem;
    const struct submission *s;
    const char *entry;
    struct facts facts;
    struct letter *letter;
    struct known *known;
};

static bool read_letter(struct rereading *r, struct err *err)
{
    uint64_t tag;
    int fd = -1;
    struct house *h = r->h;
    if (!spool_read_facts(h->spool, r->mem, r->entry, &r->facts, err) ||
        !spool_open_raw(h->spool, r->entry, &fd, err))
        return false;
    bool given = reader_submit(h->reader, fd, r->facts.sha256, r->facts.bytes, 0, err);
    close(fd);
    if (!given)
        return false;
    r->letter = reader_wait(h->reader, r->mem, -1, &tag);
    if (!r->letter || !r->letter->complete)
        return err_set(err, ERR_NO, "'%s': the letter is still not read whole: %s", r->s->ref,
                       r->letter && r->letter->defects.n ? r->letter->defects.v[0]
                                                         : "the reader gave nothing");
    letter_thread(r->mem, r->letter, h->conversation);
    return true;
}

/* The hold goes right behind the reading, before the plan adds those that stand now. */
static void turn_into_reading(struct plan *p, const struct rereading *r, const struct actor *actor)
{
    plan_add(p, EFFECT_RELEASE);
    memmove(&p->effects[2], &p->effects[1], (p->n_effects - 2) * sizeof *p->effects);
    p->effects[1] = (struct effect){.kind = EFFECT_RELEASE, .key = "unreadable", .text = "reread"};
    p->effects[0].kind = EFFECT_REREAD;
    p->effects[0].key = r->entry;
    p->effects[0].from = r->s->kind;
    p->effects[0].to = p->opening->s.kind;
    p->key = mem_fmt(p, "reread/%s/%lld", r->entry, (long long)r->s->version);
    p->actor = *actor;
    p->version = r->s->version;
}

static bool put(struct rereading *r, const struct actor *actor, struct err *err)
{
    struct house *h = r->h;
    r->known = mem_zero(r->mem, struct known);
    if (!store_find_asked(h->store, r->mem, r->letter, r->known, err))
        return false;
    r->known->duplicate_of = r->known->claims = "";
    r->known->next_ref = r->s->ref;
    token_keep_proved(h->policy.token_key, r->known);
    struct letter_report report = {
        .letter = r->letter, .facts = &r->facts, .known = r->known, .policy = &h->policy, .stored = true};
    report.evidence = verify(r->mem, r->letter, &r->facts, r->known, h->directory, &h->policy);
    report.ruling = classify(r->mem, r->letter, report.evidence, h->classifier);
    struct plan *p = desk_admit(r->mem, r->letter, &r->facts, report.evidence, report.ruling, r->known,
                                &h->policy, r->entry, clock_now());
    turn_into_reading(p, r, actor);
    notify_new_case(p, report.evidence, &h->notify);
    notify_issue_tokens(p, &p->opening->s, &h->notify);
    if (!alerting(h, r->mem, p, err))
        return false;
    report.plan = p;
    p->opening->report = letter_report_line(r->mem, &report, h->catalog);
    return letters_render(r->mem, p, h->letters, err) && recusing_apply(h, r->mem, p, err);
}

static bool apply(struct rereading *r, const struct actor *actor, struct err *err)
{
    struct store *store = r->h->store;
    size_t sealed;
    if (!store_begin(store, err))
        return false;
    if (put(r, actor, err) &&
        store_commit(store, err)) /* what it was till now is plain: the sweep takes it */
        return sealing_sweep(r->h, &sealed, err);
    store_rollback(store);
    return false;
}

bool reread_case(struct house *h, const void *mem, const char *ref, const struct actor *actor,
                 struct submission **ret, struct err *err)
{
    struct submission *s;
    void *own = talloc_new(mem);
    if (!store_submission(h->store, own, ref, &s, err))
        return false;
    if (s->restricted && !actor_reads_restricted(actor))
        return err_set(err, ERR_NO, "'%s': not for '%s'", ref, actor->user);
    if (!submission_is_held_for(s, "unreadable") || !s->n_receipts)
        return err_set(err, ERR_NO, "'%s': is not held as unreadable", ref);
    struct rereading r = {.h = h, .mem = own, .s = s, .entry = s->receipts[0].entry};
    return read_letter(&r, err) && apply(&r, actor, err) && store_submission(h->store, mem, ref, ret, err);
}
