/* duties.h: what people said of the periodic duties, and what the program saw of them. */
#ifndef STORE_DUTIES_H
#define STORE_DUTIES_H

#include "desk/duty.h"
#include "store/store.h"

/* All that was said of periods from `from` on, oldest first; owned by mem. */
bool store_duty_marks(struct store *s, const void *mem, int64_t from, struct duty_mark **ret, size_t *ret_n,
                      struct err *err);
/* One mark more, with a line in the journal that holds all of it; part of the batch that is open, else a
 * transaction of its own. */
bool store_duty_mark(struct store *s, const struct duty_mark *mark, struct err *err);

/* How often the program saw the duty done in the period, by its `done-by`: backups, digests that were sent,
 * publications, what the unit (`whose`, "" = any) sent in it and somebody approved. 0 for what it cannot
 * see here (DUTY_BY_ROUTING, DUTY_BY_WORD). */
bool store_duty_seen(struct store *s, const struct duty *d, const char *whose, const struct duty_period *p,
                     int64_t *ret, struct err *err);

#endif
