/* Every attachment format: honest files word for word, hostile ones within their bounds. The files are made
 * by tests/tools/make_formats.py; the large ones are made here. Run from the top of the tree. */
#include "reader/extract.h"
#include "reader/parse.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <time.h>

#include <cmocka.h>

#define U_MAT "M\xe1\xba\xacT"

static void *mem;
static struct extract x;
static struct part_budget wanted; /* what read_bytes fetches instead of reading */

static const char *read_bytes(const char *name, const char *bytes, size_t n)
{
    struct part_budget *left = mem_zero(mem, struct part_budget);
    *left = wanted;
    left->left = 200u << 20;
    x = (struct extract){.mem = mem, .charset = "", .a = mem_zero(mem, struct letter_attachment)};
    x.part = part_open_bytes(mem, bytes, n, left);
    x.a->name = name;
    x.a->type = "application/octet-stream";
    extract_read(&x);
    return x.a->text;
}

static const char *read_file(const char *name)
{
    struct str data = str_new(mem);
    char block[65536];
    _cleanup_fclose_ FILE *f = fopen(mem_fmt(mem, "tests/unit/data/formats/%s", name), "rb");
    assert_non_null(f);
    for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
        str_addn(&data, block, n);
    return read_bytes(name, data.s, data.n);
}

static bool has(const char *defect)
{
    return str_list_has(&x.a->defects, defect);
}

static const struct letter_attachment *inner(const char *name)
{
    for (size_t i = 0; i < x.n_inner; i++)
        if (str_eq(x.inner[i].name, name))
            return &x.inner[i];
    return NULL;
}

static int set_up(void **state)
{
    (void)state;
    mem = mem_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    talloc_free(mem);
    return 0;
}

/* ---- documents ---- */

static void docx(void **state)
{
    (void)state;
    assert_string_equal(
        read_file("full.docx"),
        U_MAT "\n\fD\xe1\xbb\xb0 TH\xe1\xba\xa2O\n\ftrang 1\n\f"
              "B\xe1\xbb\x98 TH\xc3\x94NG TIN\nS\xe1\xbb\x91: 12/Q\xc4\x90-BTTTT\nC\xe1\xbb\x98NG H\xc3\x92"
              "A\n\xc4\x90\xc6\xa1n v\xe1\xbb\x8b\t\tS\xe1\xbb\x9f A\nTr\xc6\xb0\xe1\xbb\x9b"
              "csau\nH\xe1\xbb\x8e"
              "A T\xe1\xbb\x90"
              "C\nc\xc5\xa9 m\xe1\xbb\x9bi\nth\xe1\xba\xa5y hi\xe1\xbb\x87n\n21/11/2026-\t\xe2\x98\x91\n"
              "C\xe1\xbb\x99ng ho\xc3\xa0 x\xc3\xa3 h\xe1\xbb\x99i\nCH\xe1\xbb\xa6 NGH\xc4\xa8"
              "A\n\fch\xc3\xba\n\fg\xc3\xb3p \xc3\xbd\n\f"
              "b\xe1\xbb\x8f \xc4\x91i\n\xe1\xba\xa9n");
    assert_string_equal(x.a->real, "docx");
    assert_string_equal(x.a->how, "docx");
    assert_int_equal(x.a->defects.n, 3);
    assert_true(has("tracked-changes") && has("hidden-text") && has("unicode"));
    read_file("macro.docm");
    assert_true(has("macro") && !has("wrong-extension"));
}

static void open_document(void **state)
{
    (void)state;
    assert_string_equal(read_file("full.odt"),
                        "T\xe1\xbb\x90I " U_MAT
                        "\n\fT\xe1\xbb\x9d tr\xc3\xacnh\nm\xe1\xbb\x99t   hai ba\nkhung\n"
                        "a\tb\n\f"
                        "ch\xc3\xba th\xc3\xad"
                        "ch\n\f"
                        "b\xe1\xbb\x8f");
    assert_true(has("tracked-changes"));
    assert_string_equal(read_file("full.ods"), "L\xe1\xbb\x8b"
                                               "ch\nNg\xc3\xa0y\tVi\xe1\xbb\x87"
                                               "c\n21/11/2026\t\t\th\xe1\xbb\x8dp");
    assert_string_equal(x.a->real, "ods");
    assert_string_equal(read_file("full.odp"), "m\xe1\xbb\x99t\nghi\n\fhai");
}

static void workbook(void **state)
{
    (void)state;
    /* The workbook's order, not the archive's; a date by its format; 0.1 + 0.2; TCVN3 by the cell's font.
     */
    assert_string_equal(read_file("full.xlsx"),
                        "Hai\nhai b\xe1\xba\xa3ng\n\f" U_MAT
                        "\n\fM\xe1\xbb\x99t\nNg\xc3\xa0y h\xe1\xbb\x8dp\t\tt\xc3\xaan\n"
                        "21/11/2026 08:30\t0.3\ttr\xe1\xbb\xb1"
                        "c ti\xe1\xba\xbfp\t28/02/1900\tH\xc3\xa0 N\xe1\xbb\x99i");
    assert_true(has("hidden-text")); /* a hidden sheet */
}

static void slides(void **state)
{
    (void)state;
    assert_string_equal(read_file("full.pptx"), "tr\xc6\xb0\xe1\xbb\x9b"
                                                "c\nd\xc3\xb2ng hai\n\fghi ch\xc3\xba\n\fsau");
}

static void rich_text(void **state)
{
    (void)state;
    assert_string_equal(
        read_file("full.rtf"),
        "\f" U_MAT "\n\f\xc4\x90\xc6\xa1n khi\xe1\xba\xbfu n\xe1\xba\xa1i\nC\xe1\xbb\x99ng ho\xc3\xa0\n"
        "caf\xc3\xa9 {x} \xf0\x9f\x98\x80\tb\none\ttwo\nshown\nlink endok\nbox\n\fhidden\ngone");
    assert_true(has("hidden-text") && has("tracked-changes") && has("unicode"));
}

static void small_formats(void **state)
{
    (void)state;
    assert_string_equal(read_file("full.csv"), "T\xc3\xaan\tS\xe1\xbb\x91\nL\xc3\xa2m; \"B\"\t1,5\n");
    assert_string_equal(read_file("full.ics"),
                        "METHOD: REQUEST\nSUMMARY: H\xe1\xbb\x8dp giao ban, tu\xe1\xba\xa7n 47\n"
                        "DTSTART: 2026-11-23 08:00\nDTEND: 2026-11-23 01:30 UTC\n"
                        "LOCATION: Ph\xc3\xb2ng 2\nDESCRIPTION: d\xc3\xb2ng 1\nd\xc3\xb2ng 2");
    assert_string_equal(read_file("full.mht"), "page\none\n\ntwo");
    assert_string_equal(x.a->how, "html");
}

/* ---- things inside things ---- */

static void letters(void **state)
{
    (void)state;
    assert_string_equal(read_file("full.eml"), "trong\nth\xc3\xa2n th\xc6\xb0");
    assert_string_equal(x.a->real, "letter");
    assert_string_equal(x.a->mail_date, "Fri, 20 Nov 2026 08:00:00 +0700");
    assert_int_equal(x.n_inner, 1);
    assert_string_equal(x.inner[0].name, "full.eml/a.txt");
    assert_string_equal(x.inner[0].text, "ph\xe1\xbb\xa5 l\xe1\xbb\xa5"
                                         "c");
}

static void archives(void **state)
{
    (void)state;
    assert_string_equal(read_file("all.zip"), "vb/full.rtf\t558\nth\xc6\xb0.eml\t333\nx.exe\t102");
    assert_int_equal(x.n_inner, 4);
    assert_string_equal(inner("all.zip/vb/full.rtf")->how, "rtf");
    assert_non_null(inner("all.zip/th\xc6\xb0.eml/a.txt"));
    assert_true(str_list_has(&inner("all.zip/x.exe")->defects, "executable"));
    read_file("nested.zip");
    assert_string_equal(inner("nested.zip/level0.zip/a.txt")->text, "at depth two");
    read_file("deep.zip");
    assert_int_equal(x.n_inner, 3);
    assert_true(str_list_has(&x.inner[2].defects, "limit-depth"));
    assert_string_equal(x.inner[2].how, "none");
    read_file("locked.zip");
    assert_string_equal(x.a->how, "none");
    assert_true(has("encrypted") && x.n_inner == 0);
}

static void real_types(void **state)
{
    (void)state;
    read_file("old.doc");
    assert_string_equal(x.a->real, "doc");
    assert_true(has("macro") && !has("wrong-extension"));
    read_file("mail.msg");
    assert_string_equal(x.a->real, "msg");
    read_file("locked.docx");
    assert_true(has("encrypted") && !has("wrong-extension"));
    static const struct {
        const char *name, *bytes, *real, *defect;
    } files[] = {
        {"a.pdf", "%PDF-1.7\n", "pdf", NULL},
        {"a.docx", "%PDF-1.7\n", "pdf", "wrong-extension"},
        {"a.jpg", "\xff\xd8\xff\xe0", "image", NULL},
        {"a.txt", "#!/bin/sh\n", "program", "executable"},
        {"a.txt",
         "\x7f"
         "ELF\2\1\1",
         "program", "executable"},
        {"a.vbs", "MsgBox 1\n", "text", "executable"},
        {"winmail.dat", "\x78\x9f\x3e\x22\1", "tnef", NULL},
        {"a.zip", "Rar!\x1a\x07\1", "rar", "wrong-extension"},
        {"a.txt", "<!-- x --><!DOCTYPE html><p>a", "html", "wrong-extension"},
        {"a.doc", "{\\rtf1 x}", "rtf", NULL},
        {"a.txt", "plain", "text", NULL},
        {"a.eml", "plain", "text", NULL},
        {"a", "", "", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        read_bytes(files[i].name, files[i].bytes, strlen(files[i].bytes));
        assert_string_equal(x.a->real, files[i].real);
        assert_int_equal(x.a->defects.n > 0, files[i].defect != NULL);
        assert_true(!files[i].defect || has(files[i].defect));
    }
}

/* ---- hostile files ---- */

/* Seconds of processor time; peak memory of this process in kilobytes. */
static double seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

/* A link is a file whose text is where it leads; of two files with one name both are read; no name leads
 * out of its archive, and a very long one is cut. */
static void odd_archives(void **state)
{
    (void)state;
    static const char *const texts[] = {"first", "/etc/passwd", "second", "up", "root", "long"};
    read_file("odd.zip");
    assert_int_equal(x.n_inner, ARRAY_LEN(texts));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        assert_string_equal(x.inner[i].text, texts[i]);
        assert_int_equal(x.inner[i].number, i + 1);
        assert_in_range(strlen(x.inner[i].name), 1, 400);
        assert_true(str_starts(x.inner[i].name, "odd.zip/"));
    }
    assert_string_equal(inner("odd.zip/link.txt")->real, "text");
    assert_int_equal(x.a->defects.n, 0);
    read_file("liar.zip");
    assert_true(has("file-broken"));
    assert_string_equal(x.a->how, "none");
}

struct fetch {
    struct str got;
    size_t calls;
};

static bool keep(void *arg, const char *bytes, size_t n)
{
    struct fetch *f = arg;
    str_addn(&f->got, bytes, n);
    f->calls++;
    return true;
}

/* The number that the first reading gave finds the same bytes in a second one. */
static void bytes_are_fetched_again(void **state)
{
    (void)state;
    static const char *const texts[] = {"first", "/etc/passwd", "second", "up", "root", "long"};
    for (unsigned number = 1; number <= ARRAY_LEN(texts) + 1; number++) {
        struct fetch f = {.got = str_new(mem)};
        wanted = (struct part_budget){.wanted = keep, .wanted_arg = &f, .wanted_number = number};
        read_file("odd.zip");
        assert_int_equal(f.calls, number <= ARRAY_LEN(texts));
        if (f.calls)
            assert_string_equal(f.got.s, texts[number - 1]);
        wanted = (struct part_budget){0};
    }
}

static void bombs(void **state)
{
    (void)state;
    double from = seconds();
    read_file("bomb.zip");
    assert_true(has("limit-archive"));
    assert_string_equal(inner("bomb.zip/a.txt")->text, "first"); /* what came before is kept */
    read_file("nested-bomb.zip");
    assert_true(str_list_has(&x.inner[0].defects, "limit-archive"));
    read_file("overlapping.zip");
    assert_true(has("limit-archive"));
    read_file("entities.docx");
    assert_true(has("xml-dtd"));
    assert_string_equal(x.a->how, "none");
    read_file("deep-xml.docx");
    read_file("attributes.docx");
    assert_true(seconds() - from < 10);
}

static void many_entries(void **state)
{
    (void)state;
    double from = seconds();
    struct str raw = str_new(mem);
    for (size_t i = 0; i < 100000; i++) /* empty stored entries */
        str_addn(&raw, "PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0x", 31);
    read_bytes("many.zip", raw.s, raw.n);
    assert_true(has("limit-archive") && has("limit-attachments"));
    assert_int_equal(x.n_inner, EXTRACT_MAX_INNER);
    assert_true(seconds() - from < 10);
}

static void many_attributes(void **state)
{
    (void)state;
    double from = seconds();
    struct str raw = str_new(mem);
    str_add(&raw, "<html><p>before<p ");
    for (size_t i = 0; i < 50000; i++)
        str_addf(&raw, "a%zu=x ", i);
    str_add(&raw, ">after");
    read_bytes("a.html", raw.s, raw.n);
    assert_true(has("limit-html"));
    assert_non_null(strstr(x.a->text, "after"));
    assert_true(seconds() - from < 10);
}

static void deep_rtf(void **state)
{
    (void)state;
    struct str raw = str_new(mem);
    str_add(&raw, "{\\rtf1 a");
    for (size_t i = 0; i < 100000; i++)
        str_add(&raw, "{\\v1\\shptxt");
    str_add(&raw, "b\\par");
    for (size_t i = 0; i < 100000; i++)
        str_add(&raw, "}");
    str_add(&raw, "c}");
    const char *text = read_bytes("a.rtf", raw.s, raw.n);
    assert_non_null(strchr(text, 'c'));
    assert_true(has("hidden-text"));
}

/* Every prefix and many mutations of every file: whatever comes out is text, and nothing breaks. */
static void damage(void **state)
{
    (void)state;
    static const char *const names[] = {"full.docx", "full.odt", "full.xlsx", "full.pptx",
                                        "full.rtf",  "full.ics", "all.zip",   "full.eml"};
    uint32_t seed = 7;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct str data = str_new(mem);
        char block[65536];
        _cleanup_fclose_ FILE *f = fopen(mem_fmt(mem, "tests/unit/data/formats/%s", names[i]), "rb");
        for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
            str_addn(&data, block, n);
        for (size_t round = 0; round < 300; round++) {
            void *outer = mem;
            mem = mem_new();
            size_t n = round < 150 ? data.n * round / 150 : data.n;
            char *copy = mem_bytes(mem, data.s, n);
            for (size_t k = 0; round >= 150 && k < 1 + round % 5; k++) {
                seed = seed * 1664525u + 1013904223u;
                copy[(seed >> 8) % n] = (char)(unsigned char)(seed >> 24);
            }
            assert_non_null(read_bytes(names[i], copy, n));
            assert_non_null(x.a->real);
            talloc_free(mem);
            mem = outer;
        }
    }
}

static void memory_stayed_small(void **state)
{
    (void)state;
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
#ifndef BBT_SANITIZE
    assert_true(use.ru_maxrss < 512 * 1024);
#endif
    assert_true(use.ru_maxrss > 0);
}

int main(void)
{
    parse_prewarm();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(docx, set_up, tear_down),
        cmocka_unit_test_setup_teardown(open_document, set_up, tear_down),
        cmocka_unit_test_setup_teardown(workbook, set_up, tear_down),
        cmocka_unit_test_setup_teardown(slides, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rich_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(small_formats, set_up, tear_down),
        cmocka_unit_test_setup_teardown(letters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(archives, set_up, tear_down),
        cmocka_unit_test_setup_teardown(real_types, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bombs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(odd_archives, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bytes_are_fetched_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_entries, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_attributes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(deep_rtf, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damage, set_up, tear_down),
        cmocka_unit_test(memory_stayed_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
