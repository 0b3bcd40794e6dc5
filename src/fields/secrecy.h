/* secrecy.h: does a letter bear a state-secret mark (Law on protection of state secrets; DOMAIN 2)? A mark
 * is a thing with a form: a line of its own, a field, a token in a subject or file name. Prose never is
 * one. */
#ifndef FIELDS_SECRECY_H
#define FIELDS_SECRECY_H

#include "fields/page.h"

struct secrecy {
    bool marked;
    const char *level; /* as in the rules, "" when not marked; the gravest when there are several */
    const char *where; /* the page's: "attachment:VB.docx", "hidden" only when it is nowhere else; "" when
                          not marked */
};

/* The words of the profile made ready once; owned by mem. */
struct secrecy_words;
struct secrecy_words *secrecy_words_new(const void *mem, const struct profile *profile);

struct secrecy secrecy_find(const struct pages *pages, const struct secrecy_words *words);

#endif
