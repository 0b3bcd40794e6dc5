/* model.h: the second voice: a learned table of words and word pairs, each with the number of letters of a
 * category that had it. It votes beside the rules and never rules alone (choose.c). Naive Bayes over
 * counts: what staff decided is added to what was shipped by adding numbers, a letter's verdict can be
 * taken apart into words, and the same file gives the same answer on every machine.
 *
 * The file: "model 1", then for each category "letters CATEGORY N" (letters learned from), then lines
 * "WORD<TAB>CATEGORY:N ..."; `#` begins a comment. Words are bare (case folded, marks stripped), a pair has
 * one blank, "0" stands for any number. */
#ifndef CLASSIFY_MODEL_H
#define CLASSIFY_MODEL_H

#include "base/err.h"
#include "fields/page.h"

enum {
    MODEL_BYTES = 3072, /* of a letter that are looked at: subject, new text, then attachments */
    MODEL_WORDS = 6     /* shown of a vote */
};

struct model;
struct model *model_new(const void *mem);

/* Adds the counts of a file: the shipped one, then the house's own. ERR_CONF with NAME:LINE; the model is
 * then unfit for use. Bytes need no NUL. */
bool model_read(struct model *m, const char *name, const char *bytes, size_t n, struct err *err);

/* Counts one letter of that category. */
void model_learn(struct model *m, enum category c, const struct pages *pages);

/* Makes the weights; call after the last model_read and model_learn, before model_vote. */
void model_finish(struct model *m);

/* The file of what was counted. Words that fewer than `least` letters had are left out unless `known` (or
 * NULL) has them: a name that only one denunciation holds is nobody's business. */
char *model_write(const void *mem, const struct model *m, unsigned least, const struct model *known);

size_t model_letters(const struct model *m, enum category c); /* learned from */
size_t model_size(const struct model *m);                     /* words and pairs */

struct model_word {
    const char *text;  /* as the model knows it */
    const char *where; /* the page it stands on first */
    double weight;     /* what it says for the best category against the second; > 0 */
};

struct model_vote {
    bool any; /* false: nothing was learned, or the letter has too few known words */
    enum category best, second;
    double share[CATEGORY_COUNT]; /* sum 1 */
    struct model_word words[MODEL_WORDS];
    size_t n_words; /* strongest first */
};

/* What it says of a letter. Time: linear in MODEL_BYTES. `mem` owns the words. */
struct model_vote model_vote(const void *mem, const struct model *m, const struct pages *pages);

#endif
