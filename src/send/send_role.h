/* send_role.h: the role that carries the outbox to the mail relay (RELIABILITY 1 row 18). It holds the SMTP
 * password and sees final bytes only; it never composes, and never changes a byte of what it sends. */
#ifndef SEND_SEND_ROLE_H
#define SEND_SEND_ROLE_H

#include "base/err.h"
#include "house/conf.h"
#include "store/store.h"

struct send_options {
    struct store *store;
    const struct conf *conf;
    const char *house; /* directory that relative files of conf are under */
    bool once;         /* until nothing is due; otherwise until stop_fd is readable */
    int stop_fd;       /* -1: none */
    int64_t (*now)(void);
};

struct send_summary {
    size_t sent, later, refused, unknown, resent;
};

/* Recovers, then sends what is due. ERR_CONF when no relay is set, its password cannot be read, or it
 * refused certificate, login or session (`once`: at the first; otherwise logged and tried again); ERR_RETRY
 * from the store. `once`: ERR_RETRY as well when a letter must wait or its outcome is unknown. *ret (may be
 * NULL) is filled in every case. */
bool send_run(const struct send_options *options, struct send_summary *ret, struct err *err);

/* Seconds before the next try after `attempts` (>= 1) tries: 5 minutes, doubling, at most 4 hours. */
int64_t send_backoff(int64_t attempts);

#endif
