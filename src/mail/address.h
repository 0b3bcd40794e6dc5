/* address.h: mailbox addresses, read strictly. Who wrote is decided on raw bytes by this code, because 17
 * of espoofer's 22 composed letters made a packaged parser see the official address. */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include "base/str.h"

struct address {
    const char *name;   /* display name, raw bytes (not decoded), "" when none */
    const char *local;  /* dot-atom, as written */
    const char *domain; /* dot-atom, lower case ASCII */
    const char *spec;   /* local@domain */
};

/* Exactly one mailbox: `[name] <local@domain>` or `local@domain`; plain dot-atoms, no group, route, comment
 * in the address, quoted local part, second address, NUL or control byte. False with a static reason code
 * ("empty" "several" "group" "route" "quoted" "syntax" "control" "encoded" "trailing-dot") otherwise. */
bool address_parse_one(const void *mem, const char *raw, size_t n, struct address *ret,
                       const char **ret_why);

/* Every local@domain-like token in a text (for "official address in the display name"), lower case. */
struct str_list address_find_all(const void *mem, const char *text);

/* True when domain is `suffix` or ends in "." suffix (dot boundary; ASCII case-insensitive). */
bool address_in_domain(const char *domain, const char *suffix);

/* What may go into an SMTP envelope or a header of ours: dot-atom@domain, ASCII, no control, <= 254 bytes.
 */
bool address_sendable(const char *spec);

#endif
