/* office.h: what the zipped office formats have in common beside their text. */
#ifndef READER_OFFICE_H
#define READER_OFFICE_H

#include "reader/extract.h"
#include "reader/xml.h"

/* A file of the archive that holds no text of the document itself: macros give "macro", embedded documents
 * become attachments inside x, and so do
 * the first pictures that can hold words (a stamp); anything else is passed over. */
void office_other(struct extract *x, struct zip *z, const char *name);

/* Relations (Open Packaging Conventions, 9.3): who refers to what by which id. */
struct office_link {
    const char *from;        /* the .rels file without its directory "_rels": "ppt/slides/slide1.xml" */
    const char *id, *target; /* target: the full name in the archive, "ppt/notesSlides/notesSlide1.xml" */
};

struct office_links {
    struct office_link *v;
    size_t n;
};

/* Is it a .rels file? Then it is read (the zip's current file) and added. */
bool office_links_read(struct extract *x, struct zip *z, const char *name, struct office_links *links);

/* The target of an id; NULL when there is none. */
const char *office_link_find(const struct office_links *links, const char *from, const char *id);

#endif
