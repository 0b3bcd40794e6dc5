/* consultation.h: a public consultation on a draft (MIC-11.2b2, 13.5c, QC-10): when it is open, whose draft
 * may be put to one, what a comment is, and what the unit is given when it is over. Pure and total: what is
 * open is a function of the window and of now. */
#ifndef DESK_CONSULTATION_H
#define DESK_CONSULTATION_H

#include "desk/notify.h"

enum consultation_phase { CONSULTATION_BEFORE, CONSULTATION_OPEN, CONSULTATION_OVER };

struct consultation {
    const char *ref;
    int64_t opens, closes; /* open at `opens`, no longer at `closes` */
    const char *user, *reason;
    int64_t at;
    int64_t opened, closed; /* when that was made known; WHEN_NONE: not yet */
    bool published;         /* the draft is on the portal */
    bool waits;             /* it may still come there: nobody has refused or closed it */
    int64_t comments, late; /* how many came in time, and how many not */
};

/* What somebody said in it; belongs to the consultation, never to the text of the draft. */
struct comment {
    const char *entry; /* spool entry of the letter */
    const char *from, *from_name;
    bool authenticated;
    const char *subject, *text;
    int64_t received;
    bool timely;
};

enum consultation_phase consultation_phase(const struct consultation *c, int64_t now);
const char *consultation_phase_name(enum consultation_phase phase); /* "before" "open" "over" */

/* Where comments go: MAILBOX+c-REF@DOMAIN. */
char *consultation_address(const void *mem, const char *mailbox, const char *ref);

/* For a new draft: its window, or a hold that says what is wrong with it ("consultation-window"), and one
 * when neither focal point nor leader of a unit sends it ("consultation-sender"). `asked`: a leader's word
 * is still needed or was given, which answers the second. Nothing for other kinds. */
void consultation_admit(struct plan *p, const struct evidence *e, const struct ruling *r,
                        const struct policy *policy, bool asked);

/* A person sets the window. `before`: the one that stands, NULL. */
struct plan *consultation_set(const void *mem, const struct submission *s,
                              const struct consultation *before, int64_t opens, int64_t closes,
                              const char *reason, const struct actor *actor, const struct profile *profile,
                              int64_t now);

/* The reference that a letter names as the draft it comments on: in the address that it was sent to, else
 * in its subject; "" when none, or two. A machine, a forger, a complaint, a letter with a secrecy mark
 * comments on nothing. */
char *consultation_named(const void *mem, const struct letter *letter, const struct evidence *e,
                         const struct ruling *r, const char *mailbox);

/* The plan for a comment on the draft `about`; NULL when its consultation has not begun, and the letter
 * stands alone. One that came too late is kept, and an authenticated sender is told so. */
struct plan *consultation_comment(const void *mem, const struct letter *letter, const struct facts *facts,
                                  const struct evidence *e, const struct known *known,
                                  const struct submission *about, const struct consultation *c,
                                  const struct notify_rules *rules, const char *entry, int64_t now);

/* It has begun or is over: makes that known. At the end the unit's focal points (else its leaders) get the
 * comments: `csv`, and the letters themselves when `originals` has any. */
struct plan *consultation_turn(const void *mem, const struct submission *s, const struct consultation *c,
                               const char *csv, const struct plan_attachment *originals, size_t n_originals,
                               const struct notify_rules *rules, int64_t now);

/* The comments as a table that no spreadsheet takes for formulas (A34). `label(arg, key)`: words of the
 * catalogue. */
char *consultation_csv(const void *mem, const struct comment *comments, size_t n,
                       const char *(*label)(void *arg, const char *key), void *label_arg);

#endif
