/* A document's own number, date and type; the traps of DOMAIN 1.2; subjects. Rows: data/document.tsv. */
#include "fields/date.h"
#include "fields/document.h"
#include "rulings.h"

static void same_field(const char *what, const char *want, const char *got, const char *text)
{
    if (!str_eq(str_eq(want, "-") ? "" : want, got))
        fail_msg("%s: want '%s' got '%s': %s", what, want, got, text);
}

static void row(char **column, void *arg)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct letter *l = letter_with(mem, column[4], unescape(mem, column[5]));
    struct pages pages = pages_make(mem, l);
    struct document d = document_read(mem, &pages, arg);
    same_field("number", column[0], d.number, column[5]);
    same_field("date", column[1], d.date, column[5]);
    same_field("type", column[2], d.type, column[5]);
    same_field("blank", column[3], d.blank ? "yes" : "no", column[5]);
}

static void test_rows(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    each_row("tests/unit/data/document.tsv", 6, row, document_words_new(mem, load_profile(mem, "mic")));
}

static void title_is(const struct document_words *w, const char *subject, const char *title, bool reply,
                     bool forward)
{
    _cleanup_mem_ void *mem = mem_new();
    struct title_marks marks;
    assert_string_equal(document_title(mem, subject, w, &marks), title);
    assert_int_equal(marks.reply, reply);
    assert_int_equal(marks.forward, forward);
}

static void test_titles(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct document_words *w = document_words_new(mem, load_profile(mem, "mic"));
    (void)state;
    title_is(w, "Re: RE : Fwd: V/v  h\u1ecfi", "h\u1ecfi", true, true);
    title_is(w, "Tr\u1ea3 l\u1eddi: tin", "tin", true, false);
    title_is(w, "Tr\u1ea3 l\u1eddi b\u1ea1n \u0111\u1ecdc", "Tr\u1ea3 l\u1eddi b\u1ea1n \u0111\u1ecdc",
             false, false);
    title_is(w, "\u56de\u590d: x", "x", true, false);
    title_is(w, "", "", false, false);
    title_is(w, "Re:", "", true, false);
    title_is(w, "Record: x", "Record: x", false, false);
}

static void test_dates(void **state)
{
    static const struct date_words w = {"ngay", "thang", "nam", NULL, NULL};
    static const char *const good[] = {"ngay 29 thang 2 nam 2024", "29/2/2024", "ngay 29.02.2024",
                                       "29-2-2024 x"};
    static const char *const bad[] = {"29/2/2023", "12/15/2024", "29/2.2024", "0/1/2024",
                                      "1/1/24",    "129/2/2024", "1/1/1944",  "ngay thang 3 nam 2021",
                                      "",          "31/4/2024"};
    struct date d;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        assert_true(date_scan(good[i], strlen(good[i]), &w, &d) > 0);
        assert_true(d.year == 2024 && d.month == 2 && d.day == 29);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(date_scan(bad[i], strlen(bad[i]), &w, &d), 0);
}

/* Every prefix of a head is some letter's text: none may be read past its end (ASan watches). */
static void test_every_prefix(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct document_words *w = document_words_new(mem, load_profile(mem, "mic"));
    const char *text = "S\u1ed1: 146/Q\u0110-BTTTT, ng\u00e0y 16 th\u00e1ng 02 n\u0103m 2017\nV/v x\n";
    (void)state;
    for (size_t n = 0; n <= strlen(text); n++) {
        _cleanup_mem_ void *tmp = mem_new();
        char *cut = utf8_nfc(tmp, text, n);
        struct pages pages = pages_make(tmp, letter_with(tmp, "attachment", cut));
        struct document d = document_read(tmp, &pages, w);
        assert_true(strlen(d.number) <= strlen("146/Q\u0110-BTTTT"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_titles),
                                       cmocka_unit_test(test_dates), cmocka_unit_test(test_every_prefix)};
    return cmocka_run_group_tests_name("document", tests, NULL, NULL);
}
