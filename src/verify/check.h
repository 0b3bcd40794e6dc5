/* check.h: what the checks of verify() share. Private to verify/.
 *
 * A check is one file and one row of the table in verify.c. It reads the letter and what earlier checks
 * found, and writes findings and the fields of the evidence that are its own. Order matters and is the
 * table's. */
#ifndef VERIFY_CHECK_H
#define VERIFY_CHECK_H

#include "mail/authres.h"
#include "verify/verify.h"

/* Where our servers took the letter over (ARCHITECTURE 4). Indexes are into letter.headers. */
struct border {
    bool found;
    size_t at;      /* the border line; its results may stand above it or beneath it up to `until` */
    size_t until;   /* the next Received, or n_headers */
    bool born_here; /* no line comes from outside: the letter began on one of our own machines */
    int64_t time;   /* of the border line, else of the topmost Received, or WHEN_NONE */
};

struct checking {
    const void *mem;
    const struct letter *letter;
    const struct facts *facts;
    const struct known *known; /* may be NULL */
    const struct directory *directory;
    const struct policy *policy;
    struct border border;
    bool unanswered; /* no result of our own servers counts: another proof may speak */
    bool accused;    /* ... and it is missed: an official sender whose letter came from outside */
    struct evidence *e;
};

void check_border(struct checking *c);    /* border, received */
void check_from(struct checking *c);      /* from, from_name, from_domain; impersonates */
void check_domain(struct checking *c);    /* own_domain */
void check_unit(struct checking *c);      /* unit, person */
void check_authres(struct checking *c);   /* auth, auth_by, auth_detail, ambiguous; impersonates */
void check_dkim(struct checking *c);      /* the same, where no result of our servers counts */
void check_lookalike(struct checking *c); /* impersonates */
void check_bulk(struct checking *c);      /* automatic, bounce, bulk */
void check_confirm(struct checking *c);   /* confirming, joins */
void check_stray(struct checking *c);
void check_act(struct checking *c);      /* acting */
void check_supply(struct checking *c);   /* supplying */
void check_standing(struct checking *c); /* standing: last */

/* True when the domain is one of the institution's own or below one. */
bool check_is_own(const struct policy *policy, const char *domain);

/* An address that only an official may use: in an own domain, registered, or the mailbox itself. */
bool check_is_official(const struct checking *c, const char *address);

/* A free mail provider by the profile's list (public-mail): anybody gets an address there, so it is never a
 * unit's domain, whatever the registry derives. */
bool check_is_public_mail(const struct checking *c, const char *domain);

/* The part after the last '@', "" when there is none. */
const char *check_domain_of(const char *address);

/* `text` without what the writer signs it with: his registered name, office and unit (sign_off.c). */
char *sign_off_cut(const void *mem, const char *text, const struct person *person, const struct unit *unit);

/* Adds a finding of this check. */
void check_note(struct checking *c, const char *check, enum finding_mark mark, const char *key,
                const char *detail);

/* What a hurried reader sees of a domain: letters that look alike (rn m, 1 l, Cyrillic), marks, xn--, dots,
 * hyphens and doubled letters taken together. Two domains that differ and share it are confusable. */
char *confusable_domain(const void *mem, const char *domain);

/* The same of a name without xn-- labels. */
char *confusable_skeleton(const void *mem, const char *name);

/* Optimal string alignment distance of two short ASCII strings, counted up to `max` + 1. */
size_t confusable_distance(const char *a, const char *b, size_t max);

#endif
