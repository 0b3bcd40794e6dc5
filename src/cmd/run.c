/* run.c: all roles of a small site, each its own process: fetch, intake, send, and each hour what may be
 * due: the weekly digest, reminders to leaders, and twice a minute what was scheduled. Restarts a role that
 * dies, with a growing pause; stops all on SIGTERM; on SIGHUP checks the rules and, if they are good,
 * restarts the roles with them (bad rules: the old ones stay). Holds no secret and opens no letter. */
#include "cmd/cmd.h"
#include "sys/child.h"
#include "sys/clock.h"
#include "sys/log.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#define TICK_MS     200
#define DIGEST_MS   (60 * 60 * 1000) /* the digest is idempotent; asking hourly survives weeks offline */
#define TIMERS_MS   60000            /* what has come due is seen within a minute */
#define SCHEDULE_MS 30000            /* what is scheduled appears at most so much late */
#define NEED_SMTP   2                /* the last parts: without a server nothing is sent; letters wait */
#define MAX_PAUSE   60000            /* milliseconds */
#define STOP_MS     5000

struct part {
    const char *name;
    const char *arg;  /* second word, or NULL */
    bool lasting;     /* restarted when it ends */
    pid_t pid;        /* 0: not running */
    int64_t start_at; /* monotonic ms: not before */
    int64_t pause;
    int64_t every; /* ms between two runs of one that is not lasting; 0: DIGEST_MS */
    int64_t started;
};

static bool start_role(struct context *cx, struct part *r)
{
    struct err err = {0};
    const char *argv[12] = {"/proc/self/exe", "--house", cx->house->dir};
    size_t n = 3;
    if (cx->now) {
        argv[n++] = "--now";
        argv[n++] = cx->now;
    }
    if (*cx->options.config) {
        argv[n++] = "--config";
        argv[n++] = cx->options.config;
    }
    argv[n++] = r->name;
    argv[n++] = r->arg;
    r->started = clock_monotonic_ms();
    if (child_start(argv, -1, true, &r->pid, &err))
        return true;
    log_warn("%s: %s", r->name, err.text);
    r->pid = 0;
    return false;
}

static void ended(struct part *r, int status, bool stopping)
{
    int64_t now = clock_monotonic_ms();
    bool lived = now - r->started > MAX_PAUSE;
    r->pid = 0;
    r->pause = !r->lasting                ? (r->every ? r->every : DIGEST_MS)
               : lived                    ? 1000
               : r->pause * 2 > MAX_PAUSE ? MAX_PAUSE
                                          : r->pause * 2;
    r->start_at = now + r->pause;
    if (r->lasting && !stopping)
        log_warn("%s: ended with status %d; starting again in %lld s", r->name, status,
                 (long long)r->pause / 1000);
}

static void reap(struct part *roles, size_t n, bool stopping)
{
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
        for (size_t i = 0; i < n; i++)
            if (roles[i].pid == pid)
                ended(&roles[i], WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
                      stopping);
}

static void start_due(struct context *cx, struct part *roles, size_t n)
{
    int64_t now = clock_monotonic_ms();
    for (size_t i = 0; i < n; i++)
        if (roles[i].pid == 0 && now >= roles[i].start_at && !start_role(cx, &roles[i]))
            roles[i].start_at = now + MAX_PAUSE;
}

static bool any_alive(const struct part *roles, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (roles[i].pid)
            return true;
    return false;
}

static void stop_all(struct part *roles, size_t n)
{
    int64_t until = clock_monotonic_ms() + STOP_MS;
    for (size_t i = 0; i < n; i++)
        if (roles[i].pid)
            kill(roles[i].pid, SIGTERM);
    while (any_alive(roles, n) && clock_monotonic_ms() < until) {
        reap(roles, n, true);
        poll(NULL, 0, 20);
    }
    for (size_t i = 0; i < n; i++)
        if (roles[i].pid)
            kill(roles[i].pid, SIGKILL);
}

/* SIGHUP: only good rules reach the roles. */
static void reload(struct context *cx, struct part *roles, size_t n)
{
    struct problems problems = {0};
    struct err err = {0};
    if (!house_load_profile(cx->mem, cx->house->share, cx->house->conf->profile, &problems, &err)) {
        log_warn("reload: %zu problems in the rules; the old ones stay in force; see: bbt rules check",
                 problems.n);
        return;
    }
    log_info("reload: rules are good; starting the roles again");
    stop_all(roles, n);
    for (size_t i = 0; i < n; i++)
        roles[i].pid = 0, roles[i].start_at = 0, roles[i].pause = 500;
}

/* One supervisor a house. The lock is the open file's, so a kill releases it. */
static int lock_house(const struct house *h, struct err *err)
{
    _cleanup_mem_ char *path = mem_fmt(NULL, "%s/run.lock", h->dir);
    char holder[32] = "";
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        err_errno(err, "lock '%s'", path);
        return -1;
    }
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_OFD_SETLK, &whole) < 0) {
        ssize_t n = pread(fd, holder, sizeof holder - 1, 0);
        (void)n;
        err_set(err, ERR_RETRY, "lock '%s': bbt run is at work already (process %s)", path, holder);
        close(fd);
        return -1;
    }
    int n = snprintf(holder, sizeof holder, "%d", (int)getpid());
    if (ftruncate(fd, 0) < 0 || pwrite(fd, holder, (size_t)n, 0) < 0)
        log_warn("cannot write the process number into '%s'", path);
    return fd;
}

static int read_signal(int fd)
{
    struct signalfd_siginfo info;
    return read(fd, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

static bool run_run(struct context *cx, struct err *err)
{
    struct part roles[] = {{.name = "fetch", .lasting = true, .pause = 500},
                           {.name = "intake", .lasting = true, .pause = 500},
                           {.name = "schedule", .arg = "--run", .pause = 500, .every = SCHEDULE_MS},
                           {.name = "consultation", .arg = "--run", .pause = 500, .every = SCHEDULE_MS},
                           {.name = "timers", .arg = "--once", .pause = 500, .every = TIMERS_MS},
                           {.name = "send", .lasting = true, .pause = 500},
                           {.name = "digest", .arg = "complaints", .pause = 500}};
    size_t n = cx->house->conf->smtp.set ? ARRAY_LEN(roles) : ARRAY_LEN(roles) - NEED_SMTP;
    if (!args_done(cx, err))
        return false;
    _cleanup_close_ int lock = lock_house(cx->house, err);
    _cleanup_close_ int signals = lock < 0 ? -1 : stop_descriptor(true, err);
    if (signals < 0)
        return false;
    log_role("run");
    for (;;) {
        struct pollfd fd = {.fd = signals, .events = POLLIN};
        reap(roles, n, false);
        start_due(cx, roles, n);
        if (poll(&fd, 1, TICK_MS) <= 0)
            continue;
        if (read_signal(signals) != SIGHUP)
            break;
        reload(cx, roles, n);
    }
    stop_all(roles, n);
    return true;
}

const struct command cmd_run = {"run", NEED_HOUSE | NEED_RULES, run_run};
