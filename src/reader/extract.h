/* extract.h: text out of attachments. A format is one row of the table in extract.c and one function. */
#ifndef READER_EXTRACT_H
#define READER_EXTRACT_H

#include "mail/letter.h"
#include "reader/part.h"

#define EXTRACT_MAX_TEXT (1u << 20) /* bytes of text kept of one part; over it: "text-cut" */

/* Fills how, text and defects of `a` (type and name are set). `charset`: the declared one, "". */
void extract_text(const void *mem, struct part *part, const char *charset, struct letter_attachment *a);

/* Bytes of text -> NFC, LF line ends, at most EXTRACT_MAX_TEXT. Adds "charset", "text-cut". */
char *extract_plain(const void *mem, const char *charset, const char *bytes, size_t n, const char **ret_by,
                    struct str_list *defects);
char *extract_html(const void *mem, const char *charset, const char *bytes, size_t n, const char **ret_by,
                   struct str_list *defects);

/* Adds a defect once. */
void extract_note(const void *mem, struct str_list *defects, const char *code);

/* The zipped XML formats (docx.c, odt.c). */
char *extract_docx(const void *mem, struct part *part, struct str_list *defects);
char *extract_odt(const void *mem, struct part *part, struct str_list *defects);

#endif
