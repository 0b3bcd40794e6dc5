/* facts_inside.h: shared by the files that write and read facts only. Private to verify/. */
#ifndef VERIFY_FACTS_INSIDE_H
#define VERIFY_FACTS_INSIDE_H

#include "base/str.h"
#include "verify/facts.h"
#include <jansson.h>

/* A string, in hexadecimal under "KEY-hex" when it is no UTF-8. */
void facts_put_string(struct str *b, const char *key, const char *value);

/* False with ERR_DATA when the key is missing or of another type; *ret untouched then. */
bool facts_get_string(const void *mem, const json_t *o, const char *key, const char **ret, struct err *err);
bool facts_get_bool(const json_t *o, const char *key, bool *ret, struct err *err);
bool facts_get_number(const json_t *o, const char *key, int64_t *ret, struct err *err);
bool facts_bad(struct err *err, const char *key); /* always false */

#endif
