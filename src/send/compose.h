/* compose.h: a plan_letter and its rendered text become the final bytes of a message: GMime's writer behind
 * our own address grammar. Bodies are always base64 or quoted-printable with CRLF (abuse A18, A19). Own
 * Message-ID, fixed per letter; Auto-Submitted on automatic ones (RFC 3834). Refuses any address or header
 * value with CR, LF or another control byte. */
#ifndef SEND_COMPOSE_H
#define SEND_COMPOSE_H

#include "base/err.h"
#include "desk/plan.h"

struct compose_input {
    const char *from_name, *from; /* our address */
    const char *subject;          /* NFC, one line */
    const char *body;             /* plain text, NFC, LF */
    bool automatic;               /* Auto-Submitted: auto-generated */
};

/* Sets letter->bytes and n_bytes, owned by mem. */
bool compose_letter(const void *mem, struct plan_letter *letter, const struct compose_input *input,
                    struct err *err);

#endif
