/* signature_text.h: what is said of signatures inside documents: that they are there, never whose they are.
 * Nothing is released by one (issue 4 item 4); the words send a clerk to the tool of the cipher authority.
 */
#ifndef RENDER_SIGNATURE_TEXT_H
#define RENDER_SIGNATURE_TEXT_H

#include "mail/letter.h"
#include "render/catalog.h"

/* One sentence; `file` is the attachment's name. Belongs to mem. */
char *signature_says(const void *mem, const struct catalog *c, const char *file,
                     const struct letter_signature *s);

/* "signature": [{name, time, intact, whole}], of an attachment in the letter report. */
void signature_put(struct str *json, const struct letter_attachment *a);

/* The n-th sentence about the letter's attachments, NULL when there are no more. */
char *signature_of_letter(const void *mem, const struct catalog *c, const struct letter *l, size_t nth);

#endif
