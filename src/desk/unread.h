/* unread.h: what of a letter nobody could read, and what follows. Pure and total. */
#ifndef DESK_UNREAD_H
#define DESK_UNREAD_H

#include "desk/plan.h"
#include "house/profile.h"

/* Adds to the plan, for a person to look at:
 *   unreadable  the reader died over it; a document or draft with a file that was not read whole (DOMAIN
 *               2d); a text for publication that lies in such a file, behind a covering note; or nothing
 *               to read at all
 *   limits      a bound of the reader, or of the mailbox (`header_only`), kept part of it from being read
 */
void hold_unread(struct plan *p, const struct letter *l, enum category c, bool header_only);

/* The same for a letter that corrects a case, which has a text already: words may be few, and pictures may
 * illustrate it. */
void hold_unread_again(struct plan *p, const struct letter *l, enum category c, bool header_only);

/* What an editor would publish of it: the letter's own text, or the longer text that it only announces,
 * attached or forwarded. Borrows from l. */
const char *content_of(const struct letter *l);

#endif
