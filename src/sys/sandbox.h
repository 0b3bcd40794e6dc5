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

/* A seccomp allow-list compiled once (libseccomp) and loaded cheaply in every child. Everything not listed
 * kills the process with SIGSYS. */
struct sandbox_filter;
bool sandbox_filter_new(const void *mem, struct sandbox_filter **ret,
                        struct err *err); /* the reader child's list */
bool sandbox_filter_load(const struct sandbox_filter *filter, struct err *err);

/* No core dumps, not traceable by others, secrets stay out of both. Called by main for every role. */
void sandbox_no_core(void);

#endif
