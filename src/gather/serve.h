/* serve.h: what bbt and bbt-gather say to each other. Private to gather/.
 *
 * Over a SOCK_SEQPACKET socket, descriptor 3 there: it says 'r' when it is locked in, or 'x' and why it
 * cannot be. Then an order with one descriptor (the raw letter, read-only) is answered by one packet: the
 * attempt as facts_dump_attempt writes it. */
#ifndef GATHER_SERVE_H
#define GATHER_SERVE_H

#include "gather/gather.h"

struct gather_order {
    int64_t at;          /* seconds UTC */
    int64_t received;    /* seconds UTC */
    int64_t deadline_ms; /* for all look-ups together */
};

#define GATHER_REPLY_MAX 65536

/* Serves until the socket closes. Returns the exit code. */
int gather_serve(const struct gather_options *o);

#endif
