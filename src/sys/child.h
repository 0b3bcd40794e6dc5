/* child.h: starting our own binary in another role, with a pipe end and a clean environment. */
#ifndef SYS_CHILD_H
#define SYS_CHILD_H

#include "base/err.h"
#include <sys/types.h>

/* Forks and execs argv[0] with `fd` as descriptor 3 (-1: none); every other descriptor above 2 is closed on
 * exec. The child dies with its parent (PR_SET_PDEATHSIG) when `die_with_parent`. */
bool child_start(const char *const argv[], int fd, bool die_with_parent, pid_t *ret_pid, struct err *err);
/* The same with one end of a socket pair (SOCK_SEQPACKET), and waits until the process says that it is
 * ready
 * ('r') or why it cannot be (any other letter, then the reason: ERR_CONF). ERR_RETRY when it ends or says
 * nothing within start_ms. `name` begins every error. On failure no process is left. */
bool child_serve(const char *const argv[], const char *name, int start_ms, pid_t *ret_pid, int *ret_socket,
                 struct err *err);
/* Waits; returns the exit code, or 128 + signal. */
int child_wait(pid_t pid);

#endif
