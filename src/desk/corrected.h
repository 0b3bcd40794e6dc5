/* corrected.h: what the letter by which a sender corrects his case says anew (LS-7.4). Pure and total. */
#ifndef DESK_CORRECTED_H
#define DESK_CORRECTED_H

#include "classify/classify.h"
#include "desk/plan.h"

/* The text that takes the place of the one before; "" when the letter is a note that brings none. */
struct corrected {
    const char *text;
    const char *where; /* where it stands: "body", "attachment:NAME", "" */
};
struct corrected corrected_text(const void *mem, const struct letter *l);

/* Adds the holds that the letter deserves, as at receipt (field_holds.h, unread.h), ends those that its
 * text settles, and says in the plan's opening that the case is what this letter says. Returns the reasons
 * that it settles. Only the holds of fields and of reading end so: never confirmation, forged, secrecy,
 * recusal or one that waits for a person's eyes, and none by a letter that bears a secrecy mark. `cite`:
 * the article of the step. */
struct str_list corrected_holds(struct plan *p, const struct submission *s, const struct letter *l,
                                const struct corrected *c, const struct evidence *e, const struct ruling *r,
                                const struct policy *policy, const char *cite);

/* The clocks of the date that the text bears; `at`: when the letter came. */
void corrected_clocks(struct plan *p, const struct submission *s, const struct corrected *c,
                      const struct ruling *r, int64_t at, const struct profile *profile);

#endif
