/* acting.h: a member of the staff acts by answering our letter (WF-5). */
#ifndef ACTING_H
#define ACTING_H

#include "open.h"

/* In the batch: adds to the plan by which the answer joins the case `about` what its writer may do, as the
 * account that he is today: roles, delegations that run now, disabled or not. */
bool acting_by_letter(struct house *h, void *mem, struct plan *plan, const struct submission *about,
                      const struct evidence *evidence, struct err *err);

#endif
