/* smtp.h: one letter over SMTP with libcurl; one reused handle; TLS always verified, never optional. The
 * answer says what is known, because silence after the last byte is "unknown", not "failed" (LIBRARIES 11,
 * RELIABILITY 1 row 18). */
#ifndef SEND_SMTP_H
#define SEND_SMTP_H

#include "base/err.h"
#include "house/conf.h"

enum smtp_outcome {
    SMTP_SENT,    /* 2xx after the final dot */
    SMTP_LATER,   /* 4xx, or the connection failed before the whole letter was out: nothing was accepted */
    SMTP_REFUSED, /* 5xx for this letter: permanent */
    SMTP_UNKNOWN, /* the whole letter went out and no answer came: it may have been accepted */
    SMTP_CONFIG   /* certificate, TLS, login or session refused: the operator must act; nothing was sent */
};

struct smtp;

/* `house`: directory that a relative conf->ca_file is under. `password` NULL or "" for no login. The handle
 * is closed with `mem`. ERR_CONF for a host that is no host name or address, ERR_RETRY when libcurl cannot
 * start. */
bool smtp_open(const void *mem, const struct conf_smtp *conf, const char *house, const char *password,
               struct smtp **ret, struct err *err);
/* `from` "" = null return path. `bytes`: a whole message with CRLF line ends; others are refused unsent, as
 * is an address that is not sendable. *ret_text: the server's last word or libcurl's, one printable line,
 * owned by mem. */
enum smtp_outcome smtp_send(struct smtp *smtp, const void *mem, const char *from, const char *to,
                            const char *bytes, size_t n, const char **ret_text);

const char *smtp_outcome_name(enum smtp_outcome outcome); /* "sent" "later" "refused" "unknown" "config" */

#endif
