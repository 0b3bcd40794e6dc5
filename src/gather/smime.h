/* smime.h: a letter signed as a whole (multipart/signed, RFC 8551) by a person whose certificate an
 * authority of the institution's choice has issued. */
#ifndef GATHER_SMIME_H
#define GATHER_SMIME_H

#include "gather/raw.h"
#include "verify/facts.h"

struct smime;

/* `ca`: PEM file of the authorities, "" none: then nobody is proved. ERR_CONF when it cannot be read or
 * holds no certificate. */
bool smime_new(const void *mem, const char *ca, struct smime **ret, struct err *err);

/* Fills smime and smime_signer. Certificates are held against `received`, seconds UTC. */
void smime_judge(const struct smime *s, const void *mem, const struct raw *raw, int64_t received,
                 struct facts_attempt *a);

#endif
