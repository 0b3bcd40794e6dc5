/* The charset ladder: nothing is dropped, valid UTF-8 wins over a wrong label, Vietnamese legacy labels are
 * known by their aliases. */
#include "base/utf8.h"
#include "reader/charset.h"
#include <errno.h>
#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define DON "\xc4\x91\xc6\xa1n"

struct expect {
    const char *label, *bytes, *text, *by;
    bool lossy;
};

static void check(const struct expect *e, size_t n)
{
    _cleanup_mem_ void *mem = mem_new();
    const char *by;
    bool lossy;
    char *got = charset_decode(mem, e->label, e->bytes, n, &by, &lossy);
    assert_string_equal(got, e->text);
    assert_string_equal(by, e->by);
    assert_int_equal(lossy, e->lossy);
    assert_true(utf8_valid(got, strlen(got)));
}

static void ladder(void **state)
{
    (void)state;
    static const struct expect cases[] = {
        {"utf-8", "abc", "abc", "label", false},
        {"", "abc", "abc", "utf8", false},
        {"us-ascii", DON, DON, "utf8", false},                 /* GMime deletes these bytes */
        {"iso-8859-1", DON, DON, "utf8", false},               /* mislabelled */
        {"utf-8", "La\xcc\x86m", "L\xc4\x83m", "utf8", false}, /* NFD from a Mac */
        {"utf-8", "\xef\xbb\xbf" DON, DON, "utf8", false},
        {"x-viet-tcvn5712", "\xae\xacn", DON, "label", false},
        {"TCVN-5712", "\xae\xacn", DON, "label", false},
        {"x-viscii", "\xf0\xbdn", DON, "label", false},
        {"x-cp1258", "\xf0\xf5n", DON, "label", false},
        {"windows-1258", "\xf0\xf5\xccn", "\xc4\x91\xe1\xbb\x9dn", "label", false},
        {"iso-8859-1", "caf\xe9", "caf\xc3\xa9", "label", false},
        {"gb2312", "\xd6\xd0\xb9\xfa", "\xe4\xb8\xad\xe5\x9b\xbd", "label", false},
        {"iso-2022-jp", "\x1b\x24\x42\x46\x7c\x1b\x28\x42", "\xe6\x97\xa5", "label", false},
        {"utf-7", "A+ARE-", "A\xc4\x91", "label", false},
        {"utf-8", "many good words and one bad \xff byte " DON DON DON,
         "many good words and one bad \xef\xbf\xbd byte " DON DON DON, "label", true},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check(&cases[i], strlen(cases[i].bytes));
    check(&(struct expect){"utf-16", "\xff\xfe\x11\x01n\0", "\xc4\x91n", "label", false}, 6);
    check(&(struct expect){"", "\xff\xfe\x11\x01n\0", "\xc4\x91n", "detected", false}, 6);
    check(&(struct expect){"", "a\0b",
                           "a\xef\xbf\xbd"
                           "b",
                           "utf8", true},
          3);
    check(&(struct expect){"", "", "", "utf8", false}, 0);
}

static void unlabelled_legacy_is_kept(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    /* A windows-1258 sentence without a label: all of it arrives, and says how. */
    static const char bytes[] = "C\xf4ng t\xe1"
                                "c \xf0\xe0o ta\xf2o c\xe1n b\xf4\xf2 n\xe3m nay \xf0\xfd\xf5\xf2"
                                "c ti\xea\xecn h\xe0nh t\xf4\xec"
                                "t";
    const char *by;
    bool lossy;
    char *got = charset_decode(mem, "no-such-charset", bytes, sizeof bytes - 1, &by, &lossy);
    assert_string_equal(by, "legacy");
    assert_true(utf8_count(got) + 12 > sizeof bytes);
    assert_true(utf8_valid(got, strlen(got)));
}

static void random_bytes_always_give_text(void **state)
{
    (void)state;
    static const char *const labels[] = {"utf-8",  "utf-16", "utf-7",   "gb18030",   "iso-2022-jp",
                                         "big5",   "tcvn",   "euc-kr",  "shift_jis", "x-viscii",
                                         "utf-32", "",       "nonsense"};
    uint32_t seed = 12345;
    for (size_t round = 0; round < 2000; round++) {
        _cleanup_mem_ void *mem = mem_new();
        char bytes[64];
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1664525u + 1013904223u;
            bytes[i] = (char)(unsigned char)(seed >> 24);
        }
        bool lossy;
        char *s = charset_convert(mem, labels[round % ARRAY_LEN(labels)], bytes, sizeof bytes, &lossy);
        assert_true(utf8_valid(s, strlen(s)));
        assert_true(*s != '\0');
    }
}

/* Last: the lock is for good. */
static void locked(void **state)
{
    (void)state;
    charset_lock();
    errno = 0;
    assert_true(iconv_open("UTF-8", "KOI8-R") == (iconv_t)-1);
    assert_int_equal(errno, EINVAL);
    ladder(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ladder),
        cmocka_unit_test(unlabelled_legacy_is_kept),
        cmocka_unit_test(random_bytes_always_give_text),
        cmocka_unit_test(locked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
