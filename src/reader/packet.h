/* packet.h: a few bytes and a few descriptors, over a SOCK_SEQPACKET socket. */
#ifndef READER_PACKET_H
#define READER_PACKET_H

#include "base/mem.h"
#include <sys/types.h>

#define PACKET_FDS 4

/* False with errno when it did not go out. n_fds: 1 to PACKET_FDS. */
bool packet_send(int socket, const void *packet, size_t n, const int *fds, int n_fds);

/* At most n bytes, and the descriptors that came with them (the caller closes them). Returns the bytes; 0
 * at the end; -1 for a packet to pass over. */
ssize_t packet_receive(int socket, void *packet, size_t n, int fds[PACKET_FDS], int *ret_fds);

#endif
