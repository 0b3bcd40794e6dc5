/* page.h: the texts of one letter, each with its three forms made once, for everything that looks for
 * words: fields, signals, phrases. Order: subject, body, text that a reader does not see (as if attached),
 * then each attachment's name and text. */
#ifndef FIELDS_PAGE_H
#define FIELDS_PAGE_H

#include "base/utf8.h"
#include "house/profile.h"
#include "mail/letter.h"

enum { PAGES_MAX_BYTES = 1 << 20 /* of text per letter given to matching: bounds time (abuse A27) */ };

#define PAGE_HIDDEN "hidden" /* where: text that a reader does not see */

struct page {
    enum where kind;
    const char *where; /* "subject" "body" "hidden" "attachment:NAME"; a name's page has its attachment's */
    struct utf8_forms forms;
    bool unaccented; /* written without Vietnamese marks: phrases are looked for in the bare form */
};

struct pages {
    struct page *v;
    size_t n;
    size_t fresh; /* bytes of the body's new text, at its beginning; all of it when nothing is quoted */
};

/* Texts beyond PAGES_MAX_BYTES in all are cut at a character. The letter must outlive the pages. */
struct pages pages_make(const void *mem, const struct letter *letter);

/* Offset in a form of the first byte made from exact offset `exact` or later. */
size_t page_form_offset(const struct utf8_form *form, size_t exact);

/* Cells: pieces of a line between tabs, bars or runs of three and more blanks, since text taken from a
 * two-column head has both columns on one line. Blanks at both ends are not part of a cell. */
struct cell {
    size_t from, to;  /* bytes in the text */
    size_t line;      /* 0-based number of its non-empty line */
    bool first, last; /* of its line */
};
/* Steps through the cells of text[*pos .. n); false at the end. Begin with *pos = 0 and a zeroed cell. */
bool page_cell(const char *text, size_t n, size_t *pos, struct cell *cell);

#endif
