/* child.c: see child.h. fork and exec with an error pipe, so that a binary that cannot be started is an
 * error here and not a mystery later. The environment is an allow-list: nothing of a shell's (GCONV_PATH,
 * LD_PRELOAD, XML_CATALOG_FILES) reaches a role that reads hostile bytes. */
#include "sys/child.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static const char *const kept_names[] = {"PATH", "LANG", "TZ", "ASAN_OPTIONS", "UBSAN_OPTIONS"};

static void clean_environment(const void *mem, const char **ret)
{
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(kept_names); i++) {
        const char *value = getenv(kept_names[i]);
        if (value)
            ret[n++] = mem_fmt(mem, "%s=%s", kept_names[i], value);
    }
    /* Every symbol is bound at start: a role that forks a child per letter must not look up again in each.
     */
    ret[n++] = "LD_BIND_NOW=1";
    ret[n] = NULL;
}

static int descriptors_in_place(int fd)
{
    if (fd >= 0 && fd != 3 && dup2(fd, 3) < 0)
        return -1;
    unsigned first = fd >= 0 ? 4 : 3;
    if (fd == 3 && fcntl(3, F_SETFD, 0) < 0)
        return -1;
    return (int)syscall(SYS_close_range, first, ~0u, CLOSE_RANGE_CLOEXEC);
}

/* Between fork and exec: only system calls. */
static __attribute__((noreturn)) void become(const char *const argv[], char *const env[], int fd,
                                             pid_t parent, int error_fd)
{
    /* A descriptor 3 that is not the one to pass could be the error pipe: move that out of the way. */
    int report = fcntl(error_fd, F_DUPFD_CLOEXEC, 10);
    bool ok = report >= 0 && (parent == 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
    /* A parent that died before prctl would leave us alive for ever. */
    if (ok && parent != 0 && getppid() != parent)
        _exit(75);
    if (ok && descriptors_in_place(fd) == 0)
        execve(argv[0], (char *const *)(uintptr_t)argv, env);
    int why = errno;
    ssize_t n = write(report >= 0 ? report : error_fd, &why, sizeof why);
    (void)n;
    _exit(127);
}

bool child_start(const char *const argv[], int fd, bool die_with_parent, pid_t *ret_pid, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    const char *env[ARRAY_LEN(kept_names) + 2];
    clean_environment(mem, env);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return err_errno(err, "starting '%s': pipe", argv[0]);
    pid_t parent = die_with_parent ? getpid() : 0;
    pid_t pid = fork();
    if (pid == 0)
        become(argv, (char *const *)(uintptr_t)env, fd, parent, ends[1]);
    int fork_errno = errno;
    close(ends[1]);
    int why = 0;
    ssize_t n = 0;
    while (pid > 0 && (n = read(ends[0], &why, sizeof why)) < 0 && errno == EINTR)
        continue;
    close(ends[0]);
    if (pid > 0 && n == 0) {
        *ret_pid = pid;
        return true;
    }
    if (pid > 0)
        child_wait(pid);
    errno = pid < 0 ? fork_errno : why;
    return err_errno(err, "starting '%s'", argv[0]);
}

static bool await_ready(int fd, const char *name, int start_ms, struct err *err)
{
    char said[sizeof err->text] = "";
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int r;
    while ((r = poll(&p, 1, start_ms)) < 0 && errno == EINTR)
        continue;
    ssize_t n = r > 0 ? recv(fd, said, sizeof said - 1, 0) : 0;
    if (n >= 1 && said[0] == 'r')
        return true;
    if (n >= 1)
        return err_set(err, ERR_CONF, "%s: %s", name, said + 1);
    return err_set(err, ERR_RETRY, "%s: the process did not start: %s", name,
                   r == 0 ? "no answer" : "it ended");
}

bool child_serve(const char *const argv[], const char *name, int start_ms, pid_t *ret_pid, int *ret_socket,
                 struct err *err)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return err_errno(err, "%s: socket pair", name);
    pid_t pid;
    bool started = child_start(argv, ends[1], true, &pid, err);
    close(ends[1]);
    if (started && await_ready(ends[0], name, start_ms, err)) {
        *ret_pid = pid;
        *ret_socket = ends[0];
        return true;
    }
    close(ends[0]);
    if (started) {
        (void)kill(pid, SIGKILL);
        child_wait(pid);
    }
    return false;
}

int child_wait(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return 127;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
