/* fields_text.h: the fields of a letter for a person: each with the part of the letter it was read in,
 * items and request form too, at most 80 columns wide where the words allow it. */
#ifndef RENDER_FIELDS_TEXT_H
#define RENDER_FIELDS_TEXT_H

#include "classify/classify.h"
#include "desk/form_evidence.h"
#include "render/catalog.h"

/* Nothing is written when nothing was read. */
void fields_text(struct str *out, const struct ruling *ruling, const struct form_evidence *form,
                 const struct catalog *catalog);

/* A part of a letter in words: "attachment:a.docx" becomes "tep a.docx"; anything else stays as it is. */
const char *part_text(const void *mem, const struct catalog *catalog, const char *where);

/* The text of a hold; a detail that is a part of the letter is said in words. */
char *hold_says(const void *mem, const struct catalog *catalog, const char *reason, const char *detail);

#endif
