/* items.h: several items in one letter (DN-10.1, CL-7): their titles, by a list or by headings, and which
 * text and which attachments belong to each. */
#ifndef FIELDS_ITEMS_H
#define FIELDS_ITEMS_H

#include "fields/head.h"

/* Two items or more in their order; NULL and 0 when the letter has no list of titles and no numbered
 * headings in its new text. An attachment belongs to one item at most. */
struct item *items_read(const void *mem, const struct document_words *w, const struct pages *pages,
                        size_t *ret_n);

#endif
