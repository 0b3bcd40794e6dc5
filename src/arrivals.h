/* arrivals.h: files arrive in a process of their own, so that its syncs and the store's do not wait for
 * each other. The same shape as a mailbox in production: one process spools, another one applies. */
#ifndef ARRIVALS_H
#define ARRIVALS_H

#include "base/str.h"
#include "house/conf.h"
#include "spool/spool.h"

struct arrivals;

/* Starts the process; it spools the letters of `paths` in input order into the spool of `house` and dies
 * with this one. `look_up`: the DNS is asked about them, as this configuration says; NULL: it is not. Freed
 * with talloc. */
bool arrivals_start(const void *mem, const char *house, const struct str_list *paths,
                    const struct conf *look_up, struct arrivals **ret, struct err *err);

enum arrival_kind {
    ARRIVAL_NONE,   /* nothing now */
    ARRIVAL_LETTER, /* `entry` is durable */
    ARRIVAL_BAD,    /* the file `path` could not be taken in, and `why` */
    ARRIVAL_END     /* that was all */
};
struct arrival {
    enum arrival_kind kind;
    struct entry entry;
    const char *path, *why;
};
/* The next one, strings on mem. `wait`: until there is one, hence never ARRIVAL_NONE. False: the process
 * failed (its own error) or died (ERR_RETRY); what it gave before is safe. */
bool arrivals_next(struct arrivals *a, const void *mem, bool wait, struct arrival *ret, struct err *err);

#endif
