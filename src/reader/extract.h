/* extract.h: text out of attachments. A format is one file and one row of the table in extract.c. */
#ifndef READER_EXTRACT_H
#define READER_EXTRACT_H

#include "mail/letter.h"
#include "reader/part.h"

#define EXTRACT_MAX_TEXT  (1u << 20) /* bytes of text kept of one part; over it: "text-cut" */
#define EXTRACT_MAX_INNER 100u       /* attachments inside one attachment that are read */
#define EXTRACT_MAX_DEPTH 2u         /* attachments inside each other, below the letter's own */

/* One attachment that is being read. */
struct extract {
    const void *mem; /* owner of all that comes out */
    struct part *part;
    const char *charset;             /* declared, or "" */
    unsigned depth;                  /* 0: the letter's own attachment, 1: inside one, ... */
    struct letter_attachment *a;     /* name and type are set; real, how, text and defects are filled */
    struct letter_attachment *inner; /* what was found inside, named "outer.zip/inner.docx" */
    size_t n_inner;
    unsigned pictures; /* of a document, that were met in it */
};

void extract_read(struct extract *x);

/* Reads the bytes of `part` as an attachment inside x, with everything in it, and adds it to x->inner. NULL
 * where there are too many: "limit-attachments" is noted then. The result is valid until the next call. */
const struct letter_attachment *extract_inside(struct extract *x, const char *name, const char *type,
                                               struct part *part);

/* Adds attachments that another reader found inside x. */
void extract_add_inside(struct extract *x, const struct letter_attachment *v, size_t n);

/* Bytes of text -> NFC, LF line ends, at most EXTRACT_MAX_TEXT. Adds "charset", "text-cut". */
char *extract_plain(const void *mem, const char *charset, const char *bytes, size_t n, const char **ret_by,
                    struct str_list *defects);
char *extract_html(const void *mem, const char *charset, const char *bytes, size_t n, const char **ret_by,
                   struct str_list *defects);

/* The beginning of the part, at most `max` bytes; more gives "text-cut". */
struct str extract_raw(struct extract *x, size_t max);

/* Bytes of a letter inside x: its subject and words; what is attached to it is added to x->inner. */
char *extract_letter_text(struct extract *x, const char *bytes, size_t n);

/* A cut in the middle of a UTF-8 character must not make the rest look like another charset. */
void extract_drop_half(struct str *s);

/* Adds a defect once. In line, since extraction.c, which is part of bbt itself, wants it: a call would
 * bring all that reads hostile bytes, and its libraries, into the process that has the secrets. */
static inline void extract_note(const void *mem, struct str_list *defects, const char *code)
{
    if (!str_list_has(defects, code))
        str_list_add(mem, defects, code);
}

/* The formats: each takes x->part and returns text, never NULL. */
char *extract_docx(struct extract *x);
char *extract_odf(struct extract *x);
char *extract_xlsx(struct extract *x);
char *extract_pptx(struct extract *x);
char *extract_zip(struct extract *x);
char *extract_packed(struct extract *x);
char *extract_rtf(struct extract *x);
char *extract_csv(struct extract *x);
char *extract_ics(struct extract *x);
char *extract_ole(struct extract *x);
char *extract_picture(struct extract *x);
char *extract_letter(struct extract *x);

#endif
