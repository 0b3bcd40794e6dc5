/* sandbox_inside.h: what sandbox.c and sandbox_program.c share. */
#ifndef SYS_SANDBOX_INSIDE_H
#define SYS_SANDBOX_INSIDE_H

#include "sys/sandbox.h"
#include <linux/filter.h>

/* no_new_privs, and a Landlock ruleset (a descriptor, -1 on failure) that handles, hence denies, everything
 * this kernel knows. *ret_rights: the file rights among that, so that rules can ask for no others. */
int sandbox_ruleset(uint64_t *ret_rights, struct err *err);

/* The filter of a libseccomp context as the kernel takes it. */
bool sandbox_compile(const void *mem, void *ctx, struct sock_fprog *ret, struct err *err);

#endif
