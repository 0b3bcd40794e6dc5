/* show_case.h: what show.c prints of the proposals and clocks of a case, and of what was read in its
 * letter. The caller has seen to it that it may be read. */
#ifndef CMD_SHOW_CASE_H
#define CMD_SHOW_CASE_H

#include "cmd/cmd.h"

/* `report`: the report of its letter, NULL when there is none. All results are owned by the caller. */
json_t *routes_json(struct context *cx, const struct submission *s, const json_t *report);
json_t *clocks_json(struct context *cx, const struct submission *s);

/* Who should have it, with reason and article; each clock with its end and article; the fields. */
void print_case(struct context *cx, const struct submission *s, const json_t *report);

#endif
