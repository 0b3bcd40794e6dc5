/* document.h: what a submitted document says of itself: number, type, date, summary, urgency, and whether
 * its list of recipients names the portal (Decree 30/2020 annex I; MIC-13.5b). Thin in this issue: text
 * that was extracted well, and the fields that machine mail and clerks write. */
#ifndef FIELDS_DOCUMENT_H
#define FIELDS_DOCUMENT_H

#include "fields/page.h"

struct document {        /* "" when unknown */
    const char *number;  /* "146/QD-BTTTT" normalised; "" also when blank */
    const char *where;   /* page on which it, or a blank number line, was found: "body" "attachment:NAME" */
    bool at_place;       /* it stood on a number line or in the subject, not in running text */
    bool blank;          /* a number line left open: not issued yet */
    const char *type;    /* "Quyet dinh", as in the rules */
    const char *date;    /* ISO */
    const char *summary; /* trich yeu, as written */
    const char *urgency; /* as in the rules */
    const char *portal;  /* "yes" "no": do the recipients name it; "" when there is no such list */
};

struct document_words; /* of the profile, made ready once; owned by mem */
struct document_words *document_words_new(const void *mem, const struct profile *profile);

struct document document_read(const void *mem, const struct pages *pages,
                              const struct document_words *words);

/* What the prefixes of a subject say. */
struct title_marks {
    bool reply;   /* the rest was written by the one who is answered */
    bool forward; /* the letter passes another one on */
};

/* A subject without reply, forward and "on the matter of" prefixes; owned by mem. */
char *document_title(const void *mem, const char *subject, const struct document_words *words,
                     struct title_marks *ret_marks);

#endif
