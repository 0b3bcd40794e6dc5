/* Strings, growing arrays, errors, hashes. */
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_growth(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct str s = str_new(mem);
    int *numbers = NULL;
    size_t n = 0;
    (void)state;
    assert_string_equal(s.s, "");
    for (int i = 0; i < 5000; i++) {
        str_addf(&s, "%d,", i);
        *mem_append(mem, numbers, n) = i;
    }
    assert_int_equal(n, 5000);
    for (int i = 0; i < 5000; i++)
        assert_int_equal(numbers[i], i);
    assert_int_equal(strlen(s.s), s.n);
    assert_true(str_ends(s.s, ",4999,"));
    str_cut(&s, 4);
    assert_string_equal(s.s, "0,1,");
    str_add(&s, " \r\n\t");
    str_trim_end(&s);
    assert_string_equal(s.s, "0,1,");
}

static void test_questions(void **state)
{
    int64_t v = 7;
    (void)state;
    assert_true(str_ieq("MIC.gov.VN", "mic.GOV.vn"));
    assert_false(str_ieq("mic", "micx"));
    assert_false(str_eq("a", NULL));
    assert_true(str_eq(NULL, NULL));
    assert_true(str_int("-12", -100, 100, &v) && v == -12);
    assert_false(str_int("12x", 0, 100, &v));
    assert_false(str_int(" 12", 0, 100, &v));
    assert_false(str_int("99999999999999999999", 0, INT64_MAX, &v));
    assert_int_equal(v, -12);
    assert_non_null(str_ifind("xxABCxx", 7, "abc"));
    assert_null(str_ifind("xxABC", 4, "abc"));
}

static void test_host_patterns(void **state)
{
    (void)state;
    assert_true(str_host_match("mx.mic.gov.vn", "MX.mic.gov.vn"));
    assert_true(str_host_match("*.mic.gov.vn", "a.b.mic.gov.vn"));
    assert_false(str_host_match("*.mic.gov.vn", "mic.gov.vn"));
    assert_false(str_host_match("*.mic.gov.vn", ".mic.gov.vn"));
    assert_false(str_host_match("*.mic.gov.vn", "mx.mic.gov.vn.evil.com"));
    assert_true(str_host_match("mx*.x", "mx1.x"));
    assert_false(str_host_match("mx*.x", "mx.x"));
}

static void test_errors(void **state)
{
    struct err err = {0};
    (void)state;
    errno = ENOSPC;
    assert_false(err_errno(&err, "write '%s'", "a"));
    assert_int_equal(err.kind, ERR_RETRY);
    assert_string_equal(err.text, "write 'a': No space left on device");
    assert_false(err_prefix(&err, "spool"));
    assert_string_equal(err.text, "spool: write 'a': No space left on device");
    assert_int_equal(err_exit_code(ERR_CONF), 78);
    assert_int_equal(err_exit_code(ERR_RETRY), 75);
    assert_int_equal(err_exit_code(ERR_DATA), 65);
    assert_int_equal(err_exit_code(ERR_USAGE), 64);
    assert_int_equal(err_exit_code(ERR_NO), 1);
}

static void test_hash(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    unsigned char raw[4];
    (void)state;
    assert_string_equal(hash_hex(mem, "abc", 3),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_true(hash_from_hex("00ff10Ab", raw, 4));
    assert_int_equal(raw[3], 0xAB);
    assert_false(hash_from_hex("00ff10a", raw, 4));
    assert_false(hash_from_hex("00ff10ag", raw, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_growth), cmocka_unit_test(test_questions),
                                       cmocka_unit_test(test_host_patterns), cmocka_unit_test(test_errors),
                                       cmocka_unit_test(test_hash)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
