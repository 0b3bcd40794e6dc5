/* thread.h: what in a letter's body is the sender's own new text, and what are quotes, forwarded letters
 * and signatures (DOMAIN 5: Vietnamese and foreign clients). The words that programs put there are data:
 * without them only shapes that need no words are known. */
#ifndef MAIL_THREAD_H
#define MAIL_THREAD_H

#include "base/str.h"

/* The lists of words, all in the folded form of utf8.h. */
enum thread_list {
    THREAD_INTRO,      /* "wrote": in the line above a quote */
    THREAD_LEAD,       /* "on": may begin that line */
    THREAD_FROM,       /* labels of copied headers */
    THREAD_SENT,       /* ... the date */
    THREAD_SUBJECT,    /* ... */
    THREAD_OTHER,      /* ... recipients and whatever else stands there */
    THREAD_FORWARDED,  /* "forwarded message": between dashes, or alone before a colon */
    THREAD_ORIGINAL,   /* "original message": likewise */
    THREAD_MOBILE,     /* "sent from my": begins a program's signature of one line */
    THREAD_CLOSING,    /* "best regards": a line by itself above name and telephone */
    THREAD_ROLE,       /* "director", "department": begins a line of a signature */
    THREAD_CONTACT,    /* "phone": likewise */
    THREAD_DISCLAIMER, /* begins a paragraph that lawyers wrote */
    THREAD_MONTH,      /* names of months; values "1" to "12" */
    THREAD_MORNING,    /* "am" */
    THREAD_AFTERNOON,  /* "pm" */
    THREAD_LISTS
};

struct thread_words {
    struct str_list lists[THREAD_LISTS];
    struct str_list month_values;     /* beside lists[THREAD_MONTH] */
    struct str_list forward_prefixes; /* of a subject: "fw" */
};

enum thread_part { THREAD_FRESH, THREAD_QUOTED, THREAD_SIGNATURE, THREAD_FORWARD };

struct thread_span {
    enum thread_part part;
    size_t from, to; /* bytes of the body */
};

/* The spans follow each other without gaps from 0 to the end: no byte of the body is lost. */
struct thread {
    struct thread_span *spans;
    size_t n;
};

/* Parts a body. `forwarded`: the subject says that the letter passes another one on, so that copied headers
 * begin a forwarded letter and not a quote. `words` may be NULL. Total; linear in the body. */
struct thread thread_split(const void *mem, const char *body, bool forwarded,
                           const struct thread_words *words);

/* All text of one part: its spans without blanks at their ends, an empty line between them. The body itself
 * when it is nothing else. */
const char *thread_text(const void *mem, const char *body, const struct thread *thread,
                        enum thread_part part);

/* One letter inside another, as its copied headers say; "" where they do not. */
struct letter_forward {
    const char *from;    /* as written */
    const char *date;    /* as written */
    int64_t at;          /* of the date, when it could be read; else WHEN_NONE */
    const char *subject; /* as written */
    const char *text;
};

struct thread_forwards {
    struct letter_forward *v;
    size_t n;
};

/* The letters in the forwarded spans, outermost first; a chain gives one for each of its letters. */
struct thread_forwards thread_forwards(const void *mem, const char *body, const struct thread *thread,
                                       const struct thread_words *words);

/* A date as mail programs write it for people: RFC 5322, "Fri, Dec 6, 2024 at 8:40 AM", 06/12/2024 08:40,
 * 2024-12-06 08:40, in words of the lists; Vietnamese time unless it names a zone. WHEN_NONE when it is
 * none. */
int64_t thread_date(const char *text, const struct thread_words *words);

#endif
