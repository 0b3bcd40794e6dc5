/* program_run.c: one run of one program of the table: fork, sandbox, exec, wait, with a deadline. What it
 * says on stderr is looked at only for the words that mean "password". Whoever waited and has gone ends the
 * run. No sandbox: not executed. */
#include "base/str.h"
#include "reader/program.h"
#include "sys/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define NO_SANDBOX 126 /* exit codes between fork and exec */
#define SAID_MAX   4096
#define OPEN_FILES 64
#define NICENESS   10

static const char *const environment[] = {"PATH=/usr/bin",
                                          "LC_ALL=C.UTF-8",
                                          "HOME=/nonexistent",
                                          "TZ=UTC0",
                                          "TMPDIR=.",
                                          "OMP_THREAD_LIMIT=1",
                                          NULL};

static void fill_argv(const struct program_run *run, char page[16], const char *ret[PROGRAM_ARGS])
{
    size_t n = 0;
    snprintf(page, 16, "%u", run->page);
    for (; n + 1 < PROGRAM_ARGS && run->program->argv[n]; n++)
        ret[n] = str_eq(run->program->argv[n], "%p") ? page : run->program->argv[n];
    ret[n] = NULL;
}

/* The input as descriptor 0, which cannot be written to: the next program gets the same bytes. */
static bool take_input(int in)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", in);
    int fd = open(path, O_RDONLY);
    return fd > 2 && dup2(fd, 0) == 0;
}

/* In the forked process. Descriptors of ours are all above 2 (runner.c sees to it). */
static __attribute__((noreturn)) void become(const struct program_run *run, int said, pid_t parent)
{
    const struct program *p = run->program;
    struct err err = {0};
    char page[16];
    const char *argv[PROGRAM_ARGS];
    struct sandbox_program allowed = {
        .path = p->path,
        .reads = p->reads,
        .dir = p->private_dir ? run->dir : NULL,
        .limits = {.memory = p->memory, .cpu = p->cpu_s, .file_size = p->output, .files = OPEN_FILES}};
    fill_argv(run, page, argv);
    bool ok = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent;
    ok = ok && take_input(run->in) && dup2(run->out, 1) == 1 && dup2(said, 2) == 2;
    if (!ok || syscall(SYS_close_range, 3u, ~0u, 0) < 0)
        _exit(NO_SANDBOX);
    signal(SIGCHLD, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    if (nice(NICENESS) < 0)
        errno = 0; /* no matter */
    sandbox_become(run->gate, &allowed, argv, environment, &err);
    _exit(NO_SANDBOX);
}

static bool rewind_all(const struct program_run *run)
{
    return lseek(run->in, 0, SEEK_SET) == 0 && ftruncate(run->out, 0) == 0 &&
           lseek(run->out, 0, SEEK_SET) == 0;
}

static bool nobody_waits(int given_up)
{
    struct pollfd fd = {.fd = given_up, .events = 0};
    return poll(&fd, 1, 0) > 0 && fd.revents;
}

/* True when the process has ended; false when its time is over or nobody waits any more. */
static bool wait_end(pid_t pid, unsigned wall_ms, int given_up)
{
    _cleanup_close_ int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    int64_t until = clock_monotonic_ms() + wall_ms, left;
    while (fd >= 0 && (left = until - clock_monotonic_ms()) > 0) {
        struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = given_up, .events = 0}};
        int n = poll(fds, 2, (int)left);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0 && fds[0].revents)
            return true;
        if (n > 0 && fds[1].revents)
            return false;
    }
    return false;
}

static bool said_encrypted(const struct program *p, int said)
{
    char words[SAID_MAX];
    ssize_t n = p->encrypted ? pread(said, words, sizeof words, 0) : 0;
    return n > 0 && str_ifind(words, (size_t)n, p->encrypted);
}

static enum program_end judge(const struct program *p, int status, int said)
{
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ)
        return PROGRAM_CUT;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) /* at the hard limit of processor time */
        return PROGRAM_TIMEOUT;
    if (WIFEXITED(status) && WEXITSTATUS(status) == NO_SANDBOX)
        return PROGRAM_ABSENT;
    if (said_encrypted(p, said))
        return PROGRAM_ENCRYPTED;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? PROGRAM_OK : PROGRAM_FAILED;
}

enum program_end program_do(const struct program_run *run)
{
    unsigned wall = run->program->wall_ms;
    if (run->wall_ms > 0 && run->wall_ms < wall)
        wall = run->wall_ms;
    if (!run->program->path || access(run->program->path, X_OK) < 0)
        return PROGRAM_ABSENT;
    if (nobody_waits(run->given_up))
        return PROGRAM_TIMEOUT;
    _cleanup_close_ int said = memfd_create("said", MFD_CLOEXEC);
    if (said < 0 || !rewind_all(run))
        return PROGRAM_FAILED;
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        become(run, said, parent);
    if (pid < 0)
        return PROGRAM_FAILED;
    bool ended = wait_end(pid, wall, run->given_up);
    int status = 0;
    if (!ended)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return ended ? judge(run->program, status, said) : PROGRAM_TIMEOUT;
}
