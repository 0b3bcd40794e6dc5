/* letter.h: what a letter says. Made once per letter by the sandboxed reader; never altered afterwards.
 *
 * Every `const char *` is valid UTF-8 in NFC unless its comment says "raw". Garbage does not fail: it gives
 * a letter with defects. A reader that died gives a letter with `complete` false and one defect. Owner: the
 * talloc context given to reader_wait(); nothing here is freed alone. */
#ifndef MAIL_LETTER_H
#define MAIL_LETTER_H

#include "base/hash.h"
#include "base/str.h"
#include "base/when.h"
#include "mail/thread.h"

struct letter_header {
    const char *name; /* as written, ASCII; "" when the name itself is broken */
    const char *raw;  /* raw bytes after the colon, folding kept; may hold NUL: use raw_n */
    size_t raw_n;
    const char *value; /* unfolded, RFC 2047 words decoded, NFC */
};

struct letter_text {
    bool html;              /* made from text/html; otherwise text/plain */
    const char *text;       /* as a reader sees it; LF line ends */
    const char *charset;    /* the label as written, "" when none */
    const char *charset_by; /* the step that decided: "utf8" "legacy" "label" "detected" "fallback" */
    const char *hidden;     /* HTML text that a reader does not see (abuse A30); "" or NULL when none */
};

/* A signature inside a document, as a program reports it. It proves nobody: whose certificate it is was not
 * asked of any authority, and the name is whatever he wrote into it. */
struct letter_signature {
    const char *name; /* "" when none; for display only */
    int64_t at;       /* by the signer's own clock, or WHEN_NONE */
    bool intact;      /* the signed bytes are unchanged, and the signature is that key's */
    bool whole;       /* they are all of the file */
};

struct letter_attachment {
    const char *name; /* for display only: path and control characters removed; "" when none */
    const char *type; /* "application/pdf", lower case, as declared (or octet-stream) */
    const char *
        real;     /* type by content: "docx" "xlsx" "pptx" "odt" "ods" "odp" "zip" "rtf" "html" "text"
                   * "csv" "ics" "letter" "mht" "pdf" "doc" "xls" "ppt" "msg" "ole" "image" "tnef" "rar"
                   * "7z" "tar" "gzip" "bzip2" "xz" "zstd" "program" "data"; "" when empty or never looked at */
    size_t bytes; /* after transfer decoding */
    char sha256[HASH_HEX];               /* of those bytes */
    const char *how;                     /* "text" "docx" "odt" ... or "none": how `text` was obtained */
    const char *text;                    /* extracted text, NFC; "" when none */
    struct str_list defects;             /* codes as in letter.defects */
    struct letter_signature *signatures; /* of a PDF */
    size_t n_signatures;
    /* Of an embedded letter (message/rfc822), else "" or NULL: */
    const char *mail_from, *mail_date, *mail_subject;
    /* For the reader alone, which may have to fetch the bytes again: */
    unsigned outer;   /* which of the letter's own attachments it is, or lies in (0: the first) */
    unsigned number;  /* its number in there, as they are met; 0: it is that attachment */
    bool illustrates; /* a picture that lies in a document whose text was read */
    unsigned turn;    /* of a picture: degrees clockwise until it stands upright: 0, 90, 180, 270 */
};

struct letter {
    char sha256[HASH_HEX];   /* of the raw bytes: the letter key */
    char sameness[HASH_HEX]; /* of From, Date, Subject, Message-ID and the body without trace headers */
    size_t bytes;            /* of the raw letter */
    bool complete;           /* false: the reader died or ran out of time; see defects */
    struct letter_header *headers; /* in order of appearance, top first */
    size_t n_headers;
    struct letter_text *texts; /* body text parts in order; attachments are not here */
    size_t n_texts;
    struct letter_attachment *attachments;
    size_t n_attachments;
    struct str_list
        defects; /* codes: "limit-headers" "reader-died" "charset" ... ; catalogue key defect.CODE */

    /* Derived by letter_derive(): */
    const char *subject;     /* "" when none */
    const char *message_id;  /* without <>, "" when none or not exactly one */
    const char *in_reply_to; /* first id without <>, "" when none */
    struct str_list references;
    int64_t date;     /* the Date header, or WHEN_NONE: shown, never used for deadlines */
    const char *body; /* the text that a person would read: plain parts, else html parts; joined */

    /* Derived by letter_derive() from shapes alone, again by letter_thread() with words. Together they hold
     * every word of the body. */
    const char *fresh; /* the sender's own new text, above, between or below quotes; the body when there
                          are none; "" when there is nothing else */
    const char *quoted, *signature, *forwarded; /* as they stand in the body */
    struct thread_forwards forwards; /* letters inside this one: forwarded in the body, then embedded ones;
                                        what they say of themselves proves nothing */
    const char *hidden;              /* text that a reader does not see, from all texts */
};

/* Fills the derived fields from headers and texts. Total. */
void letter_derive(const void *mem, struct letter *letter);

/* Parts the body by the words of a profile: fresh, quoted, signature, forwarded, forwards. Total, linear.
 * To be called once, after the reader and before verify(). */
void letter_thread(const void *mem, struct letter *letter, const struct thread_words *words);

/* The n-th (0 = topmost) header of that name, ASCII case-insensitive; NULL when there is none. */
const struct letter_header *letter_header_find(const struct letter *letter, const char *name, size_t nth);
size_t letter_header_count(const struct letter *letter, const char *name);

/* The letter of a reader that gave nothing: raw key known, one defect. */
struct letter *letter_unread(const void *mem, const char *sha256, size_t bytes, const char *defect);

#endif
