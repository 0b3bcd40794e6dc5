/* sandbox.c: see sandbox.h. What is given up here never comes back, and whatever the kernel cannot take
 * away is an error: no sandbox, no reading (ARCHITECTURE 2).
 *
 * Landlock denies every path (and, where the kernel knows them, TCP and signals or abstract sockets to the
 * outside); seccomp leaves the reader's child the few calls that parsing needs. Neither open, socket nor
 * execve is among them: they kill with SIGSYS. Memory may be mapped only anonymously and never executable.
 *
 * Builds with sanitizers (BBT_SANITIZE) need more calls to report what they find; the shipped list is that
 * of the plain build. */
#include "sys/sandbox_inside.h"
#include <errno.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

struct sandbox_filter {
    struct sock_fprog wide;   /* the child's calls and the parental ones: shared */
    struct sock_fprog narrow; /* takes the parental ones away */
    bool wide_loaded;
};

/* The kernel's own words for what later ABIs added; the header of the build machine may be older. */
struct ruleset {
    uint64_t fs, net, scoped;
};
#define FS_ABI_1     ((1ull << 13) - 1)
#define FS_REFER     (1ull << 13) /* ABI 2 */
#define FS_TRUNCATE  (1ull << 14) /* ABI 3 */
#define FS_IOCTL_DEV (1ull << 15) /* ABI 5 */
#define NET_TCP      3ull         /* ABI 4: bind and connect */
#define SCOPE_ALL    3ull         /* ABI 6: abstract sockets, signals */

static size_t ruleset_for(long abi, struct ruleset *ret)
{
    *ret = (struct ruleset){.fs = FS_ABI_1};
    ret->fs |= abi >= 2 ? FS_REFER : 0;
    ret->fs |= abi >= 3 ? FS_TRUNCATE : 0;
    ret->fs |= abi >= 5 ? FS_IOCTL_DEV : 0;
    ret->net = abi >= 4 ? NET_TCP : 0;
    ret->scoped = abi >= 6 ? SCOPE_ALL : 0;
    return abi >= 6 ? sizeof *ret : abi >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

int sandbox_ruleset(uint64_t *ret_rights, struct err *err)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
        err_errno(err, "sandbox: no_new_privs");
        return -1;
    }
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1) {
        err_set(err, ERR_CONF, "sandbox: this kernel has no landlock: %s", strerror(errno));
        return -1;
    }
    struct ruleset rules;
    size_t size = ruleset_for(abi, &rules);
    int fd = (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0);
    if (fd < 0)
        err_errno(err, "sandbox: landlock ruleset");
    *ret_rights = rules.fs;
    return fd;
}

bool sandbox_no_files(struct err *err)
{
    uint64_t rights;
    _cleanup_close_ int fd = sandbox_ruleset(&rights, err);
    if (fd < 0)
        return false;
    if (syscall(SYS_landlock_restrict_self, fd, 0) < 0)
        return err_errno(err, "sandbox: landlock");
    return true;
}

static bool limit(int which, uint64_t most, const char *name, struct err *err)
{
    struct rlimit r = {.rlim_cur = most, .rlim_max = most};
    return setrlimit((__rlimit_resource_t)which, &r) == 0 || err_errno(err, "sandbox: limit '%s'", name);
}

bool sandbox_limit(const struct sandbox_limits *limits, struct err *err)
{
    return limit(RLIMIT_CORE, 0, "core", err) && limit(RLIMIT_CPU, limits->cpu, "cpu", err) &&
           limit(RLIMIT_FSIZE, limits->file_size, "file size", err) &&
           limit(RLIMIT_NOFILE, limits->files, "files", err) &&
           (limits->memory == 0 || limit(RLIMIT_AS, limits->memory, "memory", err));
}

/* What parsing needs once everything is loaded: the two descriptors, memory, the clock, an end. */
static const int allowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(write),
    SCMP_SYS(lseek),
    SCMP_SYS(close),
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(restart_syscall),
#ifdef BBT_SANITIZE
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(tgkill),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(mprotect),
    SCMP_SYS(mmap),
    SCMP_SYS(sched_yield),
    SCMP_SYS(prctl),
    SCMP_SYS(getrlimit),
    SCMP_SYS(prlimit64),
    SCMP_SYS(newfstatat),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(writev),
    SCMP_SYS(fstat),
#endif
};

/* What the server does besides: passing letters and orders on, forking, and between fork and reading
 * locking the child in. */
static const int parental[] = {
    SCMP_SYS(recvmsg),         SCMP_SYS(sendmsg),   SCMP_SYS(pipe2), SCMP_SYS(clone),
    SCMP_SYS(set_robust_list), SCMP_SYS(alarm),     SCMP_SYS(dup2),  SCMP_SYS(fcntl),
    SCMP_SYS(close_range),     SCMP_SYS(seccomp),
#ifndef BBT_SANITIZE /* there they are the child's as well */
    SCMP_SYS(prctl),           SCMP_SYS(prlimit64),
#endif
};

static int add_wide(scmp_filter_ctx ctx)
{
    int r = 0;
    for (size_t i = 0; i < ARRAY_LEN(parental) && r == 0; i++)
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, parental[i], 0);
    for (size_t i = 0; i < ARRAY_LEN(allowed) && r == 0; i++)
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);
#ifdef BBT_SANITIZE
    /* The symbolizer asks for files when it prints a report; it goes on without them. */
    static const int refused[] = {SCMP_SYS(readlink), SCMP_SYS(ioctl), SCMP_SYS(uname)};
    for (size_t i = 0; i < ARRAY_LEN(refused) && r == 0; i++)
        r = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), refused[i], 0);
#else
    if (r == 0) /* anonymous memory only, never executable */
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                             SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
    if (r == 0)
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
#endif
    return r;
}

static int add_narrow(scmp_filter_ctx ctx)
{
    int r = 0;
    for (size_t i = 0; i < ARRAY_LEN(parental) && r == 0; i++)
        r = seccomp_rule_add(ctx, SCMP_ACT_KILL_PROCESS, parental[i], 0);
    return r;
}

/* libseccomp writes a compiled filter only to a file; it is read back from memory. */
bool sandbox_compile(const void *mem, void *ctx, struct sock_fprog *ret, struct err *err)
{
    _cleanup_close_ int fd = memfd_create("filter", MFD_CLOEXEC);
    if (fd < 0)
        return err_errno(err, "sandbox: memory for the filter");
    if (seccomp_export_bpf(ctx, fd) < 0)
        return err_set(err, ERR_CONF, "sandbox: the system call filter cannot be compiled");
    off_t size = lseek(fd, 0, SEEK_END);
    size_t count = size > 0 ? (size_t)size / sizeof(struct sock_filter) : 0;
    struct sock_filter *code = mem_array(mem, struct sock_filter, count);
    if (count == 0 || count > BPF_MAXINSNS || pread(fd, code, (size_t)size, 0) != size)
        return err_set(err, ERR_CONF, "sandbox: the compiled filter cannot be read back");
    *ret = (struct sock_fprog){.len = (unsigned short)count, .filter = code};
    return true;
}

static bool build(const void *mem, uint32_t otherwise, int (*add)(scmp_filter_ctx), unsigned optimize,
                  struct sock_fprog *ret, struct err *err)
{
    scmp_filter_ctx ctx = seccomp_init(otherwise);
    if (!ctx)
        return err_set(err, ERR_CONF, "sandbox: no system call filters here");
    seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, optimize);
    bool ok = add(ctx) == 0 || err_set(err, ERR_CONF, "sandbox: a system call rule was refused");
    ok = ok && sandbox_compile(mem, ctx, ret, err);
    seccomp_release(ctx);
    return ok;
}

bool sandbox_filter_new(const void *mem, struct sandbox_filter **ret, struct err *err)
{
    struct sandbox_filter *filter = mem_zero(mem, struct sandbox_filter);
    /* 2: a binary tree over the call numbers, since it runs at every read of every letter. 1: the shortest,
     * since it is compiled by the kernel for every letter. */
    if (!build(filter, SCMP_ACT_KILL_PROCESS, add_wide, 2, &filter->wide, err) ||
        !build(filter, SCMP_ACT_ALLOW, add_narrow, 1, &filter->narrow, err))
        return false;
    *ret = filter;
    return true;
}

static bool load(const struct sock_fprog *program, struct err *err)
{
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program) == 0 ||
           err_errno(err, "sandbox: system call filter");
}

bool sandbox_filter_share(struct sandbox_filter *filter, struct err *err)
{
    filter->wide_loaded = load(&filter->wide, err);
    return filter->wide_loaded;
}

bool sandbox_filter_load(const struct sandbox_filter *filter, struct err *err)
{
    return (filter->wide_loaded || load(&filter->wide, err)) && load(&filter->narrow, err);
}

void sandbox_no_core(void)
{
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
