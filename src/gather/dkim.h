/* dkim.h: the DKIM signatures of one letter, judged by us (RFC 6376, RFC 8463; LIBRARIES 3.1). */
#ifndef GATHER_DKIM_H
#define GATHER_DKIM_H

#include "gather/lookup.h"
#include "gather/raw.h"
#include "verify/facts.h"

#define SIGNATURES_MAX                                                                                     \
    8 /* looked at in one letter, from the top: each costs a look-up and a public key                      \
       */

struct signatures;

/* ERR_CONF when the library cannot be had. Warms up what the library does once only. */
bool signatures_new(const void *mem, struct signatures **ret, struct err *err);

/* Total. `received`: seconds UTC, against which x= and t= are held. The list is on mem. */
void signatures_judge(struct signatures *s, const void *mem, const struct raw *raw,
                      const struct lookup *lookup, int64_t received, struct facts_dkim **ret,
                      size_t *ret_n);

#endif
