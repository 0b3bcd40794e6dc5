/* duties.h: the calendar of duties of one house (RP-6): each duty of the profile with its period, how it
 * stands, and what people say of it. */
#ifndef DUTIES_H
#define DUTIES_H

#include "desk/duty.h"
#include "open.h"

/* Each duty with the period of `now`, and before it the earlier ones that are overdue; `all`: those that
 * are settled, too (see duty_concerns() for how far back). Of each unit or person whose part it is one by
 * one. Needs store, profile and directory; rules->profile NULL: none. Owned by mem, in the order of the
 * rules. */
bool duties_tasks(struct store *store, const void *mem, const struct notify_rules *rules, int64_t now,
                  bool all, struct duty_task **ret, size_t *ret_n, struct err *err);

struct duty_word {
    const char *duty,
        *period;       /* names; period "": the only one that is not settled yet, else the present */
    const char *whose; /* "": the only part that there is, or that of the actor */
    enum duty_said said;
    const char *note;
};

/* Records it and gives the task as it stands then. ERR_USAGE: there is no such duty, period or part, or
 * more than one is meant; ERR_NO: the actor may not, or it is done. */
bool duties_say(struct house *h, const void *mem, const struct duty_word *word, const struct actor *actor,
                struct duty_task *ret, struct err *err);

#endif
