/* test_address.c: exactly one plain mailbox, or a reason (RELIABILITY A7, DOMAIN 7.18-7.19). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/address.h"

struct good {
    const char *raw, *name, *spec;
};

static const struct good goods[] = {
    {"a@b.vn", "", "a@b.vn"},
    {" a@b.vn\t", "", "a@b.vn"},
    {"<a@b.vn>", "", "a@b.vn"},
    {"An <a@b.vn>", "An", "a@b.vn"},
    {"\"An, VP\" <a@b.vn>", "\"An, VP\"", "a@b.vn"},
    {"\"x@mic.gov.vn\" <a@b.vn>", "\"x@mic.gov.vn\"", "a@b.vn"},
    {"\"a \\\" <b@c.vn>\" <a@b.vn>", "\"a \\\" <b@c.vn>\"", "a@b.vn"},
    {"=?utf-8?B?VsWpIEtow6FuaCBMaW5o?= <vklinh@mic.gov.vn>",
     "=?utf-8?B?VsWpIEtow6FuaCBMaW5o?=", "vklinh@mic.gov.vn"},
    {"=?utf-8?Q?a?=\r\n =?utf-8?Q?b?= <a@b.vn>", "=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=", "a@b.vn"},
    {"V\xC5\xA9 Kh\xC3\xA1nh <a@b.vn>", "V\xC5\xA9 Kh\xC3\xA1nh", "a@b.vn"},
    {"Tr\xAA"
     "c \x9F <a@b.vn>",
     "Tr\xAA"
     "c \x9F",
     "a@b.vn"},
    {"LS. Hua Gia <a.b.c@b.vn>", "LS. Hua Gia", "a.b.c@b.vn"},
    {"An (VP) <a@b.vn>", "An (VP)", "a@b.vn"},
    {"a@b.vn <a@b.vn>", "a@b.vn", "a@b.vn"},
    {"A@B.VN", "", "A@b.vn"},
    {"\r\n a@b.vn", "", "a@b.vn"},
    {"a+tag=x@b-c.d.vn", "", "a+tag=x@b-c.d.vn"},
    {"o'neil@b.vn", "", "o'neil@b.vn"},
    {"root@localhost", "", "root@localhost"},
};

struct bad {
    const char *raw;
    size_t n; /* 0: strlen */
    const char *why;
};

static const struct bad bads[] = {
    {"", 0, "empty"},
    {" \r\n ", 0, "empty"},
    {"<>", 0, "empty"},
    {"An <>", 0, "empty"},
    {"a@b.vn, c@d.vn", 0, "several"},
    {"<a@b.vn>, <c@d.vn>", 0, "several"},
    {"<a@b.vn><c@d.vn>", 0, "several"},
    {"<a@b.vn> c@d.vn", 0, "syntax"},
    {"<a@b.vn> @", 0, "several"},
    {"admin@mic.gov.vn <a@evil.vn>", 0, "several"},
    {"a@b@c.vn", 0, "several"},
    {"Tran, An <a@b.vn>", 0, "several"},
    {"g: a@b.vn;", 0, "group"},
    {"g:;", 0, "group"},
    {"Phong: <a@b.vn>", 0, "group"},
    {"<@evil.vn:a@mic.gov.vn>", 0, "route"},
    {"<@x.vn,@y.vn:a@b.vn>", 0, "route"},
    {"\"a b\"@b.vn", 0, "quoted"},
    {"<\"a\"@b.vn>", 0, "quoted"},
    {"<a\\@mic.gov.vn@b.vn>", 0, "quoted"},
    {"=?utf-8?b?YWRtaW5AbWljLmdvdi52bg==?=", 0, "encoded"},
    {"<=?utf-8?q?admin=40mic.gov.vn?=>", 0, "encoded"},
    {"=?utf-8?b?YWRtaW5A?=mic.gov.vn <>", 0, "empty"},
    {"a@b.vn.", 0, "trailing-dot"},
    {"An <a@mic.gov.vn.>", 0, "trailing-dot"},
    {"a@mic.gov.vn\0.evil.com", 22, "control"},
    {"An\x01 <a@b.vn>", 0, "control"},
    {"a@b.vn\nc@d.vn", 0, "control"},
    {"a@b.vn\r", 0, "control"},
    {"a\x7F@b.vn", 0, "control"},
    {"a@[192.0.2.1]", 0, "syntax"},
    {"a@b.vn (An)", 0, "syntax"},
    {"(An) a@b.vn", 0, "syntax"},
    {"<a@b.vn(x)>", 0, "syntax"},
    {"An <a @b.vn>", 0, "syntax"},
    {"An <a@b.vn", 0, "syntax"},
    {"An a@b.vn>", 0, "syntax"},
    {"\"An <a@b.vn>", 0, "syntax"},
    {"An (x <a@b.vn>", 0, "syntax"},
    {"An (<x@y.vn>) <a@b.vn>", 0, "syntax"},
    {"<a@b.vn> An", 0, "syntax"},
    {"An", 0, "syntax"},
    {"@b.vn", 0, "route"},
    {"a@", 0, "syntax"},
    {".a@b.vn", 0, "syntax"},
    {"a.@b.vn", 0, "syntax"},
    {"a..b@b.vn", 0, "syntax"},
    {"a@b..vn", 0, "syntax"},
    {"a@-b.vn", 0, "syntax"},
    {"a@b-.vn", 0, "syntax"},
    {"a@b_c.vn", 0, "syntax"},
    {"a@m\xD1\x96"
     "c.gov.vn",
     0, "syntax"},
    {"\xC4\x91@b.vn", 0, "syntax"},
};

static void good_mailboxes(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    for (size_t i = 0; i < ARRAY_LEN(goods); i++) {
        struct address a = {0};
        const char *why = "none";
        if (!address_parse_one(mem, goods[i].raw, strlen(goods[i].raw), &a, &why))
            fail_msg("'%s' refused: %s", goods[i].raw, why);
        assert_string_equal(a.name, goods[i].name);
        assert_string_equal(a.spec, goods[i].spec);
        assert_string_equal(a.spec, mem_fmt(mem, "%s@%s", a.local, a.domain));
    }
}

static void bad_mailboxes(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    for (size_t i = 0; i < ARRAY_LEN(bads); i++) {
        struct address a = {.spec = "untouched"};
        const char *why = "accepted";
        size_t n = bads[i].n ? bads[i].n : strlen(bads[i].raw);
        bool ok = address_parse_one(mem, bads[i].raw, n, &a, &why);
        if (ok || strcmp(why, bads[i].why))
            fail_msg("'%s': wanted %s, got %s", bads[i].raw, bads[i].why, why);
        assert_string_equal(a.spec, "untouched");
    }
}

/* Every prefix of every row: no crash, and never a longer reading than the bytes given. */
static void any_cut_is_safe(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(goods); i++)
        for (size_t n = 0; n <= strlen(goods[i].raw); n++) {
            _cleanup_mem_ void *mem = mem_new();
            struct address a;
            const char *why;
            char *exact = talloc_memdup(mem, goods[i].raw, n ? n : 1);
            if (address_parse_one(mem, exact, n, &a, &why))
                assert_true(strlen(a.spec) <= n);
        }
}

static void lengths_are_bounded(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    char local[66] = {0}, label[65] = {0};
    memset(local, 'a', 65);
    memset(label, 'b', 64);
    struct address a;
    const char *why;
    char *long_local = mem_fmt(mem, "%s@b.vn", local), *fits = mem_fmt(mem, "%s@b.vn", local + 1);
    char *long_label = mem_fmt(mem, "a@%s.vn", label);
    assert_false(address_parse_one(mem, long_local, strlen(long_local), &a, &why));
    assert_true(address_parse_one(mem, fits, strlen(fits), &a, &why));
    assert_false(address_parse_one(mem, long_label, strlen(long_label), &a, &why));
}

static void find_all(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct str_list list = address_find_all(mem, "Ban 'BanBienTap@MIC.gov.vn', (a@b.vn) @x.vn y@ z");
    assert_int_equal(list.n, 2);
    assert_string_equal(list.v[0], "banbientap@mic.gov.vn");
    assert_string_equal(list.v[1], "a@b.vn");
    list = address_find_all(mem, "bbt\xEF\xBC\xA0mic.gov.vn. c\xEF\xB9\xAB"
                                 "d.vn-");
    assert_int_equal(list.n, 2);
    assert_string_equal(list.v[0], "bbt@mic.gov.vn");
    assert_string_equal(list.v[1], "c@d.vn");
    assert_int_equal(address_find_all(mem, "").n, 0);
    assert_int_equal(address_find_all(mem, "@@@ @ .@. ").n, 0);
}

static void dot_boundary(void **state)
{
    (void)state;
    assert_true(address_in_domain("mic.gov.vn", "mic.gov.vn"));
    assert_true(address_in_domain("a.MIC.gov.vn", "mic.gov.vn"));
    assert_false(address_in_domain("evilmic.gov.vn", "mic.gov.vn"));
    assert_false(address_in_domain("mic.gov.vn.evil.com", "mic.gov.vn"));
    assert_false(address_in_domain("gov.vn", "mic.gov.vn"));
    assert_false(address_in_domain("mic.gov.vn", ""));
}

static void sendable(void **state)
{
    (void)state;
    assert_true(address_sendable("a.b@mic.gov.vn"));
    assert_false(address_sendable(""));
    assert_false(address_sendable("a@b.vn>\r\nRCPT TO:<evil@y.vn"));
    assert_false(address_sendable("a b@c.vn"));
    assert_false(address_sendable("\"a\"@b.vn"));
    assert_false(address_sendable("\xC4\x91@b.vn"));
    assert_false(address_sendable("An <a@b.vn>"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_mailboxes),  cmocka_unit_test(bad_mailboxes),
        cmocka_unit_test(any_cut_is_safe), cmocka_unit_test(lengths_are_bounded),
        cmocka_unit_test(find_all),        cmocka_unit_test(dot_boundary),
        cmocka_unit_test(sendable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
