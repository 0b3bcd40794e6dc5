/* smtp.h: one letter over SMTP with libcurl; one reused handle; TLS always verified, never optional. The
 * answer says what is known, because silence after DATA is "unknown", not "failed" (LIBRARIES 11). */
#ifndef SEND_SMTP_H
#define SEND_SMTP_H

#include "base/err.h"
#include "house/conf.h"

enum smtp_outcome {
    SMTP_SENT,    /* 250 after the final dot */
    SMTP_LATER,   /* 4xx, or no connection: nothing was accepted; try again */
    SMTP_REFUSED, /* 5xx: permanent */
    SMTP_UNKNOWN, /* the connection ended after DATA began without an answer */
    SMTP_CONFIG   /* TLS or login refused: the operator must act; nothing was sent */
};

struct smtp;

bool smtp_open(const void *mem, const struct conf_smtp *conf, const char *house, const char *password,
               struct smtp **ret, struct err *err);
/* `from` "" = null return path. *ret_text: the server's word or curl's, one line, owned by mem. */
enum smtp_outcome smtp_send(struct smtp *smtp, const void *mem, const char *from, const char *to,
                            const char *bytes, size_t n, const char **ret_text);

#endif
