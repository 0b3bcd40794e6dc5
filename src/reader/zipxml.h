/* zipxml.h: the words in zipped XML (docx, odt), streamed: libarchive unpacks, libxml2's push SAX reads.
 * Nothing is ever written or named on disk. Refuses document types, entities and network; stops at
 * 64 MB unpacked, 100:1, 2,000 entries (RELIABILITY 4.2). */
#ifndef READER_ZIPXML_H
#define READER_ZIPXML_H

#include "reader/part.h"

#define ZIPXML_MAX_BYTES   (64u << 20)
#define ZIPXML_MAX_RATIO   100u
#define ZIPXML_MAX_ENTRIES 2000u

/* Element names without their prefix; NULL ends a list. */
struct zipxml_words {
    bool (*wanted)(const char *entry); /* is this file of the archive read? */
    const char *const *text_in;        /* text counts inside these */
    const char *const *line_after;     /* a line ends after these */
    const char *const *line_at, *const *tab_at, *const *space_at;
    const char *const *silent; /* nothing inside these counts */
};

/* Adds "limit-archive", "file-broken", "xml-dtd", "text-cut" to defects. */
char *zipxml_text(const void *mem, struct part *part, const struct zipxml_words *words,
                  struct str_list *defects);

#endif
