/* deadline_text.h: a deadline and its proof for people and for programs: each counted and skipped day or
 * span with its cause and article (DL-9). Pure. */
#ifndef RENDER_DEADLINE_TEXT_H
#define RENDER_DEADLINE_TEXT_H

#include "desk/deadline.h"
#include "desk/duty.h"
#include "render/catalog.h"

/* "5 working days from: received" in the catalogue's language. */
char *deadline_term(const void *mem, const struct time_rule *rule, const struct catalog *catalog);

/* What the rule says of its reminder, "" when nothing; `way`: "after" of a time rule, "before" of a duty.
 */
char *remind_text(const void *mem, const struct remind *r, const char *way, const struct catalog *catalog);

/* Lines of at most 80 columns. */
char *deadline_text(const void *mem, const struct deadline *d, const struct catalog *catalog);

/* One line of compact JSON: rule, cite, start, due (null while paused), provisional, at_once, steps. */
char *deadline_json(const void *mem, const struct deadline *d);

/* The same for a periodic duty. */
char *duty_term(const void *mem, const struct duty *d, const struct catalog *catalog);
char *duty_text(const void *mem, const struct duty *d, const struct duty_period *p,
                const struct catalog *catalog);
char *duty_json(const void *mem, const struct duty *d, int64_t t, const struct duty_period *p);

#endif
