/* received.h: the trace line of RFC 5321 4.4, as far as the border rule and receipt time need it. */
#ifndef MAIL_RECEIVED_H
#define MAIL_RECEIVED_H

#include "base/when.h"

struct received {
    const char *from; /* host after "from", lower case; "" when absent, "?" when unreadable: HELO, the
                         client's own word */
    const char
        *from_name;      /* the reverse name that the server saw, from the comment; "" when there is none */
    const char *from_ip; /* the client's address that the server saw, from the comment; "" likewise */
    const char *by;      /* host after "by", lower case, "" when absent */
    int64_t at;          /* date after the last ';', or WHEN_NONE */
};

/* Total: what is not there is "" or WHEN_NONE. Comments are skipped. */
struct received received_parse(const void *mem, const char *raw, size_t n);

#endif
