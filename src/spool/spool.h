/* spool.h: the durable queue. States are directories: tmp/ new/ held/ done/ under HOUSE/spool.
 *
 *   tmp/   being written; never read; swept when older than a day (spool_sweep)
 *   new/   durable, waits for intake
 *   held/  intake could not apply it; a person looks (with NAME.why beside it)
 *   again/ changed/  marks on entries, see "what is learnt later"
 *   done/  applied; the raw letter is kept byte-exact (MIC-P.H); fanned out by the first two hex digits
 *
 * An entry is NAME.eml (raw bytes) and NAME.facts (a JSON line with size and SHA-256 of the raw bytes, then
 * one line for each look-up). It exists when its .eml exists: facts are renamed first, raw second, and the
 * directory is synced once for the batch. So: facts without raw = nothing happened; raw without facts
 * cannot be seen outside tmp/.
 *
 * Refuses: to follow symbolic links or read anything but a regular file with one link (abuse A39). */
#ifndef SPOOL_SPOOL_H
#define SPOOL_SPOOL_H

#include "base/err.h"
#include "base/str.h"
#include "verify/facts.h"

struct spool;

struct entry {
    const char *id; /* "20261121T083000.123456.P4711.7": sorts by arrival, unique per host */
    struct facts facts;
};

/* Opens (and makes, mode 0700) HOUSE/spool. */
bool spool_open(const void *mem, const char *house, struct spool **ret, struct err *err);

/* ---- writing: a batch is invisible until spool_batch_commit() returns true ---- */
struct spool_batch;
struct spool_batch *spool_batch_new(
    struct spool *spool); /* freed with talloc_free: aborts what is uncommitted */
/* Starts one raw file; write to *ret_fd, or use spool_put. */
bool spool_start(struct spool_batch *batch, int64_t now, int *ret_fd, struct err *err);
/* Ends the current file with its facts (size and hash are filled in by the spool from what was written when
 * facts->sha256 is empty). The entry id is owned by the batch. */
bool spool_end(struct spool_batch *batch, const struct facts *facts, const char **ret_id, struct err *err);
bool spool_put(struct spool_batch *batch, const void *bytes, size_t n, int64_t now,
               const struct facts *facts, const char **ret_id, struct err *err);
void spool_drop_current(struct spool_batch *batch); /* forgets the file being written */
/* One sync for all, rename facts then raw, one directory sync. After true the letters cannot be lost. */
bool spool_batch_commit(struct spool_batch *batch, struct err *err);

/* ---- reading ---- */
/* Up to `max` entries of new/ in id order, after `after` ("" = from the start). */
bool spool_list(struct spool *spool, const void *mem, const char *after, size_t max, struct entry **ret,
                size_t *ret_n, struct err *err);
/* Opens the raw letter read-only wherever it lies (new, held, done). Checks size against facts when known.
 */
bool spool_open_raw(struct spool *spool, const char *id, int *ret_fd, struct err *err);
bool spool_read_facts(struct spool *spool, const void *mem, const char *id, struct facts *ret,
                      struct err *err);

/* Opens a part of an entry (".eml" ".facts" ".why") read-only wherever it lies. ERR_CONF when there is
 * none. */
bool spool_open_part(struct spool *spool, const char *id, const char *suffix, int *ret_fd, struct err *err);
/* Where that part lies in a state ("new" "held" "done"): "spool/done/a7/ID.eml", below the house. */
char *spool_part_path(const void *mem, const char *state, const char *id, const char *suffix);

/* ---- after intake ---- */
bool spool_done(struct spool *spool, const char *id, struct err *err);                  /* new -> done */
bool spool_hold(struct spool *spool, const char *id, const char *why, struct err *err); /* new -> held */
/* held -> new: intake reads it again. Durable when it returns; ERR_NO when the entry is not held. */
bool spool_requeue(struct spool *spool, const char *id, struct err *err);
/* Why it is held, "" when that is not written down, and since when. */
bool spool_why(struct spool *spool, const void *mem, const char *id, const char **ret_why,
               int64_t *ret_since, struct err *err);
bool spool_sync(struct spool *spool, struct err *err); /* directory sync after a batch of these */

/* Removes an entry with its facts, reason and marks, wherever it lies; fine when it is gone. Only for
 * letters that are durable elsewhere. spool_sync() then makes it last. */
bool spool_purge(struct spool *spool, const char *id, struct err *err);

/* Removes what a killed process left behind more than a day before `now` (seconds UTC): files in tmp/, and
 * facts in new/ whose raw file never followed. Their letters were never taken: the source still has them.
 * What cannot be removed is left for the next time. */
void spool_sweep(struct spool *spool, int64_t now);
/* The files in tmp/ whose process has died, at once: where complaints are sealed, half a letter is too
 * much. */
void spool_sweep_abandoned(struct spool *spool);

/* ---- what is learnt later ---- */
/* One more line of the facts, synced. The letter may lie anywhere and move meanwhile. One process appends.
 */
bool spool_append_attempt(struct spool *spool, const char *id, const struct facts_attempt *attempt,
                          struct err *err);
/* again/: the last attempt is not complete; set by the commit of a batch and taken away by the process that
 * asks again (look_up.h). changed/: a later attempt is complete; set by that process and taken away by
 * intake, once it has looked at the letter again. Marking twice is marking; ids come sorted. */
enum spool_mark { SPOOL_AGAIN, SPOOL_CHANGED };
bool spool_mark(struct spool *spool, enum spool_mark mark, const char *id, struct err *err);
bool spool_unmark(struct spool *spool, enum spool_mark mark, const char *id, struct err *err);
bool spool_marked(struct spool *spool, const void *mem, enum spool_mark mark, struct str_list *ret,
                  struct err *err);

/* ---- looking ---- */
struct spool_counts {
    size_t waiting, held, done, tmp;
};
bool spool_count(struct spool *spool, struct spool_counts *ret, struct err *err);
/* Calls `visit` for every entry in new/, held/ and done/ ("new" ...); false stops. For fsck and rebuild. */
typedef bool (*spool_visit)(void *arg, const char *state, const char *id, struct err *err);
bool spool_walk(struct spool *spool, spool_visit visit, void *arg, struct err *err);
/* Size and SHA-256 of the raw file equal its facts. */
bool spool_verify(struct spool *spool, const char *id, struct err *err);

#endif
