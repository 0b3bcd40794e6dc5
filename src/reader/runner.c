/* runner.c: see runner.h. The server takes all files away from itself and can then execute nothing, so it
 * forks this process before, which parses nothing: it receives an order, forks a job (job.c), and waits for
 * the next. Programs are executed only by the table's fixed paths. It ends with the server. */
#include "reader/runner.h"
#include "reader/packet.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#define SOCKET 3

static __attribute__((noreturn)) void serve(const struct program_table *table,
                                            const struct sandbox_gate *gate)
{
    struct job_order order;
    int fds[PACKET_FDS], n;
    ssize_t got;
    while ((got = packet_receive(SOCKET, &order, sizeof order, fds, &n)) != 0) {
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
