/* summary.h: the summary of a document (trich yeu): behind its label, or under or beside the name of its
 * type; 1 to 4 lines. */
#ifndef FIELDS_SUMMARY_H
#define FIELDS_SUMMARY_H

#include "fields/head.h"

/* "V/v ..." or "Summary: ..."; text "" when there is none. */
struct value summary_labelled(const void *mem, const struct document_words *w, const struct page *page);

/* What follows the name of the type that ends at exact offset `behind`. */
struct value summary_under(const void *mem, const struct document_words *w, const struct page *page,
                           size_t behind);

#endif
