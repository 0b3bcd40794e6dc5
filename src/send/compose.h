/* compose.h: a plan_letter and its rendered text become the final bytes of a message: GMime's writer behind
 * our own address grammar. Every part is base64 with CRLF, so nothing in a text can look like SMTP or MIME
 * (abuse A18, A19). Own Message-ID, fixed per letter; Auto-Submitted on automatic ones (RFC 3834). The same
 * letter gives the same bytes. */
#ifndef SEND_COMPOSE_H
#define SEND_COMPOSE_H

#include "base/err.h"
#include "desk/plan.h"

#define COMPOSE_SUBJECT_MAX 500 /* bytes; longer ones are refused: the caller cuts */
#define COMPOSE_NAME_MAX    200 /* bytes, display and file names */

struct compose_input {
    const char *from_name, *from; /* our address; name "" for none */
    const char *subject;          /* NFC, one line */
    const char *body;             /* plain text, NFC, LF */
    bool automatic;               /* Auto-Submitted: auto-generated */
    const char *reply_to;         /* where answers go; NULL: to `from` */
};

/* Sets letter->bytes and n_bytes, owned by mem. ERR_DATA for an address that is not sendable, a Message-ID
 * or type that breaks its grammar, text that is not UTF-8, and any CR, LF or other control byte in a
 * subject or a name; the letter is untouched then. */
bool compose_letter(const void *mem, struct plan_letter *letter, const struct compose_input *input,
                    struct err *err);

#endif
