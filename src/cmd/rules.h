/* rules.h: the verbs of `bbt rules`, each for one profile. */
#ifndef CMD_RULES_H
#define CMD_RULES_H

#include "cmd/cmd.h"

typedef bool (*rules_verb)(struct context *cx, const char *name, struct err *err);

bool rules_show(struct context *cx, const char *name, struct err *err);
bool rules_show_html(struct context *cx, const char *name, struct err *err);
bool rules_test(struct context *cx, const char *name, struct err *err);

/* The profile; when it has problems they are printed and it fails as `rules check` does. */
bool rules_load(struct context *cx, const char *name, struct profile **ret, struct err *err);

#endif
