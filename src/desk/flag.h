/* flag.h: the words by which the rules raise a flag: "sensitive", "hot", "important" (MIC-13.5a, DN-9.1,
 * LS-12.2). Pure; one linear pass (abuse A27). */
#ifndef DESK_FLAG_H
#define DESK_FLAG_H

#include "desk/plan.h"
#include "house/profile.h"

struct flag_words;

/* Owned by mem; the profile is borrowed. NULL when no flag has words. */
struct flag_words *flag_words_new(const void *mem, const struct profile *profile);

/* Adds a FLAG effect for each flag whose words stand in title or text. `words` NULL: none. */
void flag_by_words(struct plan *p, const struct submission *s, const struct flag_words *words);

/* The same for a text that takes the place of that of `s`: flags that stand, and those whose words stood in
 * the old text already, are left as a person left them. */
void flag_new_text(struct plan *p, const struct submission *s, const char *title, const char *body,
                   const struct profile *profile);

/* For a case that is called something else: its present text, if nobody looked at it as what it was. */
void flag_new_category(struct plan *p, const struct submission *s, const char *category,
                       const struct profile *profile);

#endif
