/* sealing.h: complaints and denunciations leave the house's reach (RELIABILITY A33, promise 19; QC-6).
 *
 * With keys in banbientap.conf a letter of a restricted case is sealed when it is admitted: its raw bytes,
 * facts, texts, report and the sender's identity go into HOUSE/sealed/REF.sealed, and no plain word of it
 * ever reaches the database. A case that becomes restricted later is sealed and blanked by the sweep.
 *
 * The order that loses nothing: the sealed file is written beside (ENTRY.part) and synced; the transaction
 * names it; then it gets its name; then the plain letter is removed from the spool, and plain rows out of
 * the database file; then the row says done. Every step may be repeated, and the next process that opens
 * the house repeats those that a crash left out. */
#ifndef SEALING_H
#define SEALING_H

#include "open.h"

/* Reads the keys when the configuration names some; ERR_CONF when one cannot be used, for a house that is
 * to seal must not go on plain. */
bool sealing_ready(struct house *h, struct err *err);
bool sealing_on(const struct house *h);

/* Inside the batch, before store_apply(): a plan on a restricted case gets its SEAL effect, and what it
 * would write of the letter becomes blank. Nothing for other plans, or without keys. */
bool sealing_letter(struct house *h, const void *mem, struct plan *plan, struct err *err);
/* Before the commit of a batch: what was sealed in it is on the disk. */
bool sealing_sync(struct house *h, struct err *err);
bool sealing_is_sealed(const struct plan *plan);
/* After the commit, for each applied entry of such a plan. Mostly sealing_complete() does what is to be
 * done; but an entry that repeats the receipt of a letter that the house has is no row, and goes at once.
 */
bool sealing_settle(struct house *h, const char *entry, struct err *err);
/* After the commit, and at the start: the steps after the transaction. */
bool sealing_complete(struct house *h, struct err *err);
/* Cases that are restricted and still plain. *ret_n of them were sealed. */
bool sealing_sweep(struct house *h, size_t *ret_n, struct err *err);

/* HOUSE/sealed/FILE, verified against the row. */
bool sealing_read(struct house *h, const void *mem, const struct store_sealed *row, char **ret,
                  size_t *ret_n, struct err *err);
/* One letter of a case that is not sealed in the house, closed as if it were: for a digest. */
bool sealing_now(struct house *h, const void *mem, const struct submission *s, const char **ret,
                 size_t *ret_n, struct err *err);

#endif
