/* arrive.h: STORY 0: one message becomes one durable entry with a receipt. Shared by fetch (through the
 * sink that a source fills) and ingest (files). */
#ifndef ARRIVE_H
#define ARRIVE_H

#include "gather/gather.h"
#include "source/files.h"
#include "source/source.h"
#include "spool/spool.h"
#include "store/receipts.h"

struct arrive;

/* For one configured mailbox; receipts and cursor go to fetch.db. Freed with talloc: what is not committed
 * never happened. All pointers must outlive it. */
struct arrive *arrive_mailbox(const void *mem, struct spool *spool, struct receipts *receipts,
                              const struct conf_mailbox *conf, int64_t (*now)(void));
struct source_sink *arrive_sink(struct arrive *a);
/* What was taken since the last commit never happened: before a source that failed begins anew. */
void arrive_forget(struct arrive *a);

/* For files given by the operator: account "ingest", no receipts database (running it again is the
 * operator's word; intake recognises the bytes). */
struct arrive *arrive_files(const void *mem, struct spool *spool, bool look_up, int64_t (*now)(void));
/* From now on the DNS is asked about letters whose source allows it (facts.look_up), before they become
 * durable: what it says arrives with the letter. NULL: never. It must outlive `a`. */
void arrive_look_up(struct arrive *a, struct gather *gather);
/* Copies one letter into the batch; *ret (strings on mem) is its entry, durable after arrive_commit(). */
bool arrive_file(struct arrive *a, const struct files_letter *letter, const void *mem, struct entry *ret,
                 struct err *err);

/* Everything ended so far becomes durable, then its receipts and the cursor. False: see arrive.c. */
bool arrive_commit(struct arrive *a, const char *cursor, struct err *err);

#endif
