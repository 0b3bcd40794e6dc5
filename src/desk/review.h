/* review.h: a text is handed to a member of the board, who owes his review within two working days of that
 * (LS-12.3; WF-7). Pure and total. */
#ifndef DESK_REVIEW_H
#define DESK_REVIEW_H

#include "desk/step_inside.h"

/* The free event "hand-over": event->to has the case for review from now on (a REVIEW effect, event word
 * handed-over); whoever had it before has it no more. */
struct plan *review_hand_over(const struct stepping *x);

/* Adds to the plan of a step what it means for the review: it is done when the reviewer has approved,
 * returned, refused, edited or noted something, and is over when the case is. */
void review_after(const struct stepping *x);

/* The reviewer agreed by letter, though his role does not approve: that is his review. False: he is not the
 * reviewer. */
bool review_by_letter(struct plan *p, const struct submission *s, const struct actor *who,
                      const struct profile *profile);

#endif
