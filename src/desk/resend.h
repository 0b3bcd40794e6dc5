/* resend.h: the sender of what was returned sends it again (LS-7.4, MIC-13.5g; WF-9). Pure and total. */
#ifndef DESK_RESEND_H
#define DESK_RESEND_H

#include "classify/classify.h"
#include "desk/plan.h"

/* Adds to the plan of a letter that joins the case: the step `resend` of its track with its clocks, from
 * the receipt of this letter, and the new version of the text when the letter brings one. It is that when
 * the case waits for its sender, the track lets the program take the step, and the very sender, proved,
 * answers our letter; every other letter stays what it is, evidence. False: nothing was added.
 *
 * What the letter says as a document or form is judged as at receipt (corrected.h). `r`: its ruling. */
bool resend(struct plan *p, const struct submission *s, const struct letter *letter,
            const struct evidence *e, const struct ruling *r, const struct policy *policy);

#endif
