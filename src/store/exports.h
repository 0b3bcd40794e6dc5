/* exports.h: taking complaints out of the house needs two people (abuse A36): one asks, another agrees, and
 * then the first may do it once. */
#ifndef STORE_EXPORTS_H
#define STORE_EXPORTS_H

#include "store/store.h"

struct store_export {
    int64_t id;
    const char *user, *login; /* who asked */
    const char *period;       /* ISO week */
    const char *reason, *approved_by;
    int64_t at, approved, made; /* WHEN_NONE: not yet */
};

bool store_export_ask(struct store *s, const struct actor *actor, const char *period, const char *reason,
                      int64_t now, int64_t *ret_id, struct err *err);
/* ERR_NO when there is none. */
bool store_export_get(struct store *s, const void *mem, int64_t id, struct store_export *ret,
                      struct err *err);
/* Each once; ERR_NO when another was faster, or it is one's own. One journal line. */
bool store_export_approve(struct store *s, int64_t id, const struct actor *actor, int64_t now,
                          struct err *err);
bool store_export_made(struct store *s, int64_t id, const struct actor *actor, size_t items, int64_t now,
                       struct err *err);
/* Restricted submissions that were received in [from, until). */
bool store_restricted_in(struct store *s, const void *mem, int64_t from, int64_t until,
                         struct digest_item **ret, size_t *ret_n, struct err *err);

#endif
