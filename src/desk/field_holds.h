/* field_holds.h: what the fields of a document or a request form hold a letter for. */
#ifndef DESK_FIELD_HOLDS_H
#define DESK_FIELD_HOLDS_H

#include "classify/classify.h"
#include "desk/plan.h"

/* Adds to the plan, for a person to settle with a reason:
 *   not-issued        a document whose number or date was left open (DC-6); never a draft sent for comment
 *   portal-recipient  a document whose recipients do not name the portal, or not clearly (DC-1..3)
 *   form              a request form without the leader's opinion, unless the leader himself sent it
 *                     (`confirmed`; LS-7.2, SV-10)
 *   items             several items of which one has neither text nor attachment (CL-7) */
void add_field_holds(struct plan *p, const struct evidence *e, const struct ruling *r,
                     const struct policy *policy, bool confirmed);

/* The first two of them, for a case that is a document: at receipt, when its sender corrected it, and when
 * a person says that it is one. */
struct document_says document_says_of(const struct ruling *r); /* borrows from r */
void hold_document(struct plan *p, const struct document_says *says, const struct profile *profile);

/* What several people let pass (A32) was exactly the text that they saw: another one is held again, but for
 * the reasons that it `settled` itself (NULL: none). */
void hold_what_passed(struct plan *p, const struct submission *s, const struct str_list *settled);

/* The text of `s`, which waits for the word of its unit's leader or had it, is replaced: he is asked again
 * (MIC-13.1a, LS-7.3). Nothing for other cases. */
void plan_hold_unconfirmed(struct plan *p, const struct submission *s);

#endif
