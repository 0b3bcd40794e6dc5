/* Outlook messages: honest ones word for word with all that is attached; hostile ones within their bounds
 * and never called whole. Made by tests/tools/make_msg.py. Run from the top of the tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "attached.h"
#include "reader/msg_rtf.h"
#include <cmocka.h>

#define SEND "G\xe1\xbb\xadi \xc4\x91\xc4\x83ng tin"
#define DEAR "K\xc3\xadnh g\xe1\xbb\xadi Ban bi\xc3\xaan t\xe1\xba\xadp"

static const char *read_msg(const char *name)
{
    size_t n;
    char *bytes = read_whole(mem, mem_fmt(mem, "tests/unit/data/msg/%s", name), &n);
    return read_bytes(name, bytes, n);
}

static void all_of_it(void **state)
{
    (void)state;
    const char *text = read_msg("full.msg");
    assert_string_equal(x.a->how, "msg");
    assert_string_equal(x.a->real, "msg");
    assert_non_null(strstr(text, SEND "\n" DEAR "\n"));
    assert_non_null(strstr(text, "Ch\xe1\xbb\xaf th\xe1\xba\xa5y \xc4\x91\xc6\xb0\xe1\xbb\xa3"
                                 "c"));
    assert_non_null(strstr(text, "n\xc4\x83m s\xc3\xa1u b\xe1\xba\xa3y")); /* hidden, but not lost */
    assert_true(has("hidden-text"));
    assert_string_equal(x.a->mail_subject, SEND);
    assert_non_null(strstr(x.a->mail_from, "<a@so.example.vn>"));
    assert_non_null(strstr(x.a->mail_date, "2026"));
    assert_string_equal(inner("full.msg/message.rtf")->text, "rich words");
    const struct letter_attachment *annex = inner("full.msg/ph\xe1\xbb\xa5 l\xe1\xbb\xa5"
                                                  "c.txt");
    assert_int_equal(annex->bytes, 300 * strlen("n\xe1\xbb\x99i dung ph\xe1\xbb\xa5 l\xe1\xbb\xa5"
                                                "c\n"));
    assert_string_equal(inner("full.msg/Th\xc6\xb0 k\xc3\xa8m/trong.txt")->text, "inside");
    assert_string_equal(inner("full.msg/Th\xc6\xb0 k\xc3\xa8m")->mail_subject, "Th\xc6\xb0 trong");
}

static void strings_of_a_code_page(void **state)
{
    (void)state;
    assert_non_null(strstr(read_msg("narrow.msg"), "Th\xc3\xb4ng b\xc3\xa1o c\xc3\xb4ng t\xc3\xa1"
                                                   "c"));
    assert_string_equal(x.a->mail_subject, "Ti\xc3\xaau \xc4\x91\xc3\xaa");
}

static void hostile(void **state)
{
    (void)state;
    static const char *const names[] = {"liar.msg", "loop.msg", "circle.msg", "deep.msg"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        double from = seconds();
        read_msg(names[i]);
        assert_string_equal(x.a->how, "none"); /* some of it is missing */
        assert_true(has("file-broken"));
        assert_true(seconds() - from < 2.0);
    }
    assert_true(has("limit-depth"));
    read_msg("many.msg");
    assert_true(has("limit-attachments"));
    assert_int_equal(x.n_inner, EXTRACT_MAX_INNER);
}

/* One entry beside the other, 200,000 of them: libgsf would go down by recursion. */
static void a_long_directory(void **state)
{
    (void)state;
    size_t n, chain = 200000;
    char *honest = read_whole(mem, "tests/unit/data/msg/full.msg", &n);
    char *bytes = talloc_zero_size(mem, n + chain * 128);
    memcpy(bytes, honest, n);
    for (size_t i = 0; i < chain; i++) {
        char *e = bytes + n + i * 128;
        memcpy(e, "a\0\0\0", 4);
        e[64] = 4;
        e[66] = 2;
        e[67] = 1;
    }
    read_bytes("a.msg", bytes, n + chain * 128);
    assert_string_equal(x.a->how, "none");
    assert_true(has("limit-archive"));
}

static void damage(void **state)
{
    (void)state;
    size_t n;
    uint32_t seed = 11;
    char *bytes = read_whole(mem, "tests/unit/data/msg/full.msg", &n);
    for (size_t round = 0; round < 1500; round++) {
        void *outer = mem;
        mem = mem_new();
        size_t cut = round < 200 ? n * round / 200 : n;
        char *copy = mem_bytes(mem, bytes, cut);
        for (size_t k = 0; round >= 200 && k < 1 + round % 7; k++) {
            seed = seed * 1664525u + 1013904223u;
            /* half of them in the directory and the tables, where they hurt */
            size_t at = round % 2 ? (seed >> 8) % cut : cut - 1 - (seed >> 8) % 3000;
            copy[at] = (char)(unsigned char)(seed >> 24);
        }
        assert_non_null(read_bytes("full.msg", copy, cut));
        talloc_free(mem);
        mem = outer;
    }
}

/* MS-OXRTFCP 4.1.2, and what no program writes. */
static void packed_rich_text(void **state)
{
    (void)state;
    static const unsigned char example[] = {
        0x2d, 0,    0, 0,    0x2b, 0,    0,    0,    0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 3,
        0,    0x0a, 0, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65,
        0x6c, 0x09, 0, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0};
    struct str out = str_new(mem);
    assert_true(msg_rtf_unpack((const char *)example, sizeof example, &out));
    assert_string_equal(out.s, "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
    for (size_t n = 0; n < sizeof example; n++) {
        struct str part = str_new(mem);
        assert_false(msg_rtf_unpack((const char *)example, n, &part));
    }
    char *stored = talloc_zero_size(mem, MSG_RTF_MAX * 2);
    memcpy(stored + 8, "MELA", 4);
    struct str much = str_new(mem);
    assert_true(msg_rtf_unpack(stored, MSG_RTF_MAX * 2, &much));
    assert_int_equal(much.n, MSG_RTF_MAX);
}

int main(void)
{
    parse_prewarm();
    const struct CMUnitTest tests[] = {ATTACHED(all_of_it),        ATTACHED(strings_of_a_code_page),
                                       ATTACHED(hostile),          ATTACHED(a_long_directory),
                                       ATTACHED(packed_rich_text), ATTACHED(damage)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
