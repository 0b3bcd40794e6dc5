/* form.h: the request form for posting (phieu de nghi dang tin, LS-7.2, SV-10), in an attachment or pasted
 * into the text. */
#ifndef FIELDS_FORM_H
#define FIELDS_FORM_H

#include "fields/head.h"

/* Fills v[FIELD_FORM .. FIELD_FORM_APPROVED] from the first form there is; leaves them alone when there is
 * none. Approved is "no" when the place for the leader's opinion was left open, "yes" when it agrees
 * without a reservation, else "unclear". Who wrote it there is not asked here. */
void form_read(const void *mem, const struct document_words *w, const struct pages *pages,
               struct value v[FIELD_COUNT]);

#endif
