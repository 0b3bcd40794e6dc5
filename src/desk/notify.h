/* notify.h: which letters go out by themselves, and to whom (issue 4; RP-1, RP-2, SV-9). Pure and total.
 *
 * A request for confirmation goes to a leader whom the registry names, never to an address that stands in
 * the mail; a receipt goes to an authenticated From only. Nothing answers a machine. */
#ifndef DESK_NOTIFY_H
#define DESK_NOTIFY_H

#include "classify/classify.h"
#include "desk/plan.h"

enum notify_receipts { RECEIPTS_NONE, RECEIPTS_HELD, RECEIPTS_ALL };

/* What the desk must know to write letters. Borrowed and immutable. */
struct notify_rules {
    const struct profile *profile;
    const char *from;                  /* our address in letters; NULL, "": the profile's mailbox */
    const struct directory *directory; /* NULL: nobody is known */
    const unsigned char *token_key;    /* NULL: tokens are "" (explain) */
    int64_t confirm_seconds;           /* how long a request for confirmation may be answered */
    int64_t reply_seconds;             /* how long an answer joins its case */
    int64_t remind_seconds;            /* after which an unanswered request is repeated, once */
    int64_t requests_per_address, receipts_per_address, alerts_per_address; /* in 24 hours */
    int64_t per_hour;                                                       /* all automatic letters */
    enum notify_receipts receipts; /* who hears that his letter came */
    bool ask_deputies;             /* deputies of the unit are asked too */
};

/* A LETTER effect for `to`. Its key is TEMPLATE/REF/VERSION (the one that the plan makes), with `mark`
 * behind it unless "". */
struct plan_letter *notify_letter(struct plan *p, const struct submission *s, const char *template,
                                  const char *to, const char *mark, const struct profile *profile);
void notify_param(struct plan_letter *l, const char *name, const char *value);

/* The text (n bytes) with a bar before every line, so that it cannot pose as words of ours. */
char *notify_framed(const void *mem, const char *text, size_t n);

/* Would we write to ourselves? The mailbox of the profile or our From, or NAME+ANYTHING@ of one of them. */
bool notify_is_ours(const char *address, const struct notify_rules *rules);

/* Why the leader of the submission's unit cannot be asked to confirm it: NULL when he can. A refusal key:
 * "not-waiting" "restricted" "held" "no-unit" "no-leader". */
const char *notify_cannot_ask(const struct submission *s, const struct notify_rules *rules);

/* Adds the requests (template "confirm-request" or "confirm-reminder"); returns their number. */
size_t notify_ask(struct plan *p, const struct submission *s, const char *template,
                  const struct notify_rules *rules);

/* Asks a member of the staff, at the address of his account, to act on the case by an answer (WF-5). */
void notify_act_request(struct plan *p, const struct submission *s, const char *name, const char *address,
                        const struct notify_rules *rules);

/* Hands him the text for review, by a letter that he may answer in the same way (LS-12.3). What the plan's
 * clocks say is when it is due. */
void notify_review_request(struct plan *p, const struct submission *s, const char *name,
                           const char *address, const char *reason, const struct notify_rules *rules);

/* Whom the rules have called when a letter of this kind arrives: bits of enum role, 0 for nobody. Never for
 * what is forged or restricted. */
unsigned notify_alert_roles(const struct plan *p, const struct profile *profile);

/* Tells one of the staff of it: the number, the kind and the unit, and no word of the letter. Once for each
 * case and person (BCA-5.6b). */
void notify_alert(struct plan *p, const char *address, const struct notify_rules *rules);

/* The submission as it will be: with the holds that the plan adds and without those that it ends, and what
 * its new evidence says. */
struct submission notify_after(const void *mem, const struct submission *before, const struct plan *p);

/* What a new case makes us write: nothing, a request, a receipt. For plans of desk_admit(). */
void notify_new_case(struct plan *p, const struct evidence *e, const struct notify_rules *rules);

/* Gives every answerable letter of the plan its token, and a TOKEN effect to know it again. */
void notify_issue_tokens(struct plan *p, const struct submission *s, const struct notify_rules *rules);

#endif
