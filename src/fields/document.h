/* document.h: what a submitted document says of itself (Decree 30/2020 annex I; MIC-13.5b), and what a
 * request form and a list of titles say (LS-7.2, DN-10.1). Every value has the place it was read at. */
#ifndef FIELDS_DOCUMENT_H
#define FIELDS_DOCUMENT_H

#include "fields/page.h"
#include "fields/value.h"

struct document {
    struct value v[FIELD_COUNT]; /* text "" when unknown; where "" when it stands in no one place */
    struct item *items;          /* of one letter, in its order; NULL below two */
    size_t n_items;
    /* Those that rulings ask for most, as in v; "" when unknown. */
    const char *number; /* "146/QD-BTTTT" normalised; "" also when blank */
    const char *date;   /* ISO */
    const char *type;   /* "Quyet dinh", as in the rules */
    const char *summary;
    const char *portal; /* "yes" "no" "unclear" */
    const char *where;  /* page on which the number, or a blank number line, was found */
    bool at_place;      /* it stood on a number line or in the subject, not in running text */
    bool blank;         /* a number line left open: not issued yet */
};

struct document_words; /* of the profile, made ready once; owned by mem */
struct document_words *document_words_new(const void *mem, const struct profile *profile);

struct document document_read(const void *mem, const struct pages *pages,
                              const struct document_words *words);

/* Whether bytes [from, to) of the page's folded form (of its bare form, when it is written without marks)
 * name a day that lies behind that of `now` (seconds UTC), half a year at most. A date without its year is
 * of the year of now. */
bool document_says_later(const struct document_words *w, const struct page *page, size_t from, size_t to,
                         int64_t now);

/* What the prefixes of a subject say. */
struct title_marks {
    bool reply;   /* the rest was written by the one who is answered */
    bool forward; /* the letter passes another one on */
};

/* A subject without reply, forward and "on the matter of" prefixes; owned by mem. */
char *document_title(const void *mem, const char *subject, const struct document_words *words,
                     struct title_marks *ret_marks);

#endif
