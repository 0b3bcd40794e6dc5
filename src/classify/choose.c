/* choose.c: from sums to one kind, or to a person.
 *
 * The cost of errors is not equal. A complaint or a denunciation that passes as something publishable harms
 * its writer (law on denunciations art. 23, 25; abuse A1), so it needs little to win or to raise a doubt
 * unless the sender is a proved unit: one near the winner takes its place and a person looks; half of the
 * winner's sum makes the winner unsure; and when the rules found none but the model is convinced of one,
 * the model cannot decide, yet a person looks, with both guesses. A doubt of the model about anything else
 * is no doubt: it only adds to sums.
 *
 * A stranger who tells of harm, contests a decision or accuses somebody, in a text that does not consist of
 * questions, is not answered as one who asks or advertises: what he tells of wins when it is near, and
 * whatever else wins is unsure. The model alone makes nothing spam.
 *
 * Words carry a kind, structure and votes support one: a letter in a foreign language from a private
 * address is no denunciation, however well that fits one. */
#include "classify/tally.h"

enum {
    WEAK = 2,         /* a winner of less is no winner */
    ALONE = 6,        /* what structure alone must reach, when no word speaks for a kind */
    STRICT_MARGIN = 3 /* how near a complaint may come to a publishable winner */
};
#define LIKELY         0.5  /* the model's share that stands for words where structure has spoken */
#define CONVINCED      0.75 /* the model's share that raises a doubt about a stranger's letter */
#define CONVINCED_UNIT 0.97 /* ... about a unit's: they write of crimes every day */

static enum category category_of(const struct tally *t, size_t kind)
{
    return t->profile->kinds[kind].category;
}

/* Does the model prefer this category by so much? */
static bool model_says(const struct tally *t, enum category category, double share)
{
    return t->vote.any && t->vote.best == category && t->vote.share[category] >= share;
}

static bool carried(const struct tally *t, size_t kind)
{
    enum category category = category_of(t, kind);
    if (t->worded[kind])
        return t->sums[kind] > 0;
    return t->sums[kind] >= ALONE && (!category_is_restricted(category) || model_says(t, category, LIKELY));
}

/* The best kind of each category that has a positive sum; the first of equals, so that a category's main
 * kind yields only to a finer one that has more. */
static void best_of_categories(const struct tally *t, size_t ret[CATEGORY_COUNT])
{
    for (size_t c = 0; c < CATEGORY_COUNT; c++)
        ret[c] = SIZE_MAX;
    for (size_t k = 0; k < t->profile->n_kinds; k++) {
        size_t *best = &ret[category_of(t, k)];
        if (carried(t, k) && (*best == SIZE_MAX || t->sums[k] > t->sums[*best]))
            *best = k;
    }
}

static int sum_of(const struct tally *t, size_t kind)
{
    return kind == SIZE_MAX ? 0 : t->sums[kind];
}

/* How far a denunciation may stand behind a complaint and yet be the kind: not at all when the model hears
 * a complaint. */
static int margin(const struct tally *t)
{
    return model_says(t, CATEGORY_COMPLAINT, LIKELY) ? 0 : STRICT_MARGIN;
}

/* The stricter of complaint and denunciation when both have been named: TT 05/2021 lets a person split
 * them. */
static size_t stricter(const struct tally *t, const size_t best[])
{
    size_t complaint = best[CATEGORY_COMPLAINT], denunciation = best[CATEGORY_DENUNCIATION];
    if (denunciation == SIZE_MAX || complaint == SIZE_MAX)
        return denunciation == SIZE_MAX ? complaint : denunciation;
    return t->sums[denunciation] + margin(t) >= t->sums[complaint] ? denunciation : complaint;
}

/* Two voices for the strict kind are enough against a winner of less than twice its sum. */
static bool near(const struct tally *t, const struct choice *choice, size_t strict, bool agrees)
{
    int winner = t->sums[choice->kind], other = t->sums[strict];
    return winner - other <= STRICT_MARGIN || (agrees && other * 2 >= winner);
}

static void take_strict(struct choice *choice, size_t strict, bool unsure)
{
    choice->second = choice->kind;
    choice->kind = strict;
    choice->unsure = choice->unsure || unsure;
}

/* A unit's letter keeps its kind; when both voices call it something stricter, a person looks. */
static void doubt_unit(const struct tally *t, struct choice *choice, size_t strict, bool agrees)
{
    if (category_is_restricted(category_of(t, choice->kind)) || !agrees ||
        t->sums[strict] * 2 < t->sums[choice->kind])
        return;
    choice->second = strict;
    choice->unsure = true;
}

/* A stranger tells what was done to him or by whom; rhetorical questions among it ask nothing. */
static bool tells(const struct tally *t)
{
    bool told = t->seen[SIGNAL_GRIEVANCE] || t->seen[SIGNAL_CONTEST] || t->seen[SIGNAL_ACCUSATION];
    return told && t->seen[SIGNAL_FROM_PUBLIC] && !t->seen[SIGNAL_QUESTION_SHAPE];
}

static void prefer_strict(const struct tally *t, const size_t best[], struct choice *choice)
{
    size_t strict = stricter(t, best);
    if (sum_of(t, strict) < WEAK)
        return;
    enum category winner = category_of(t, choice->kind);
    bool citizens = category_is_citizens(winner) || winner == CATEGORY_SPAM;
    bool agrees =
        model_says(t, CATEGORY_COMPLAINT, CONVINCED) || model_says(t, CATEGORY_DENUNCIATION, CONVINCED);
    if (t->unit) {
        doubt_unit(t, choice, strict, agrees);
    } else if (category_is_restricted(winner)) {
        if (strict != choice->kind && t->sums[choice->kind] - t->sums[strict] <= margin(t))
            take_strict(choice, strict, false);
    } else if (near(t, choice, strict, agrees) && (!citizens || agrees || tells(t))) {
        take_strict(choice, strict, true);
    } else if (t->sums[strict] * 2 >= t->sums[choice->kind]) {
        choice->second = strict;
        choice->unsure = true;
    }
}

/* The rules saw neither complaint nor denunciation, the model does. */
static void heed_model(const struct tally *t, struct choice *choice)
{
    enum category said = t->vote.best;
    if (!t->vote.any || !category_is_restricted(said) ||
        category_is_restricted(category_of(t, choice->kind)) ||
        t->vote.share[said] < (t->unit ? CONVINCED_UNIT : CONVINCED))
        return;
    choice->second = t->profile->main_kind[said];
    choice->unsure = true;
}

/* No complaint or denunciation of a stranger passes as something else unseen; spam needs more than a vote.
 */
static void fail_safe(const struct tally *t, const size_t best[], struct choice *choice)
{
    enum category winner = category_of(t, choice->kind);
    size_t strict = stricter(t, best);
    if (category_is_restricted(winner))
        return;
    if (winner == CATEGORY_SPAM && !t->worded[choice->kind] && !t->seen[SIGNAL_BULK])
        choice->unsure = true;
    if (t->unit || !tells(t))
        return;
    if (strict == SIZE_MAX)
        strict =
            t->profile->main_kind[t->seen[SIGNAL_ACCUSATION] ? CATEGORY_DENUNCIATION : CATEGORY_COMPLAINT];
    choice->second = strict;
    choice->unsure = true;
}

/* Nothing was found: a person must look; what the model thinks is his first guess. */
static struct choice nothing(const struct tally *t)
{
    struct choice choice = {.kind = t->profile->fallback_kind, .second = SIZE_MAX, .unsure = true};
    if (t->vote.any)
        choice.second = t->profile->main_kind[t->vote.best];
    return choice;
}

struct choice choose(const struct tally *t)
{
    size_t best[CATEGORY_COUNT];
    struct choice choice = {.kind = SIZE_MAX, .second = SIZE_MAX};
    int total = 0;
    best_of_categories(t, best);
    for (size_t c = 0; c < CATEGORY_COUNT; c++) {
        total += sum_of(t, best[c]);
        if (sum_of(t, best[c]) > sum_of(t, choice.kind)) {
            choice.second = choice.kind;
            choice.kind = best[c];
        } else if (sum_of(t, best[c]) > sum_of(t, choice.second)) {
            choice.second = best[c];
        }
    }
    if (sum_of(t, choice.kind) < WEAK)
        return nothing(t);
    int first = sum_of(t, choice.kind), second = sum_of(t, choice.second);
    choice.unsure = second * 4 > first * 3;
    prefer_strict(t, best, &choice);
    heed_model(t, &choice);
    fail_safe(t, best, &choice);
    if (!t->worded[choice.kind] && category_is_restricted(category_of(t, choice.kind)))
        choice.unsure = true;
    choice.score = (double)t->sums[choice.kind] / total;
    return choice;
}
