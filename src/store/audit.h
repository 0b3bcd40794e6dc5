/* audit.h: is the journal what was written? What is found is data; the words for it are chosen by the one
 * who shows it (catalogue texts audit.WHAT). */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "base/err.h"
#include "base/hash.h"

struct audit_fault {
    const char *what;   /* "row-altered" "row-missing" "tail-cut" ... : all of audit_words[] */
    int64_t row, other; /* what they count depends on `what`; 0 when it has none */
    const char *detail; /* a name or a cause, "" */
};

#define AUDIT_FAULTS_MAX 100 /* kept; the others are only counted */

struct audit_report {
    struct audit_fault *faults;
    size_t n_faults;
    size_t found;        /* also those that are not kept */
    int64_t rows;        /* in the journal */
    int64_t heads;       /* whole lines of journal.head */
    int64_t last_n;      /* number of the last row, 0 */
    char link[HASH_HEX]; /* of the last row, "" */
};

/* A copy of a line of journal.head that was kept elsewhere: row `n` must still have this link. n = 0: none.
 */
struct audit_witness {
    int64_t n;
    char link[HASH_HEX];
};

/* "123 0f3a..." as journal.head, digests and backups have it. */
bool audit_witness_parse(const char *text, struct audit_witness *ret);

/* Looks at HOUSE/case.db, journal.head and keys/journal.key as they lie, completes and repairs nothing.
 * What is missing or unreadable is a fault; only a busy database is an error. */
bool store_audit(const void *mem, const char *house, const struct audit_witness *witness,
                 struct audit_report *ret, struct err *err);

/* One fault in English, for fsck and logs. */
char *audit_fault_text(const void *mem, const struct audit_fault *f);

#endif
