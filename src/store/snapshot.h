/* snapshot.h: the databases of a house as they are at one instant, for a backup, while the house works. */
#ifndef STORE_SNAPSHOT_H
#define STORE_SNAPSHOT_H

#include "base/err.h"
#include "base/hash.h"

struct snapshot;

struct snapshot_count {
    const char *name; /* "submissions" "letters" "receipts" "approvals" "outbox" "journal" */
    int64_t n;
};

/* Copies fetch.db first, then case.db, portal.db and the lines of journal.head that case.db's copy has rows
 * for, into the directory `to`. In this order every receipt that the copy of fetch.db knows has its letter
 * in a spool that is copied later. Freed with talloc_free, which must happen before case.db is read as a
 * file. */
bool snapshot_take(const void *mem, const char *house, const char *to, struct snapshot **ret,
                   struct err *err);
/* Opens the copy of case.db below `dir`. */
bool snapshot_open(const void *mem, const char *dir, struct snapshot **ret, struct err *err);
/* Does the copy know this spool entry, or a letter of these bytes? */
bool snapshot_has(struct snapshot *s, const char *entry, const char *sha256, bool *ret, struct err *err);
bool snapshot_counts(struct snapshot *s, const void *mem, struct snapshot_count **ret, size_t *ret_n,
                     struct err *err);
int64_t snapshot_schema(struct snapshot *s);

#endif
