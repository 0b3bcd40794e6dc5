/* sandbox_dns.c: what a process keeps that asks the DNS and does nothing else: UDP and, to one port, TCP.
 *
 * Landlock takes every path, every TCP bind, and every TCP connect but to that port; seccomp leaves sockets
 * of the internet and the calls of a resolver's thread. A call that would open a file is refused and does
 * not kill, because libraries ask for files that they can do without; starting a program kills. UDP cannot
 * be held to one port: what leaves here are packets without any of our secrets.
 *
 * Builds with sanitizers keep Landlock and have no filter: their run time needs too many calls. */
#include "sys/sandbox_inside.h"
#include <errno.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

/* The kernel's words (ABI 4); the header of the build machine may be older. */
struct net_rule {
    uint64_t allowed, port;
} __attribute__((packed));
#define RULE_NET_PORT 2
#define CONNECT_TCP   2ull

static bool give_up_files(unsigned port, struct err *err)
{
    uint64_t rights;
    _cleanup_close_ int fd = sandbox_ruleset(&rights, err);
    const struct net_rule rule = {CONNECT_TCP, port};
    if (fd < 0)
        return false;
    /* An older kernel does not know TCP: then there is nothing to take and nothing to allow. */
    (void)syscall(SYS_landlock_add_rule, fd, RULE_NET_PORT, &rule, 0);
    return syscall(SYS_landlock_restrict_self, fd, 0) == 0 || err_errno(err, "sandbox: landlock");
}

#ifdef BBT_SANITIZE

bool sandbox_dns(unsigned port, struct err *err)
{
    return give_up_files(port, err);
}

#else

static const int allowed[] = {
    /* letters and answers */
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(readv),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(lseek),
    SCMP_SYS(close),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),
    SCMP_SYS(recvfrom),
    SCMP_SYS(sendto),
    SCMP_SYS(recvmmsg),
    SCMP_SYS(sendmmsg),
    /* the resolver's sockets and loop */
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(getsockname),
    SCMP_SYS(getpeername),
    SCMP_SYS(setsockopt),
    SCMP_SYS(getsockopt),
    SCMP_SYS(shutdown),
    SCMP_SYS(fcntl),
    SCMP_SYS(ioctl),
    SCMP_SYS(pipe),
    SCMP_SYS(pipe2),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(select),
    SCMP_SYS(pselect6),
    SCMP_SYS(epoll_create),
    SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(eventfd2),
    SCMP_SYS(timerfd_create),
    SCMP_SYS(timerfd_settime),
    /* its thread */
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(futex),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(tgkill),
    SCMP_SYS(sigaltstack),
    /* memory, the clock, an end */
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(getrusage),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(restart_syscall),
};

/* Refused, and the process goes on. clone3 passes its flags where a filter cannot see them: with ENOSYS
 * libc takes clone. */
static const int refused[] = {
    SCMP_SYS(open),  SCMP_SYS(openat), SCMP_SYS(stat),       SCMP_SYS(access),     SCMP_SYS(faccessat),
    SCMP_SYS(statx), SCMP_SYS(unlink), SCMP_SYS(readlink),   SCMP_SYS(readlinkat), SCMP_SYS(prctl),
    SCMP_SYS(chmod), SCMP_SYS(chown),  SCMP_SYS(faccessat2), SCMP_SYS(getdents64)};

/* Threads, no processes: CLONE_THREAD is among the flags. Sockets of the internet only. */
#define CLONE_THREAD_FLAG 0x00010000u
static int add_arguments(scmp_filter_ctx ctx)
{
    int r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                             SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD_FLAG, CLONE_THREAD_FLAG));
    if (r == 0)
        r = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    static const unsigned families[] = {AF_INET, AF_INET6};
    for (size_t i = 0; i < ARRAY_LEN(families) && r == 0; i++)
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                             SCMP_A0(SCMP_CMP_EQ, families[i], 0));
    static const unsigned others[] = {AF_UNIX, AF_NETLINK};
    for (size_t i = 0; i < ARRAY_LEN(others) && r == 0; i++)
        r = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 1,
                             SCMP_A0(SCMP_CMP_EQ, others[i], 0));
    if (r == 0) /* socketpair: what libunbound talks to its thread through, where it does not take a pipe */
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(socketpair), 0);
    if (r == 0) /* anonymous memory only, never executable */
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                             SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
    if (r == 0)
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    return r;
}

static int add_rules(scmp_filter_ctx ctx)
{
    int r = add_arguments(ctx);
    for (size_t i = 0; i < ARRAY_LEN(allowed) && r == 0; i++)
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);
    for (size_t i = 0; i < ARRAY_LEN(refused) && r == 0; i++)
        r = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), refused[i], 0);
    return r;
}

bool sandbox_dns(unsigned port, struct err *err)
{
    if (!give_up_files(port, err))
        return false;
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!ctx)
        return err_set(err, ERR_CONF, "sandbox: no system call filters here");
    bool ok = add_rules(ctx) == 0 || err_set(err, ERR_CONF, "sandbox: a system call rule was refused");
    ok = ok && (seccomp_load(ctx) == 0 || err_set(err, ERR_CONF, "sandbox: system call filter"));
    seccomp_release(ctx);
    return ok;
}

#endif
