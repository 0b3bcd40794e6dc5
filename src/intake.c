/* intake.c: STORY 1, and the loop that runs it. The story reads like the diagram of ARCHITECTURE 1; only
 * its edges can fail. The loop keeps several readers in flight, takes what is ready, holds the write lock
 * only while applying, commits once, and only then moves the entries to done/. A letter that cannot be
 * applied is held and stops no other. A crash leaves the entry in new/; applying it twice changes nothing.
 */
#include "intake.h"
#include "acting.h"
#include "alerting.h"
#include "anew.h"
#include "consult.h"
#include "desk/answer.h"
#include "recusing.h"
#include "replying.h"
#include "sealing.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "verify/token.h"
#include <poll.h>
#include <stdlib.h>
#include <sys/inotify.h>

#define BATCH     128 /* letters in one commit */
#define BATCH_MS  50  /* milliseconds that one batch may hold the write lock */
#define LIST_MAX  512 /* entries listed from new/ at a time */
#define JOBS_MAX  256 /* letters in memory, read or being read: a slow store must not gather more */
#define HOLD_BACK 128 /* wait for a slow one, where order matters; < JOBS_MAX - READERS */
#define GROUP     64  /* letters that are worth a commit; fewer wait GROUP_MS for more */
#define GROUP_MS  20
#define READ_EACH 8 /* letters applied between two looks at the readers */
#define IDLE_MS   1000
#define TURN_MS   500 /* between two looks at the stop, when all readers are busy with slow letters */

/* Bytes of one batch; what needs more goes to malloc. Under the sanitizer each object has its own edges. */
#ifdef BBT_SANITIZE
#define POOL 0
#else
#define POOL (16 << 20)
#endif

struct job {
    struct entry entry; /* on the job's own context */
    uint64_t tag;
    struct letter *letter; /* NULL while in flight; also on the job's context */
};

struct intake {
    struct house *house;
    intake_reported reported;
    void *arg;
    struct job **jobs; /* in order of arrival */
    size_t n;
    size_t ready; /* of them read */
    uint64_t next_tag;
    void *pool; /* what one batch allocates; empty between two */
    const struct intake_feed *feed;
    enum fed_what fed;   /* what the feed gave last */
    struct err feed_err; /* kept until the batch has ended */
    bool in_order;
    int stop_fd; /* readable: take nothing more, wait for nothing; -1: there is none */
};

/* ---- the story ---- */

/* The plan: the letter joins the case that it answers, comments on a draft, or opens a case of its own. */
static struct plan *make_plan(struct house *h, void *mem, const struct job *job,
                              const struct letter_report *r, int64_t now, struct err *err)
{
    struct submission *about = NULL;
    struct plan *plan = NULL;
    const char *ref = desk_joins(r->evidence, r->ruling, r->known), *entry = job->entry.id;
    bool ok = *ref ? store_submission(h->store, mem, ref, &about, err)
                   : consult_comment(h, mem, r, entry, now, &plan, err);
    if (!ok || plan)
        return plan;
    plan = *ref ? desk_answer(mem, r->letter, r->facts, r->evidence, r->ruling, r->known, about, r->policy,
                              entry, now)
                : desk_admit(mem, r->letter, r->facts, r->evidence, r->ruling, r->known, r->policy, entry,
                             now);
    if (*ref && str_eq(ref, r->evidence->acting.ref) &&
        !acting_by_letter(h, mem, plan, about, r->evidence, err))
        return NULL;
    notify_new_case(plan, r->evidence, &h->notify);
    notify_issue_tokens(plan, &plan->opening->s, &h->notify);
    return plan;
}

static bool intake_one(struct house *h, void *mem, const struct job *job, struct letter_report *r,
                       struct err *err)
{
    int64_t now = clock_now();
    struct known *known = mem_zero(mem, struct known);
    *r = (struct letter_report){.letter = job->letter,
                                .facts = &job->entry.facts,
                                .known = known,
                                .policy = &h->policy,
                                .stored = true};
    letter_thread(job->letter, job->letter, h->conversation);
    if (!store_find_related(h->store, mem, r->letter, now, known, err))
        return false;
    token_keep_proved(h->policy.token_key, known);
    r->evidence = verify(mem, r->letter, r->facts, known, h->directory, &h->policy);
    r->ruling = classify(mem, r->letter, r->evidence, h->classifier);
    struct plan *plan = make_plan(h, mem, job, r, now, err);
    if (!plan || !replying_request(h, mem, plan, known, err) || !alerting(h, mem, plan, err))
        return false;
    r->plan = plan;
    plan->opening->report = letter_report_line(mem, r, h->catalog);
    return letters_render(mem, plan, h->letters, err) && recusing_apply(h, mem, plan, err);
}

void intake_explain(struct house *h, void *mem, struct letter *letter, const struct facts *facts,
                    struct letter_report *ret)
{
    struct known *known = mem_zero(mem, struct known);
    struct notify_rules rules = h->notify;
    *known = (struct known){.duplicate_of = "", .claims = "", .next_ref = "-"};
    letter_thread(mem, letter, h->conversation);
    struct evidence *evidence = verify(mem, letter, facts, known, h->directory, &h->policy);
    struct ruling *ruling = classify(mem, letter, evidence, h->classifier);
    struct plan *plan =
        desk_admit(mem, letter, facts, evidence, ruling, known, &h->policy, "-", clock_now());
    rules.directory = h->directory; /* explain may have been given one of its own */
    notify_new_case(plan, evidence, &rules);
    notify_issue_tokens(plan, &plan->opening->s, &rules);
    *ret = (struct letter_report){letter, facts, evidence, ruling, plan, known, &h->policy, false};
}

/* ---- the loop ---- */

struct intake *intake_new(const void *mem, struct house *house, intake_reported reported, void *arg)
{
    struct intake *in = mem_zero(mem, struct intake);
    *in = (struct intake){.house = house, .reported = reported, .arg = arg, .stop_fd = -1};
    in->pool = talloc_pool(in, POOL);
    return in;
}

void intake_in_order(struct intake *in)
{
    in->in_order = true;
}

static bool has(const struct intake *in, const char *entry_id)
{
    for (size_t i = 0; i < in->n; i++)
        if (str_eq(in->jobs[i]->entry.id, entry_id))
            return true;
    return false;
}

static void copy_entry(struct job *job, const struct entry *e)
{
    job->entry = *e;
    job->entry.id = mem_str(job, e->id);
    facts_keep(job, &job->entry.facts);
}

static bool stopped(const struct intake *in)
{
    struct pollfd fd = {.fd = in->stop_fd, .events = POLLIN};
    return in->stop_fd >= 0 && poll(&fd, 1, 0) > 0;
}

static struct job *job_of(struct intake *in, uint64_t tag)
{
    for (size_t i = 0; i < in->n; i++)
        if (in->jobs[i]->tag == tag)
            return in->jobs[i];
    return NULL;
}

/* ---- feeding the readers ---- */

static bool give_to_reader(struct intake *in, const struct fed *fed, struct err *err)
{
    struct job *job = mem_zero(in, struct job);
    copy_entry(job, &fed->entry);
    job->tag = in->next_tag++;
    const struct facts *f = &fed->entry.facts;
    if (!reader_submit(in->house->reader, fed->raw_fd, f->sha256, f->bytes, job->tag, err)) {
        talloc_free(job);
        return false;
    }
    *mem_append(in, in->jobs, in->n) = job;
    return true;
}

static bool feed_one(struct intake *in, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct fed fed = {.what = FED_NONE, .raw_fd = -1};
    if (!in->feed->next(in->feed->arg, mem, in->n == 0, &fed, err))
        return false;
    bool ok = fed.what != FED_ENTRY || give_to_reader(in, &fed, err);
    if (fed.raw_fd >= 0)
        close(fed.raw_fd);
    in->fed = fed.what;
    return ok;
}

/* As many letters as the readers can take. Called in the middle of a batch too, so that no reader waits for
 * the store; hence a failure is kept until the batch has ended. After a stop nothing more is taken: it is
 * in new/ and waits there. */
static void refill(struct intake *in)
{
    in->fed = in->fed == FED_END ? FED_END : FED_ENTRY;
    while (in->fed == FED_ENTRY && !reader_full(in->house->reader) && in->n < JOBS_MAX && !stopped(in))
        if (!feed_one(in, &in->feed_err))
            in->fed = FED_END;
}

/* A letter that is ready is kept with its job. */
static bool reap(struct intake *in, int timeout_ms)
{
    uint64_t tag;
    struct letter *letter = reader_wait(in->house->reader, in, timeout_ms, &tag);
    if (!letter)
        return false;
    struct job *job = job_of(in, tag);
    job->letter = talloc_steal(job, letter);
    in->ready++;
    return true;
}

/* Letters that may be applied now. */
static size_t applicable(const struct intake *in)
{
    size_t n = 0;
    if (!in->in_order || in->ready >= HOLD_BACK)
        return in->ready;
    while (n < in->n && in->jobs[n]->letter)
        n++;
    return n;
}

/* Waits for a letter, and then a moment for more: a commit costs the same for one and for many. */
static void collect(struct intake *in, int timeout_ms)
{
    if (applicable(in) == 0 && !reap(in, timeout_ms))
        return;
    int64_t left, until = clock_monotonic_ms() + GROUP_MS;
    while (applicable(in) < GROUP && (left = until - clock_monotonic_ms()) > 0) {
        refill(in);
        if (!reap(in, (int)left))
            return;
    }
}

/* ---- applying ---- */

/* Applied: to done/, or out of the spool when it was sealed. DATA or BUG: to held/, with the reason. RETRY:
 * stays in new/. */
static bool settle(struct house *h, const struct intake_result *r, struct err *err)
{
    if (r->applied && sealing_is_sealed(r->report.plan)) /* it leaves the spool: sealing_complete() */
        return sealing_settle(h, r->entry->id, err);
    if (r->applied)
        return spool_done(h->spool, r->entry->id, err);
    if (r->err.kind == ERR_RETRY || r->err.kind == ERR_CONF)
        return true;
    return spool_hold(h->spool, r->entry->id, r->err.text, err);
}

struct batch {
    void *mem;
    struct intake_result *results;
    size_t n;
};

/* While one letter is applied, others are read. */
static void keep_reading(struct intake *in)
{
    while (reap(in, 0))
        continue;
    refill(in);
}

static void apply_ready(struct intake *in, struct batch *b)
{
    int64_t until = clock_monotonic_ms() + BATCH_MS;
    bool wait = in->in_order && in->ready < HOLD_BACK;
    for (size_t i = 0; i < in->n && b->n < BATCH; i++) {
        struct job *job = in->jobs[i];
        if (!job->letter && wait)
            break;
        if (!job->letter || (b->n > 0 && clock_monotonic_ms() > until))
            continue;
        struct intake_result *r = mem_append(b->mem, b->results, b->n);
        r->entry = &job->entry;
        r->applied = intake_one(in->house, b->mem, job, &r->report, &r->err);
        if (b->n % READ_EACH == 0)
            keep_reading(in);
    }
    keep_reading(in);
}

static bool finish_batch(struct intake *in, struct batch *b, struct err *err)
{
    for (size_t i = 0; i < b->n; i++) {
        if (!settle(in->house, &b->results[i], err))
            return false;
        if (in->reported)
            in->reported(in->arg, &b->results[i]);
    }
    return spool_sync(in->house->spool, err);
}

static void forget_finished(struct intake *in, const struct batch *b)
{
    size_t kept = 0;
    for (size_t i = 0, k = 0; i < in->n; i++) {
        if (k < b->n && b->results[k].entry == &in->jobs[i]->entry) {
            talloc_free(in->jobs[i]);
            in->ready--;
            k++;
        } else {
            in->jobs[kept++] = in->jobs[i];
        }
    }
    in->n = kept;
}

static bool turn(struct intake *in, struct err *err)
{
    struct store *store = in->house->store;
    collect(in, TURN_MS);
    if (applicable(in) == 0)
        return true;
    _cleanup_mem_ void *mem = talloc_new(in->pool);
    struct batch batch = {.mem = mem};
    if (!store_begin(store, err))
        return false;
    apply_ready(in, &batch);
    if (!sealing_sync(in->house, err) || !store_commit(store, err)) {
        store_rollback(store);
        return false;
    }
    bool ok = finish_batch(in, &batch, err) && sealing_complete(in->house, err);
    forget_finished(in, &batch);
    return ok;
}

bool intake_drain(struct intake *in, const struct intake_feed *feed, struct err *err)
{
    in->feed = feed;
    in->fed = FED_NONE;
    in->feed_err = (struct err){0};
    if (!sealing_ready(in->house, err) || !sealing_complete(in->house, err))
        return false;
    while (!stopped(in) && (in->n > 0 || in->fed != FED_END)) {
        refill(in);
        if (in->n > 0 && !turn(in, err))
            return false;
    }
    if (in->feed_err.kind) {
        *err = in->feed_err;
        return false;
    }
    return spool_sync(in->house->spool, err);
}

/* ---- the role ---- */

/* What lies in new/, listed LIST_MAX at a time. */
struct listing {
    struct intake *in;
    void *mem; /* owns the entries */
    struct entry *entries;
    size_t n, at;
    bool last; /* the list was not full: there are no more behind it */
};

static bool list_more(struct listing *l, struct err *err)
{
    _cleanup_mem_ char *after = mem_str(NULL, l->n ? l->entries[l->n - 1].id : "");
    talloc_free(l->mem);
    l->mem = talloc_new(l->in);
    l->n = l->at = 0;
    if (!spool_list(l->in->house->spool, l->mem, after, LIST_MAX, &l->entries, &l->n, err))
        return false;
    l->last = l->n < LIST_MAX;
    return true;
}

/* An entry whose facts or raw file cannot be opened (missing, damaged, planted: abuse A39) is held, not
 * skipped: a person must see it. What cannot even be held is left where it is; it never stops the next. */
static bool open_entry(struct intake *in, const void *mem, struct fed *ret)
{
    struct err why = {0}, still = {0};
    struct spool *spool = in->house->spool;
    const char *id = ret->entry.id;
    if (spool_read_facts(spool, mem, id, &ret->entry.facts, &why) &&
        spool_open_raw(spool, id, &ret->raw_fd, &why))
        return true;
    log_warn("letter %s: %s", id, why.text);
    if (why.kind != ERR_RETRY && !spool_hold(spool, id, why.text, &still))
        log_warn("letter %s: %s", id, still.text);
    return false;
}

static bool next_in_new(void *arg, const void *mem, bool wait, struct fed *ret, struct err *err)
{
    struct listing *l = arg;
    (void)wait;
    for (;;) {
        if (l->at == l->n && !l->last && !list_more(l, err))
            return false;
        ret->what = l->at == l->n ? FED_END : FED_ENTRY;
        if (ret->what == FED_END)
            return true;
        ret->entry = l->entries[l->at++];
        if (!has(l->in, ret->entry.id) && open_entry(l->in, mem, ret))
            return true;
    }
}

static void count_applied(void *arg, const struct intake_result *r)
{
    size_t *count = arg;
    *count += r->applied;
    if (!r->applied)
        log_warn("letter %s: not applied: %s", r->entry->id, r->err.text);
}

/* Until something is renamed into new/, or stop, or a second has passed. */
static void wait_for_news(int watch, int stop_fd)
{
    char events[4096];
    struct pollfd fds[] = {{.fd = watch, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};
    if (poll(fds, 2, IDLE_MS) > 0 && (fds[0].revents & POLLIN)) {
        ssize_t n = read(watch, events, sizeof events);
        (void)n;
    }
}

/* Everything that is in new/ now. What could not be applied (RETRY) stays there for the next round, and is
 * passed over in this one: however many such letters there are, those behind them are reached. */
static bool drain_new(struct intake *in, struct err *err)
{
    struct listing listing = {.in = in, .mem = talloc_new(in)};
    struct intake_feed feed = {next_in_new, &listing};
    bool ok = intake_drain(in, &feed, err);
    talloc_free(listing.mem);
    return ok;
}

static int watch_new(const struct house *h)
{
    _cleanup_mem_ char *path = mem_fmt(NULL, "%s/spool/new", h->dir);
    int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (fd >= 0 && inotify_add_watch(fd, path, IN_MOVED_TO) < 0)
        log_warn("cannot watch '%s'; looking every second", path);
    return fd;
}

bool intake_run(struct house *h, bool once, int stop_fd, size_t *ret_applied, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    *ret_applied = 0;
    struct intake *in = intake_new(mem, h, count_applied, ret_applied);
    in->stop_fd = stop_fd;
    _cleanup_close_ int watch = once ? -1 : watch_new(h);
    size_t sealed;
    if (!sealing_sweep(h, &sealed, err))
        return false;
    for (;;) {
        struct err why = {0};
        if (!drain_new(in, &why)) {
            if (once || why.kind != ERR_RETRY) {
                *err = why;
                return false;
            }
            log_warn("%s; trying again", why.text);
        }
        if (!anew(h, stop_fd, &why))
            log_warn("%s; looking again later", why.text);
        if (once || stopped(in))
            return true;
        wait_for_news(watch, stop_fd);
    }
}
