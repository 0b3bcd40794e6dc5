/* magic.h: what a file is, by its bytes. Names and declared types only choose between readings of the same
 * bytes (is this text a table or a page?) and are compared with the truth. */
#ifndef READER_MAGIC_H
#define READER_MAGIC_H

#include "mail/letter.h"

/* The real type by the first bytes, up to a few thousand of them: see letter_attachment.real. "ole" stands
 * for all of its kind until extract_ole() has seen more. */
const char *magic_type(const char *head, size_t n, const char *name, const char *type);

/* Is what calls itself text of a letter a file of another kind, known by its first bytes? */
bool magic_is_file(const char *head, size_t n, const char *type);

/* Notes "wrong-extension" and "executable" where they apply to a->name, a->real. */
void magic_judge(const void *mem, struct letter_attachment *a);

#endif
