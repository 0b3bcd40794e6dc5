/* The three forms of text: the quick ways for Vietnamese letters agree with utf8proc for every character,
 * and the maps lead back to what was written. */
#include "base/utf8.h"
#include <setjmp.h>
#include <stdarg.h>
#include <utf8proc.h>

#include <cmocka.h>

static void forms_are(const char *text, const char *folded, const char *bare)
{
    _cleanup_mem_ void *mem = mem_new();
    struct utf8_forms f;
    utf8_make_forms(mem, text, strlen(text), &f);
    assert_string_equal(f.folded.s, folded);
    assert_string_equal(f.bare.s, bare);
    assert_int_equal(strlen(f.folded.s), f.folded.n);
    assert_int_equal(strlen(f.bare.s), f.bare.n);
}

static void test_forms(void **state)
{
    (void)state;
    forms_are("", "", "");
    forms_are("Khi\u1ebfu  N\u1ea0I \u2013 ho\u00e0", "khi\u1ebfu n\u1ea1i - h\u00f2a", "khieu nai - hoa");
    forms_are("\u0110\u01a0N \u00d0\u01a0N \u0189\u01a0N", "\u0111\u01a1n \u0111\u01a1n \u0111\u01a1n",
              "don don don");
    forms_are("ho\u00e0n", "ho\u00e0n", "hoan"); /* the tone moves only at the end of a syllable */
    forms_are("thu\u1ef7 kho\u1ebb", "th\u1ee7y kh\u1ecfe", "thuy khoe");
    forms_are("a\u00a0\t\n b\u200bc\u00ad", "a bc", "a bc");
    forms_are("\u201cA\u201d \u2018b\u2019", "\"a\" 'b'", "\"a\" 'b'");
    forms_are("\u0102\u00c2\u00ca\u00d4\u01af", "\u0103\u00e2\u00ea\u00f4\u01b0", "aaeou");
    forms_are("\u4e2d\u6587 \u00df \u00e6 \u00f7", "\u4e2d\u6587 \u00df \u00e6 \u00f7",
              "\u4e2d\u6587 \u00df \u00e6 \u00f7");
}

static bool special(int32_t cp)
{
    return cp == 0xA0 || cp == 0xAD || cp == 0xD0 || cp == 0xF0 || cp == 0x110 || cp == 0x189 ||
           cp == 0x256 || cp == 0x85 || (cp >= 0x2000 && cp <= 0x206F);
}

/* What the slow way gives: lower case, then the first of the decomposition, marks dropped. */
static void test_every_character(void **state)
{
    (void)state;
    for (int32_t cp = 0x80; cp < 0x30000; cp++) {
        if (special(cp) || cp == 0x3000 || cp == 0xFEFF || (cp >= 0xD800 && cp < 0xE000))
            continue;
        _cleanup_mem_ void *mem = mem_new();
        struct str text = str_new(mem);
        utf8_add(&text, cp);
        struct utf8_forms f;
        utf8_make_forms(mem, text.s, text.n, &f);
        int32_t folded, bare = 0;
        assert_int_equal(utf8_decode(f.folded.s, f.folded.n, &folded), f.folded.n);
        assert_int_equal(folded, utf8proc_tolower(cp));
        if (folded == 0x111)
            continue;
        utf8proc_int32_t parts[8];
        int boundary = 0;
        utf8proc_ssize_t k = utf8proc_decompose_char(folded, parts, 8, UTF8PROC_DECOMPOSE, &boundary);
        int32_t first = k > 0 ? parts[0] : folded;
        utf8proc_category_t c = utf8proc_category(first);
        bool mark = c == UTF8PROC_CATEGORY_MN || c == UTF8PROC_CATEGORY_ME;
        if (f.bare.n)
            utf8_decode(f.bare.s, f.bare.n, &bare);
        assert_int_equal(bare, mark ? 0 : first);
    }
}

/* Random bytes: lengths as utf8proc says, never past the end; a bad byte is U+FFFD of length 1. */
static void test_decode(void **state)
{
    unsigned seed = 3;
    (void)state;
    for (int round = 0; round < 2000000; round++) {
        char s[4];
        for (size_t i = 0; i < sizeof s; i++) {
            seed = seed * 1103515245u + 12345u;
            s[i] = (char)(0x70 + (seed >> 16) % 0x90);
        }
        size_t n = 1 + seed % 4;
        int32_t cp, expected;
        size_t len = utf8_decode(s, n, &cp);
        utf8proc_ssize_t k = utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, &expected);
        assert_int_equal(len, k > 0 ? (size_t)k : 1);
        assert_int_equal(cp, k > 0 ? expected : 0xFFFD);
    }
}

static void test_map(void **state)
{
    static const char text[] = "\u0110\u1eb7ng  ho\u00e0 \u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a";
    _cleanup_mem_ void *mem = mem_new();
    struct utf8_forms f;
    (void)state;
    utf8_make_forms(mem, text, strlen(text), &f);
    for (size_t form = 1; form < 3; form++) {
        const struct utf8_form *g = utf8_form_get(&f, (enum utf8_form_name)form);
        for (size_t i = 0; i < g->n; i++)
            assert_true(g->at[i] <= g->at[i + 1]);
        assert_int_equal(g->at[g->n], strlen(text));
    }
    const char *hoa = strstr(f.bare.s, "hoa");
    assert_non_null(hoa);
    assert_memory_equal(text + f.bare.at[hoa - f.bare.s], "ho\u00e0", 4);
}

static void test_nfc_and_prefix(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    assert_string_equal(utf8_nfc(mem, "kie\u0302\u0301n", 9), "ki\u1ebfn");
    assert_string_equal(utf8_nfc(mem,
                                 "a\xff"
                                 "b",
                                 3),
                        "a\uFFFD"
                        "b");
    assert_false(utf8_valid("\xc3", 1));
    assert_false(utf8_valid("\xe1\xba", 2));
    assert_true(utf8_valid("\u1ebfa", 4));
    assert_int_equal(utf8_prefix("\u1ebfab", 2, 100), 4);
    assert_int_equal(utf8_prefix("\u1ebfab", 100, 2), 0);
}

static void test_blank_is_what_nobody_sees(void **state)
{
    static const char *const blank[] = {"",
                                        " \t\n",
                                        "\xc2\xa0\xe2\x80\x8b",     /* no-break space, zero width space */
                                        "\xe2\x81\xa0\xef\xbb\xbf", /* word joiner, byte order mark */
                                        "\xe3\x85\xa4",             /* Hangul filler */
                                        "\xe2\xa0\x80",             /* Braille without dots */
                                        "\xcc\x81\xe2\x80\xae"};    /* a mark alone, an override */
    static const char *const seen[] = {"a", " .", "\xc4\x91", "\xe2\x80\x8b\xe1\xba\xa1",
                                       "\xf0\x9f\x91\x8d"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(blank); i++)
        assert_true(utf8_blank(blank[i]));
    for (size_t i = 0; i < ARRAY_LEN(seen); i++)
        assert_false(utf8_blank(seen[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {

        cmocka_unit_test(test_forms),          cmocka_unit_test(test_every_character),
        cmocka_unit_test(test_decode),         cmocka_unit_test(test_map),
        cmocka_unit_test(test_nfc_and_prefix), cmocka_unit_test(test_blank_is_what_nobody_sees),
    };
    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
