/* intake.c: STORY 1, and the loop that runs it.
 *
 * The story reads like the diagram of ARCHITECTURE 1 and only its edges can fail. The loop keeps several
 * readers in flight, takes what is ready (at most BATCH letters), holds the write lock only while applying,
 * commits once, and only then moves the entries to done/. A letter that cannot be applied is held with its
 * reason; it never stops the next one. A crash anywhere leaves the entry in new/, where it is found again;
 * applying it twice changes nothing (plans are idempotent). */
#include "intake.h"
#include "sys/clock.h"
#include "sys/log.h"
#include <poll.h>
#include <stdlib.h>
#include <sys/inotify.h>

#define BATCH     128 /* letters in one commit */
#define BATCH_MS  50  /* milliseconds that one batch may hold the write lock */
#define LIST_MAX  512 /* entries listed from new/ at a time */
#define JOBS_MAX  192 /* letters in memory, read or being read: a slow store must not gather more */
#define HOLD_BACK 128 /* wait for a slow one, where order matters; < JOBS_MAX - READERS */
#define IDLE_MS   1000
#define TURN_MS   500 /* between two looks at the stop, when all readers are busy with slow letters */

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
    uint64_t next_tag;
    bool in_order;
    int stop_fd; /* readable: take nothing more, wait for nothing; -1: there is none */
};

/* ---- the story ---- */

static bool intake_one(struct house *h, void *mem, const struct job *job, struct letter_report *r,
                       struct err *err)
{
    const struct letter *letter = job->letter;
    const struct facts *facts = &job->entry.facts;
    int64_t now = clock_now();
    struct known *known = mem_zero(mem, struct known);
    if (!store_find_related(h->store, mem, letter, now, known, err))
        return false;
    struct evidence *evidence = verify(mem, letter, facts, known, h->directory, &h->policy);
    struct ruling *ruling = classify(mem, letter, evidence, h->classifier);
    struct plan *plan =
        desk_admit(mem, letter, facts, evidence, ruling, known, &h->policy, job->entry.id, now);
    *r = (struct letter_report){letter, facts, evidence, ruling, plan, known, &h->policy, true};
    plan->opening->report = letter_report_line(mem, r, h->catalog);
    return letters_render(mem, plan, h->letters, err) && store_apply(h->store, plan, err);
}

void intake_explain(struct house *h, void *mem, const struct letter *letter, const struct facts *facts,
                    struct letter_report *ret)
{
    struct known *known = mem_zero(mem, struct known);
    *known = (struct known){.duplicate_of = "", .claims = "", .next_ref = "-"};
    struct evidence *evidence = verify(mem, letter, facts, known, h->directory, &h->policy);
    struct ruling *ruling = classify(mem, letter, evidence, h->classifier);
    struct plan *plan =
        desk_admit(mem, letter, facts, evidence, ruling, known, &h->policy, "-", clock_now());
    *ret = (struct letter_report){letter, facts, evidence, ruling, plan, known, &h->policy, false};
}

/* ---- the loop ---- */

struct intake *intake_new(const void *mem, struct house *house, intake_reported reported, void *arg)
{
    struct intake *in = mem_zero(mem, struct intake);
    *in = (struct intake){.house = house, .reported = reported, .arg = arg, .stop_fd = -1};
    return in;
}

size_t intake_pending(const struct intake *in)
{
    return in->n;
}

void intake_in_order(struct intake *in)
{
    in->in_order = true;
}

bool intake_has(const struct intake *in, const char *entry_id)
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
    struct facts *f = &job->entry.facts;
    const char **strings[] = {&f->account, &f->source, &f->receipt, &f->shown, &f->received_by};
    for (size_t i = 0; i < ARRAY_LEN(strings); i++)
        *strings[i] = mem_str(job, *strings[i]);
}

static bool stopped(const struct intake *in)
{
    struct pollfd fd = {.fd = in->stop_fd, .events = POLLIN};
    return in->stop_fd >= 0 && poll(&fd, 1, 0) > 0;
}

/* After a stop the entry is not taken: it is in new/ and waits there. */
static bool give_to_reader(struct intake *in, const struct entry *entry, int fd, struct err *err)
{
    while (reader_full(in->house->reader) || in->n >= JOBS_MAX)
        if (stopped(in))
            return true;
        else if (!intake_turn(in, TURN_MS, err))
            return false;
    struct job *job = mem_zero(in, struct job);
    copy_entry(job, entry);
    job->tag = in->next_tag++;
    if (!reader_submit(in->house->reader, fd, entry->facts.sha256, entry->facts.bytes, job->tag, err)) {
        talloc_free(job);
        return false;
    }
    *mem_append(in, in->jobs, in->n) = job;
    return true;
}

bool intake_add(struct intake *in, const struct entry *entry, struct err *err)
{
    _cleanup_close_ int fd = -1;
    return spool_open_raw(in->house->spool, entry->id, &fd, err) && give_to_reader(in, entry, fd, err);
}

static struct job *job_of(struct intake *in, uint64_t tag)
{
    for (size_t i = 0; i < in->n; i++)
        if (in->jobs[i]->tag == tag)
            return in->jobs[i];
    return NULL;
}

/* Letters that are ready are kept with their jobs; the first is waited for. */
static size_t collect(struct intake *in, int timeout_ms)
{
    size_t ready = 0;
    while (ready < BATCH) {
        uint64_t tag;
        struct letter *letter = reader_wait(in->house->reader, in, ready ? 0 : timeout_ms, &tag);
        if (!letter)
            break;
        struct job *job = job_of(in, tag);
        job->letter = talloc_steal(job, letter);
        ready++;
    }
    return ready;
}

/* Applied: to done/. DATA or BUG: to held/, with the reason. RETRY: stays in new/. */
static bool settle(struct house *h, const struct intake_result *r, struct err *err)
{
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

static size_t count_ready(const struct intake *in)
{
    size_t n = 0;
    for (size_t i = 0; i < in->n; i++)
        n += in->jobs[i]->letter != NULL;
    return n;
}

static void apply_ready(struct intake *in, struct batch *b)
{
    int64_t until = clock_monotonic_ms() + BATCH_MS;
    bool wait = in->in_order && count_ready(in) < HOLD_BACK;
    for (size_t i = 0; i < in->n; i++) {
        struct job *job = in->jobs[i];
        if (!job->letter && wait)
            return;
        if (!job->letter || (b->n > 0 && clock_monotonic_ms() > until))
            continue;
        struct intake_result *r = mem_append(b->mem, b->results, b->n);
        r->entry = &job->entry;
        r->applied = intake_one(in->house, b->mem, job, &r->report, &r->err);
    }
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
            k++;
        } else {
            in->jobs[kept++] = in->jobs[i];
        }
    }
    in->n = kept;
}

static bool may_apply(const struct intake *in)
{
    size_t ready = count_ready(in);
    return ready > 0 && (!in->in_order || in->jobs[0]->letter || ready >= HOLD_BACK);
}

bool intake_turn(struct intake *in, int timeout_ms, struct err *err)
{
    struct store *store = in->house->store;
    (void)collect(in, may_apply(in) ? 0 : timeout_ms);
    if (!may_apply(in))
        return true;
    _cleanup_mem_ void *mem = mem_new();
    struct batch batch = {.mem = mem};
    if (!store_begin(store, err))
        return false;
    apply_ready(in, &batch);
    if (!store_commit(store, err)) {
        store_rollback(store);
        return false;
    }
    bool ok = finish_batch(in, &batch, err);
    forget_finished(in, &batch);
    return ok;
}

bool intake_finish(struct intake *in, struct err *err)
{
    while (in->n > 0 && !stopped(in))
        if (!intake_turn(in, TURN_MS, err))
            return false;
    return true;
}

/* ---- the role ---- */

/* An entry whose facts or raw file cannot be opened (missing, damaged, planted: abuse A39) is held, not
 * skipped: a person must see it. What cannot even be held is left where it is; it never stops the next. */
static bool take_entry(struct intake *in, void *mem, struct entry *e, struct err *err)
{
    struct err why = {0}, still = {0};
    struct spool *spool = in->house->spool;
    _cleanup_close_ int fd = -1;
    if (spool_read_facts(spool, mem, e->id, &e->facts, &why) && spool_open_raw(spool, e->id, &fd, &why))
        return give_to_reader(in, e, fd, err);
    log_warn("letter %s: %s", e->id, why.text);
    if (why.kind != ERR_RETRY && !spool_hold(spool, e->id, why.text, &still))
        log_warn("letter %s: %s", e->id, still.text);
    return true;
}

/* The entries of new/ after `after` that are not yet in flight are given to readers. *ret_after: the last
 * of them, or NULL when the list was not full. */
static bool take_new(struct intake *in, const void *keep, const char *after, const char **ret_after,
                     struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct entry *entries;
    size_t n;
    if (!spool_list(in->house->spool, mem, after, LIST_MAX, &entries, &n, err))
        return false;
    for (size_t i = 0; i < n && !stopped(in); i++)
        if (!intake_has(in, entries[i].id) && !take_entry(in, mem, &entries[i], err))
            return false;
    *ret_after = n == LIST_MAX ? mem_str(keep, entries[n - 1].id) : NULL;
    return true;
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
static bool drain(struct intake *in, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    for (const char *after = ""; after && !stopped(in);)
        if (!take_new(in, mem, after, &after, err) || !intake_finish(in, err))
            return false;
    return spool_sync(in->house->spool, err);
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
    for (;;) {
        struct err why = {0};
        if (!drain(in, &why)) {
            if (once || why.kind != ERR_RETRY) {
                *err = why;
                return false;
            }
            log_warn("%s; trying again", why.text);
        }
        if (once || stopped(in))
            return true;
        wait_for_news(watch, stop_fd);
    }
}
