/* dmarc.h: what the domain in From says should be thought of letters that it did not sign (RFC 7489), and
 * which domains are one organization (public suffix list). */
#ifndef GATHER_DMARC_H
#define GATHER_DMARC_H

#include "gather/lookup.h"
#include "verify/facts.h"

struct suffixes;

/* The system's list (`system` NULL: where Debian puts it) and behind it `more`, whose rules add to it or,
 * with "!", take back. ERR_CONF when either cannot be read: without the list, co.uk would be one
 * organization. */
bool suffixes_new(const void *mem, const char *system, const char *more, struct suffixes **ret,
                  struct err *err);

/* The organizational domain, "" for "". A public suffix is its own. */
char *suffixes_organization(const struct suffixes *s, const void *mem, const char *domain);

/* A name under which strangers stand side by side. */
bool suffixes_is_public(const struct suffixes *s, const char *domain);

enum dmarc_policy { DMARC_NONE, DMARC_QUARANTINE, DMARC_REJECT };
struct dmarc_record {
    enum dmarc_policy policy, subdomains; /* p=, sp= (p= when absent), lowered when pct=0 */
    bool strict;                          /* adkim=s */
};

/* One TXT record. False: no DMARC record, or one to be ignored as RFC 7489 6.6.3 says. */
bool dmarc_parse(const char *text, struct dmarc_record *ret);

/* Fills dmarc, dmarc_result and org_domain from from_domain and dkim of the attempt. SPF is not looked at:
 * we see the letter after delivery. */
void dmarc_judge(const struct suffixes *s, const void *mem, const struct lookup *lookup,
                 struct facts_attempt *a);

#endif
