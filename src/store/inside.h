/* inside.h: what the files of the store share with each other and with nobody else. */
#ifndef STORE_INSIDE_H
#define STORE_INSIDE_H

#include "store/db_sqlite.h"
#include "store/portal.h"
#include "store/store.h"

/* The tail of the journal as this connection knows it; valid only inside a batch. */
struct journal {
    unsigned char key[HASH_BYTES];
    int fd;              /* HOUSE/journal.head, append-only; locked during a batch */
    int64_t n;           /* rows, the batch's own included */
    int64_t batch;       /* rows before the batch */
    char link[HASH_HEX]; /* of row n, "" when n is 0 */
};

struct store {
    struct db *db;
    const struct profile *tracks; /* says which states are final; NULL: "closed" is */
    struct portal *portal;
    const char *house;
    struct journal journal;
    bool in_batch;
    int64_t *unindexed; /* submissions of this batch whose text is in `texts` but not yet in the index */
    size_t n_unindexed, unindexed_bytes;
};

/* ---- journal.c */
/* Reads the key (ERR_CONF when there is none) and opens the head file. */
bool journal_open(struct store *s, struct err *err);
/* The key alone. */
bool journal_read_key(struct store *s, struct err *err);
/* After BEGIN IMMEDIATE: takes the head's lock, reads the tail, completes a head that is one batch behind.
 */
bool journal_begin(struct store *s, struct err *err);
/* One row more in this transaction. `ref` "" for what concerns no submission. */
bool journal_add(struct store *s, int64_t at, const char *ref, const struct actor *actor, const char *what,
                 const char *detail, struct err *err);
/* After COMMIT: appends (count, link) and syncs; gives the lock back. */
bool journal_committed(struct store *s, struct err *err);
/* The head's lock, which orders commits of all processes (journal_begin takes it). */
bool journal_lock(struct journal *j, struct err *err);
void journal_unlock(struct journal *j);
/* Does the head say what the database says? Takes no lock. */
bool journal_head_current(struct store *s, bool *ret_current, struct err *err);
struct journal_row {
    int64_t n, batch, at;
    const char *ref, *user, *login, *what, *detail;
};
char *journal_link(const void *mem, const struct journal *j, const char *previous,
                   const struct journal_row *r);
struct journal_head {
    int64_t n;
    char link[HASH_HEX];
};
static inline void journal_set_link(char to[HASH_HEX], const char *hex)
{
    size_t n = strnlen(hex, HASH_HEX - 1);
    memcpy(to, hex, n);
    to[n] = '\0';
}
#define JOURNAL_LINE_MAX 256 /* bytes of a line in journal.head, which is at most 20 + 1 + 64 + 1 */
/* "123 0f3a..."; false for anything else, a torn line among it. */
bool journal_head_parse(const char *line, size_t n, struct journal_head *ret);

/* ---- redact.c: the line that proves what is left of a journal row of a sealed case */
char *redact_proof(const void *mem, const struct journal *j, const char *previous,
                   const struct journal_row *left, const char *link);
char *redact_line(const void *mem, int64_t n, const char *proof);
/* In the batch: takes typed words out of the case's rows. */
bool redact_case(struct store *s, const char *ref, int64_t now, struct err *err);

/* ---- audit.c: recomputes every link and compares every line of the head */
bool journal_check(struct store *s, const void *mem, struct str_list *faults, struct err *err);

/* ---- store.c: a transaction of its own, or part of the batch that is open already */
bool store_own_begin(struct store *s, bool *ret_own, struct err *err);
/* `ok` false rolls an own transaction back and returns false. */
bool store_own_end(struct store *s, bool own, bool ok, struct err *err);
/* A full disk makes SQLite end the whole transaction. The batch is then lost, and says so (ERR_RETRY) until
 * store_rollback() or the failing store_commit() ends it: else later letters would be committed alone. */
bool store_batch_alive(struct store *s, struct err *err);
void store_lose_batch(struct store *s);

/* ---- apply.c, effects.c */
struct applying {
    struct store *s;
    const struct plan *plan;
    const struct effect *e; /* the one at hand */
    int64_t submission;     /* row id; 0 before OPEN */
    int64_t version;        /* after this plan */
    const char *remark;     /* of the effect at hand, for its journal line; NULL */
};
bool effect_do(struct applying *a, struct err *err);
/* ---- deadlines.c */
bool effect_deadline(struct applying *a, struct err *err);
bool effect_deadline_end(struct applying *a, struct err *err);
bool effect_review(struct applying *a, struct err *err);
bool deadlines_load(struct store *st, struct submission *s, int64_t id, struct err *err);
bool review_load(struct store *st, struct submission *s, int64_t id, struct err *err);
/* effects_case.c */
bool effect_content(struct applying *a, struct err *err);
bool effect_flag(struct applying *a, struct err *err);
bool effect_check(struct applying *a, struct err *err);
bool effect_consent(struct applying *a, struct err *err);
bool effect_schedule(struct applying *a, struct err *err);
bool effect_decision(struct applying *a, struct err *err);
/* consultations.c */
bool effect_consultation(struct applying *a, struct err *err);
bool effect_comment(struct applying *a, struct err *err);
/* events.c */
bool effect_event(struct applying *a, struct err *err);
/* campaigns.c */
bool effect_campaign(struct applying *a, struct err *err);
/* topics.c */
bool effect_topic(struct applying *a, struct err *err);
bool effect_topic_seen(struct applying *a, struct err *err);
bool topics_load(struct store *st, struct submission *s, int64_t id, struct err *err);
/* related.c: in no final state of its track */
bool case_is_open(const struct store *s, const char *track, const char *state);
bool apply_meanwhile(const struct plan *p, struct err *err); /* false, ERR_RETRY */
/* Runs a statement that has to change one row; else fails with `kind` and `why`. */
bool apply_one(struct applying *a, struct query *q, enum err_kind kind, const char *why, struct err *err);

/* ---- outbox.c: no transaction of its own */
enum outbox_fate { OUTBOX_THERE, OUTBOX_QUEUED, OUTBOX_DELAYED, OUTBOX_DROPPED };
/* Once per key. `from`: the envelope's sender, "" for the null return path. The letter's limits decide
 * whether it goes out now, later or not at all. */
bool outbox_insert(struct store *s, const struct plan_letter *letter, const char *from, const char *ref,
                   int64_t now, enum outbox_fate *ret, struct err *err);

/* ---- search.c */
/* What may be searched of a letter: subject, sender's name, body, attachments' texts; bounded. */
char *search_text(const void *mem, const struct submission *s, const struct letter *letter);
/* Stores the text; the index follows in search_flush(), outside the plan's savepoint: FTS5 writes out what
 * it has at every SAVEPOINT, so that one letter became one segment (measured: 1,900 letters/s against
 * 4,000). */
bool search_add(struct store *s, int64_t submission, const char *text, struct err *err);
bool search_flush(struct store *s, struct err *err); /* call before COMMIT */
void search_forget(struct store *s, size_t keep);    /* a savepoint or batch was rolled back */
/* Takes a submission out of the index; fine when it is not in it. */
bool search_drop(struct store *s, int64_t submission, struct err *err);
/* Puts it back, from what the case holds; not when it is restricted. */
bool search_restore(struct store *s, int64_t submission, const char *ref, struct err *err);
/* Out of it when its words are withheld now, back when they no longer are; else it stays as it is. */
bool search_follow(struct store *s, int64_t submission, const char *ref, struct err *err);

/* ---- reclassify.c */
bool effect_reclassify(struct applying *a, struct err *err);
/* ---- digest.c: rows of ref category unit sender sender_name subject state received late */
bool digest_rows(struct query *q, const void *mem, struct digest_item **ret, size_t *ret_n,
                 struct err *err);

/* ---- seal.c: the row of a sealed file, which gets its name here; fine when its entry has one */
bool sealed_insert(struct store *s, int64_t submission, const struct store_sealed *row, int64_t now,
                   struct err *err);

/* ---- related.c, cases.c */
/* One text parameter in, one text out; "" when there is no row. */
bool store_look_up(struct store *s, const void *mem, const char *query, const char *param,
                   const char *value, const char **ret, struct err *err);
/* "BBT-2026-000123" of (2026, 123), and back. */
char *ref_make(const void *mem, int64_t year, int64_t number);
bool ref_split(const char *ref, int64_t *ret_year, int64_t *ret_number);
/* The columns ref..restricted that list and search begin with. */
void row_fill(const void *mem, const struct query *q, struct store_row *ret);

#endif
