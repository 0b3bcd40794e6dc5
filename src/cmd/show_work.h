/* show_work.h: what show.c prints of the desk's work on a case. The caller has seen to it that it may be
 * read. */
#ifndef CMD_SHOW_WORK_H
#define CMD_SHOW_WORK_H

#include "cmd/cmd.h"

/* Flags, what was established, consents, the time of publication, and whose approval is still needed. */
void print_work(struct context *cx, const struct submission *s);
json_t *work_json(struct context *cx, const struct submission *s); /* owned by the caller */

/* Every version of the text, each with its difference from the one before. */
bool print_versions(struct context *cx, const char *ref, struct err *err);
bool versions_json(struct context *cx, const char *ref, json_t **ret, struct err *err);

#endif
