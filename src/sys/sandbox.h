/* sandbox.h: what a process gives up. Each function takes something away for good from the caller and its
 * children. Where the kernel cannot (no Landlock, no seccomp), they fail: no sandbox = nothing is read. */
#ifndef SYS_SANDBOX_H
#define SYS_SANDBOX_H

#include "base/err.h"
#include <stdint.h>

struct sandbox_limits {
    uint64_t memory;    /* RLIMIT_AS in bytes, 0 = none (ASan builds) */
    unsigned cpu;       /* RLIMIT_CPU, seconds */
    uint64_t file_size; /* RLIMIT_FSIZE, bytes */
    unsigned files;     /* RLIMIT_NOFILE */
};

/* no_new_privs and a Landlock ruleset that allows no path at all. */
bool sandbox_no_files(struct err *err);
bool sandbox_limit(const struct sandbox_limits *limits, struct err *err);

/* The reader child's seccomp allow-list, compiled once (libseccomp): everything not listed kills the
 * process with SIGSYS. The kernel translates a filter at every load, which for a whole list would cost more
 * than the fork: so the server takes the list upon itself with the few calls that it and the locking of a
 * child need (share), and its children, who inherit that, load only what takes those away again. In a
 * process whose parent did not share, load does both. */
struct sandbox_filter;
bool sandbox_filter_new(const void *mem, struct sandbox_filter **ret, struct err *err);
bool sandbox_filter_share(struct sandbox_filter *filter, struct err *err);
bool sandbox_filter_load(const struct sandbox_filter *filter, struct err *err);

/* For a process that asks the DNS and reads what it is handed (sandbox_dns.c): no path, no program, sockets
 * of the internet only, TCP only to `port`. It may start threads afterwards. */
bool sandbox_dns(unsigned port, struct err *err);

/* What a program of somebody else's may touch while it reads a hostile file (sandbox_program.c). */
struct sandbox_program {
    const char *path; /* the one file that may be executed, once (and its ELF interpreter) */
    const char *const
        *reads;      /* NULL-ended: files, and trees whose files may be read; absent ones are fine */
    const char *dir; /* where files may be made, written and removed; NULL: nowhere */
    struct sandbox_limits limits;
};

/* The system call filter of programs, compiled once and inherited by the processes that will be them. */
struct sandbox_gate;
bool sandbox_gate_new(const void *mem, struct sandbox_gate **ret, struct err *err);

/* Gives up everything but `p` and descriptors 0 to 2, and becomes the program. Returns only on failure. */
void sandbox_become(const struct sandbox_gate *gate, const struct sandbox_program *p,
                    const char *const argv[], const char *const env[], struct err *err);

/* No core dumps, not traceable by others, secrets stay out of both. Called by main for every role. */
void sandbox_no_core(void);

#endif
