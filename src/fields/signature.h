/* signature.h: who signed a document and in what capacity (Decree 30/2020 annex I, element 7; DOMAIN 1.3).
 */
#ifndef FIELDS_SIGNATURE_H
#define FIELDS_SIGNATURE_H

#include "fields/head.h"

struct signature { /* text "" when unknown */
    struct value name;
    struct value capacity; /* "TM. KT." as stacked */
    struct value office;   /* the last one above the name */
};

/* The first complete signature of the page: what follows it belongs to annexes. */
struct signature signature_read(const void *mem, const struct document_words *w, const struct page *page);

#endif
