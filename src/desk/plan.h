/* plan.h: what shall happen, as data. One function applies a plan (store_apply); plan_dump() prints it,
 * golden tests compare it, `bbt explain` shows it without applying. Plans are idempotent on (key, effect
 * number). */
#ifndef DESK_PLAN_H
#define DESK_PLAN_H

#include "desk/submission.h"
#include "mail/letter.h"
#include "verify/facts.h"

enum effect_kind {
    EFFECT_OPEN,     /* a new submission: plan->opening */
    EFFECT_RECEIPT,  /* one more receipt on an existing submission: plan->opening->facts */
    EFFECT_MOVE,     /* state := to (from is checked by the store as well) */
    EFFECT_ASSIGN,   /* unit := to */
    EFFECT_HOLD,     /* add a hold: key = reason, text = detail */
    EFFECT_RELEASE,  /* end the hold `key` */
    EFFECT_APPROVE,  /* record an approval of content hash `to` */
    EFFECT_LETTER,   /* an outgoing letter: letter */
    EFFECT_PUBLISH,  /* hand the approved version to portal.db: to = content hash, text = label of the kind
                      */
    EFFECT_WITHDRAW, /* take it off the portal */
    EFFECT_NOTE,     /* a line in the journal: key, text */
    EFFECT_LINK      /* "claims" another submission: to */
};

struct plan_param {
    const char *name, *value;
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
    const char *bytes; /* final RFC 5322 message, CRLF; NULL until rendered */
    size_t n_bytes;
};

struct effect {
    enum effect_kind kind;
    const char *from, *to; /* see enum */
    const char *key;
    const char *text;
    const char *cite;
    struct plan_letter *letter;
};

/* Everything an OPEN effect writes about the letter. */
struct opening {
    const struct letter *letter;
    const struct facts *facts;
    const char *entry;   /* spool entry id */
    struct submission s; /* the first row: ref, state, kind, ... */
    const char *report;  /* the evidence and ruling as one JSON text, for `show` and audits */
};

struct plan {
    const char *key;    /* idempotency: letter receipt "account/receipt" or event id */
    const char *ref;    /* the submission concerned */
    int64_t version;    /* submission.version this plan was made from; -1 for a new one */
    struct actor actor; /* user "system" for letters and timers */
    int64_t now;
    const char *refused; /* catalogue key refusal.KEY when the event is not allowed; then no effects */
    const char *refused_detail;
    struct opening *opening; /* for OPEN and RECEIPT */
    struct effect *effects;
    size_t n_effects;
};

struct plan *plan_new(const void *mem, const char *key, const char *ref, const struct actor *actor,
                      int64_t now);
struct effect *plan_add(struct plan *plan, enum effect_kind kind);
struct plan *plan_refuse(struct plan *plan, const char *key,
                         const char *detail); /* drops effects, returns plan */
const char *effect_name(enum effect_kind k);

/* A stable text of the plan: one line per effect, for golden tests and explain. */
char *plan_dump(const void *mem, const struct plan *plan);

extern const struct actor actor_system;

#endif
