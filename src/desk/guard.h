/* guard.h: what must hold before a step may be taken: the guards that the rules name (house/guards.h), and
 * the walls that hold for every track. Pure and total: each says nothing, or why not. */
#ifndef DESK_GUARD_H
#define DESK_GUARD_H

#include "desk/step.h"

/* Catalogue key refusal.KEY with what it speaks of; key NULL: nothing is against it. */
struct refusal {
    const char *key, *detail;
};

struct guarding {
    const void *mem; /* owns what the refusal says */
    const struct submission *s;
    const struct event *event;
    const struct transition *t; /* NULL: the track has no such step from this state */
    const struct track *track;
    const struct actor *actor;
    const struct profile *profile;
    int64_t now;
};

struct refusal guard_step(const struct guarding *g);

/* Four eyes: did this person write a version of the text, or send it? One login is one person, but in a
 * house for trying out. */
bool guard_wrote(const struct submission *s, const char *user, const char *login, bool trial);

/* Are these two the same person? */
bool guard_same_person(const char *user, const char *login, const char *other, const char *other_login,
                       bool trial);

/* Is the present content approved by all whom the track demands, `also` (may be NULL) counted in? Says
 * which demand is open: "needs-approval" "2 chief deputy", "needs-each" "chief standing-deputy". */
struct refusal guard_approved(const struct guarding *g, const struct approval *also);

/* Have so many of these roles agreed? One person counts once; with `each` there is one for each role. */
struct agreed {
    const char *user, *login;
    unsigned roles;
};
bool guard_enough(const struct agreed *who, size_t n, const struct str_list *roles, int people, bool each);

#endif
