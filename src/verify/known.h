/* known.h: what the store knows that is related to a new letter. Filled by store_find_related(); read-only
 * for verify() and the desk. Nothing here was proved by the letter itself except `tokens`: a number, a
 * subject or a Message-ID that a letter names is a claim (abuse A13, A14). */
#ifndef VERIFY_KNOWN_H
#define VERIFY_KNOWN_H

#include "base/str.h"
#include "base/when.h"

/* What a token was issued for. */
enum token_purpose {
    TOKEN_CONFIRM, /* to a registered leader: do you confirm this submission? */
    TOKEN_REPLY,   /* to the party of a submission: an answer that carries it joins the submission */
    TOKEN_ACT,     /* to a member of the staff: an answer that carries it acts on the submission */
    TOKEN_SUPPLY /* to a unit that a campaign asks for something: what comes with it is for that section */
};

/* A token of ours that the letter carries and that token_check() accepted. */
struct known_token {
    int64_t id; /* row of the store */
    enum token_purpose purpose;
    const char *token;        /* as the letter carries it; "" once it has been checked */
    const char *ref, *unit;   /* the submission and its unit's id, "" for none; for TOKEN_SUPPLY the code
                                 of the campaign and the unit that was asked */
    const char *address;      /* whom it was sent to */
    const char *content_hash; /* of what was shown */
    const char *present_hash; /* of the submission now */
    const char *letter_key;   /* key of the letter that carried it (plan_letter.key) */
    int64_t issued, expires;  /* seconds UTC */
    bool used;                /* has confirmed or refused already */
    bool open;                /* the submission is in no final state, the campaign not closed */
    bool waiting;             /* it is held for confirmation */
    int64_t request, section; /* for TOKEN_SUPPLY: row of the request, number of the section; else 0 */
};

/* A submission one of whose letters has a Message-ID that this letter's In-Reply-To or References name. */
struct known_case {
    const char *ref, *unit, *from;
    const char *subject; /* of the submission's own letter */
    bool authenticated;  /* its From was proved */
    int64_t received;    /* of the letter named */
    bool open, waiting;
    bool unchanged; /* one letter only and its content is what that letter brought */
};

struct known {
    const char *duplicate_of; /* ref with the same letter key or sameness, "" when none */
    const char *claims;    /* ref named by In-Reply-To, References or subject: linked, never joined; "" */
    bool claims_question;  /* that case is a question */
    struct str_list named; /* every case that In-Reply-To or the subject names, each once */
    const char *next_ref;  /* reserved inside the transaction; a rollback frees it */
    struct known_token *tokens;
    size_t n_tokens;
    struct known_case *cases; /* at most KNOWN_CASES */
    size_t n_cases;
};

#define KNOWN_CASES 8 /* more than one open one means none: which is meant cannot be told */

#endif
