/* authres.h: a strict reader of Authentication-Results (RFC 8601). Values are parsed as tokens, never by a
 * pattern over the line; what does not parse counts as absent (ARCHITECTURE 4, abuse A2-A5). */
#ifndef MAIL_AUTHRES_H
#define MAIL_AUTHRES_H

#include "base/str.h"

struct authres_property {
    const char *type;  /* "smtp" "header" "policy", lower case */
    const char *name;  /* "from" "d" "mailfrom", lower case */
    const char *value; /* as written, unquoted */
};

struct authres_result {
    const char *method; /* "dkim" "spf" "dmarc" ..., lower case, without /version */
    const char *result; /* "pass" "fail" ..., lower case */
    struct authres_property *props;
    size_t n_props;
};

struct authres {
    const char *authserv_id; /* lower case */
    struct authres_result *results;
    size_t n_results;
};

/* Parses the raw value of one header. False: not RFC 8601, *ret untouched. */
bool authres_parse(const void *mem, const char *raw, size_t n, struct authres *ret);

/* The value of a property ("header", "from") in a result, or NULL. */
const char *authres_property(const struct authres_result *result, const char *type, const char *name);

#endif
