/* Our splitter and the RFC 2047/2231 decoders, with the cases that GMime 3.2.13 gets wrong. */
#include "mail/headers.h"
#include "mail/transfer.h"
#include "reader/charset.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void *mem;

static const char *decoded(const char *raw)
{
    bool lossy;
    return headers_decode(mem, raw, strlen(raw), charset_convert, &lossy);
}

static const char *param(const char *raw, const char *name)
{
    bool lossy;
    return headers_param(mem, raw, strlen(raw), name, charset_convert, &lossy);
}

static void words(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"plain", "plain"},
        {" folded\r\n value ", "folded value"},
        {"=?UTF-8?B?YWJjZA==?= =?UTF-8?B?ZWZnaA==?=", "abcdefgh"}, /* GMime #133 */
        {"=?UTF-8?B?YWJjZA==?=\r\n =?UTF-8?B?ZWZnaA==?= x", "abcdefgh x"},
        {"=?utf-8?q?=C4?= =?UTF-8?Q?=90=C6=A1n?=", "\xc4\x90\xc6\xa1n"}, /* one letter in two words */
        {"=?utf-8?b?xA==?= =?utf-8?b?kMahbg==?=", "\xc4\x90\xc6\xa1n"},
        {"=?utf-8*vi?q?a_b?=", "a b"},
        {"Re: =?utf-8?q?a?= b =?utf-8?q?c?=", "Re: a b c"},
        {"=?windows-1258?Q?=D0=EA=EC?=", "\xc4\x90\xe1\xba\xbf"}, /* the tone is composed into the vowel */
        {"=?iso-8859-1?q?caf=E9?=", "caf\xc3\xa9"},
        {"=?x-viet-tcvn5712?Q?=A7=AC=6E?=", "\xc4\x90\xc6\xa1n"},
        {"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "\xe6\x97\xa5\xe6\x9c\xac"},
        {"=?utf-8?q?two words here?=", "two words here"},
        {"a=?utf-8?q?b?=c", "abc"},
        {"=?utf-8?x?abc?=", "=?utf-8?x?abc?="},
        {"=?utf-8?q?never ends", "=?utf-8?q?never ends"},
        {"=??q?a?=", "=??q?a?="},
        {"=?", "=?"},
        {"", ""},
        {"raw \xc4\x91\xe1\xbb\x93ng", "raw \xc4\x91\xe1\xbb\x93ng"},
        {"=?utf-8?q?a=0D=0AEvil:_x=00?=", "a  Evil: x\xef\xbf\xbd"}, /* no line, no NUL gets through */
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_string_equal(decoded(cases[i][0]), cases[i][1]);
}

static void lossy_is_said(void **state)
{
    (void)state;
    bool lossy = false;
    headers_decode(mem, "=?utf-8?q?ok?=", 14, charset_convert, &lossy);
    assert_false(lossy);
    char *s = headers_decode(mem, "=?utf-8?q?a=C4=C4=90?=", 22, charset_convert, &lossy);
    assert_true(lossy);
    assert_string_equal(s, "a\xef\xbf\xbd\xc4\x90");
}

static void a_field_of_open_words_is_linear(void **state)
{
    (void)state;
    struct str s = str_new(mem);
    while (s.n < 32000)
        str_add(&s, "=?a?q? ");
    assert_true(strlen(decoded(s.s)) > 31000);
}

static void fields(void **state)
{
    (void)state;
    static const char raw[] =
        "From: a\r\nSubject : b\n c\r\n\td\r\n bad line\r\nno colon here\rX:\r\n\r\nbody: x\r\n";
    struct headers_field *f;
    size_t end, n = headers_split(mem, raw, sizeof raw - 1, 100, &f, &end);
    assert_int_equal(n, 4);
    assert_string_equal(f[0].name, "From");
    assert_int_equal(f[0].raw_n, 2);
    assert_string_equal(f[1].name, "Subject ");
    assert_memory_equal(f[1].raw, " b\n c\r\n\td\r\n bad line", f[1].raw_n);
    assert_string_equal(f[2].name, "");
    assert_memory_equal(f[2].raw, "no colon here", f[2].raw_n);
    assert_string_equal(f[3].name, "X");
    assert_int_equal(f[3].raw_n, 0);
    assert_memory_equal(raw + end, "body: x", 7);
    assert_int_equal(headers_split(mem, raw, sizeof raw - 1, 2, &f, &end), 2);
    assert_memory_equal(raw + end, "body: x", 7);
    assert_int_equal(headers_split(mem, " : x\r\n", 6, 2, &f, &end), 1);
    assert_string_equal(f[0].name, "");
    assert_int_equal(headers_split(mem, "", 0, 2, &f, &end), 0);
    assert_int_equal(end, 0);
}

static void params(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *name, *want;
    } cases[] = {
        {"text/plain; charset=utf-8", "charset", "utf-8"},
        {"text/plain; CHARSET = \"UTF-8\" ; x=y", "charset", "UTF-8"},
        {"multipart/mixed; boundary=\"a;b\\\"c\"", "boundary", "a;b\"c"},
        {"a/b; filename*=UTF-8''%C4%91%C6%A1n.docx; filename=don.docx", "filename",
         "\xc4\x91\xc6\xa1n.docx"},
        {"a/b; filename=x.doc; filename*0*=UTF-8'vi'%C4; filename*1*=%91; filename*2=\"%.docx\"",
         "filename", "\xc4\x91%.docx"},
        {"a/b; filename*1=b.pdf; filename*0=\"a \"", "filename", "a b.pdf"},
        {"a/b; name=\"=?utf-8?B?xJHGoW4=?= =?utf-8?q?.doc?=\"", "name", "\xc4\x91\xc6\xa1n.doc"},
        {"a/b; name=BC nop (final) lan 3.docx; x=1", "name", "BC nop (final) lan 3.docx"},
        {"a/b (comment; name=no); name=yes", "name", "yes"},
        {"a/b; name=\"\xc4\x91.doc\"", "name", "\xc4\x91.doc"},
        {"a/b; filename*=UTF-8''a%0D%0Ab%00", "filename", "a  b\xef\xbf\xbd"},
        {"a/b; names=x", "name", NULL},
        {"a/b; name*x=1; name*100=2", "name", NULL},
        {"a/b; name=\"open", "name", "open"},
        {"name=x", "name", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *got = param(cases[i].raw, cases[i].name);
        if (cases[i].want)
            assert_string_equal(got ? got : "(null)", cases[i].want);
        else
            assert_null(got);
    }
}

static void base64_goes_on_after_padding(void **state)
{
    (void)state;
    struct transfer_base64 b = {0};
    char out[64];
    size_t n = transfer_base64_add(&b, "YWI=\r\nY2Q=Zg", 12, out);
    n += transfer_base64_end(&b, out + n);
    assert_int_equal(n, 5);
    assert_memory_equal(out, "abcdf", 5);
    assert_false(b.odd);
    transfer_base64_add(&b, "Y!", 2, out);
    assert_true(b.odd);
}

int main(void)
{
    mem = mem_new();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words),
        cmocka_unit_test(lossy_is_said),
        cmocka_unit_test(a_field_of_open_words_is_linear),
        cmocka_unit_test(fields),
        cmocka_unit_test(params),
        cmocka_unit_test(base64_goes_on_after_padding),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    talloc_free(mem);
    return failed;
}
