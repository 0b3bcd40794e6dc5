/* fetch_role.h: the role that polls the mailboxes: one process for each, so that a server that harms one
 * (libetpan parses what it sends) harms no other. */
#ifndef FETCH_ROLE_H
#define FETCH_ROLE_H

#include "base/err.h"
#include "house/conf.h"

struct fetch_options {
    const char *house; /* directory */
    const struct conf *conf;
    bool once;   /* bring what is there and return; else until stop_fd is readable */
    int stop_fd; /* -1: none */
    int64_t (*now)(void);
};

/* True: stopped as asked, or with `once` every mailbox was read to its end. False with `once`: the worst
 * failure (CONF over RETRY) and how many failed; the other mailboxes were served. A second fetch in the
 * same house is refused (RETRY). */
bool fetch_run(const struct fetch_options *options, struct err *err);

#endif
