/* head.h: what the parts of the document reader share: the words of a profile made ready, labels at the
 * beginning of cells, and the parts of a head other than number and date. Private to fields/. */
#ifndef FIELDS_HEAD_H
#define FIELDS_HEAD_H

#include "fields/date.h"
#include "fields/document.h"
#include "house/words.h"

enum { HEAD_LINES = 40 /* non-empty lines in which the head of a document stands */ };

struct doc_type {
    const char *name, *folded, *symbol; /* symbol "-": has none */
};

struct document_words {
    struct str_list lists[WORDS_COUNT]; /* folded */
    struct str_list urgency_shown;      /* beside lists[WORDS_URGENCY_LEVEL] */
    struct str_list prefix_values;      /* beside lists[WORDS_SUBJECT_PREFIX] */
    struct str_list portals;            /* folded */
    struct doc_type *types;
    size_t n_types;
    struct date_words date;
};

/* Bytes of `word` when it stands at s as a whole word, else 0. */
size_t head_word(const char *s, size_t n, const char *word);

/* The longest entry that stands at s, as whole words; *ret_index tells which. 0 = none. */
size_t head_list(const struct str_list *list, const char *s, size_t n, size_t *ret_index);

/* A cell that begins with a label: folded offset behind the label, its colon and blanks. */
struct labelled {
    size_t cell_to; /* folded end of the cell */
    size_t value;   /* folded offset of the value */
    bool colon;
};

bool head_label(const struct str_list *labels, const struct utf8_form *f, const struct cell *cell,
                struct labelled *ret);

/* The type that a symbol ("QD-BTTTT") begins with, or NULL; that of symbols without one ("" when unknown).
 */
const char *head_symbol_type(const struct document_words *w, const char *symbol);
const char *head_typeless(const struct document_words *w);

/* The type's name alone on a line in capitals, or NULL; *ret_next: exact offset behind it. */
const char *head_type_line(const struct document_words *w, const struct page *page, size_t *ret_next);

/* The type's name right before a number at exact offset `at` ("Decision No. 12/..."), or NULL. */
const char *head_type_before(const struct document_words *w, const struct page *page, size_t at);

/* One line of summary from s, trimmed and bounded; that behind a label, or NULL. */
const char *head_cut(const void *mem, const char *s, size_t n);
const char *head_summary(const void *mem, const struct document_words *w, const struct page *page);

const char *head_urgency(const struct document_words *w, const struct pages *pages); /* "" for none */
const char *head_portal(const struct document_words *w, const struct pages *pages);  /* "yes" "no" "" */

#endif
