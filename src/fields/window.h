/* window.h: the days of a public consultation on a draft (MIC-13.5c): "from day ... to day ...", "before
 * day
 * ...", "60 days from day ...". */
#ifndef FIELDS_WINDOW_H
#define FIELDS_WINDOW_H

#include "fields/head.h"

struct window { /* ISO; text "" when unknown or not to be computed ("30 days from posting") */
    struct value from, to;
};

/* The first window in the new text of the body, else in an attachment. */
struct window window_read(const void *mem, const struct document_words *w, const struct pages *pages);

#endif
