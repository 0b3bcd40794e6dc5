/* act_letter.h: a member of the staff acts on a case by answering our letter (WF-5). Pure and total. */
#ifndef DESK_ACT_LETTER_H
#define DESK_ACT_LETTER_H

#include "desk/step.h"
#include "verify/verify.h"

/* Adds to the plan by which the answer joins the case `about` what the answer does, as the same event from
 * a command would, by `who` (NULL: the address is no account's). What the rules refuse is a note, and
 * nothing else happens. */
void desk_act_by_letter(struct plan *p, const struct submission *about, const struct evidence *e,
                        const struct actor *who, const struct profile *profile);

#endif
