/* recipients.h: the list of recipients at the end of a document (Noi nhan), and whether it names the
 * profile's portal, without which nothing is posted (MIC-13.5b1, LS-6.9, DC-1, DC-2). */
#ifndef FIELDS_RECIPIENTS_H
#define FIELDS_RECIPIENTS_H

#include "fields/head.h"

struct recipients {
    struct value list;   /* as written; text "" when there is none */
    struct value portal; /* "yes" "no" "unclear"; its span is the line that decided it, else the list's */
};

/* The portal's names as they are compared; owned by mem. Called once, when w is complete. */
const struct recipient_names *recipient_names_new(const void *mem, const struct document_words *w);

/* The list of `first` (the page of the document, or NULL) if it has one, else the one of any page that says
 * most. */
struct recipients recipients_read(const void *mem, const struct document_words *w,
                                  const struct pages *pages, const struct page *first);

#endif
