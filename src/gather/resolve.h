/* resolve.h: the one resolver of the gather process: libunbound with its cache, every look-up of one letter
 * inside one deadline. */
#ifndef GATHER_RESOLVE_H
#define GATHER_RESOLVE_H

#include "base/err.h"
#include "gather/lookup.h"

struct resolver;

/* `server`: "" for the system's (resolv.conf), or "ADDRESS" or "ADDRESS@PORT" in digits. ERR_CONF for
 * anything else. */
bool resolver_new(const void *mem, const char *server, struct resolver **ret, struct err *err);

/* The port that TCP queries go to. */
unsigned resolver_port(const struct resolver *r);

/* From now on look-ups together may take `ms`; what is not answered by then is unknown. */
void resolver_deadline(struct resolver *r, int64_t ms);

/* The look-up function; `arg` is the resolver. */
enum lookup_answer resolver_txt(void *arg, const void *mem, const char *name, struct str_list *ret);

#endif
