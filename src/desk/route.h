/* route.h: who should have a letter: a proposal, which a person may change. Pure and total. */
#ifndef DESK_ROUTE_H
#define DESK_ROUTE_H

#include "classify/classify.h"

struct route {
    const char *to;      /* unit id, or the address of a member of the board */
    const char *why;     /* catalogue key route.WHY: "field" "deputy" "kind" "inspectorate" "alternate" */
    const char *detail;  /* label of the field, of the kind, or the name that the letter accuses */
    const char *instead; /* whose place it takes ("deputy" "alternate"), "" */
    const char *cite;
};

struct routes {
    struct route *v; /* more than one: a person picks */
    size_t n;
    bool recused; /* somebody was left out because the letter accuses them */
};

/* The routes in force at `now` (seconds UTC). None: it stays with the standing unit. */
struct routes desk_route(const void *mem, const struct letter *letter, const struct evidence *evidence,
                         const struct ruling *ruling, const struct profile *profile, int64_t now);

/* The unit that the submission is proposed to, or "" when a person must pick. */
const char *routes_unit(const struct routes *r, const struct profile *profile);

#endif
