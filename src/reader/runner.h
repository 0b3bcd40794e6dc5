/* runner.h: the process beside the reader server that keeps the right to execute programs. */
#ifndef READER_RUNNER_H
#define READER_RUNNER_H

#include "reader/job.h"

/* Forks the runner before the server gives its rights up; *ret: our end of the talk with it. */
bool runner_start(const struct program_table *table, int *ret, struct err *err);

/* One packet with its descriptors, over a SOCK_SEQPACKET socket. */
bool runner_send(int socket, const void *packet, size_t n, const int *fds, int n_fds);

/* Receives at most `n` bytes and exactly as many descriptors as are said to belong to what came: *ret_fds
 * says how many came (at most RUNNER_FDS; more are closed). Returns the bytes, 0 at the end, -1 for a
 * packet to pass over. */
#define RUNNER_FDS 4
ssize_t runner_receive(int socket, void *packet, size_t n, int fds[RUNNER_FDS], int *ret_fds);

#endif
