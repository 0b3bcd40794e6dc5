/* arrivals.c: story 0 for files, in a forked process that has nothing of ours but its own spool.
 *
 * Records over one pipe, in input order: kind, length, bytes. A letter is told of only after its batch is
 * durable; so whenever either side dies, every letter told of is in the spool, and one not told of is in no
 * place or in new/, where intake finds it. The pipe is the limit: who reads slowly slows the other down.
 *
 * Refuses to take an end of the pipe for the end of the letters: a process that was killed is an error. */
#include "arrivals.h"
#include "arrive.h"
#include "look_up.h"
#include "sys/child.h"
#include "sys/clock.h"
#include "sys/file.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define SPOOL_BATCH 128 /* letters made durable by one sync */

struct record {
    uint32_t kind; /* 'l' letter, 'b' bad file, 'e' end, 'f' failure (then what) */
    uint32_t what; /* enum err_kind */
    uint32_t n;
};

/* ---- the process that takes them in ---- */

/* Waits for the batch to be durable; a bad file waits too, so that all are told of in input order. */
struct fresh {
    struct entry entry;     /* of a letter */
    const char *path, *why; /* of a bad file; a letter's are NULL */
};

struct taking {
    struct arrive *arrive;
    struct fresh *fresh;
    size_t n_fresh;
    void *batch_mem;
    struct str out;
};

/* Two strings, the first with its NUL. */
static void tell(struct taking *t, char kind, enum err_kind what, const char *first, const char *second)
{
    size_t n1 = strlen(first) + 1, n2 = strlen(second);
    struct record r = {(uint32_t)kind, (uint32_t)what, (uint32_t)(n1 + n2)};
    str_addn(&t->out, &r, sizeof r);
    str_addn(&t->out, first, n1);
    str_addn(&t->out, second, n2);
}

/* A parent that has gone needs no error text. */
static void send_told(struct taking *t)
{
    struct err ignored;
    if (!file_write_all(STDOUT_FILENO, t->out.s, t->out.n, &ignored))
        _exit(75);
    str_cut(&t->out, 0);
}

static void tell_of(struct taking *t, const struct fresh *f)
{
    if (f->why)
        tell(t, 'b', ERR_NONE, f->path, f->why);
    else
        tell(t, 'l', ERR_NONE, f->entry.id, facts_dump(t->batch_mem, &f->entry.facts));
}

static bool make_durable(struct taking *t, struct err *err)
{
    if (!arrive_commit(t->arrive, "", err))
        return false;
    for (size_t i = 0; i < t->n_fresh; i++)
        tell_of(t, &t->fresh[i]);
    send_told(t);
    talloc_free(t->batch_mem);
    t->batch_mem = mem_new();
    t->fresh = NULL;
    t->n_fresh = 0;
    return true;
}

static void put_bad(struct taking *t, const char *path, const char *why)
{
    struct fresh *f = mem_append(t->batch_mem, t->fresh, t->n_fresh);
    *f = (struct fresh){.path = mem_str(t->batch_mem, path), .why = mem_str(t->batch_mem, why)};
}

static void bad_file(void *arg, const char *path, const char *why)
{
    struct err err = {0};
    err_set(&err, ERR_DATA, "'%s': %s", path, why);
    put_bad(arg, path, err.text);
}

static bool take_file(void *arg, const struct files_letter *f, struct err *err)
{
    struct taking *t = arg;
    struct entry entry;
    if (arrive_file(t->arrive, f, t->batch_mem, &entry, err)) {
        *mem_append(t->batch_mem, t->fresh, t->n_fresh) = (struct fresh){.entry = entry};
    } else {
        if (err->kind != ERR_DATA)
            return false;
        put_bad(t, f->path, err->text);
        *err = (struct err){0};
    }
    return t->n_fresh < SPOOL_BATCH || make_durable(t, err);
}

static bool take_all(struct taking *t, const char *house, const struct str_list *paths,
                     const struct conf *look_up, struct err *err)
{
    void *mem = mem_new();
    struct spool *spool;
    struct gather *gather = NULL;
    t->batch_mem = mem_new();
    t->out = str_new(mem);
    if (!spool_open(mem, house, &spool, err))
        return false;
    if (look_up && !look_up_start(mem, house, look_up, &gather, err))
        return false;
    t->arrive = arrive_files(mem, spool, look_up != NULL, clock_now);
    arrive_look_up(t->arrive, gather);
    for (size_t i = 0; i < paths->n; i++)
        if (!files_walk(paths->v[i], take_file, bad_file, t, err))
            return false;
    return make_durable(t, err);
}

/* The pipe is the standard output here; every other descriptor of the parent (store, reader, locks) goes.
 */
static __attribute__((noreturn)) void take(int pipe, pid_t parent, const char *house,
                                           const struct str_list *paths, const struct conf *look_up)
{
    struct taking t = {0};
    struct err err = {0};
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent || dup2(pipe, STDOUT_FILENO) < 0 ||
        syscall(SYS_close_range, 3, ~0u, 0) < 0)
        _exit(75);
    bool ok = take_all(&t, house, paths, look_up, &err);
    if (!ok && t.arrive) /* a full disk must not stay full of what was not taken */
        arrive_forget(t.arrive);
    tell(&t, ok ? 'e' : 'f', err.kind, ok ? "" : err.text, "");
    send_told(&t);
    _exit(0);
}

/* ---- the process that hears of them ---- */

struct arrivals {
    pid_t pid;
    int pipe;
    struct str in;
    size_t at; /* bytes of `in` that are used up */
};

static int stop(struct arrivals *a)
{
    close(a->pipe);
    if (a->pid > 0)
        child_wait(a->pid); /* its next word ends it */
    return 0;
}

bool arrivals_start(const void *mem, const char *house, const struct str_list *paths,
                    const struct conf *look_up, struct arrivals **ret, struct err *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return err_errno(err, "arrivals: pipe");
    fflush(NULL);
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        take(ends[1], parent, house, paths, look_up);
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return err_errno(err, "arrivals: fork");
    }
    struct arrivals *a = mem_zero(mem, struct arrivals);
    *a = (struct arrivals){.pid = pid, .pipe = ends[0], .in = str_new(a)};
    talloc_set_destructor(a, stop);
    *ret = a;
    return true;
}

/* Bytes that are used up make room for the next. */
static bool read_more(struct arrivals *a, struct err *err)
{
    char buf[65536];
    ssize_t n;
    memmove(a->in.s, a->in.s + a->at, a->in.n - a->at);
    str_cut(&a->in, a->in.n - a->at);
    a->at = 0;
    while ((n = read(a->pipe, buf, sizeof buf)) < 0 && errno == EINTR)
        continue;
    if (n > 0)
        str_addn(&a->in, buf, (size_t)n);
    return n > 0 || err_set(err, ERR_RETRY, "the process that takes in the files ended early");
}

static bool whole_record(const struct arrivals *a, struct record *ret)
{
    size_t there = a->in.n - a->at;
    if (there < sizeof *ret)
        return false;
    memcpy(ret, a->in.s + a->at, sizeof *ret);
    return there - sizeof *ret >= ret->n;
}

static bool understand(struct arrivals *a, const void *mem, const struct record *r, struct arrival *ret,
                       struct err *err)
{
    const char *bytes = mem_bytes(mem, a->in.s + a->at + sizeof *r, r->n);
    const char *second = bytes + strlen(bytes) + 1;
    a->at += sizeof *r + r->n;
    switch (r->kind) {
    case 'l':
        *ret = (struct arrival){.kind = ARRIVAL_LETTER, .entry.id = bytes};
        return facts_parse(mem, second, r->n - (size_t)(second - bytes), &ret->entry.facts, err);
    case 'b':
        *ret = (struct arrival){.kind = ARRIVAL_BAD, .path = bytes, .why = second};
        return true;
    case 'e':
        *ret = (struct arrival){.kind = ARRIVAL_END};
        return true;
    default:
        return err_set(err, (enum err_kind)r->what, "%s", bytes);
    }
}

bool arrivals_next(struct arrivals *a, const void *mem, bool wait, struct arrival *ret, struct err *err)
{
    struct record r;
    while (!whole_record(a, &r)) {
        struct pollfd fd = {.fd = a->pipe, .events = POLLIN};
        if (!wait && poll(&fd, 1, 0) <= 0) {
            *ret = (struct arrival){.kind = ARRIVAL_NONE};
            return true;
        }
        if (!read_more(a, err))
            return false;
    }
    return understand(a, mem, &r, ret, err);
}
