/* plan.h: what shall happen, as data. One function applies a plan (store_apply); plan_dump() prints it,
 * golden tests compare it, `bbt explain` shows it without applying. Plans are idempotent on (key, effect
 * number). */
#ifndef DESK_PLAN_H
#define DESK_PLAN_H

#include "desk/submission.h"
#include "mail/letter.h"
#include "verify/facts.h"

enum effect_kind {
    EFFECT_OPEN,       /* a new submission: plan->opening */
    EFFECT_RECEIPT,    /* one more receipt on an existing submission: plan->opening->facts */
    EFFECT_MOVE,       /* state := to (from is checked by the store as well) */
    EFFECT_ASSIGN,     /* unit := to */
    EFFECT_RECLASSIFY, /* kind from -> to, the rest in `reclassified`; text = reason */
    EFFECT_HOLD,       /* add a hold: key = reason, text = detail */
    EFFECT_RELEASE,    /* end the hold `key` */
    EFFECT_CONTENT,    /* a new version of the text, from hash to hash: content; text = note */
    EFFECT_FLAG,       /* raise (to = "raised") or lower (to = "lowered") the flag `key`: text = reason */
    EFFECT_CHECK,      /* intake established key = "origin" "content" "purpose": text */
    EFFECT_CONSENT,    /* one of several agrees to end the hold `key` of content `to`: text = reason */
    EFFECT_SCHEDULE,   /* publish content `to` at the time `key` (RFC 3339); key "": not any more */
    EFFECT_DECISION,   /* to be counted: key = event, to = ground, text = reason */
    EFFECT_APPROVE,    /* record an approval of content hash `to` */
    EFFECT_LETTER,     /* an outgoing letter: letter */
    EFFECT_PUBLISH,  /* hand the approved version to portal.db: to = content hash, text = label of the kind
                      */
    EFFECT_WITHDRAW, /* take it off the portal */
    EFFECT_NOTE,     /* a line in the journal: key, text */
    EFFECT_DEADLINE, /* a clock runs, or runs anew: key = rule, from = start, to = due ("" none),
                        text = "provisional" or "" */
    EFFECT_DEADLINE_END, /* it has ended: key = rule, text = the event word,
                             from = when, "" now */
    EFFECT_LINK,         /* "claims" another submission: to */
    EFFECT_TOKEN,        /* a token that a letter of this plan carries: token */
    EFFECT_ATTACH,       /* this letter joins the submission: plan->opening, as for RECEIPT */
    EFFECT_CONFIRM,      /* the leader agrees to content hash `to`: key = "confirmed", text = how */
    EFFECT_ANSWER,       /* the leader says something else: key = what, text = how, to = content hash */
    EFFECT_EVIDENCE,     /* a later look-up: verdict from -> to, key = authentication result,
                          text = the unit that is proved now, "" */
    EFFECT_REREAD,       /* a letter that nobody could read is read now: plan->opening; key = spool entry,
                            from = kind, to = kind */
    EFFECT_CONSULTATION, /* a window: key = "letter" "hand" (set), "opened" "closed" (made known);
                            from, to = when it opens and closes; text = reason */
    EFFECT_COMMENT,      /* what was said in it: key = "timely" "late": comment */
    EFFECT_EVENT,        /* of an event: key = "assigned" "cannot" "article": event */
    EFFECT_SEAL,       /* the letter of this plan is in a sealed file: key = its SHA-256, text = to whom */
    EFFECT_TOKEN_USE,  /* the token of row `to` has done what it was for */
    EFFECT_CAMPAIGN,   /* the case is part of campaign `key`, section number `to`; from = row of the request
                          that it answers, "" */
    EFFECT_TOPIC,      /* it speaks of issue `to`, "" = of none any more; key = "joined" "left" */
    EFFECT_TOPIC_SEEN, /* the other text `key` (a ref) of the issue, content `to`, was looked at:
                          text = reason */
    EFFECT_REVIEW      /* the account `to` has it for review; "": nobody any more, text = the word that
                          ended it */
};

struct plan_param {
    const char *name, *value;
};

/* A token to be known again: never the token itself. */
struct plan_token {
    const char *hash; /* SHA-256 hex; "" when there was no key to make one (explain) */
    enum token_purpose purpose;
    const char *address, *content_hash;
    const char *letter; /* key of the letter that carries it */
    int64_t expires;
};

/* A version of the text: see desk/content.h. */
struct plan_content {
    const char *title, *body, *extra;
};

struct plan_confirmation {
    const char *person;                   /* address, "" */
    const char *evidence, *evidence_name; /* SHA-256 of letter or file; the file's name, "" */
    const char *words;
    int64_t token; /* row of the token that is used up, 0 */
};

/* An outgoing letter. The desk names template and parameters; letters_render() (send/) fills `bytes`. */
struct plan_letter {
    const char *template; /* conf/LANG/letters/TEMPLATE.txt */
    const char *to;  /* one sendable address, from a registry or an authenticated From; never a header */
    const char *key; /* unique: one logical letter ("refused/BBT-2024-000001/3") */
    const char *message_id; /* fixed per letter, without <> */
    int64_t date;
    struct plan_param *params;
    size_t n_params;
    struct plan_attachment {
        const char *name, *type;
        const char *bytes;
        size_t n;
    } * attachments;
    size_t n_attachments;
    const char
        *purpose; /* automatic letters are counted by it ("request" "receipt"); NULL: a person's act */
    int64_t per_address; /* of this purpose to this address in 24 hours; 0: no limit */
    int64_t per_hour;    /* of all automatic letters; 0: no limit */
    bool must;           /* what is over a limit waits; else it is dropped, with a line in the journal */
    bool answerable;     /* carries a token: */
    enum token_purpose token_purpose;
    int64_t token_seconds; /* how long it is good */
    const char *token;     /* NULL until desk_issue_tokens(); "" without a key */
    const char *bytes;     /* final RFC 5322 message, CRLF; NULL until rendered */
    size_t n_bytes;
};

/* What a case is from now on. */
struct plan_reclassified {
    const char *category, *track;
    const char *state; /* in that track */
    bool restricted;
};

struct comment;
struct event_decision;

struct effect {
    enum effect_kind kind;
    const char *from, *to; /* see enum */
    const char *key;
    const char *text;
    const char *cite;
    struct plan_letter *letter;
    struct plan_token *token;
    struct plan_confirmation *confirmation;
    struct plan_reclassified *reclassified;
    struct plan_content *content;
    const struct comment *comment;      /* desk/consultation.h */
    const struct event_decision *event; /* desk/event.h */
};

struct route; /* desk/route.h */

/* Everything an OPEN effect writes about the letter. */
struct opening {
    const struct letter *letter;
    const struct facts *facts;
    const char *entry;    /* spool entry id */
    struct submission s;  /* the first row: ref, state, kind, ... */
    struct route *routes; /* who should have it; NULL: the standing unit keeps it */
    size_t n_routes;
    bool corrects;      /* of ATTACH: the case is from now on what this letter says (LS-7.4) */
    const char *report; /* the evidence and ruling as one JSON text, for `show` and audits */
};

struct plan {
    const char *key;    /* idempotency: letter receipt "account/receipt" or event id */
    const char *ref;    /* the submission concerned */
    int64_t version;    /* submission.version this plan was made from; -1 for a new one */
    struct actor actor; /* user "system" for letters and timers */
    int64_t now;
    const char *refused; /* catalogue key refusal.KEY when the event is not allowed; then no effects */
    const char *refused_detail;
    struct opening *opening; /* for OPEN, RECEIPT and ATTACH */
    const char *spare_ref;   /* a reference that was reserved and is not needed; NULL */
    struct effect *effects;
    size_t n_effects;
};

struct plan *plan_new(const void *mem, const char *key, const char *ref, const struct actor *actor,
                      int64_t now);
/* A plan made from the present version of a case; its key names that version and `what` is done. */
struct plan *plan_on(const void *mem, const struct submission *s, const char *what,
                     const struct actor *actor, int64_t now);
/* What one person does to a version of a case is told from what he does to it elsewhere at the same time:
 * the second is a change meanwhile, and no repetition of the first (WF-8). Called when the plan is
 * complete. */
void plan_bind_key(struct plan *plan);
struct effect *plan_add(struct plan *plan, enum effect_kind kind);
/* Effects that say all in a few words; what `detail` and `text` hold is copied. */
/* Adds a hold; `detail` is a value for the catalogue text hold.REASON, or "". */
void plan_hold(struct plan *p, const char *reason, const char *detail, const char *cite);
void plan_release(struct plan *p, const char *reason, const char *text, const char *cite); /* its end */
void plan_note(struct plan *p, const char *key, const char *text);
struct plan *plan_refuse(struct plan *plan, const char *key,
                         const char *detail); /* drops effects, returns plan */
const char *effect_name(enum effect_kind k);
const char *token_purpose_name(enum token_purpose p); /* "confirm" "reply" "act" "supply" */

/* A stable text of the plan: one line per effect, for golden tests and explain. */
char *plan_dump(const void *mem, const struct plan *plan);

extern const struct actor actor_system;

#endif
