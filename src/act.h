/* act.h: STORY 2: one event on a submission becomes one applied plan. */
#ifndef ACT_H
#define ACT_H

#include "desk/step.h"
#include "open.h"

/* Loads the case, asks the desk, applies and commits. False with ERR_NO when the rules refuse: err->text is
 * in the catalogue's language. *ret_plan (may be NULL) is owned by mem. */
bool act(struct house *house, const void *mem, const char *ref, const struct event *event,
         const struct actor *actor, struct plan **ret_plan, struct err *err);

/* The same without applying anything. */
bool act_try(struct house *house, const void *mem, const char *ref, const struct event *event,
             const struct actor *actor, struct plan **ret_plan, struct err *err);

/* Whose approval the present content still needs, in words; NULL when it is approved, or by anybody at all
 * not yet. */
const char *act_approval_open(const struct house *house, const void *mem, const struct submission *s);

/* Publishes whatever has come due and is still what was approved; what is not is held for a person to look
 * at. Counts what was published. */
bool act_due(struct house *house, size_t *ret_n, struct err *err);

/* Asks the leader of the submission's unit by letter to confirm it; `unit`: of a sender whose unit nothing
 * proves, by the word of the actor, else "". ERR_NO when he cannot be asked. */
bool act_ask(struct house *house, const void *mem, const char *ref, const char *unit,
             const struct actor *actor, struct err *err);

/* Asks a member of the staff by letter for his approval; he may answer the letter (WF-5). ERR_NO when he
 * may not approve it, or has no address. */
bool act_ask_staff(struct house *house, const void *mem, const char *ref, const char *user,
                   const struct actor *actor, struct err *err);

/* Repeats requests that were not answered in time, each once; in working hours only (RP-4). */
bool act_remind(struct house *house, size_t *ret_n, struct err *err);

/* ---- for the other files of this story */
/* Why the case is kept from the actor, whatever he wants to do with it: key of a refusal, NULL when it is
 * not. He is named in it, or would act on what he may not see. */
bool act_barred(struct house *house, const struct submission *s, const struct actor *who, const char **ret,
                struct err *err);
/* Puts the plan's refusal into words; returns false. `s` may be NULL. */
bool act_refused(const struct house *house, const struct plan *plan, const struct submission *s,
                 struct err *err);
/* Applies and commits one plan. */
bool act_apply(struct house *house, const struct plan *plan, struct err *err);

#endif
