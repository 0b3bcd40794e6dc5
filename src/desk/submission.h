/* submission.h: the case, as the store gives it to the desk. Read-only snapshots owned by the caller's mem.
 */
#ifndef DESK_SUBMISSION_H
#define DESK_SUBMISSION_H

#include "base/hash.h"
#include "base/str.h"
#include "base/when.h"
#include "verify/known.h"

struct hold {
    const char
        *reason; /* the contract's code: "forged" "confirmation" "secrecy" "unreadable" "limits" "unsure" */
    const char *detail; /* a value for the catalogue text hold.REASON, or "" */
    int64_t since;
};

struct approval {
    const char *user;  /* staff account */
    const char *login; /* who typed it */
    const char *content_hash;
    int64_t at;
    unsigned roles; /* bits of enum role that the person had then */
};

/* Whoever wrote a version of the text, or has the address that sent it: never "system". */
struct author {
    const char *user, *login;
};

struct flag {
    const char *name; /* of a flag_rule */
    const char *user; /* who raised it; "system": words of the letter */
    const char *reason;
    int64_t at;
};

/* What intake established by hand: name "origin" "content" "purpose". */
struct check {
    const char *name, *value, *user;
};

/* One person's consent to end a hold that needs several; of the present content. */
struct consent {
    const char *hold;
    const char *user, *login;
    unsigned roles;
};

struct receipt {
    const char *account, *source, *key;
    const char *entry; /* spool entry id: where the raw letter is */
    int64_t received;
};

/* A clock of a case: one rule that was opened, and how it ended. */
struct case_deadline {
    const char *rule, *cite;
    int64_t start, due; /* due: WHEN_NONE when there is none */
    bool provisional;
    int64_t ended;        /* WHEN_NONE: still open */
    const char *ended_by; /* event word, "" */
};

/* Who of the staff has a case for review (LS-12.3); `user` NULL or "": nobody. */
struct review {
    const char *user, *given_by;
    int64_t at;
};

/* Another text on the same issue, that is worked on or is on the portal (BCA-5.9). */
struct voice {
    const char *ref, *unit; /* whose it is, "" when nobody knows */
    const char *title;      /* "" of a secret one */
    const char *state, *content_hash;
    int64_t received;
    bool seen; /* somebody looked at exactly these two texts, and said so */
};

struct submission {
    const char *ref;      /* "BBT-2024-000123" */
    int64_t version;      /* grows with every applied plan: optimistic lock */
    const char *state;    /* a state of the track; holds stand beside it; "closed" without a track */
    const char *kind;     /* kind id */
    const char *category; /* contract word */
    const char *track;
    const char *unit;        /* unit id, "" */
    const char *sender_unit; /* of the registered sender, whose leader may confirm; "" */
    bool restricted;         /* complaint or denunciation: inspector and chief only */
    const char *verdict;     /* contract word */
    const char *from, *from_name;
    bool authenticated;
    const char *subject;
    const char *message_id;
    int64_t received, opened;
    const char *title, *body; /* the content version that would be published */
    const char *extra;        /* what belongs to them: fields and files; see desk/content.h; "" */
    const char *content_hash; /* SHA-256 over all three */
    struct author *authors;   /* of all versions, each once, the latest last */
    size_t n_authors;
    struct flag *flags; /* those that stand */
    size_t n_flags;
    struct check *checks;
    size_t n_checks;
    struct consent *consents; /* of standing holds */
    size_t n_consents;
    int64_t scheduled; /* when it shall be published by itself; 0: not at all */
    const char *letter_sha256;
    struct hold *holds;
    size_t n_holds;
    struct hold *let_pass; /* ended by people together, for the present content and no other (A32) */
    size_t n_let_pass;
    bool on_portal;             /* some version of it is there now */
    struct approval *approvals; /* of the current content hash, given to it as this kind */
    size_t n_approvals;
    struct receipt *receipts;
    size_t n_receipts;
    struct confirmation *confirmations; /* oldest first */
    size_t n_confirmations;
    struct case_deadline *deadlines; /* oldest first; ended ones too */
    size_t n_deadlines;
    struct review review;
    const char *topic;    /* the issue that it speaks of, "" */
    struct voice *voices; /* the others on that issue, oldest first */
    size_t n_voices;
    int64_t requests; /* letters to leaders that asked for the confirmation of the present content */
};

/* What a letter says of itself as a document, read when it came; "" each when it says nothing. */
struct document_says {
    const char *issued;     /* "yes" "no" */
    const char *portal;     /* "yes" "no" "unclear" */
    const char *number;     /* its own */
    const char *recipients; /* the list, as written */
    const char *issued_where, *number_where, *portal_where;
};

/* One thing that was said about a submission by its unit's leader, or recorded of it by staff. */
struct confirmation {
    const char *what;          /* "confirmed" "refused" "condition" "question" "withdrawn" "unclear" */
    const char *person;        /* address of who said it; "" when only the evidence says it */
    const char *how;           /* "token" "thread" "sent" "forward" "form"; by staff "paper" "fax" "scan" */
    const char *content_hash;  /* of what was spoken about */
    const char *evidence;      /* SHA-256 of the letter, or of the file that staff stored */
    const char *evidence_name; /* "" for a letter */
    const char *words;         /* as they stand in the letter, or the reason that staff gave */
    int64_t at;
    const char *recorded_by; /* staff account, or "system" */
};

enum role {
    ROLE_CHIEF = 1,
    ROLE_STANDING_DEPUTY = 2,
    ROLE_DEPUTY = 4,
    ROLE_MEMBER = 8,
    ROLE_SECRETARY = 16,
    ROLE_EDITOR = 32,
    ROLE_INSPECTOR = 64,
    ROLE_ADMIN = 128,
    ROLE_VIEWER = 256,
    ROLE_SYSTEM = 512 /* timers and arriving letters; never a person's: role_parse does not know it */
};

/* Who acts: the staff account and the login that typed it (ARCHITECTURE 4, actors). */
struct actor {
    const char *user;      /* staff account name */
    const char *login;     /* the operating system's user */
    unsigned roles;        /* bits of enum role, those that were handed over for the moment included */
    unsigned lent;         /* those of them that he has only because they were handed over */
    const char *on_behalf; /* accounts whose deciding roles these are, by comma; NULL: his own alone */
    bool trial;            /* a house for trying out: one login may play several people */
};

const char *role_name(enum role r); /* "standing-deputy" */
bool role_parse(const char *word, enum role *ret);
/* True when the actor has one of the named roles. */
bool actor_has_any(const struct actor *a, const struct str_list *roles);
/* May read restricted submissions: inspector or chief (QC-6). */
bool actor_reads_restricted(const struct actor *a);
bool actor_reads_unread(const struct actor *a);

/* How its confirmation stands, in the contract's words; the others are "" when there is nothing to say. */
struct confirmation_state {
    const char *state; /* not-needed|needed|requested|confirmed|refused|withdrawn */
    const char *by, *how, *evidence;
};
struct confirmation_state submission_confirmation(const struct submission *s);
/* A confirmation of exactly the present content stands and was not taken back. */
bool submission_is_confirmed(const struct submission *s);
bool submission_is_held_for(const struct submission *s, const char *reason);
/* Nobody has read all of it, and no unit proved that it sent it: it may be a complaint or a denunciation
 * (A33). Until somebody has, its words and its sender are for inspector, chief and secretary. */
bool submission_is_unread(const struct submission *s);
/* What words it has stand in no index and are shown to few: `unread`, or perhaps a state secret (A31). */
bool submission_is_withheld(const struct submission *s);

/* SHA-256 hex over title and body, and over `extra` unless it is empty; what an approval binds (LS-14.2).
 */
char *submission_content_hash(const void *mem, const char *title, const char *body);
char *submission_whole_hash(const void *mem, const char *title, const char *body, const char *extra);

#endif
