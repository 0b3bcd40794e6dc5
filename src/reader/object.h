/* object.h: what a MIME part says of itself in its headers, decoded by us: GMime cuts encoded words.
 * Results hang on the letter; bytes that fit no charset add "charset" to its defects. */
#ifndef READER_OBJECT_H
#define READER_OBJECT_H

#include "mail/letter.h"
#include <gmime/gmime.h>

/* The raw value, "" when there is none. */
const char *object_header(GMimeObject *obj, const char *name);

/* A parameter of a header, decoded; NULL when there is none. */
char *object_param(struct letter *letter, GMimeObject *obj, const char *header, const char *name);

/* A name to show: no path, no control or direction marks, a sane length (abuse A23). "" when none. */
char *object_name(struct letter *letter, GMimeObject *obj);

/* "application/pdf", lower case, as declared. */
char *object_type(struct letter *letter, GMimeObject *obj);
bool object_is(GMimeObject *obj, const char *media, const char *sub);

#endif
