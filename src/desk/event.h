/* event.h: a notice of an event (MIC-13.5a, 14.2; BCA-5.2, 5.3): an editor is sent, with the event for his
 * calendar, or the host hears that nobody can come and writes himself. Pure and total. */
#ifndef DESK_EVENT_H
#define DESK_EVENT_H

#include "desk/notify.h"

/* What was decided about a notice. */
struct event_decision {
    const char *ref;
    const char *answer; /* "assigned" "cannot" */
    const char *editor; /* staff account, "" */
    const char *reason, *place;
    int64_t starts, ends; /* 0: not known */
    int64_t sequence;     /* of the calendar entry: grows with each change (RFC 5545, 3.8.7.4) */
    const char *article;  /* the case that reports it, "" */
};

/* What somebody wants. */
struct event_wish {
    const char *editor, *editor_address; /* "" : nobody can come */
    const char *reason, *place;
    int64_t starts, ends;
    const char *article; /* the case that reports it; "" when it is not about that */
};

/* `before`: what was decided, NULL. An assigned editor with an address gets a letter with the event as
 * .ics; for "cannot" the host does, when his address is authenticated. An article alone is only linked. */
struct plan *event_decide(const void *mem, const struct submission *s, const struct event_decision *before,
                          const struct event_wish *wish, const struct actor *actor,
                          const struct profile *profile, int64_t now);

/* The event as iCalendar (RFC 5545): lines of at most 75 bytes, times in UTC. */
char *event_ics(const void *mem, const struct submission *s, const struct event_decision *e,
                const char *domain, int64_t now);

#endif
