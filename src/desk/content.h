/* content.h: what belongs to a text beside title and body, as one text of lines, so that one hash covers it
 * and an old version can be read without this program:
 *
 *     version 3               from the second version on: the same bytes again are a version of their own,
 *                             and old approvals of them stay void
 *     field NAME=VALUE        in the order of their names
 *     file SHA256 NAME        in the order of the letter
 *
 * Pure and total. */
#ifndef DESK_CONTENT_H
#define DESK_CONTENT_H

#include "base/str.h"
#include "mail/letter.h"

struct content_field {
    const char *name;  /* a-z 0-9 - */
    const char *value; /* "" takes the field away */
};

/* Of a new letter: its attachments. "" when there are none. */
char *content_of_letter(const void *mem, const struct letter *letter);

/* A text of a case as if a letter had brought it, for what reads letters. The strings are borrowed. */
struct letter *content_as_letter(const void *mem, const char *subject, const char *body);

/* `extra` with these files, as content_of_letter() says them, instead of its own. */
char *content_with_files(const void *mem, const char *extra, const char *files);

/* The next version, with those fields set. */
char *content_next(const void *mem, const char *extra, const struct content_field *fields, size_t n);

/* The value of a field, NULL when it has none. */
const char *content_field(const void *mem, const char *extra, const char *name);
bool content_field_name_valid(const char *name);

#endif
