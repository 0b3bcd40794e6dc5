/* act.h: STORY 2: one event on a submission becomes one applied plan. */
#ifndef ACT_H
#define ACT_H

#include "desk/step.h"
#include "open.h"

/* Loads the case, asks the desk, applies and commits. False with ERR_NO when the rules refuse: err->text is
 * in the catalogue's language. *ret_plan (may be NULL) is owned by mem. */
bool act(struct house *house, const void *mem, const char *ref, const struct event *event,
         const struct actor *actor, struct plan **ret_plan, struct err *err);

#endif
