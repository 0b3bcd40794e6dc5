/* receipts.h: fetch.db, owned by the fetch role alone: which receipts were taken, and each mailbox' cursor.
 * Written in one transaction after the letters are durable in the spool. */
#ifndef STORE_RECEIPTS_H
#define STORE_RECEIPTS_H

#include "base/err.h"
#include "base/when.h"

struct receipts;

bool receipts_open(const void *mem, const char *house, struct receipts **ret, struct err *err);
bool receipts_seen(struct receipts *r, const char *account, const char *receipt, bool *ret_seen,
                   struct err *err);
/* Begin, add..., commit with the new cursor; a failed call rolls the transaction back. */
bool receipts_begin(struct receipts *r, struct err *err);
bool receipts_add(struct receipts *r, const char *account, const char *receipt, const char *entry,
                  int64_t received, struct err *err);
bool receipts_commit(struct receipts *r, const char *account, const char *cursor, struct err *err);
void receipts_rollback(struct receipts *r);
bool receipts_cursor(struct receipts *r, const void *mem, const char *account, const char **ret,
                     struct err *err);

/* For status: last good poll and backlog per account. */
bool receipts_polled(struct receipts *r, const char *account, int64_t now, const char *error_text,
                     struct err *err);
struct receipts_account {
    const char *account, *cursor, *error;
    int64_t last_good, last_try, taken;
};
bool receipts_accounts(struct receipts *r, const void *mem, struct receipts_account **ret, size_t *ret_n,
                       struct err *err);
/* Calls visit for each receipt (account, receipt, entry): fsck. */
typedef bool (*receipts_visit)(void *arg, const char *account, const char *receipt, const char *entry,
                               struct err *err);
bool receipts_walk(struct receipts *r, receipts_visit visit, void *arg, struct err *err);

#endif
