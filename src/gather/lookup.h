/* lookup.h: how the judges of this room ask the DNS: through a function they are given, so that tests and
 * fixtures answer without a network. */
#ifndef GATHER_LOOKUP_H
#define GATHER_LOOKUP_H

#include "base/str.h"

enum lookup_answer {
    LOOKUP_FOUND,  /* at least one record */
    LOOKUP_NONE,   /* there is surely none: NXDOMAIN or no data */
    LOOKUP_UNKNOWN /* nobody knows just now: time-out, SERVFAIL, bogus, garbage */
};

#define LOOKUP_RECORDS 16   /* TXT records of one name that are looked at */
#define LOOKUP_BYTES   8192 /* of one record, its strings joined; a longer one is passed over */

struct lookup {
    /* TXT records of `name` into *ret (strings on mem, NUL bytes make a record be passed over). */
    enum lookup_answer (*txt)(void *arg, const void *mem, const char *name, struct str_list *ret);
    void *arg;
};

#endif
