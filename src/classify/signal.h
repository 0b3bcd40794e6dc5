/* signal.h: structure signals: what a letter is like apart from its words. The names stand in
 * house/signals.h, so that the profile loader can report unknown ones; what they mean stands in signal.c.
 */
#ifndef CLASSIFY_SIGNAL_H
#define CLASSIFY_SIGNAL_H

#include "classify/cue.h"
#include "fields/document.h"
#include "house/signals.h"
#include "verify/verify.h"

enum signal_id {
#define ID(id, word, meaning) SIGNAL_##id,
    SIGNALS(ID)
#undef ID
        SIGNAL_COUNT
};

bool signal_known(const char *name, enum signal_id *ret);
const char *signal_name(enum signal_id id);
const char *signal_meaning(enum signal_id id); /* English, for the manual and `rules show` */

/* Everything a signal may look at, made once per letter. */
struct signal_input {
    const struct letter *letter;
    const struct evidence *evidence;
    const struct pages *pages;
    const struct document *document;
    const struct cues *cues;
    const char *title; /* the subject without prefixes */
    struct title_marks marks;
    const struct profile *profile;
};

/* Where in the letter a signal was seen: "subject", "body", "header:NAME" or "attachment:NAME". */
const char *signal_where(const void *mem, const struct signal_input *in, enum signal_id id);

/* Made of words that say what the letter is, so that it can carry a kind as a phrase can. */
bool signal_is_words(enum signal_id id);

/* What is shown of it: its name, and the words where there are some. */
const char *signal_shown(const void *mem, const struct signal_input *in, enum signal_id id);

/* ret[id] for every signal. */
void signal_see(const struct signal_input *in, bool ret[SIGNAL_COUNT]);

#endif
