/* duty.h: when a periodic duty is due (weekly documents, quarterly reports, 05/5 and 05/11), and how it
 * stands: what people said of it and what the program saw. Pure. */
#ifndef DESK_DUTY_H
#define DESK_DUTY_H

#include "desk/calendar.h"
#include "desk/submission.h"

/* One period of a duty, seconds UTC: [from, until), and the last second at which it is still in time. */
struct duty_period {
    int64_t from, until, due;
};

/* The period that `t` lies in; for DUTY_WORKING_DAY the next working day when t's is none, for dates the
 * time since the last one. False outside CALENDAR_FIRST..CALENDAR_LAST. */
bool duty_period(const struct duty *d, const struct calendar_rules *c, int64_t t, struct duty_period *ret);
/* The one before `p`; `ret` may be `p`. */
bool duty_period_before(const struct duty *d, const struct calendar_rules *c, const struct duty_period *p,
                        struct duty_period *ret);

/* Its name, as people type it: "2026-11-20" of a day, "2026-W47", "2026-11", "2026-Q4", "2026-H2", "2026";
 * of dates the one before which it is due. */
char *duty_period_name(const void *mem, const struct duty *d, const struct duty_period *p);

/* Is the duty of that period still spoken of at `now`? The present one is; an earlier one for so many days
 * after it was due: a daily duty 7, a weekly one 35, others 400, what lapses not at all. Not when it was
 * due before the house began (`begun`); what is due more than once only when the house stood all the
 * period. */
bool duty_concerns(const struct duty *d, const struct duty_period *p, int64_t begun, int64_t now);

enum duty_said { DUTY_SAID_DONE, DUTY_SAID_UNCHANGED, DUTY_SAID_TAKEN_BACK };

struct duty_mark {
    const char *duty;  /* its id */
    const char *whose; /* unit or account, "" */
    int64_t period;    /* an instant in the period that is meant */
    enum duty_said said;
    const char *user, *login;
    const char *note; /* "" */
    int64_t at;
};

enum duty_state { DUTY_OPEN, DUTY_SOON, DUTY_OVERDUE, DUTY_DONE, DUTY_NOT_NEEDED };

/* A duty of one period, or the part of it that one unit or one person has. */
struct duty_task {
    const struct duty *duty;
    const char *whose; /* unit or account, "" */
    bool present;      /* its period is that of now, not an earlier one */
    struct duty_period period;
    int64_t remind; /* from when on its owner is reminded; WHEN_NONE: not at all */
    int done;       /* of duty->times: by people and by what the program saw */
    enum duty_state state;
    const struct duty_mark **marks; /* those that stand, oldest first */
    size_t n_marks;
};

/* Fills done, state and marks from duty, whose, period, remind, the marks of all duties (oldest first;
 * borrowed) and the number of times that the program saw it done. */
void duty_judge(const void *mem, struct duty_task *t, const struct duty_mark *marks, size_t n, int64_t seen,
                int64_t now);
/* Why the actor may not say that of the task: a refusal key, NULL when he may. */
const char *duty_cannot_say(const struct duty_task *t, enum duty_said said, const struct actor *actor);

const char *duty_state_name(enum duty_state s); /* "open" "soon" "overdue" "done" "not-needed" */
const char *duty_said_name(enum duty_said s);   /* "done" "unchanged" "taken-back" */
bool duty_said_parse(const char *word, enum duty_said *ret);

#endif
