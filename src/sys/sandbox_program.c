/* sandbox_program.c: the second sandbox (ARCHITECTURE 2): a program of somebody else's reads a hostile file
 * from descriptor 0, writes to descriptor 1, and can do nothing else.
 *
 * Landlock: executes only that program and its ELF interpreter, reads only what the table names, writes
 * only beneath one private directory. seccomp: no socket, process, signal, mount or namespace (those kill
 * the process); what is unknown here does not exist (ENOSYS).
 *
 * execve works once: the filter lets it through only when the path lies at one address, chosen at random
 * among 2^45. That mapping ends with the first execve, the filter does not; a program that guesses dies at
 * its first wrong guess. Where the kernel lacks Landlock or seccomp nothing is executed. */
#include "sys/sandbox_inside.h"
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define PAGE 4096u

struct sandbox_gate {
    struct sock_fprog filter;
    char *path; /* the only place from which execve may take a path */
    size_t room;
};

/* ---- system calls ---- */

/* What the programs of reader/program.c and their libraries use on files, memory and themselves. */
static const int allowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(pread64),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(pwrite64),
    SCMP_SYS(lseek),
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(close),
    SCMP_SYS(stat),
    SCMP_SYS(fstat),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(statfs),
    SCMP_SYS(fstatfs),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64),
    SCMP_SYS(getcwd),
    SCMP_SYS(fcntl),
    SCMP_SYS(dup),
    SCMP_SYS(dup2),
    SCMP_SYS(dup3),
    SCMP_SYS(fadvise64),
    SCMP_SYS(ftruncate),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(umask),
    SCMP_SYS(mmap),
    SCMP_SYS(mprotect),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(set_tid_address),
    SCMP_SYS(rseq),
    SCMP_SYS(arch_prctl),
    SCMP_SYS(getrlimit),
    SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(times),
    SCMP_SYS(getrusage),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getppid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_yield),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

/* A program that tries one of these is no longer the program that we started. */
static const int deadly[] = {
    SCMP_SYS(socket),
    SCMP_SYS(socketpair),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(sendto),
    SCMP_SYS(sendmsg),
    SCMP_SYS(recvmsg),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(kill),
    SCMP_SYS(tkill),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(seccomp),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(memfd_create),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(keyctl),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(kexec_load),
};

static int add_rules(scmp_filter_ctx ctx, const char *path)
{
    int r = 0;
    for (size_t i = 0; i < ARRAY_LEN(allowed) && r == 0; i++)
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);
    for (size_t i = 0; i < ARRAY_LEN(deadly) && r == 0; i++)
        r = seccomp_rule_add(ctx, SCMP_ACT_KILL_PROCESS, deadly[i], 0);
    if (r == 0)
        r = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOTTY), SCMP_SYS(ioctl), 0);
    if (r == 0) /* limits may be asked for, not set */
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, SCMP_A2(SCMP_CMP_EQ, 0, 0));
    scmp_datum_t at = (scmp_datum_t)(uintptr_t)path;
    if (r == 0)
        r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(execve), 1, SCMP_A0(SCMP_CMP_EQ, at, 0));
    if (r == 0)
        r = seccomp_rule_add(ctx, SCMP_ACT_KILL_PROCESS, SCMP_SYS(execve), 1, SCMP_A0(SCMP_CMP_NE, at, 0));
    return r;
}

/* Two pages at a random place between 4 GB and 64 TB, and in them a random byte to begin at. */
static char *secret_place(size_t *ret_room)
{
    for (int tries = 0; tries < 64; tries++) {
        uint64_t r;
        if (getrandom(&r, sizeof r, 0) != sizeof r)
            return NULL;
        uintptr_t at = (uintptr_t)(((r >> 16) & ((1ull << 46) - 1) & ~(uint64_t)(PAGE - 1)) | (1ull << 32));
        char *p = mmap((void *)at, PAGE + PATH_MAX, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        if (p == MAP_FAILED)
            continue;
        size_t skip = r & (PAGE - 1);
        *ret_room = PAGE + PATH_MAX - skip;
        return p + skip;
    }
    return NULL;
}

bool sandbox_gate_new(const void *mem, struct sandbox_gate **ret, struct err *err)
{
    struct sandbox_gate *g = mem_zero(mem, struct sandbox_gate);
    g->path = secret_place(&g->room);
    if (!g->path)
        return err_set(err, ERR_RETRY, "sandbox: no memory for a program's path");
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    if (!ctx)
        return err_set(err, ERR_CONF, "sandbox: no system call filters here");
    bool ok = add_rules(ctx, g->path) == 0 ||
              err_set(err, ERR_CONF, "sandbox: a system call rule for programs was refused");
    ok = ok && sandbox_compile(g, ctx, &g->filter, err);
    seccomp_release(ctx);
    if (!ok)
        return false;
    *ret = g;
    return true;
}

/* ---- files ---- */

#define READ_RIGHTS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define RUN_RIGHTS  (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE)
#define DIR_RIGHTS                                                                                         \
    (READ_RIGHTS | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |                           \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | (1ull << 14) /* truncate, ABI 3 */)
#define FILE_RIGHTS (RUN_RIGHTS | LANDLOCK_ACCESS_FS_WRITE_FILE | (1ull << 14))

struct rules {
    int fd;
    uint64_t known; /* rights this kernel knows */
};

/* A path that is not there needs no right. */
static bool allow(const struct rules *r, const char *path, uint64_t rights, struct err *err)
{
    _cleanup_close_ int fd = open(path, O_PATH | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0)
        return errno == ENOENT || errno == ENOTDIR || err_errno(err, "sandbox: '%s'", path);
    if (!S_ISDIR(st.st_mode))
        rights &= FILE_RIGHTS;
    struct landlock_path_beneath_attr rule = {.allowed_access = rights & r->known, .parent_fd = fd};
    return syscall(SYS_landlock_add_rule, r->fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0 ||
           err_errno(err, "sandbox: landlock rule for '%s'", path);
}

/* The interpreter that an ELF file names ("" for a static one). */
static bool elf_interpreter(const char *path, char ret[PATH_MAX], struct err *err)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    Elf64_Ehdr e;
    *ret = '\0';
    if (fd < 0)
        return err_errno(err, "sandbox: '%s'", path);
    if (pread(fd, &e, sizeof e, 0) != sizeof e || memcmp(e.e_ident, ELFMAG, SELFMAG) != 0)
        return err_set(err, ERR_CONF, "sandbox: '%s' is no program", path);
    for (unsigned i = 0; i < e.e_phnum; i++) {
        Elf64_Phdr p;
        if (pread(fd, &p, sizeof p, (off_t)(e.e_phoff + i * sizeof p)) != sizeof p)
            break;
        if (p.p_type != PT_INTERP || p.p_filesz == 0 || p.p_filesz > PATH_MAX)
            continue;
        if (pread(fd, ret, p.p_filesz, (off_t)p.p_offset) != (ssize_t)p.p_filesz || ret[p.p_filesz - 1])
            return err_set(err, ERR_CONF, "sandbox: '%s' names no interpreter", path);
    }
    return true;
}

static bool restrict_files(const struct sandbox_program *p, struct err *err)
{
    char interpreter[PATH_MAX];
    if (!elf_interpreter(p->path, interpreter, err))
        return false;
    struct rules r;
    _cleanup_close_ int fd = sandbox_ruleset(&r.known, err);
    r.fd = fd;
    bool ok = fd >= 0 && allow(&r, p->path, RUN_RIGHTS, err);
    ok = ok && (!*interpreter || allow(&r, interpreter, RUN_RIGHTS, err));
    for (size_t i = 0; ok && p->reads[i]; i++)
        ok = allow(&r, p->reads[i], READ_RIGHTS, err);
    ok = ok && (!p->dir || allow(&r, p->dir, DIR_RIGHTS, err));
    if (!ok)
        return false;
    return syscall(SYS_landlock_restrict_self, fd, 0) == 0 || err_errno(err, "sandbox: landlock");
}

void sandbox_become(const struct sandbox_gate *gate, const struct sandbox_program *p,
                    const char *const argv[], const char *const env[], struct err *err)
{
    if (strlen(p->path) >= gate->room) {
        err_set(err, ERR_CONF, "sandbox: the path '%s' is too long", p->path);
        return;
    }
    memcpy(gate->path, p->path, strlen(p->path) + 1);
    if (chdir(p->dir ? p->dir : "/") < 0) {
        err_errno(err, "sandbox: '%s'", p->dir ? p->dir : "/");
        return;
    }
    if (!restrict_files(p, err) || !sandbox_limit(&p->limits, err))
        return;
    /* Nothing may be allocated any more: the limits are those of the program. */
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &gate->filter) < 0) {
        err_errno(err, "sandbox: system call filter");
        return;
    }
    execve(gate->path, (char *const *)(uintptr_t)argv, (char *const *)(uintptr_t)env);
    err_errno(err, "sandbox: starting '%s'", p->path);
}
