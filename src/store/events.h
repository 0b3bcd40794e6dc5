/* events.h: what was decided about notices of events. */
#ifndef STORE_EVENTS_H
#define STORE_EVENTS_H

#include "desk/event.h"
#include "store/store.h"

/* *ret NULL when nothing was decided yet. */
bool store_event(struct store *s, const void *mem, const char *ref, struct event_decision **ret,
                 struct err *err);
/* Events that an editor was sent to, that ended in [from, until), and that no article reports: their
 * references. */
bool store_events_unreported(struct store *s, const void *mem, int64_t from, int64_t until,
                             struct str_list *ret, struct err *err);

#endif
