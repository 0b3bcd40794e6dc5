/* facts.h: what was known when the letter arrived, written beside the raw letter so that a replay a year
 * later gives the same ruling without network. Later issues append DKIM and DMARC attempts. */
#ifndef VERIFY_FACTS_H
#define VERIFY_FACTS_H

#include "base/err.h"
#include "base/hash.h"
#include "base/when.h"

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
};

/* One JSON object, one line. facts_parse: false on anything else; all strings owned by mem. */
char *facts_dump(const void *mem, const struct facts *facts);
bool facts_parse(const void *mem, const char *bytes, size_t n, struct facts *ret, struct err *err);

#endif
