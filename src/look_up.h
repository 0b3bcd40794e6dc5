/* look_up.h: the DNS and a letter: starting gather as the configuration says, and asking again when it gave
 * nothing final. */
#ifndef LOOK_UP_H
#define LOOK_UP_H

#include "fetch_role.h"
#include "gather/gather.h"
#include "house/conf.h"
#include "verify/facts.h"

/* `house` "" for none: then relative paths are relative to the working directory. */
bool look_up_start(const void *mem, const char *house, const struct conf *conf, struct gather **ret,
                   struct err *err);

/* When a letter is to be asked about again (seconds UTC), by the attempts so far: a minute after the first,
 * then twice as long each time, at most four hours; 0 when never: the last is complete, there is none, or
 * three days have passed since the first. */
int64_t look_up_due(const struct facts *facts);

/* The process of the fetch role that asks again: every entry marked again/ that is due. An attempt that is
 * complete marks it changed/. `once`: one pass; else until SIGTERM or SIGINT. */
bool look_up_role(const struct fetch_options *options, struct err *err);

#endif
