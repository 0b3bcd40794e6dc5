/* Marks of state secrets by their form: what is one, what never is (DOMAIN 2), and that a false alarm in
 * prose is as wrong as a missed stamp. Rows: tests/unit/data/secrecy.tsv. */
#include "fields/secrecy.h"
#include "rulings.h"

struct world {
    struct secrecy_words *words;
};

static void row(char **column, void *arg)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct world *w = arg;
    const struct letter *l = letter_with(mem, column[1], unescape(mem, column[2]));
    struct pages pages = pages_make(mem, l);
    struct secrecy s = secrecy_find(&pages, w->words);
    const char *got = s.marked ? s.level : "-";
    if (!str_eq(got, column[0]))
        fail_msg("want '%s' got '%s' (%s): %s", column[0], got, column[1], column[2]);
    if (s.marked)
        assert_true(str_starts(s.where, str_eq(column[1], "name") ? "attachment" : column[1]));
}

static void test_rows(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct world w = {secrecy_words_new(mem, load_profile(mem, "mic"))};
    (void)state;
    each_row("tests/unit/data/secrecy.tsv", 3, row, &w);
}

static void test_no_words_no_marks(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct profile none = {0};
    struct secrecy_words *words = secrecy_words_new(mem, &none);
    struct pages pages = pages_make(mem, letter_with(mem, "attachment", "MAT\nSECRET"));
    (void)state;
    assert_false(secrecy_find(&pages, words).marked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows),
                                       cmocka_unit_test(test_no_words_no_marks)};
    return cmocka_run_group_tests_name("secrecy", tests, NULL, NULL);
}
