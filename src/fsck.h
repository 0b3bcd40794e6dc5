/* fsck.h: is everything in a house accounted for? For the command of that name, and for what a backup was
 * restored to. */
#ifndef FSCK_H
#define FSCK_H

#include "spool/spool.h"
#include "store/store.h"
#include "sys/progress.h"

struct fsck {
    const void *mem; /* owns the faults */
    const char *dir; /* of the house */
    struct spool *spool;
    struct store *store;
    struct str_list faults; /* one line each */
    struct store_sealed *sealed;
    size_t n_sealed;
    size_t letters, waiting, held;
    struct progress progress;
};

/* Finds; changes nothing. False only when it could not look. */
bool fsck_house(struct fsck *f, struct err *err);

#endif
