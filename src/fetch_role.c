/* fetch_role.c: one child process per mailbox, one that asks the DNS again about letters whose look-up gave
 * nothing (look_up.c), and a parent that watches them.
 *
 * The parent holds HOUSE/fetch.lock, never opens a database or a connection, starts a child again that
 * died, and passes the stop on: children get SIGTERM, and SIGKILL after four seconds (every instant is safe
 * to be killed at: arrive.c). A child's last error comes back through a shared page, so that `--once` can
 * say in one line what failed. What a child does is in fetch_mailbox.c. */
#include "fetch_role.h"
#include "base/str.h"
#include "fetch_mailbox.h"
#include "look_up.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/log.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define STOP_MS     4000
#define RESTART_MAX 300 /* seconds between starts of a child that keeps dying */

struct worker {
    const char *name;                /* of the mailbox, "look-up" for the last */
    const struct conf_mailbox *conf; /* NULL: the process that asks the DNS again */
    struct err *err;                 /* shared with the child */
    pid_t pid;                       /* 0: not running */
    int pidfd;
    int64_t restart_at; /* monotonic ms */
    int64_t started_at;
    int deaths; /* in a row, each within a minute of its start */
};

struct fetch {
    const struct fetch_options *options;
    struct worker *workers;
    size_t n;
};

/* ---- children ---- */

static void run_child(const struct fetch *f, const struct worker *w, pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(75);
    struct err err = {0};
    bool ok = w->conf ? fetch_mailbox(f->options, w->conf, &err) : look_up_role(f->options, &err);
    *w->err = err;
    fflush(stderr);
    _exit(ok ? 0 : err_exit_code(err.kind));
}

static bool start(struct fetch *f, struct worker *w, struct err *err)
{
    pid_t parent = getpid();
    *w->err = (struct err){0};
    fflush(stdout);
    fflush(stderr);
    w->started_at = clock_monotonic_ms();
    w->pid = fork();
    if (w->pid == 0)
        run_child(f, w, parent);
    w->pidfd = w->pid > 0 ? pidfd_open(w->pid, 0) : -1;
    if (w->pid < 0 || w->pidfd < 0)
        return err_errno(err, "start the process for mailbox '%s'", w->name);
    return true;
}

/* A child that ended: by itself (once), or by accident (then it is started again, later and later). */
static void reap(struct fetch *f, struct worker *w)
{
    int status = 0;
    if (waitpid(w->pid, &status, WNOHANG) != w->pid)
        return;
    close(w->pidfd);
    w->pidfd = -1;
    w->pid = 0;
    int64_t now = clock_monotonic_ms();
    if (WIFSIGNALED(status))
        err_set(w->err, ERR_RETRY, "mailbox '%s': its process died of signal %d", w->name,
                WTERMSIG(status));
    else if (WEXITSTATUS(status) && w->err->kind == ERR_NONE)
        err_set(w->err, ERR_RETRY, "mailbox '%s': its process ended with %d", w->name, WEXITSTATUS(status));
    if (f->options->once)
        return;
    if (w->err->kind != ERR_NONE)
        log_warn("%s", w->err->text);
    w->deaths = now - w->started_at < 60000 ? w->deaths + 1 : 0;
    int64_t wait = w->deaths > 8 ? RESTART_MAX : (int64_t)1 << w->deaths;
    w->restart_at = now + wait * 1000;
}

static size_t running(const struct fetch *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++)
        n += f->workers[i].pid > 0;
    return n;
}

/* ---- watching ---- */

/* Waits until a child ends, the stop comes (true), or `ms` have passed. */
static bool watch(const struct fetch *f, int stop_fd, int64_t ms)
{
    struct pollfd *p = mem_array(NULL, struct pollfd, f->n + 1);
    for (size_t i = 0; i < f->n; i++)
        p[i] = (struct pollfd){f->workers[i].pid > 0 ? f->workers[i].pidfd : -1, POLLIN, 0};
    p[f->n] = (struct pollfd){stop_fd, POLLIN, 0};
    int n = poll(p, f->n + 1, ms < 0 || ms > 60000 ? 60000 : (int)ms);
    bool stop = n > 0 && p[f->n].revents;
    talloc_free(p);
    return stop;
}

static int64_t until_restart(const struct fetch *f)
{
    int64_t least = 60000, now = clock_monotonic_ms();
    for (size_t i = 0; i < f->n; i++) {
        int64_t left = f->workers[i].restart_at - now;
        if (f->workers[i].pid == 0 && left < least)
            least = left < 0 ? 0 : left;
    }
    return least;
}

static bool restart_due(struct fetch *f, struct err *err)
{
    int64_t now = clock_monotonic_ms();
    for (size_t i = 0; i < f->n; i++)
        if (f->workers[i].pid == 0 && f->workers[i].restart_at <= now && !start(f, &f->workers[i], err))
            return false;
    return true;
}

static void reap_all(struct fetch *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->workers[i].pid > 0)
            reap(f, &f->workers[i]);
}

static void signal_all(const struct fetch *f, int signal)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->workers[i].pid > 0)
            (void)kill(f->workers[i].pid, signal);
}

static void stop_all(struct fetch *f)
{
    int64_t until = clock_monotonic_ms() + STOP_MS;
    signal_all(f, SIGTERM);
    while (running(f) && clock_monotonic_ms() < until) {
        (void)watch(f, -1, until - clock_monotonic_ms());
        reap_all(f);
    }
    signal_all(f, SIGKILL);
    while (running(f)) {
        (void)watch(f, -1, 1000);
        reap_all(f);
    }
}

static bool serve(struct fetch *f, struct err *err)
{
    bool once = f->options->once;
    for (size_t i = 0; i < f->n; i++)
        if (!start(f, &f->workers[i], err))
            return false;
    while (!once || running(f)) {
        bool stop = watch(f, f->options->stop_fd, once ? 60000 : until_restart(f));
        reap_all(f);
        if (stop)
            return true;
        if (!once && !restart_due(f, err))
            return false;
    }
    return true;
}

/* ---- the role ---- */

static bool worst(const struct fetch *f, struct err *err)
{
    const struct err *found = NULL;
    size_t failed = 0;
    for (size_t i = 0; i < f->n; i++) {
        const struct err *e = f->workers[i].err;
        failed += e->kind != ERR_NONE;
        if (e->kind != ERR_NONE && (!found || (e->kind == ERR_CONF && found->kind != ERR_CONF)))
            found = e;
    }
    if (!found)
        return true;
    return failed == 1 ? err_set(err, found->kind, "%s", found->text)
                       : err_set(err, found->kind, "%s (%zu of %zu mailboxes failed)", found->text, failed,
                                 f->n - 1);
}

/* The lock lives with the open file, which the children share: it falls when the last of us is gone. */
static bool lock_house(const char *house, int *ret_fd, struct err *err)
{
    char *path = file_join(NULL, house, "fetch.lock"), holder[32] = "";
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    talloc_free(path);
    if (fd < 0)
        return err_errno(err, "open 'fetch.lock'");
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_OFD_SETLK, &whole) < 0) {
        ssize_t n = pread(fd, holder, sizeof holder - 1, 0);
        holder[n > 0 ? n : 0] = '\0';
        close(fd);
        return err_set(err, ERR_RETRY, "lock 'fetch.lock': process %s fetches in this house already",
                       holder);
    }
    int n = snprintf(holder, sizeof holder, "%d", (int)getpid());
    if (ftruncate(fd, 0) < 0 || pwrite(fd, holder, (size_t)n, 0) != n) {
        close(fd);
        return err_errno(err, "write 'fetch.lock'");
    }
    *ret_fd = fd;
    return true;
}

bool fetch_run(const struct fetch_options *options, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    _cleanup_close_ int lock = -1;
    size_t n = options->conf->n_mailboxes, bytes = (n + 1) * sizeof(struct err);
    struct fetch f = {options, mem_array(mem, struct worker, n + 1), n + 1};
    if (!lock_house(options->house, &lock, err))
        return false;
    struct err *shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        mem_exhausted();
    for (size_t i = 0; i < n; i++)
        f.workers[i] = (struct worker){.name = options->conf->mailboxes[i].name,
                                       .conf = &options->conf->mailboxes[i],
                                       .err = &shared[i],
                                       .pidfd = -1};
    f.workers[n] = (struct worker){.name = "look-up", .err = &shared[n], .pidfd = -1};
    bool ok = serve(&f, err);
    stop_all(&f);
    ok = ok && (!options->once || worst(&f, err));
    munmap(shared, bytes);
    return ok;
}
