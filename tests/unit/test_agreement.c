/* test_agreement.c: what own texts say to a request for confirmation. Two tables: one that the word lists
 * were made with (data/agreement.tsv), one that was labelled before (tests/data/agreement_heldout.tsv). The
 * hard figure is that nothing but agreement is read as agreement. */
#include "base/utf8.h"
#include "rulings.h"
#include "verify/agreement.h"

struct score {
    const struct agreement_words *words;
    int rows, right, yes, found, false_yes;
};

static bool is_one_of(const char *alternatives, const char *name)
{
    size_t n = strlen(name);
    for (const char *s = alternatives;; s = strchr(s, '|') + 1) {
        if (str_starts(s, name) && (s[n] == '|' || s[n] == '\0'))
            return true;
        if (!strchr(s, '|'))
            return false;
    }
}

static void row(char **column, void *arg)
{
    struct score *score = arg;
    _cleanup_mem_ void *mem = mem_new();
    const char *text = unescape(mem, column[1]);
    text = utf8_nfc(mem, text, strlen(text));
    struct agreement_found got = agreement_read(mem, text, score->words);
    bool want_yes = str_eq(column[0], "yes"), right = is_one_of(column[0], agreement_name(got.what));
    score->rows++;
    score->right += right;
    score->yes += want_yes;
    score->found += want_yes && got.what == AGREEMENT_YES;
    score->false_yes += !want_yes && got.what == AGREEMENT_YES;
    if (!right)
        print_message("# want %s got %s: %s\n", column[0], agreement_name(got.what), column[1]);
    if (got.what != AGREEMENT_NONE)
        assert_true(*got.words && strstr(text, got.words));
}

static struct score read_table(const char *path)
{
    _cleanup_mem_ void *mem = mem_new();
    struct score score = {.words = agreement_words_new(mem, load_profile(mem, "mic"))};
    each_row(path, 2, row, &score);
    print_message("# %s: %d of %d right, agreement found %d of %d, %d read as agreement that are none\n",
                  path, score.right, score.rows, score.found, score.yes, score.false_yes);
    score.words = NULL;
    return score;
}

static void texts_that_the_lists_were_made_with(void **state)
{
    (void)state;
    struct score s = read_table("tests/unit/data/agreement.tsv");
    assert_int_equal(s.false_yes, 0);
    assert_int_equal(s.right, s.rows);
}

/* First score: 90 of 97 found, no other text read as agreement. */
static void texts_labelled_before(void **state)
{
    (void)state;
    struct score s = read_table("tests/data/agreement_heldout.tsv");
    assert_int_equal(s.false_yes, 0);
    assert_true(s.found * 100 >= s.yes * 90);
}

/* First score: 33 of 50 found, one other text read as agreement. */
static void texts_labelled_later(void **state)
{
    (void)state;
    struct score s = read_table("tests/data/agreement_heldout2.tsv");
    assert_int_equal(s.false_yes, 0);
    assert_true(s.found * 100 >= s.yes * 90);
}

/* "none" here stands for anything but agreement. The first score, before any change: 19 of 25 found, and no
 * other text read as agreement. */
static void texts_of_the_third_table(void **state)
{
    (void)state;
    struct score s = read_table("tests/data/agreement_heldout3.tsv");
    assert_int_equal(s.false_yes, 0);
    assert_true(s.found * 100 >= s.yes * 90);
}

/* "The Department of Frequencies agrees" is the word of that department's leader only. */
static void the_own_unit_may_agree(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct agreement_words *words = agreement_words_new(mem, load_profile(mem, "mic"));
    static const char text[] = "C\xE1\xBB\xA5"
                               "c T\xE1\xBA\xA7n s\xE1\xBB\x91 \xC4\x91\xE1\xBB\x93ng \xC3\xBD "
                               "\xC4\x91\xC4\x83ng b\xC3\xA0i.";
    static const char own[] = "C\xE1\xBB\xA5"
                              "c T\xE1\xBA\xA7n s\xE1\xBB\x91";
    (void)state;
    assert_int_equal(agreement_read_of(mem, text, own, words).what, AGREEMENT_YES);
    assert_int_equal(agreement_read_of(mem, "cuc tan so dong y dang bai", own, words).what, AGREEMENT_YES);
    assert_int_equal(agreement_read_of(mem, text, "Cuc Vien thong", words).what, AGREEMENT_NONE);
    assert_int_equal(agreement_read(mem, text, words).what, AGREEMENT_NONE);
}

/* Nothing agrees without words, and nothing that is too long. */
static void limits(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct agreement_words *words = agreement_words_new(mem, load_profile(mem, "mic"));
    struct str s = str_new(mem);
    (void)state;
    assert_int_equal(agreement_read(mem, "ok", NULL).what, AGREEMENT_NONE);
    assert_int_equal(agreement_read(mem, NULL, words).what, AGREEMENT_NONE);
    assert_int_equal(agreement_read(mem, "", words).what, AGREEMENT_NONE);
    while (s.n <= 20000)
        str_add(&s, "ok em. ");
    assert_int_equal(agreement_read(mem, s.s, words).what, AGREEMENT_NONE);
    str_cut(&s, 1400);
    assert_int_equal(agreement_read(mem, s.s, words).what, AGREEMENT_YES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_that_the_lists_were_made_with),
        cmocka_unit_test(texts_labelled_before),
        cmocka_unit_test(texts_labelled_later),
        cmocka_unit_test(texts_of_the_third_table),
        cmocka_unit_test(the_own_unit_may_agree),
        cmocka_unit_test(limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
