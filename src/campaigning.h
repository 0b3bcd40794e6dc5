/* campaigning.h: the story of a campaign (MIC-13.5e, BCA-5.5): a unit is asked, is reminded, what it sends
 * is put in (story 1), a person puts in something else. */
#ifndef CAMPAIGNING_H
#define CAMPAIGNING_H

#include "open.h"
#include "store/campaigns.h"

/* Asks the unit for a section (its number or title) until `due`; WHEN_NONE: by the end of
 * the campaign. *ret_due: until when it was asked. ERR_NO when the rules refuse. */
bool campaigning_ask(struct house *h, const void *mem, const char *code, const char *section,
                     const char *unit, int64_t due, const struct actor *actor, int64_t *ret_due,
                     struct err *err);

/* Puts a case into a section. */
bool campaigning_put(struct house *h, const void *mem, const char *code, const char *ref,
                     const char *section, const struct actor *actor, struct err *err);

/* Letters to units that have sent nothing: one on the last working day before the day that was named, one
 * when that time is over. Counts them; asking again writes none. */
bool campaigning_remind(struct house *h, int64_t now, size_t *ret_n, struct err *err);

#endif
