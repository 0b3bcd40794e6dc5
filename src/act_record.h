/* act_record.h: STORY 2 for what needs more than the case: a reviewer is an account, an asker an address.
 */
#ifndef ACT_RECORD_H
#define ACT_RECORD_H

#include "act.h"
#include "desk/interim.h"

/* Hands the case to the account for review (LS-12.3), with a letter that he may answer when his account has
 * an address. *ret_plan is owned by mem. */
bool act_hand_over(struct house *house, const void *mem, const char *ref, const char *user,
                   const char *reason, const struct actor *actor, struct plan **ret_plan, struct err *err);

/* The notice of progress to an asker (LS-9.7). */
bool act_interim(struct house *house, const void *mem, const char *ref, const struct interim_wish *wish,
                 const struct actor *actor, struct plan **ret_plan, struct err *err);

#endif
