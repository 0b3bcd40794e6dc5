/* agreement.h: what a person's own new text says to a request for confirmation (DOMAIN 6; SV-7, SV-8).
 *
 * Reads letter->fresh and nothing else: words in a quote, a signature or a forwarded letter agree to
 * nothing. The words are data (rules/common/agreement.rules). Errs to the safe side: whatever is not plain
 * agreement without condition is one of the others, and a person looks. Pure, linear. */
#ifndef VERIFY_AGREEMENT_H
#define VERIFY_AGREEMENT_H

#include "house/profile.h"
#include "mail/letter.h"

enum agreement {
    AGREEMENT_NONE,      /* says nothing about it; also "seen", a thumb, an empty text */
    AGREEMENT_YES,       /* agrees, without condition */
    AGREEMENT_NO,        /* does not agree */
    AGREEMENT_CONDITION, /* agrees if, after, except; agrees and asks for changes */
    AGREEMENT_QUESTION,  /* asks */
    AGREEMENT_WITHDRAWN  /* takes an earlier agreement back */
};

struct agreement_words; /* the compiled word lists of a profile */
/* Owned by mem. Total: a list that a profile lacks is empty, and then nothing is agreement. */
struct agreement_words *agreement_words_new(const void *mem, const struct profile *profile);

struct agreement_found {
    enum agreement what;
    const char
        *words;   /* as they stand in the text: evidence for people; "" when none. With NONE they
                     are not "" when some words agree, but not plainly the writer's own or about this */
    bool states;  /* some words say that somebody agrees, and do not ask for it or for publication */
    bool changes; /* CONDITION, and all that is asked for are changes of the text */
};

/* `text` is letter->fresh (NFC, LF); bounded: more than 20,000 bytes of own text is no plain agreement and
 * gives NONE. Words on mem. */
struct agreement_found agreement_read(const void *mem, const char *text,
                                      const struct agreement_words *words);

/* The same of somebody whose unit is known: "the Department agrees" is then his own word. */
struct agreement_found agreement_read_of(const void *mem, const char *text, const char *unit_name,
                                         const struct agreement_words *words);

const char *agreement_name(enum agreement a); /* "yes" "no" "condition" "question" "withdrawn" "none" */

#endif
