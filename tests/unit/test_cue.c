/* Cues: rows of data/cues.tsv (exactly those that are named are seen), long impersonal texts, words shown
 * as they stand, and bounded time. */
#include "classify/classify.h"
#include "classify/cue.h"
#include "classify/signal.h"
#include "rulings.h"
#include <time.h>

static const char *const names[CUE_COUNT] = {
    "first-person-grievance", "contests-decision", "accuses-person", "money", "evidence", "past-event",
    "upcoming-event",         "has-articles",      "impersonal"};

struct world {
    const struct cue_words *words;
    const struct document_words *dates;
};

#define NOW INT64_C(1795240800) /* 2026-11-21 in Viet Nam */

static struct world world_of(const void *mem)
{
    const struct profile *p = load_profile(mem, "mic");
    return (struct world){cue_words_new(mem, p), document_words_new(mem, p)};
}

static struct cues cues_of(const void *mem, const struct world *w, const char *text)
{
    struct pages pages = pages_make(mem, new_letter(mem, "", text));
    return cues_see(mem, &pages, w->words, false, w->dates, NOW);
}

static char *seen(const void *mem, const struct cues *c)
{
    struct str s = str_new(mem);
    static const enum cue order[] = {CUE_ACCUSATION, CUE_CONTEST,  CUE_GRIEVANCE,
                                     CUE_MONEY,      CUE_EVIDENCE, CUE_EVENT,
                                     CUE_UPCOMING,   CUE_PARTS,    CUE_IMPERSONAL};
    for (size_t i = 0; i < ARRAY_LEN(order); i++)
        if (c->v[order[i]].yes)
            str_addf(&s, "%s%s", s.n ? "," : "", names[order[i]]);
    return mem_str(mem, s.n ? s.s : "-");
}

static void row(char **column, void *arg)
{
    struct world *w = arg;
    _cleanup_mem_ void *mem = mem_new();
    struct cues c = cues_of(mem, w, unescape(mem, column[1]));
    char *got = seen(mem, &c);
    if (!str_eq(got, column[0]))
        fail_msg("want %s got %s: %s", column[0], got, column[1]);
}

static void test_rows(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct world w = world_of(mem);
    (void)state;
    each_row("tests/unit/data/cues.tsv", 2, row, &w);
}

static void test_shown(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct world w = world_of(mem);
    (void)state;
    struct cues c = cues_of(mem, &w, "Xin ch\u00e0o. T\u00f4i  B\u1eca PH\u1ea0T oan.");
    assert_string_equal(c.v[CUE_GRIEVANCE].text, "T\u00f4i  B\u1eca PH\u1ea0T");
    assert_string_equal(c.v[CUE_GRIEVANCE].where, "body");
    struct str s = str_new(mem);
    for (int i = 0; i < 130; i++)
        str_add(&s, "h\u1ed9i ngh\u1ecb ");
    assert_true(cues_of(mem, &w, s.s).v[CUE_IMPERSONAL].yes);
    str_add(&s, " t\u00f4i");
    assert_false(cues_of(mem, &w, s.s).v[CUE_IMPERSONAL].yes);
}

/* Every shipped rule against a megabyte that one letter fills, and against what hits and never ends. */
static void test_bounded(void **state)
{
    static const char *const floods[] = {"a",
                                         "t\u00f4i ",
                                         "t\u00f4i b\u1ecb ph\u1ea1t ",
                                         "5 tri\u1ec7u ",
                                         "\xe2\x80\x9c",
                                         "\u00f4ng ",
                                         "ng\u00e0y 1 khai m\u1ea1c "};
    static const char *const profiles[] = {"mic", "langson", "dongnai", "bca"};
    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(profiles); k++) {
        _cleanup_mem_ void *mem = mem_new();
        const struct profile *p = load_profile(mem, profiles[k]);
        const struct classifier *c = classifier_new(mem, p);
        for (size_t i = 0; i < (k ? 1 : ARRAY_LEN(floods)); i++) {
            struct str s = str_new(mem);
            while (s.n < 1000000)
                str_add(&s, floods[i]);
            str_addc(&s, '!');
            const struct letter *l = new_letter(mem, "x", s.s);
            clock_t from = clock();
            talloc_free(classify(mem, l, sender(mem, p, "outside"), c));
            double spent = (double)(clock() - from) / CLOCKS_PER_SEC;
            print_message("# %s, flood %zu: %.3f s\n", profiles[k], i, spent);
            assert_true(spent < 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_shown),
                                       cmocka_unit_test(test_bounded)};
    return cmocka_run_group_tests_name("cue", tests, NULL, NULL);
}
