/* frame.h: what stands around the text of a document: issuing body and place in its head, the day from
 * which it is in force in one of its last articles (Decree 30/2020 annex I, elements 2 and 4). */
#ifndef FIELDS_FRAME_H
#define FIELDS_FRAME_H

#include "fields/head.h"

/* The name in capitals over the number: the lower of two bodies, over two lines where its name is. */
struct value frame_body(const void *mem, const struct document_words *w, const struct page *page);

/* "place, day D month M year Y": the place. *ret_blank: such a line is there and its day, month or year was
 * left open. */
struct value frame_place(const void *mem, const struct document_words *w, const struct page *page,
                         bool *ret_blank);

/* "this decision is in force from day ...", "... from the day of signing" (`signed_on`, ISO, "" unknown),
 * "45 days from the day of signing", or behind a label. */
struct value frame_effective(const void *mem, const struct document_words *w, const struct page *page,
                             const char *signed_on);

#endif
