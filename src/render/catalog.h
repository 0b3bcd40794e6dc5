/* catalog.h: everything short that a person reads: key -> text with {{name}} places, from conf/LANG/labels
 * (the block grammar: `key "text"`). A missing key shows as the key itself, and `bbt rules check` reports
 * it. */
#ifndef RENDER_CATALOG_H
#define RENDER_CATALOG_H

#include "base/err.h"
#include "house/tree.h"

struct catalog;

struct catalog *catalog_load(const void *mem, const char *file, const char *bytes, size_t n,
                             struct problems *problems);
bool catalog_has(const struct catalog *c, const char *key);
const char *catalog_text(const struct catalog *c, const char *key); /* raw text, or the key */

/* Fills the places: name, value pairs, ended by NULL. `catalog_say(mem, c, "hold.unsure", "kind", k, NULL)`
 */
char *catalog_say(const void *mem, const struct catalog *c, const char *key, ...) __attribute__((sentinel));

#endif
