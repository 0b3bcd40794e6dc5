/* store.h: case.db, and the only place that changes a case. SQLite, WAL, synchronous=FULL (NORMAL was
 * measured to lose mail), STRICT tables, foreign keys, DEFENSIVE, one writer at a time with BEGIN
 * IMMEDIATE.
 *
 * store_apply() is a savepoint: a plan that fails leaves nothing and fails alone; store_commit() ends the
 * batch. Applying a plan twice (same key and effect number) changes nothing the second time. All SQL is in
 * queries.sql, by name, parameters bound by name; schema.sql and the migrations make the tables. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/err.h"
#include "desk/digest.h" /* struct digest_item */
#include "desk/plan.h"
#include "house/directory.h"
#include "house/profile.h"

struct store;

/* Opens HOUSE/case.db and HOUSE/portal.db (made and migrated when needed; a newer schema is refused, not
 * mangled) and journal.head. ERR_RETRY while another process holds the write lock too long. */
bool store_open(const void *mem, const char *house, struct store **ret, struct err *err);

/* ---- intake and act ---- */
bool store_begin(struct store *s, struct err *err); /* BEGIN IMMEDIATE; no-op inside a batch */
bool store_find_related(struct store *s, const void *mem, const struct letter *letter, int64_t now,
                        struct known *ret, struct err *err); /* also reserves the next reference */
/* Of these only the tokens that the letter carries and the cases that it names. */
bool store_find_asked(struct store *s, const void *mem, const struct letter *letter, struct known *ret,
                      struct err *err);
bool store_apply(struct store *s, const struct plan *plan, struct err *err);
/* Whose tracks say which states are final (without it only "closed" is), and which moves the database
 * allows: they are written into it when they differ from those there. The profile is borrowed. */
bool store_use_tracks(struct store *s, const struct profile *profile, struct err *err);
/* Commits; appends (count, link) of the journal to journal.head and syncs it; then hands published versions
 * to portal.db idempotently per (submission, version). */
bool store_commit(struct store *s, struct err *err);
void store_rollback(struct store *s);

/* ---- reading ---- */
/* ERR_NO when there is none. */
bool store_submission(struct store *s, const void *mem, const char *ref, struct submission **ret,
                      struct err *err);
/* As its letters were read, the one that brought the document; all "" when none of them says anything. */
bool store_document_says(struct store *s, const void *mem, const char *ref, struct document_says *ret,
                         struct err *err);

struct store_row { /* one line of list and search */
    const char *ref, *state, *kind, *category, *verdict, *from, *from_name, *subject, *unit, *hold,
        *snippet;
    const char *flags; /* that stand, by comma; of list only, else "" */
    int64_t received;
    bool restricted;
    bool priority; /* stands first by the rules (not in what a search gives) */
};
struct store_filter {
    const char *state, *category, *hold; /* "" = any */
    bool restricted_too;                 /* else complaints and denunciations are left out */
    bool unread_too;                     /* else those have neither sender nor subject: submission.h */
    bool closed_too;
    int64_t limit; /* rows at most */
};
bool store_list(struct store *s, const void *mem, const struct store_filter *filter, struct store_row **ret,
                size_t *ret_n, struct err *err);
/* Full text: every word must occur in the bare form; letters that hold them with the exact accents rank
 * first. Restricted submissions are not in the index at all. */
bool store_search(struct store *s, const void *mem, const char *words, int64_t limit,
                  struct store_row **ret, size_t *ret_n, struct err *err);

/* Every version of a case's text, oldest first. */
struct store_version {
    const char *hash, *title, *body, *extra, *user, *login, *note;
    int64_t at;
    bool published; /* it was, once */
};
bool store_versions(struct store *s, const void *mem, const char *ref, struct store_version **ret,
                    size_t *ret_n, struct err *err);
/* Cases whose time of publication has come. */
bool store_schedules_due(struct store *s, const void *mem, int64_t now, struct str_list *ret,
                         struct err *err);

struct store_event {
    int64_t n, at;
    const char *ref, *user, *login, *what, *detail;
};
bool store_history(struct store *s, const void *mem, const char *ref, struct store_event **ret,
                   size_t *ret_n, struct err *err);
/* The stored report JSON of a submission's first letter. */
bool store_report(struct store *s, const void *mem, const char *ref, const char **ret, struct err *err);
/* The same, with the fields and files of the letter that corrected the case last, when one did (LS-7.4). */
bool store_report_now(struct store *s, const void *mem, const char *ref, const char **ret, struct err *err);

/* ---- directory and staff ---- */
/* `shared`: free mail domains, which are never a unit's (profile.public_mail). */
bool store_directory(struct store *s, const void *mem, const struct str_list *shared,
                     struct directory **ret, struct err *err);
/* Replaces the whole directory; one journal line. */
bool store_units_import(struct store *s, const struct directory_row *rows, size_t n,
                        const struct actor *actor, int64_t now, struct err *err);
struct staff {
    const char *user, *login, *name;
    unsigned roles;
    bool disabled;
};
bool store_staff_add(struct store *s, const struct staff *staff, const struct actor *actor, int64_t now,
                     struct err *err);
/* By login or by user name; ERR_NO when there is none or it is disabled. */
bool store_staff_find(struct store *s, const void *mem, const char *login, const char *user,
                      struct staff **ret, struct err *err);

/* ---- outbox (RELIABILITY 1 row 18) ---- */
/* From whom the letter is kept: whoever may not read its case, whose words are withheld or restricted, and
 * of a digest whoever reads no complaints or is named in one of it. */
enum outgoing_kept { KEPT_NOT, KEPT_WITHHELD, KEPT_RESTRICTED, KEPT_DIGEST };
struct outgoing {
    enum outgoing_kept kept;
    int64_t id;
    const char *key, *ref; /* ref "" for a letter of no case (a digest) */
    const char *to, *message_id;
    const char *from;  /* envelope sender; "" = null return path: a bounce of a notice goes nowhere */
    const char *state; /* queued sending sent unknown failed */
    const char *subject;
    const char *error;
    const char *bytes;
    size_t n_bytes;
    int64_t attempts, next_try, queued, changed;
    int64_t due;     /* when it might go out at the earliest: `queued`, or later by a limit */
    int64_t resends; /* 0, or 1 when an unknown one was queued again */
};
/* The next letter that is due, moved to `sending` and committed (synced) before this returns; *ret NULL:
 * none. Rows left in `sending` by a dead sender become `unknown` at store_outbox_recover(). */
bool store_outbox_claim(struct store *s, const void *mem, int64_t now, struct outgoing **ret,
                        struct err *err);
bool store_outbox_mark(struct store *s, int64_t id, const char *state, const char *error_text,
                       int64_t next_try, int64_t now, struct err *err);
bool store_outbox_recover(struct store *s, int64_t now, int64_t *ret_count, struct err *err);
bool store_outbox_list(struct store *s, const void *mem, struct outgoing **ret, size_t *ret_n,
                       struct err *err);
/* One letter with its bytes; ERR_NO when there is none. */
bool store_outbox_get(struct store *s, const void *mem, int64_t id, struct outgoing **ret, struct err *err);
/* Queues a letter that stands in no plan (the digest), once per key: *ret_new false when it was there. */
bool store_outbox_queue(struct store *s, const struct plan_letter *letter, const char *from, int64_t now,
                        bool *ret_new, struct err *err);

/* ---- digest (MIC-13.5d1): one logical letter per (recipient, period) ---- */
/* Restricted submissions received before `until` that are in no digest yet, or in the digest of this very
 * (recipient, period). `recused`: those that accuse the inspectorate, and only them; else the others. */
bool store_digest_items(struct store *s, const void *mem, const char *recipient, const char *period,
                        int64_t from, int64_t until, bool recused, struct digest_item **ret, size_t *ret_n,
                        struct err *err);
/* "COUNT LINK" of the last journal row before `until`; "" when there is none. */
bool store_journal_before(struct store *s, const void *mem, int64_t until, const char **ret,
                          struct err *err);
/* In one transaction: the ledger row, its items, and the outbox letter. *ret_new false: it was there
 * already. */
bool store_digest_record(struct store *s, const char *recipient, const char *period,
                         const struct digest_item *items, size_t n, const struct plan_letter *letter,
                         const char *from, int64_t now, bool *ret_new, struct err *err);

/* ---- sealed complaints (RELIABILITY A33) ---- */
struct store_sealed {
    const char *ref, *entry;
    const char *file;       /* its name in HOUSE/sealed: "BBT-2026-000001.sealed", ".2.sealed" ... */
    const char *sha256;     /* of the file */
    const char *recipients; /* names of the keys, a blank between */
    bool scrub;             /* plain rows of it were in the database before */
};
/* Those whose plain copies are not known to be gone. */
bool store_sealed_open(struct store *s, const void *mem, struct store_sealed **ret, size_t *ret_n,
                       struct err *err);
/* The sealed files of a case, oldest first. */
bool store_sealed_of(struct store *s, const void *mem, const char *ref, struct store_sealed **ret,
                     size_t *ret_n, struct err *err);
/* All of them, for checks. */
bool store_sealed_all(struct store *s, const void *mem, struct store_sealed **ret, size_t *ret_n,
                      struct err *err);
/* Accounts and their full names, disabled ones too. */
bool store_staff_names(struct store *s, const void *mem, struct str_list *ret_users,
                       struct str_list *ret_names, struct err *err);
/* In the batch: the account does not open the case; one journal line, once. */
bool store_recuse(struct store *s, const char *ref, const char *user, int64_t now, struct err *err);
/* The actor is named in the case, or is the inspectorate that it accuses (a chief is not kept from those).
 */
bool store_recused(struct store *s, const char *ref, const struct actor *actor, bool *ret, struct err *err);
/* The same of any complaint in the digest whose letter has that key. */
bool store_digest_recused(struct store *s, const char *key, const struct actor *actor, bool *ret,
                          struct err *err);
/* Is the entry's letter in a sealed file? */
bool store_is_sealed(struct store *s, const char *entry, bool *ret, struct err *err);
/* Their plain copies are gone. A transaction of its own. */
bool store_sealed_done(struct store *s, const struct store_sealed *rows, size_t n, struct err *err);
/* Is the case restricted? False also when there is none. */
bool store_is_restricted(struct store *s, const char *ref, bool *ret, struct err *err);
/* Restricted cases of which some letter is not sealed. */
bool store_unsealed(struct store *s, const void *mem, struct str_list *ret, struct err *err);
struct store_plain { /* one letter of a case that is not sealed yet */
    const char *entry, *report, *message_id;
};
bool store_plain_of(struct store *s, const void *mem, const char *ref, struct store_plain **ret,
                    size_t *ret_n, struct err *err);
/* In the batch: notes that the entry's letter is sealed, and its report becomes `report`. */
bool store_seal_letter(struct store *s, const struct store_sealed *row, const char *report, int64_t now,
                       struct err *err);
/* In the batch: takes every word and name out of the case's rows, the index and letters of ours about it.
 */
bool store_blank(struct store *s, const char *ref, int64_t now, struct err *err);
/* In the batch, of a case that is sealed: letters of ours that were under way then. */
bool store_blank_letters(struct store *s, const char *ref, int64_t now, struct err *err);
/* Everything that store_blank() takes, and the case's lines of the journal, as one JSON object. */
bool store_plain_rows(struct store *s, const void *mem, const char *ref, const char **ret, struct err *err);
/* Hashes of the files that people recorded beside this case and no other. */
bool store_evidence_of(struct store *s, const void *mem, const char *ref, struct str_list *ret,
                       struct err *err);
/* Outside a batch: what was published of the case, and withdrawn, leaves portal.db. */
bool store_unpublish(struct store *s, const char *ref, struct err *err);
/* Outside a batch: no byte of what was deleted stays in case.db or its log. ERR_RETRY while somebody reads.
 */
bool store_scrub(struct store *s, struct err *err);
/* One line in the journal, in a transaction of its own unless a batch is open: who looked at what. */
bool store_note(struct store *s, const char *ref, const struct actor *actor, const char *what,
                const char *detail, int64_t now, struct err *err);

/* ---- status and fsck ---- */
struct store_count {
    const char *what, *name; /* "hold"/"confirmation", "state"/"received", "outbox"/"queued" */
    int64_t n;
};
bool store_counts(struct store *s, const void *mem, struct store_count **ret, size_t *ret_n,
                  struct err *err);
/* SHA-256 of each file that staff recorded as evidence. */
bool store_evidence_files(struct store *s, const void *mem, struct str_list *ret, struct err *err);
/* Held for a confirmation that was asked for last before `before`, never reminded of, and not answered. */
bool store_unanswered(struct store *s, const void *mem, int64_t before, struct str_list *ret,
                      struct err *err);
/* Senders held as forged since `since`, still standing: many are an alarm (SV-9). */
bool store_forged_since(struct store *s, int64_t since, int64_t *ret, struct err *err);
/* Submissions with an open deadline, oldest first. */
bool store_open_deadlines(struct store *s, const void *mem, struct str_list *ret_refs, struct err *err);
/* Open deadlines that were due before `now`. */
bool store_overdue(struct store *s, int64_t now, int64_t *ret, struct err *err);
int64_t store_schema_version(struct store *s);
struct store_ledger {
    const char *recipient, *period;
    int64_t items, at;
};
bool store_ledgers(struct store *s, const void *mem, struct store_ledger **ret, size_t *ret_n,
                   struct err *err);
/* Is a spool entry the receipt of a submission? *ret_ref "" when not. */
bool store_entry_ref(struct store *s, const void *mem, const char *entry, const char **ret_ref,
                     struct err *err);
/* The submission that has a letter of these bytes; "" when there is none. */
bool store_letter_ref(struct store *s, const void *mem, const char *sha256, const char **ret_ref,
                      struct err *err);
/* integrity_check, foreign_key_check, journal chain against journal.head, every submission has a receipt,
 * submission and full-text row counts agree. Each fault is one string. */
bool store_check(struct store *s, const void *mem, struct str_list *ret_faults, struct err *err);

#endif
