/* Legacy Vietnamese: each kind comes back whole, mixed text run by run, nothing else is touched.
 *
 * The fixtures tests/unit/data/legacy/KIND.raw were encoded from truth.txt by other programs (iconv) or
 * from published layouts; tcvn3.txt is the truth without the toned capitals that TCVN3 does not have. With
 * `--filter` this program converts texts for tests/tools/legacy_score.py: `bytes|text LENGTH`, a line end
 * and so many bytes on stdin; on stdout the length of the answer, a line end and the answer, or `-` when
 * nothing is to convert. */
#include "base/utf8.h"
#include "files.h"
#include "reader/legacy.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct legacy_hint no_hint = {LEGACY_NONE, false};

static char *fixture(const void *mem, const char *name, size_t *ret_n)
{
    return read_whole(mem, mem_fmt(mem, "tests/unit/data/legacy/%s", name), ret_n);
}

static char *repair(const void *mem, const char *s, struct legacy_found *found)
{
    return legacy_repair(mem, s, strlen(s), no_hint, found);
}

/* ---- whole texts ---- */

static const struct {
    const char *file;
    enum legacy_kind kind;
    const char *truth;
} raw_files[] = {{"tcvn3.raw", LEGACY_TCVN3, "tcvn3.txt"},       {"vni.raw", LEGACY_VNI, "truth.txt"},
                 {"viscii.raw", LEGACY_VISCII, "truth.txt"},     {"vps.raw", LEGACY_VPS, "truth.txt"},
                 {"windows-1258.raw", LEGACY_1258, "truth.txt"}, {"truth.txt", LEGACY_UTF8, "truth.txt"}};

static void bytes_of_every_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(raw_files); i++) {
        _cleanup_mem_ void *mem = mem_new();
        size_t n, n_truth;
        struct legacy_found found;
        bool lossy;
        const char *raw = fixture(mem, raw_files[i].file, &n);
        char *got = legacy_bytes(mem, raw, n, &found, &lossy);
        assert_non_null(got);
        assert_string_equal(got, fixture(mem, raw_files[i].truth, &n_truth));
        assert_int_equal(found.words[raw_files[i].kind], found.total);
        assert_false(lossy);
    }
}

static void text_of_every_kind(void **state)
{
    (void)state;
    static const char *const files[][2] = {{"utf8.raw", "truth.txt"}, {"viqr.raw", "truth.txt"}};
    static const enum legacy_kind kinds[] = {LEGACY_UTF8, LEGACY_VIQR};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        _cleanup_mem_ void *mem = mem_new();
        size_t n;
        struct legacy_found found;
        char *got = repair(mem, fixture(mem, files[i][0], &n), &found);
        assert_non_null(got);
        assert_string_equal(got, fixture(mem, files[i][1], &n));
        assert_int_equal(found.words[kinds[i]], found.total);
        assert_null(repair(mem, got, &found)); /* nothing is left to do */
    }
}

/* Unicode, TCVN3, VNI and doubled UTF-8 by turns: each line comes back, the Unicode lines as they were. */
static void mixed_text_run_by_run(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    size_t n;
    struct legacy_found found;
    char *got = repair(mem, fixture(mem, "mixed.raw", &n), &found);
    assert_non_null(got);
    assert_string_equal(got, fixture(mem, "mixed.txt", &n));
    assert_true(found.words[LEGACY_TCVN3] > 20 && found.words[LEGACY_VNI] > 10 &&
                found.words[LEGACY_UTF8] > 5);
}

/* ---- short texts: subjects, names ---- */

static void short_texts(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *text; /* TCVN3, VNI, TCVN3, VNI, doubled UTF-8 */
    } cases[] = {
        {"B\u00b8o c\u00b8o.doc", "B\u00e1o c\u00e1o.doc"},
        {"Co\u00e2ng va\u00ean so\u00e1 12", "C\u00f4ng v\u0103n s\u1ed1 12"},
        {"Nguy\u00d4n V\u00a8n A", "Nguy\u1ec5n V\u0103n A"},
        {"Ba\u00f9o ca\u00f9o", "B\u00e1o c\u00e1o"},
        {"B\u00c3\u00a1o c\u00c3\u00a1o", "B\u00e1o c\u00e1o"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        _cleanup_mem_ void *mem = mem_new();
        struct legacy_found found;
        char *got = repair(mem, cases[i].raw, &found);
        assert_non_null(got);
        if (cases[i].text)
            assert_string_equal(got, cases[i].text);
    }
}

static void fonts_give_hints(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct legacy_found found;
    struct legacy_hint capitals = legacy_hint_of_font(".VnTimeH");
    assert_int_equal(capitals.kind, LEGACY_TCVN3);
    assert_true(capitals.capitals);
    assert_false(legacy_hint_of_font(".VnArial").capitals);
    assert_int_equal(legacy_hint_of_font("VNI-Times").kind, LEGACY_VNI);
    assert_int_equal(legacy_hint_of_font("VPS Times").kind, LEGACY_VPS);
    assert_int_equal(legacy_hint_of_font("Times New Roman").kind, LEGACY_NONE);
    assert_int_equal(legacy_hint_of_font(NULL).kind, LEGACY_NONE);
    /* One word, which by itself would prove nothing, and capitals that only the font shows. */
    assert_null(repair(mem, "b\u00e9", &found));
    assert_string_equal(legacy_repair(mem, "b\u00e9", 3, legacy_hint_of_font(".VnTime"), &found),
                        "b\u1ed9");
    assert_string_equal(legacy_repair(mem, "b\u00e9 q", 5, capitals, &found), "B\u1ed8 Q");
    /* Unicode in a run whose font says TCVN3 stays. */
    static const char unicode[] = "B\u1ed9 tr\u01b0\u1edfng v\u00e0";
    char *kept = legacy_repair(mem, unicode, sizeof unicode - 1, legacy_hint_of_font(".VnTime"), &found);
    assert_true(!kept || str_eq(kept, unicode));
}

static void check_bytes(const char *raw, const char *text)
{
    _cleanup_mem_ void *mem = mem_new();
    struct legacy_found found;
    bool lossy;
    char *got = legacy_bytes(mem, raw, strlen(raw), &found, &lossy);
    assert_non_null(got);
    assert_string_equal(got, text);
}

/* TCVN3 has no capitals with tones: a word in capitals shows by its other letters. */
static void words_in_capitals(void **state)
{
    (void)state;
    check_bytes("QUY\xd5T \xa7\xdeNH V\xd2 QU\xb6N L\xdd \xa7\xcaT",
                "QUY\u1ebeT \u0110\u1ecaNH V\u1ec1 QU\u1ea2N L\u00ed \u0110\u1ea4T");
    check_bytes("Quy\xd5t \xae\xdenh c\xf1"
                "a S\xeb Q\xa7-UBND",
                "Quy\u1ebft \u0111\u1ecbnh c\u1ee7"
                "a S\u1edf Q\u0110-UBND");
}

/* "\r\n" where a program went on to the next piece of a file, "\n" where the document has a line end. */
static void words_cut_in_two(void **state)
{
    (void)state;
    check_bytes("Th\xabng t\r\n\xad\nc\xf1"
                "a B\xe9 T\xb5i ch\xdd\r\nnh ng\xb5\r\ny 12.\n",
                "Th\u00f4ng t\u01b0\nc\u1ee7"
                "a B\u1ed9 T\u00e0i ch\u00ednh ng\u00e0y 12.\n");
    /* no word: a list, a capital, a blank, two whole syllables; and one sort of line ends only */
    static const char *const kept[][2] = {
        {"\xae\xd2 ngh\xde x\xb7\r\na) B\xe9\n", "\u0111\u1ec1 ngh\u1ecb x\u00e3\r\na) B\u1ed9\n"},
        {"B\xe9 T\xb5i ch\xdd\r\nNH\n", "B\u1ed9 T\u00e0i ch\u00ed\r\nNH\n"},
        {"B\xe9 T\xb5i ch\xdd \r\nnh\n", "B\u1ed9 T\u00e0i ch\u00ed \r\nnh\n"},
        {"B\xe9 T\xb5i\r\nch\xddnh\n", "B\u1ed9 T\u00e0i\r\nch\u00ednh\n"},
        {"B\xe9 T\xb5i ch\xdd\r\nnh\r\n", "B\u1ed9 T\u00e0i ch\u00ed\r\nnh\r\n"},
        {"B\xe9 T\xb5i ch\xdd\nnh\n", "B\u1ed9 T\u00e0i ch\u00ed\nnh\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(kept); i++)
        check_bytes(kept[i][0], kept[i][1]);
}

/* ---- what must stay ---- */

static void other_text_is_untouched(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    size_t n, lines = 0;
    struct legacy_found found;
    char *all = fixture(mem, "foreign.txt", &n), *next;
    assert_null(repair(mem, fixture(mem, "truth.txt", &n), &found));
    assert_null(repair(mem, all, &found));
    assert_null(repair(mem, "", &found));
    for (char *line = all; *line; line = next) {
        next = strchr(line, '\n') + 1;
        char *five = mem_fmt(mem, "%.*s%.*s%.*s", (int)(next - line), line, (int)(next - line), line,
                             (int)(next - line), line);
        if (legacy_repair(mem, line, (size_t)(next - line), no_hint, &found) || repair(mem, five, &found))
            fail_msg("converted: %.*s", (int)(next - line), line);
        for (char *word = line, *end; word < next; word = end + 1) {
            end = word + strcspn(word, " \n");
            if (legacy_repair(mem, word, (size_t)(end - word), no_hint, &found))
                fail_msg("converted: %.*s", (int)(end - word), word);
        }
        lines++;
    }
    assert_true(lines > 20);
}

static void other_bytes_are_left_to_the_ladder(void **state)
{
    (void)state;
    /* French in latin-1, Russian in koi8-r, Chinese in gb18030. */
    static const char *const cases[] = {
        "L'\xe9t\xe9 \xe0 la plage o\xf9 l'\xeele \xe9tait tr\xe8s belle",
        "\xf5\xd7\xc1\xd6\xc1\xc5\xcd\xd9\xc5 \xcb\xcf\xcc\xcc",
        "\xb9\xd8\xd3\xda\xd5\xf7\xc7\xf3\xd2\xe2\xbc\xfb \xb5\xc4\xcd\xa8\xd6\xaa \xc4\xe3\xba\xc3",
        /* Polish in iso-8859-2, Italian in latin-1 */
        "Kandyduj\xb1"
        "ca: s\xb1 wa\xbfne, s\xb1 i by\xb3y; mo\xbf"
        "e nie \xb3"
        "amie zwyk\xb3ych p\xf3\xbcniejszych pasuj\xb1"
        "cych",
        "Il file pu\xf2 essere pi\xf9 grande; ci\xf2 pu\xf2 accadere e perch\xe9 no, la citt\xe0",
        "plain ascii",
        "",
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        _cleanup_mem_ void *mem = mem_new();
        struct legacy_found found;
        bool lossy;
        assert_null(legacy_bytes(mem, cases[i], strlen(cases[i]), &found, &lossy));
    }
}

/* ---- anything at all ---- */

static void check_sound(const void *mem, const char *got)
{
    if (!got)
        return;
    size_t n = strlen(got);
    assert_true(utf8_valid(got, n));
    assert_string_equal(utf8_nfc(mem, got, n), got);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

static void random_bytes_give_sound_text(void **state)
{
    (void)state;
    uint32_t seed = 20261121;
    for (size_t round = 0; round < 3000; round++) {
        _cleanup_mem_ void *mem = mem_new();
        char bytes[300];
        struct legacy_found found;
        bool lossy;
        size_t n = next_random(&seed) % sizeof bytes;
        for (size_t i = 0; i < n; i++) {
            uint32_t r = next_random(&seed);
            bytes[i] = r % 4 == 0    ? (char)('a' + r / 4 % 26)
                       : r % 16 == 1 ? ' '
                                     : (char)(unsigned char)(r >> 4);
        }
        check_sound(mem, legacy_bytes(mem, bytes, n, &found, &lossy));
        char *text = utf8_nfc(mem, bytes, n);
        struct legacy_hint hint = {next_random(&seed) % LEGACY_KINDS, round % 2 == 0};
        check_sound(mem, legacy_repair(mem, text, strlen(text), no_hint, &found));
        check_sound(mem, legacy_repair(mem, text, strlen(text), hint, &found));
    }
}

/* The fixtures with bytes changed, cut and doubled: near the real thing is where the decoders meet. */
static void damaged_fixtures_give_sound_text(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (size_t i = 0; i < ARRAY_LEN(raw_files) * 40; i++) {
        _cleanup_mem_ void *mem = mem_new();
        size_t n;
        struct legacy_found found;
        bool lossy;
        char *raw = fixture(mem, raw_files[i % ARRAY_LEN(raw_files)].file, &n);
        for (size_t k = 0; k < 30; k++)
            raw[next_random(&seed) % n] = (char)(unsigned char)next_random(&seed);
        size_t from = next_random(&seed) % n;
        check_sound(mem, legacy_bytes(mem, raw + from, n - from, &found, &lossy));
        char *text = utf8_nfc(mem, raw, n);
        check_sound(mem, repair(mem, text, &found));
    }
}

/* One endless word, and a text of a megabyte: linear. */
static void long_text(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct str s = str_new(mem);
    struct legacy_found found;
    while (s.n < 1u << 20)
        str_add(&s, "th\u00a8\u00b8o");
    check_sound(mem, repair(mem, s.s, &found));
    str_cut(&s, 0);
    while (s.n < 1u << 20)
        str_add(&s, "B\u00b8o c\u00b8o v\u1ec1 ");
    char *got = repair(mem, s.s, &found);
    assert_non_null(got);
    assert_true(str_starts(got, "B\u00e1o c\u00e1o v\u1ec1 B\u00e1o"));
    assert_int_equal(found.words[LEGACY_TCVN3], found.total);
}

/* ---- the filter ---- */

/* One text; false: there is none any more. Its length may be no lie: only our own tools ask. */
static bool filter_one(void)
{
    _cleanup_mem_ void *mem = mem_new();
    struct legacy_found found;
    bool lossy;
    char mode[6];
    size_t n;
    if (scanf("%5s %zu", mode, &n) != 2 || getchar() != '\n')
        return false;
    char *in = mem_array(mem, char, n + 1);
    if (fread(in, 1, n, stdin) != n)
        return false;
    char *out = str_eq(mode, "bytes") ? legacy_bytes(mem, in, n, &found, &lossy)
                                      : legacy_repair(mem, in, n, no_hint, &found);
    if (out)
        printf("%zu\n%s", strlen(out), out);
    else
        puts("-");
    return fflush(stdout) == 0;
}

static int filter(void)
{
    while (filter_one())
        ;
    return feof(stdin) ? 0 : 1;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_of_every_kind),
        cmocka_unit_test(text_of_every_kind),
        cmocka_unit_test(mixed_text_run_by_run),
        cmocka_unit_test(short_texts),
        cmocka_unit_test(fonts_give_hints),
        cmocka_unit_test(words_in_capitals),
        cmocka_unit_test(words_cut_in_two),
        cmocka_unit_test(other_text_is_untouched),
        cmocka_unit_test(other_bytes_are_left_to_the_ladder),
        cmocka_unit_test(random_bytes_give_sound_text),
        cmocka_unit_test(damaged_fixtures_give_sound_text),
        cmocka_unit_test(long_text),
    };
    if (argc == 2 && str_eq(argv[1], "--filter"))
        return filter();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
