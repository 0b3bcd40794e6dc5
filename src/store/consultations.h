/* consultations.h: the windows of consultations, and what was said in them; what was decided about events.
 */
#ifndef STORE_CONSULTATIONS_H
#define STORE_CONSULTATIONS_H

#include "desk/consultation.h"
#include "store/portal.h"
#include "store/store.h"

/* *ret NULL when the case has none (or is not there). */
bool store_consultation(struct store *s, const void *mem, const char *ref, struct consultation **ret,
                        struct err *err);
/* Those that have begun or ended by `now` and of which that was not made known; `all`: every one. */
bool store_consultations(struct store *s, const void *mem, int64_t now, bool all, struct consultation **ret,
                         size_t *ret_n, struct err *err);
/* Oldest first. */
bool store_comments(struct store *s, const void *mem, const char *ref, struct comment **ret, size_t *ret_n,
                    struct err *err);
/* The portal learns every window. */
bool store_windows_to_portal(struct store *s, struct portal *portal, struct err *err);

#endif
