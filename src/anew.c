/* anew.c: see anew.h. The letter is read and judged again from its raw bytes and its facts, of which the
 * last line is new, and only what differs is applied: an event on the submission, in the journal. The mark
 * goes after the commit, so a crash means looking twice, and plans are idempotent. Refuses to make a
 * confirmed case worse than forged: what a leader confirmed does not depend on a look-up. */
#include "anew.h"
#include "desk/admit.h"
#include "desk/answer.h"
#include "desk/campaign.h"
#include "fields/conversation.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "verify/token.h"
#include <poll.h>
#include <unistd.h>

struct again {
    struct house *h;
    void *mem; /* of one letter */
    const char *entry;
    struct facts facts;
    struct letter *letter;
    struct known known;
    struct evidence *evidence;
    struct ruling *ruling;
};

static bool read_letter(struct again *a, struct err *err)
{
    uint64_t tag;
    int fd = -1;
    struct house *h = a->h;
    if (!spool_read_facts(h->spool, a->mem, a->entry, &a->facts, err) ||
        !spool_open_raw(h->spool, a->entry, &fd, err))
        return false;
    bool given = reader_submit(h->reader, fd, a->facts.sha256, a->facts.bytes, 0, err);
    close(fd);
    if (!given)
        return false;
    a->letter = reader_wait(h->reader, a->mem, -1, &tag);
    return a->letter || err_set(err, ERR_RETRY, "letter %s: the reader gave nothing", a->entry);
}

static bool understand(struct again *a, struct err *err)
{
    struct house *h = a->h;
    letter_thread(a->mem, a->letter, h->conversation);
    if (!store_find_asked(h->store, a->mem, a->letter, &a->known, err))
        return false;
    token_keep_proved(h->policy.token_key, &a->known);
    a->evidence = verify(a->mem, a->letter, &a->facts, &a->known, h->directory, &h->policy);
    a->ruling = classify(a->mem, a->letter, a->evidence, h->classifier);
    return true;
}

static bool put(struct again *a, struct plan *p, const struct submission *s, struct err *err)
{
    notify_issue_tokens(p, s, &a->h->notify);
    return letters_render(a->mem, p, a->h->letters, err) && store_apply(a->h->store, p, err);
}

/* The case that the letter opened. A leader is asked now when the sender is proved only now. */
static bool judge(struct again *a, const struct submission *s, struct err *err)
{
    const char *verdict = verdict_name(desk_verdict(a->evidence, a->ruling, &a->h->policy));
    struct plan *p =
        desk_new_evidence(a->mem, s, a->evidence, verdict, a->entry, a->facts.n_attempts, clock_now());
    if (!p->n_effects)
        return true;
    const struct submission now = notify_after(a->mem, s, p);
    bool waits = str_eq(now.verdict, "needs-confirmation") && now.authenticated && !s->requests;
    bool person = !a->evidence->automatic && !a->evidence->bounce && !a->evidence->bulk;
    if (waits && person && !notify_cannot_ask(&now, &a->h->notify))
        notify_ask(p, &now, "confirm-request", &a->h->notify);
    log_info("letter %s: what is known of its sender has changed: %s", a->entry, verdict);
    return put(a, p, &now, err);
}

/* The case that the letter answers, which it could not join while its writer was not proved. */
static bool answer(struct again *a, const char *own, struct err *err)
{
    const char *ref = desk_joins(a->evidence, a->ruling, &a->known);
    struct submission *about;
    if (!*ref || str_eq(ref, own))
        return true;
    if (!store_submission(a->h->store, a->mem, ref, &about, err))
        return false;
    struct plan *p = desk_answer_later(a->mem, a->letter, &a->facts, a->evidence, a->ruling, about,
                                       &a->h->policy, a->entry, clock_now());
    return put(a, p, about, err);
}

/* What a campaign asked for, of a unit that is proved only now: it leaves its hold. */
static bool supply(struct again *a, const char *ref, struct err *err)
{
    struct submission *s;
    if (!a->evidence->supplying.token)
        return true;
    if (!store_submission(a->h->store, a->mem, ref, &s, err))
        return false;
    struct plan *p = campaign_later(a->mem, s, a->evidence, a->entry, a->facts.n_attempts, clock_now());
    return !p->n_effects || store_apply(a->h->store, p, err);
}

static bool apply(struct again *a, const char *ref, struct err *err)
{
    struct submission *s;
    if (!store_begin(a->h->store, err))
        return false;
    bool ok = understand(a, err) && store_submission(a->h->store, a->mem, ref, &s, err);
    if (ok && str_eq(s->letter_sha256, a->facts.sha256))
        ok = judge(a, s, err) && answer(a, ref, err) && supply(a, ref, err);
    if (ok && store_commit(a->h->store, err))
        return true;
    store_rollback(a->h->store);
    return false;
}

/* One letter; what cannot be read is held elsewhere already and looked at by people. */
static bool one(struct house *h, const char *entry, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct again a = {.h = h, .mem = mem, .entry = entry};
    struct err why = {0};
    const char *ref;
    if (!store_entry_ref(h->store, mem, entry, &ref, err))
        return false;
    if (!*ref)
        return true;
    if (!read_letter(&a, &why) || !apply(&a, ref, &why)) {
        log_warn("letter %s: not looked at again: %s", entry, why.text);
        return why.kind == ERR_RETRY || spool_unmark(h->spool, SPOOL_CHANGED, entry, err);
    }
    return spool_unmark(h->spool, SPOOL_CHANGED, entry, err);
}

static bool stopped(int stop_fd)
{
    struct pollfd fd = {.fd = stop_fd, .events = POLLIN};
    return stop_fd >= 0 && poll(&fd, 1, 0) > 0;
}

bool anew(struct house *h, int stop_fd, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct str_list ids = {0};
    if (!spool_marked(h->spool, mem, SPOOL_CHANGED, &ids, err))
        return false;
    for (size_t i = 0; i < ids.n && !stopped(stop_fd); i++)
        if (!one(h, ids.v[i], err))
            return false;
    return true;
}
