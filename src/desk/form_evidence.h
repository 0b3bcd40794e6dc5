/* form_evidence.h: what a request form (phieu de nghi dang tin, LS-7.2, SV-10) is worth as evidence: whose
 * opinion it bears, compared with the registry. It never says who filled it in: that is the authentication
 * of the letter, asked by the verdict (DOMAIN 6.3). */
#ifndef DESK_FORM_EVIDENCE_H
#define DESK_FORM_EVIDENCE_H

#include "classify/classify.h"

enum form_says {
    FORM_SAYS_NOTHING, /* there is no form */
    FORM_SAYS_BLANK,   /* the place for the opinion was left open */
    FORM_SAYS_UNCLEAR, /* an opinion that is no plain yes: a person must read it */
    FORM_SAYS_OTHER,   /* a yes, but not of a registered leader of the unit that sends it */
    FORM_SAYS_YES      /* a yes by a registered head or deputy of that unit */
};

struct form_evidence {
    enum form_says says;
    const struct person *leader; /* for FORM_SAYS_YES, else NULL */
    const char *words;           /* opinion and leader as written, "" */
};

/* The unit is the sender's; for an own account that no unit is known of, the one that the form names. A
 * form that names another unit than the sender's is FORM_SAYS_OTHER. Owned by mem. */
struct form_evidence form_evidence(const void *mem, const struct evidence *evidence,
                                   const struct ruling *ruling);

/* Does the name stand in the text as a whole: "Head of division Vi Duc Thinh (signed)", and not as a part
 * of a longer name? Written without marks it is compared without. */
bool form_names(const char *text, const char *name);

#endif
