/* agreement_items.h: a text as a row of words that the lists know or do not know. Private to agreement*.c.
 */
#ifndef VERIFY_AGREEMENT_ITEMS_H
#define VERIFY_AGREEMENT_ITEMS_H

#include "house/words.h"
#include "verify/agreement.h"

/* In one order with the lists agree-*: first what stands alone, then the lists. Later beats earlier when
 * two entries fit the same words equally well: danger is last. */
enum item_class {
    ITEM_UNKNOWN,
    ITEM_QUOTE,    /* a quotation mark */
    ITEM_COMMA,    /* ends a clause: , ( ) - */
    ITEM_COLON,    /* ends a clause; what follows may be the word of whom it names */
    ITEM_STOP,     /* ends a sentence */
    ITEM_QUESTION, /* ends a sentence that asks */
    ITEM_LINE,     /* ends a line, and a sentence with it */
    ITEM_NAME,     /* a person's name */
    ITEM_PLAIN,
    ITEM_OBJECT,
    ITEM_TITLE,
    ITEM_GREETING,
    ITEM_SEEN,
    ITEM_YOU,
    ITEM_PUBLISH,
    ITEM_WEAK,
    ITEM_ORDER,
    ITEM_ACT,
    ITEM_ASK,
    ITEM_REQUEST,
    ITEM_APPEAL,
    ITEM_OTHER,
    ITEM_CHANGE,
    ITEM_IF,
    ITEM_NOT,
    ITEM_REFUSE,
    ITEM_WITHDRAW
};

struct item {
    enum item_class class;
    size_t from, to; /* bytes of the text */
    bool capital;    /* begins with a capital letter and goes on in small ones */
};

struct items {
    struct item *v;
    size_t n;
};

/* The words of a text (NFC), longest entry first; `unit`: the name of the writer's own, harmless, or "".
 * Ends with an ITEM_LINE. Owned by mem; linear. */
struct items agreement_items(const void *mem, const char *text, const char *unit,
                             const struct agreement_words *words);

#endif
