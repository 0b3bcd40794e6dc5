/* match.h: many phrases in one pass (Aho-Corasick over bytes): linear in the text, so no crafted letter can
 * make a rule slow (abuse A27). Immutable once built. */
#ifndef CLASSIFY_MATCH_H
#define CLASSIFY_MATCH_H

#include "base/mem.h"

struct match_set;

struct match_set *match_new(const void *mem);
/* Adds a phrase (n >= 1 bytes) that reports `id`. Equal phrases may have different ids. */
void match_add(struct match_set *set, const char *phrase, size_t n, size_t id);
void match_build(struct match_set *set); /* call once, after the last match_add */

/* Calls `hit` for each occurrence that stands as whole words (no letter or digit touches it; Chinese
 * and Japanese characters, which know no blanks, touch nothing):
 * [start, end) byte offsets in text. `hit` returns false to stop. */
typedef bool (*match_hit)(void *arg, size_t id, size_t start, size_t end);
void match_run(const struct match_set *set, const char *text, size_t n, match_hit hit, void *arg);

#endif
