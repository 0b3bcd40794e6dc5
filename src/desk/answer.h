/* answer.h: a letter that belongs to a submission which exists: the leader's answer to our request, the
 * party's follow-up (SV-6..8, issue 4 items 4 and 6). Pure and total. */
#ifndef DESK_ANSWER_H
#define DESK_ANSWER_H

#include "classify/classify.h"
#include "desk/plan.h"

/* The reference of the submission that the letter joins, "" when it stands alone. Only what verify()
 * proved counts: an authenticated sender who was asked, or a party with its token. A complaint never joins
 * another case as a follow-up: it has readers of its own (QC-6). */
const char *desk_joins(const struct evidence *evidence, const struct ruling *ruling,
                       const struct known *known);

/* The plan for a letter that joins `about` (the present state of desk_joins()). */
struct plan *desk_answer(const void *mem, const struct letter *letter, const struct facts *facts,
                         const struct evidence *evidence, const struct ruling *ruling,
                         const struct known *known, const struct submission *about,
                         const struct policy *policy, const char *entry, int64_t now);

/* The same for a letter that has a case of its own, because its sender was proved only later. */
struct plan *desk_answer_later(const void *mem, const struct letter *letter, const struct facts *facts,
                               const struct evidence *evidence, const struct ruling *ruling,
                               const struct submission *about, const struct policy *policy,
                               const char *entry, int64_t now);

/* A later look-up has changed what is known of a submission's sender: `verdict` and `auth` as they are now.
 * No effects when nothing changed. `entry`: of the letter; `attempt`: which look-up. */
struct plan *desk_new_evidence(const void *mem, const struct submission *s, const struct evidence *e,
                               const char *verdict, const char *entry, size_t attempt, int64_t now);

#endif
