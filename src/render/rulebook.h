/* rulebook.h: a profile as a document that people read: sections of rows, each row with the article it
 * comes from and the place it is written at. Made once, written as text or HTML. Pure. */
#ifndef RENDER_RULEBOOK_H
#define RENDER_RULEBOOK_H

#include "house/profile.h"
#include "render/catalog.h"

struct rulebook_row {
    const char *name, *what;
    const char *cite; /* ids of articles joined by a blank */
    const char *file;
    int line;
};

struct rulebook_section {
    const char *id;    /* anchor */
    const char *title; /* in the catalogue's language */
    struct rulebook_row *rows;
    size_t n_rows;
};

struct rulebook {
    const char *title, *lang;
    struct rulebook_section *sections;
    size_t n_sections;
};

/* `lang` "vi" or "en": the language of the catalogue. Sections without rows are left out. */
struct rulebook *rulebook_new(const void *mem, const struct profile *profile, const struct catalog *catalog,
                              const char *lang);

/* At most 80 columns, ended by a newline. */
char *rulebook_text(const void *mem, const struct rulebook *book, const struct catalog *catalog);

/* One page: headings, a table of contents, tables with captions and scoped headers; no script, nothing from
 * elsewhere. */
char *rulebook_html(const void *mem, const struct rulebook *book, const struct catalog *catalog);

/* One line of compact JSON. */
char *rulebook_json(const void *mem, const struct rulebook *book);

#endif
