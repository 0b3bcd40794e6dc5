/* Marks of state secrets by their form: what is one, what never is (DOMAIN 2), and that a false alarm in
 * prose is as wrong as a missed stamp. Rows: tests/unit/data/secrecy.tsv. */
#include "fields/secrecy.h"
#include "rulings.h"

struct world {
    struct secrecy_words *words;
    int tried, wrong;
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
    struct world w = {.words = secrecy_words_new(mem, load_profile(mem, "mic"))};
    (void)state;
    each_row("tests/unit/data/secrecy.tsv", 3, row, &w);
}

/* As the reader hands text over: composed. */
static const char *marked(const void *mem, const struct world *w, const char *page, const char *text)
{
    struct pages pages = pages_make(mem, letter_with(mem, page, utf8_nfc(mem, text, strlen(text))));
    struct secrecy s = secrecy_find(&pages, w->words);
    return s.marked ? s.level : "-";
}

static void variant(char **column, void *arg)
{
    _cleanup_mem_ void *mem = mem_new();
    struct world *w = arg;
    const char *got = marked(mem, w, column[1], unescape(mem, column[2]));
    w->tried++;
    if (str_eq(got, column[0]))
        return;
    w->wrong++;
    print_message("# want '%s' got '%s' (%s): %s\n", column[0], got, column[1], column[2]);
}

static void test_no_mark_is_missed(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct world w = {.words = secrecy_words_new(mem, load_profile(mem, "mic"))};
    (void)state;
    each_row("tests/unit/data/secrecy_marks.tsv", 3, variant, &w);
    assert_true(w.tried >= 200);
    assert_int_equal(w.wrong, 0);
}

static void prose(char **column, void *arg)
{
    static const char *const pages[] = {"attachment", "body", "subject"};
    _cleanup_mem_ void *mem = mem_new();
    struct world *w = arg;
    w->tried++;
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        const char *got = marked(mem, w, pages[i], column[0]);
        if (str_eq(got, "-"))
            continue;
        w->wrong++;
        print_message("# got '%s' (%s): %s\n", got, pages[i], column[0]);
    }
}

static void test_no_alarm_is_false(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct world w = {.words = secrecy_words_new(mem, load_profile(mem, "mic"))};
    (void)state;
    each_row("tests/unit/data/secrecy_prose.txt", 1, prose, &w);
    assert_true(w.tried >= 500);
    assert_int_equal(w.wrong, 0);
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

static const char *place(const void *mem, const struct secrecy_words *words, const char *hidden,
                         const char *attached)
{
    struct letter *l = new_letter(mem, "", "x");
    l->hidden = hidden;
    attach(mem, l, "a.docx", attached);
    struct pages pages = pages_make(mem, l);
    return secrecy_find(&pages, words).where;
}

/* A mark that a reader does not see is said to be hidden only when there is no other of its level. */
static void test_hidden(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct secrecy_words *w = secrecy_words_new(mem, load_profile(mem, "mic"));
    const char *secret = "M\u1eacT\nB\u00c1O C\u00c1O", *top = "T\u1ed0I M\u1eacT\nB\u00c1O C\u00c1O";
    (void)state;
    assert_string_equal(place(mem, w, secret, "x"), "hidden");
    assert_string_equal(place(mem, w, secret, secret), "attachment:a.docx");
    assert_string_equal(place(mem, w, secret, top), "attachment:a.docx");
    assert_string_equal(place(mem, w, top, secret), "hidden");
    assert_string_equal(place(mem, w, "x", "x"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows), cmocka_unit_test(test_no_mark_is_missed),
        cmocka_unit_test(test_no_alarm_is_false), cmocka_unit_test(test_no_words_no_marks),
        cmocka_unit_test(test_hidden)};
    return cmocka_run_group_tests_name("secrecy", tests, NULL, NULL);
}
