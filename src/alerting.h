/* alerting.h: people are called at once when the rules say so (BCA-5.6b). */
#ifndef ALERTING_H
#define ALERTING_H

#include "open.h"

/* In the batch: adds the letters to those of the staff whom the kind of a new case calls, who hold that
 * role or were handed it over. Nobody has an address: a note says so. */
bool alerting(struct house *h, const void *mem, struct plan *plan, struct err *err);

#endif
