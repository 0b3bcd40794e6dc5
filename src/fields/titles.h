/* titles.h: several items in one letter, by its list of titles (DN-10.1, CL-7). */
#ifndef FIELDS_TITLES_H
#define FIELDS_TITLES_H

#include "fields/head.h"

/* The titles in the new text of the body, two or more, in their order; NULL and 0 when there is no list. */
struct value *titles_read(const void *mem, const struct document_words *w, const struct pages *pages,
                          size_t *ret_n);

#endif
