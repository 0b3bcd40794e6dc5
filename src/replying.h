/* replying.h: the inspectorate asks that its answer to a complaint be published (MIC-13.5d2). */
#ifndef REPLYING_H
#define REPLYING_H

#include "open.h"

/* A letter from the inspectorate's proved address that names a complaint's reference: linked
 * (desk/admit.c), and its clock of ten working days runs from the receipt. Nothing for any other plan. */
bool replying_request(struct house *h, const void *mem, struct plan *plan, const struct known *known,
                      struct err *err);

#endif
