/* tally.h: what speaks for which kind in one letter: phrases in one pass per form, structure signals, and
 * the model's vote, each a reason with its weight; and their sums. Only for the classify room and its
 * tests. */
#ifndef CLASSIFY_TALLY_H
#define CLASSIFY_TALLY_H

#include "classify/classify.h"
#include "classify/cue.h"
#include "classify/signal.h"
#include "fields/secrecy.h"

struct classifier {
    const struct profile *profile;
    struct match_set *exact, *folded, *bare; /* phrases by the form their editor chose */
    struct match_set *plain;                 /* folded and bare ones, all bare: for unaccented pages */
    struct secrecy_words *secrecy;
    struct document_words *document;
    struct topic_words *topics;
    struct cue_words *cues;
    const struct model *model; /* NULL: rules alone */
    enum signal_id *signals;   /* beside profile->signals; SIGNAL_COUNT: not known to this program */
};

struct tally {
    const void *mem; /* owns what the ruling keeps */
    const struct profile *profile;
    int *sums;    /* per kind */
    bool *worded; /* per kind: some word speaks for it */
    bool seen[SIGNAL_COUNT];
    struct model_vote vote;
    struct hit *hits; /* in the order they were counted */
    size_t n_hits;
    uint8_t *places; /* per phrase: places it has counted in */
    const struct page *page;
    const struct utf8_form *form;
    void *tmp;
    bool unit;           /* sent by a proved unit: the head of a long attachment says what it is */
    bool subject_quoted; /* the subject of a reply is the other one's words */
};

/* `tmp` outlives the tally; `mem` owns the hits. */
struct tally tally_new(const void *mem, void *tmp, const struct profile *profile,
                       const struct evidence *evidence);
void tally_letter(struct tally *t, const struct classifier *c, const struct signal_input *input);

/* ---- choosing (choose.c) ---- */

struct choice {
    size_t kind, second; /* SIZE_MAX: none */
    bool unsure;
    double score; /* 0..1 */
};
struct choice choose(const struct tally *t);

#endif
