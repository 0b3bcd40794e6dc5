/* test_smime.c: letters signed with personal certificates (tests/tools/make_smime.sh): who signed, whether
 * an authority of ours answers for it, and whether it is the one in From. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gather/smime.h"
#include "sys/clock.h"
#include "sys/file.h"

#define DATA "tests/unit/data/smime/"

static const char *judge(const void *mem, const struct smime *s, const char *bytes, size_t n, int64_t at)
{
    struct facts_attempt a = {0};
    smime_judge(s, mem, raw_split(mem, bytes, n), at, &a);
    return mem_fmt(mem, "%s %s", a.smime, a.smime_signer);
}

static char *load(const void *mem, const char *name, size_t *n)
{
    struct err err = {0};
    char *bytes;
    if (!file_read(mem, mem_fmt(mem, DATA "%s", name), 1 << 20, &bytes, n, &err))
        fail_msg("%s", err.text);
    return bytes;
}

/* Long after the certificates were made, which is when the last one of them has run out. */
static int64_t next_year(void)
{
    return clock_now() + (int64_t)400 * 86400;
}

static void letters(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"good.eml", "good dqhuy@mic.gov.vn", "untrusted "},
        {"crlf.eml", "good dqhuy@mic.gov.vn", "untrusted "},
        {"changed.eml", "bad ", "bad "},
        {"other-from.eml", "bad ", "untrusted "},
        {"two-from.eml", "bad ", "untrusted "},
        {"server.eml", "untrusted ", "untrusted "},
        {"stranger.eml", "untrusted ", "untrusted "},
        {"self.eml", "untrusted ", "untrusted "},
        {"late.eml", "untrusted ", "untrusted "},
        {"not-closed.eml", "bad ", "bad "},
        {"third-part.eml", "bad ", "bad "},
        {"part-behind.eml", "bad ", "bad "},
        {"unsigned.eml", "none ", "none "},
    };
    _cleanup_mem_ void *mem = mem_new();
    struct smime *with, *without;
    struct err err = {0};
    assert_true(smime_new(mem, DATA "ca.pem", &with, &err));
    assert_true(smime_new(mem, "", &without, &err));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        size_t n;
        char *bytes = load(mem, rows[i][0], &n);
        const char *got = judge(mem, with, bytes, n, next_year());
        if (!str_eq(got, rows[i][1]))
            fail_msg("%s: '%s', wanted '%s'", rows[i][0], got, rows[i][1]);
        got = judge(mem, without, bytes, n, next_year());
        if (!str_eq(got, rows[i][2]))
            fail_msg("%s without authorities: '%s', wanted '%s'", rows[i][0], got, rows[i][2]);
    }
}

static void another_authority(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct smime *s;
    struct err err = {0};
    assert_false(smime_new(mem, "/nowhere.pem", &s, &err));
    assert_int_equal(err.kind, ERR_CONF);
    err = (struct err){0};
    assert_false(smime_new(mem, DATA "unsigned.eml", &s, &err));
    assert_int_equal(err.kind, ERR_CONF);
}

/* Before it was issued it proves nothing. */
static void times(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct smime *s;
    struct err err = {0};
    size_t n;
    assert_true(smime_new(mem, DATA "ca.pem", &s, &err));
    char *bytes = load(mem, "good.eml", &n);
    assert_string_equal(judge(mem, s, bytes, n, 1000000000), "untrusted ");
}

/* No changed byte of the signed part or the signature makes or keeps a proof of other words. */
static void one_byte(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct smime *s;
    struct err err = {0};
    size_t n;
    assert_true(smime_new(mem, DATA "ca.pem", &s, &err));
    char *bytes = load(mem, "good.eml", &n);
    char *words = strstr(bytes, "Dong y");
    for (size_t at = (size_t)(words - bytes); at < (size_t)(words - bytes) + 15; at++) {
        _cleanup_mem_ void *tmp = mem_new();
        char *copy = mem_bytes(tmp, bytes, n);
        copy[at] ^= 1;
        assert_string_equal(judge(tmp, s, copy, n, next_year()), "bad ");
    }
    for (size_t cut = 1; cut < n; cut += 37) { /* whatever is missing: no crash, no proof of less */
        _cleanup_mem_ void *tmp = mem_new();
        const char *got = judge(tmp, s, bytes, n - cut, next_year());
        if (cut > 60)
            assert_true(!str_starts(got, "good"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(letters), cmocka_unit_test(another_authority),
                                       cmocka_unit_test(times), cmocka_unit_test(one_byte)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
