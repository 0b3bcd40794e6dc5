/* runner.c: see runner.h. The server takes all files away from itself and can then execute nothing, so it
 * forks this process before, which parses nothing: it receives an order, forks a job (job.c), and waits for
 * the next. Programs are executed only by the table's fixed paths. It ends with the server. */
#include "reader/runner.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#define SOCKET 3

bool runner_send(int socket, const void *packet, size_t n, const int *fds, int n_fds)
{
    char room[CMSG_SPACE(RUNNER_FDS * sizeof(int))] = {0};
    struct iovec iov = {(void *)(uintptr_t)packet, n};
    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = room,
                         .msg_controllen = CMSG_SPACE((size_t)n_fds * sizeof(int))};
    struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN((size_t)n_fds * sizeof(int));
    memcpy(CMSG_DATA(c), fds, (size_t)n_fds * sizeof(int));
    ssize_t sent;
    while ((sent = sendmsg(socket, &msg, MSG_NOSIGNAL)) < 0 && errno == EINTR)
        continue;
    return sent == (ssize_t)n;
}

ssize_t runner_receive(int socket, void *packet, size_t n, int fds[RUNNER_FDS], int *ret_fds)
{
    char room[CMSG_SPACE(RUNNER_FDS * sizeof(int))] = {0};
    struct iovec iov = {packet, n};
    struct msghdr msg = {
        .msg_iov = &iov, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    ssize_t got = recvmsg(socket, &msg, MSG_CMSG_CLOEXEC);
    *ret_fds = 0;
    if (got <= 0)
        return got < 0 && errno == EINTR ? -1 : 0;
    const struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
    if (!c || c->cmsg_type != SCM_RIGHTS || c->cmsg_len < CMSG_LEN(0))
        return -1;
    *ret_fds = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    memcpy(fds, CMSG_DATA(c), (size_t)*ret_fds * sizeof(int));
    return got;
}

static __attribute__((noreturn)) void serve(const struct program_table *table,
                                            const struct sandbox_gate *gate)
{
    struct job_order order;
    int fds[RUNNER_FDS], n;
    ssize_t got;
    while ((got = runner_receive(SOCKET, &order, sizeof order, fds, &n)) != 0) {
        order.real[sizeof order.real - 1] = '\0';
        bool whole = got == (ssize_t)sizeof order && n == 3;
        if (whole && fork() == 0)
            job_do(table, gate, &order, fds[0], fds[1], fds[2]);
        for (int i = 0; i < n; i++)
            close(fds[i]);
    }
    _exit(0);
}

/* In the forked process: the talk goes to descriptor 3 and nothing else of the server's stays. */
static __attribute__((noreturn)) void become(const struct program_table *table, int socket, pid_t parent)
{
    struct err err = {0};
    struct sandbox_gate *gate;
    bool ok = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent;
    ok = ok && (socket == SOCKET || dup2(socket, SOCKET) == SOCKET);
    if (!ok || syscall(SYS_close_range, SOCKET + 1u, ~0u, 0) < 0)
        _exit(78);
    signal(SIGCHLD, SIG_IGN); /* jobs are reaped by the kernel */
    /* Without a filter nothing is run: the server then gets no answer, and the files stay unread. */
    if (!sandbox_gate_new(mem_new(), &gate, &err))
        _exit(78);
    serve(table, gate);
}

bool runner_start(const struct program_table *table, int *ret, struct err *err)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return err_errno(err, "reader: socket pair");
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        become(table, ends[1], parent);
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return err_errno(err, "reader: runner");
    }
    *ret = ends[0];
    return true;
}
