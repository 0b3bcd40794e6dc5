/* recusing.h: an account that a complaint names does not open it (abuse A35). */
#ifndef RECUSING_H
#define RECUSING_H

#include "open.h"

/* Who of the staff are named in a case that a plan makes a complaint or denunciation, by its subject and
 * present text: their accounts. */
bool recusing_reclassified(struct house *h, const void *mem, const struct plan *plan,
                           const struct submission *s, struct str_list *ret, struct err *err);
/* In the batch, after the plan was applied. */
bool recusing_record(struct house *h, const struct plan *plan, const struct str_list *users,
                     struct err *err);

/* In the batch: seals what is to be sealed (sealing.h), applies the plan of a letter, and records those. */
bool recusing_apply(struct house *h, const void *mem, struct plan *plan, struct err *err);

#endif
