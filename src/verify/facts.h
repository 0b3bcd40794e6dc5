/* facts.h: what was known when the letter arrived, written beside the raw letter so that a replay a year
 * later gives the same ruling without network. The first line is what arrived; each look-up that gather/
 * made later is one more line, so nothing that was known is ever changed. */
#ifndef VERIFY_FACTS_H
#define VERIFY_FACTS_H

#include "base/err.h"
#include "base/hash.h"
#include "base/when.h"

/* One DKIM-Signature (RFC 6376) as it was judged by us. */
struct facts_dkim {
    const char *domain, *selector; /* d= lower case, s= */
    const char
        *result;     /* "pass" "fail" (does not verify) "weak" (verifies, but by a rule of ours not enough:
                        l=, rsa-sha1, a short key, From not signed) "unknown" (key look-up failed) */
    const char *why; /* short ASCII code: "ok" "body-hash" "signature" "length" "sha1" "key-bits"
                        "from-unsigned" "expired" "testing" "no-key" "revoked" "syntax" "temporary" */
    int64_t key_bits;
    int64_t signed_at; /* t=, or WHEN_NONE */
};

/* One visit to the DNS for one letter. */
struct facts_attempt {
    int64_t at;    /* seconds UTC */
    bool complete; /* false: some answer is unknown, ask again later */
    struct facts_dkim *dkim;
    size_t n_dkim;
    const char *from_domain;  /* of the one From, "" when there is not exactly one */
    const char *dmarc;        /* policy found: "none" "quarantine" "reject" "absent" "unknown" */
    const char *dmarc_result; /* "pass" an aligned signature passes, "fail", "unknown", "none" no policy */
    const char *org_domain;   /* organizational domain of from_domain; "" none: a public suffix */
    const char *smime;        /* "none" "good" "bad" "untrusted" "unread"; good: signer below is proved */
    const char *smime_signer; /* address of the certificate, lower case, "" */
};

struct facts {
    const char *account;     /* the mailbox' name in the configuration; "ingest" for files */
    const char *source;      /* "imap" "pop3" "maildir" "file" "mbox" "stdin" */
    const char *receipt;     /* receipt key, unique per account: "INBOX/UIDVALIDITY/UID", UIDL, or path */
    const char *shown;       /* what the report calls it: path, mbox#n, - */
    int64_t received;        /* INTERNALDATE, file mtime, or fetch time; seconds UTC */
    const char *received_by; /* "internaldate" "mtime" "now": how sure `received` is */
    bool trust_results;      /* Authentication-Results from this source may be believed */
    bool look_up;            /* DNS may be asked for letters from this source */
    bool header_only; /* larger than max-letter: only its header was taken, the rest is at the source */
    size_t bytes;
    char sha256[HASH_HEX];
    struct facts_attempt *attempts; /* oldest first */
    size_t n_attempts;
};

/* One JSON object, one line, for the arrival, and one for each attempt. facts_parse: false on anything else
 * but a last line that was cut (a crash while it was appended); all strings owned by mem. */
char *facts_dump(const void *mem, const struct facts *facts);
bool facts_parse(const void *mem, const char *bytes, size_t n, struct facts *ret, struct err *err);

/* Copies to mem everything that *facts points to, attempts included: it may then outlive where it came
 * from.
 */
void facts_keep(const void *mem, struct facts *facts);

/* One attempt as one line, and back. */
char *facts_dump_attempt(const void *mem, const struct facts_attempt *attempt);
bool facts_parse_attempt(const void *mem, const char *bytes, size_t n, struct facts_attempt *ret,
                         struct err *err);

#endif
