/* admit.h: a new letter becomes a plan. Computes the contract's verdict from evidence x category x policy
 * (MIC-13.1a, LABELS verdict policy) and opens the case, holds it, or adds a second receipt. Total. */
#ifndef DESK_ADMIT_H
#define DESK_ADMIT_H

#include "classify/classify.h"
#include "desk/plan.h"

enum verdict { VERDICT_ACCEPT, VERDICT_NEEDS_CONFIRMATION, VERDICT_CONFIRMED, VERDICT_REJECT_SPOOF };
const char *verdict_name(enum verdict v);

enum verdict desk_verdict(const struct evidence *evidence, const struct ruling *ruling,
                          const struct policy *policy);

/* `entry` is the spool entry id; `now` seconds UTC. The plan is owned by mem. */
struct plan *desk_admit(const void *mem, const struct letter *letter, const struct facts *facts,
                        const struct evidence *evidence, const struct ruling *ruling,
                        const struct known *known, const struct policy *policy, const char *entry,
                        int64_t now);

#endif
