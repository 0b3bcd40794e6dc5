/* summary.h: the summary of a document (trich yeu): behind its label, or under or beside the name of its
 * type; 1 to 4 lines. */
#ifndef FIELDS_SUMMARY_H
#define FIELDS_SUMMARY_H

#include "fields/head.h"

/* "V/v ..." with its label, or what is behind "Summary:"; text "" when there is none. *ret_untyped: its
 * label is that of official letters, which have no type. */
struct value summary_labelled(const void *mem, const struct document_words *w, const struct page *page,
                              bool *ret_untyped);

/* What follows the name of the type that ends at exact offset `behind`. */
struct value summary_under(const void *mem, const struct document_words *w, const struct page *page,
                           size_t behind);

/* What a letter says behind the number and date of a document it sends: "decision no. 1 of day 2 on the
 * matter", from exact offset `behind` to the end of the clause; text "" when fewer than four words do. */
struct value summary_in_prose(const void *mem, const struct document_words *w, const struct page *page,
                              size_t behind);

#endif
