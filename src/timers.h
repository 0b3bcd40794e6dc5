/* timers.h: what time alone brings about: reminders, letters about terms and duties that end or have ended,
 * the daily round of questions, and the list of what a person must look at (issue 6 item 9; RP-4, RP-6,
 * RP-7, WF-7, QC-1). One place; `bbt run` asks each minute, and asking again changes nothing. */
#ifndef TIMERS_H
#define TIMERS_H

#include "act.h"

struct timers_done {
    size_t reminders; /* to leaders who were asked for a confirmation */
    size_t questions; /* passed on to their units */
    size_t letters;   /* about terms and duties, and about a day without anything new */
};

/* All that is due now. Letters go out in working time only, one per event and person. */
bool timers_run(struct house *house, struct timers_done *ret, struct err *err);

/* Something that a person must do; nothing of a letter's text is in it. */
struct timer_matter {
    const char *what;   /* "overdue" "question-unrouted" "freshness" "event-unreported" "duty-overdue";
                           of reminders "term-soon" "duty-soon" */
    const char *ref;    /* "" for none */
    const char *rule;   /* of the term or the duty, "" */
    const char *label;  /* of the rule, "" */
    const char *who;    /* unit id, or role word, whose it is to do */
    int64_t since;      /* when it was due; of reminders, when it will be */
    bool restricted;    /* for inspector and chief only */
    const char *person; /* the account whose part of a duty it is, "" */
    const char *period; /* of a duty, "" */
    const char *cite;   /* its article, "" */
};

/* Needs store, profile and directory (rules->profile may be NULL: bad rules are told of elsewhere, then
 * only nothing is known). Owned by mem, in the order of cases. */
bool timers_matters(struct store *store, const void *mem, const struct notify_rules *rules, int64_t now,
                    struct timer_matter **ret, size_t *ret_n, struct err *err);

/* What is not late yet, but whose owner is reminded (desk/remind.h). */
bool timers_reminders(struct store *store, const void *mem, const struct notify_rules *rules, int64_t now,
                      struct timer_matter **ret, size_t *ret_n, struct err *err);

#endif
