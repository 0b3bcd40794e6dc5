/* deadline.h: the second words of `bbt deadline` that need a house; private to cmd/deadline*.c. */
#ifndef CMD_DEADLINE_H
#define CMD_DEADLINE_H

#include "cmd/cmd.h"

bool deadline_explain(struct context *cx, struct err *err);
bool deadline_recompute(struct context *cx, struct err *err);

#endif
