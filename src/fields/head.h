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
    struct str_list lists[WORDS_COUNT];                     /* folded */
    struct str_list bare[WORDS_COUNT], values[WORDS_COUNT]; /* beside lists */
    struct str_list urgency_shown;                          /* beside lists[WORDS_URGENCY_LEVEL] */
    struct str_list portals;                                /* folded */
    struct doc_type *types;
    size_t n_types;
    struct date_words date, bare_date;
    const struct recipient_names *portal_tokens;
};

/* The words of dates as the page writes them: without marks when it was typed without. */
const struct date_words *head_dates(const struct document_words *w, const struct page *page);

/* Bytes of `word` when it stands at s as a whole word, else 0. */
size_t head_word(const char *s, size_t n, const char *word);

/* The longest entry that stands at s, as whole words; *ret_index tells which. 0 = none. */
size_t head_list(const struct str_list *list, const char *s, size_t n, size_t *ret_index);

/* A cell that begins with a label: folded offset behind the label, its colon and blanks. */
struct labelled {
    size_t cell_to; /* folded end of the cell */
    size_t value;   /* folded offset of the value */
    bool colon;
    size_t which; /* entry of the list */
};

bool head_label(const struct str_list *labels, const struct utf8_form *f, const struct cell *cell,
                struct labelled *ret);

/* The type that a symbol ("QD-BTTTT") begins with, or NULL; that of symbols without one ("" when unknown).
 */
const char *head_symbol_type(const struct document_words *w, const char *symbol);
const char *head_typeless(const struct document_words *w);

/* The type's name in capitals, alone on a line or before the summary, or NULL; *ret_next: exact offset
 * behind it. */
const char *head_type_line(const struct document_words *w, const struct page *page, size_t *ret_next);

/* The type's name right before a number at exact offset `at` ("Decision No. 12/..."), or NULL. */
const char *head_type_before(const struct document_words *w, const struct page *page, size_t at);

/* A letter in lower case is in s; s has a capital and no letter in lower case. */
bool head_capitals(const char *s, size_t n);

/* Bytes [from, to) of the page's text as a value: blanks at the ends taken off, runs of blanks and line
 * ends made one blank. */
struct value head_value(const void *mem, const struct page *page, size_t from, size_t to);

/* A value that is said by what was read, not by its words: a date in ISO, yes or no. */
struct value head_says(const char *text, const struct page *page, size_t from, size_t to);

/* Does the page begin as an administrative document does: the name of the state, or a number line? */
bool head_is_document(const struct document_words *w, const struct page *page);

/* Where an entry of the list stands in [from, to) of a form, at the beginning of a word; SIZE_MAX: nowhere.
 * *ret_n: its length. */
size_t head_find(const struct str_list *list, const struct utf8_form *f, size_t from, size_t to,
                 size_t *ret_n);

struct value head_urgency(const struct document_words *w, const struct pages *pages);

#endif
