/* matters.h: how `timers` and `status` show what a person must look at. */
#ifndef CMD_MATTERS_H
#define CMD_MATTERS_H

#include "cmd/cmd.h"
#include "timers.h"

void print_matters(struct context *cx, const struct timer_matter *v, size_t n);
json_t *matters_json(struct context *cx, const struct timer_matter *v, size_t n);

#endif
