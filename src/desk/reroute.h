/* reroute.h: who should have a case that a person has called something else (CL-8). Pure and total. */
#ifndef DESK_REROUTE_H
#define DESK_REROUTE_H

#include "desk/route.h"
#include "desk/submission.h"

/* As desk_route() for a letter of that kind, from the words that the house has of the case: its subject and
 * present text. Attachments that are not the text are not looked at. `directory` may be NULL: then the
 * people of a unit are nobody's. */
struct routes reroute(const void *mem, const struct submission *s, const struct kind *kind,
                      const struct directory *directory, const struct profile *profile, int64_t now);

#endif
