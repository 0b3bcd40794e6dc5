/* effect_text.h: effects of plans and rows of the journal, and the structure signals of the rules, in the
 * words of people. Pure. */
#ifndef RENDER_EFFECT_TEXT_H
#define RENDER_EFFECT_TEXT_H

#include "render/catalog.h"

struct plan;

/* One effect by its name ("MOVE") and its "name=value" pairs, as plan_dump() and the journal write them:
 * one line without its end. Technical values (hashes, entries of the spool, names of tokens) are left out;
 * they stand in --json. Belongs to mem. */
char *effect_says(const void *mem, const struct catalog *c, const char *name, const char *pairs);

/* What kind of letter of ours that is, by its key ("received/BBT-2026-000034/..."); the name of its
 * template where that has no label. */
const char *letter_says(const void *mem, const struct catalog *c, const char *key);

/* What a plan would do, a line for each effect, indented by two blanks. */
char *plan_says(const void *mem, const struct catalog *c, const struct plan *p);

/* The words that a reason rests on; a structure signal ("from-unit") in words of its own. */
const char *reason_says(const void *mem, const struct catalog *c, const char *text);

#endif
