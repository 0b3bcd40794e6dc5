/* sealing_source.h: the copy that a drop folder inside the house keeps. */
#ifndef SEALING_SOURCE_H
#define SEALING_SOURCE_H

#include "open.h"

/* Removes it; fine when there is none. To be called while the spool still has the entry's facts. */
bool sealing_remove_source(const struct house *h, const char *entry, struct err *err);

/* Removes spool entries of the same bytes as those of the rows that are no receipts of their own. Only for
 * cases that became restricted later: what is admitted sealed never lies in done/. Before the rows' own
 * entries go. */
bool sealing_drop_repeats(struct house *h, const void *mem, const struct store_sealed *rows, size_t n,
                          struct err *err);

#endif
