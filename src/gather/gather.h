/* gather.h: what the DNS says about a letter: own DKIM verification, DMARC policy and alignment, S/MIME.
 *
 * The gather child is a process of its own: started by exec or fork before any password is loaded or store
 * opened, it holds DNS sockets and one raw letter (a read-only descriptor) at a time, nothing else; hostile
 * DKIM bytes are parsed there and not beside the mailbox password. It keeps one resolver with its cache.
 * Whatever fails is "unknown" in the attempt, never a pass and never a final fail (promise 15). */
#ifndef GATHER_GATHER_H
#define GATHER_GATHER_H

#include "base/err.h"
#include "verify/facts.h"

struct gather;

struct gather_options {
    const char *resolver; /* "127.0.0.1@5353", or "" for the system's (resolv.conf) */
    const char *suffixes; /* file of public suffixes that overrides and completes the system's list */
    const char *smime_ca; /* PEM of the CAs whose people's signatures count, "" none */
    int64_t deadline_ms;  /* for all look-ups of one letter together; default 5,000 */
};

/* Starts the child. ERR_RETRY when there is no process to be had, ERR_CONF for an unreadable option. */
bool gather_start(const void *mem, const struct gather_options *o, struct gather **ret, struct err *err);
/* One letter; `received` (seconds UTC) is what t=, x= and certificates are held against. Never fails: a
 * dead, slow or killed child gives an attempt that is not complete, and is started anew for the next
 * letter. While the resolver does not answer, letters do not wait for it one after another (see the purse
 * in gather.c). The descriptor is given on read-only. Strings on mem. */
struct facts_attempt *gather_letter(struct gather *g, const void *mem, int raw_fd, int64_t received,
                                    int64_t now);
/* False while waiting has cost too much: gather_letter would say "unknown" without asking. */
bool gather_may_wait(struct gather *g);
void gather_stop(struct gather *g);

#endif
