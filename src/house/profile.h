/* profile.h: one institution's rules, loaded whole from bytes of rules/common/ and rules/NAME/.
 * A new institution is a directory of text files; nothing about one is in C. Every entry cites its article
 * in the id form of MISSION.md (MIC-13.5d). Immutable after profile_load(). */
#ifndef HOUSE_PROFILE_H
#define HOUSE_PROFILE_H

#include "base/utf8.h"
#include "house/office.h"
#include "house/timing.h"
#include "house/tree.h"

/* The fixed categories of the contract. */
enum category {
    CATEGORY_NEWS,
    CATEGORY_DOCUMENT,
    CATEGORY_DRAFT,
    CATEGORY_COMPLAINT,
    CATEGORY_DENUNCIATION,
    CATEGORY_QUESTION,
    CATEGORY_THEMATIC,
    CATEGORY_EVENT_NOTICE,
    CATEGORY_OTHER,
    CATEGORY_SPAM,
    CATEGORY_BOUNCE,
    CATEGORY_AUTOREPLY,
    CATEGORY_COUNT
};
const char *category_name(enum category c); /* "event-notice" */
bool category_parse(const char *word, enum category *ret);
/* Categories whose letters are taken in from anybody: complaint, denunciation, question. */
bool category_is_citizens(enum category c);
/* Readable by inspector and chief only, never in search (QC-6): complaint, denunciation. */
bool category_is_restricted(enum category c);

/* Whom a submission of a kind must be confirmed by before anything is done with it (MIC-13.1a). */
enum confirm_rule {
    CONFIRM_NOBODY,       /* own accounts suffice; others need the leader */
    CONFIRM_LEADER_ALWAYS /* even from own accounts (LS-7.2: phieu with the leader's opinion) */
};

struct kind {
    const char *id;    /* "mic/news" */
    const char *label; /* shown to people */
    enum category category;
    const char *track; /* track name, "" for none */
    enum confirm_rule confirm;
    const char *to;        /* unit that gets it ("" = the standing unit) */
    bool priority;         /* stands first in the queue while it waits (BCA-5.6b) */
    struct str_list alert; /* roles whose people get a letter when one arrives, at any hour */
    const char *cite;
    const char *file;
    int line;
};

enum where {
    WHERE_SUBJECT = 1,
    WHERE_BODY = 2,
    WHERE_ATTACHMENT = 4,
    WHERE_NAME = 8 /* attachment names */
};

struct phrase {
    size_t kind;              /* index into profile.kinds */
    const char *text;         /* in the form below, ready to match; always as whole words */
    const char *shown;        /* as the editor wrote it */
    enum utf8_form_name form; /* default folded */
    unsigned where;           /* bits of enum where; default subject, body and attachment */
    int weight;               /* -100..100; in the subject it counts double */
    const char *cite;
    const char *file;
    int line;
};

/* Structure signals: facts about a letter that are not words; each named in classify/signal.c. */
struct signal_rule {
    size_t kind;
    const char *signal; /* "from-own-domain" "has-document-number" "question-shape" ... */
    int weight;
    const char *cite;
    const char *file;
    int line;
};

/* Who an example comes from; in the order of the words in profile_signal.c. */
enum example_from { EXAMPLE_OUTSIDE, EXAMPLE_OWN, EXAMPLE_LEADER, EXAMPLE_DAEMON, EXAMPLE_AUTOMATIC };

/* A sample letter whose kind is known; `bbt rules test` runs them. */
struct example {
    size_t kind;
    const char *subject, *body;           /* paragraphs of the body are parted by an empty line */
    const char *attached, *attached_text; /* name and text of an attachment, "" */
    enum example_from from;
    bool from_own; /* as if from an authenticated own account */
    const char *file;
    int line;
};

struct transition {
    const char *event; /* "approve" */
    const char *from, *to;
    struct str_list roles; /* any of these may take it: words of enum role, and "system" for timers */
    bool needs_ground, needs_reason;
    struct str_list grounds; /* the only ones that may be named; none: any */
    const char *letter;      /* template key, "" for none */
    const char *effect;      /* "" or "publish" "withdraw" "schedule" */
    unsigned needs;          /* bits of 1 << enum guard_id */
    const char *cite;
    const char *file;
    int line;
};

/* approval [FLAG] N of ROLE... | approval [FLAG] each ROLE...: whose approval of the present text a case
 * needs before it counts as approved. Those of all its flags count together, each person once in each. */
struct approval_rule {
    const char *flag; /* "" for every case of the track */
    int people;       /* so many different persons; with `each` one for each role */
    bool each;
    struct str_list roles;
    const char *cite;
    const char *file;
    int line;
};

struct track {
    const char *name;
    const char *start;
    struct str_list states;
    struct str_list finals;
    struct transition *transitions;
    size_t n_transitions;
    struct approval_rule *approvals;
    size_t n_approvals;
    const char *file;
    int line;
};

/* What makes a case need more than others: sensitive, hot, important. Raised by words of a letter or by
 * hand; never lowered by somebody who wrote the text. */
struct flag_rule {
    const char *name, *label;
    struct str_list raise, lower; /* roles */
    struct str_list words;        /* as whole words, folded, in title or text */
    const char *cite;
    const char *file;
    int line;
};

/* Which hold people may end, who, and how many of them must agree with a reason. A hold that is not named
 * ends by proof only. */
struct release_rule {
    const char *hold;
    struct str_list roles;
    int people;
    bool each; /* one person for each of the roles */
    const char *cite;
    const char *file;
    int line;
};

struct ground {
    const char *code; /* "14.4a" */
    const char *text; /* Vietnamese, from the rules file */
    const char *cite;
    const char *file;
    int line;
};

/* One line of a `words LIST { }` block: see words.h. */
struct word_entry {
    const char *list; /* "secrecy-level" ... */
    const char *text, *value;
    const char *file;
    int line;
};

struct profile {
    const char *name;        /* "mic" */
    const char *institution; /* its full name */
    const char *mailbox;     /* "banbientap@mic.gov.vn" */
    const char *cite;        /* of what it says about itself, "" */
    struct str_list own_domains;
    struct str_list authserv_ids; /* pinned, lower case */
    struct str_list receivers;    /* host patterns of our own mail servers */
    bool stamps;                  /* our servers write Authentication-Results */
    struct str_list portal_names; /* as in Noi nhan */
    const char *inspectorate;     /* address that gets the weekly digest, "" when none */
    const char *alternate;        /* gets what accuses the inspectorate, "" when none */
    bool chief_opens;             /* complaints may be sealed to the chief, too */
    bool digest_originals;        /* the digest carries the letters themselves */
    bool form_confirms;    /* LS-7.2: the leader's opinion in a request form from an own account confirms */
    bool confirm_deputies; /* DOMAIN 6: a deputy of the unit may confirm as its head may */
    int64_t consultation_days; /* a consultation is open for so many days at least */
    int64_t confirm_days;      /* a request for confirmation may be answered for so many days */
    bool own_accounts_suffice; /* MIC-13.1a; false = the minority reading: all need a leader */
    struct kind *kinds;
    size_t n_kinds;
    struct phrase *phrases;
    size_t n_phrases;
    struct signal_rule *signals;
    size_t n_signals;
    struct track *tracks;
    size_t n_tracks;
    struct ground *grounds;
    size_t n_grounds;
    struct flag_rule *flags;
    size_t n_flags;
    struct release_rule *releases;
    size_t n_releases;
    size_t fallback_kind;             /* index of the kind for letters nothing fired on (category other) */
    size_t main_kind[CATEGORY_COUNT]; /* index of the kind that a bare category word means */
    struct example *examples;
    size_t n_examples;
    struct word_entry *words; /* common first; looked into with words_next() */
    size_t n_words;
    struct str_list public_mail; /* free mail domains: never a unit's (directory.shared) */
    struct calendar_rules calendar;
    struct time_rule *time_rules;
    size_t n_time_rules;
    struct duty *duties;
    size_t n_duties;
    struct office_rules office;
};

struct profile_file {
    const char *name; /* shown in messages and reasons: "mic/kinds.rules" */
    const char *bytes;
    size_t n;
};

/* Loads a profile from its files. A file belongs to rules/common when its name begins with "common/", else
 * to the profile; they may come in any order. All problems are added to the list; NULL when there was any.
 * The profile owns everything it points to. Pure: the edge reads the files. Grammar: banbientap-rules(5).
 */
struct profile *profile_load(const void *mem, const char *name, const struct profile_file *files,
                             size_t n_files, struct problems *problems);

const struct kind *profile_find_kind(const struct profile *p, const char *id);
const struct track *profile_find_track(const struct profile *p, const char *name);
const struct ground *profile_find_ground(const struct profile *p, const char *code);
const struct flag_rule *profile_find_flag(const struct profile *p, const char *name);
const struct release_rule *profile_find_release(const struct profile *p, const char *hold);
const struct time_rule *profile_find_time_rule(const struct profile *p, const char *id);
const struct duty *profile_find_duty(const struct profile *p, const char *id);
const struct transition *track_find(const struct track *t, const char *state, const char *event);

#endif
