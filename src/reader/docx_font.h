/* docx_font.h: which font a run of text is in, as far as it matters: some fonts show bytes as Vietnamese
 * letters that are others in Unicode (TCVN3, VNI). A font may come from the run, its style, the paragraph's
 * style, the default style or the defaults of the document (ECMA-376 part 1, 17.7.2); styles.xml is often
 * stored behind the text, so all this is asked at the end. */
#ifndef READER_DOCX_FONT_H
#define READER_DOCX_FONT_H

#include "reader/flow.h"
#include "reader/zip.h"

struct docx_fonts;

struct docx_fonts *docx_fonts_new(const void *mem, struct str_list *defects);

/* Reads word/styles.xml, the zip's current file. */
void docx_fonts_read(struct docx_fonts *f, struct zip *z);

/* flow_join() with text in legacy fonts made Unicode; that is noted as "unicode". */
void docx_fonts_join(const struct docx_fonts *f, struct str *out, const struct flow_text *text);

#endif
