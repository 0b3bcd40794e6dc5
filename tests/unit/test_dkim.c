/* test_dkim.c: our judgement of DKIM signatures: letters signed by others (tests/tools/make_dkim.py), each
 * condition of LIBRARIES 3.1 by one letter, and every single bit that is signed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dkim_keys.h"
#include "gather/dkim.h"
#include "sys/file.h"

#define DATA     "tests/unit/data/dkim/"
#define RECEIVED 1700000060

static char *load(const void *mem, const char *name, size_t *n)
{
    struct err err = {0};
    char *bytes;
    if (!file_read(mem, mem_fmt(mem, DATA "%s", name), 1 << 24, &bytes, n, &err))
        fail_msg("%s", err.text);
    return bytes;
}

struct desk {
    void *mem;
    struct signatures *signatures;
    struct keys keys;
};

static struct desk desk_new(void)
{
    struct desk d = {.mem = mem_new()};
    struct err err = {0};
    size_t n;
    assert_true(signatures_new(d.mem, &d.signatures, &err));
    d.keys.lines = load(d.mem, "keys", &n);
    return d;
}

/* "pass/ok fail/no-key" */
static char *judge(struct desk *d, const void *mem, const char *bytes, size_t n, int64_t received)
{
    const struct lookup lookup = {keys_answer, &d->keys};
    struct facts_dkim *list;
    size_t count;
    struct str b = str_new(mem);
    signatures_judge(d->signatures, mem, raw_split(mem, bytes, n), &lookup, received, &list, &count);
    for (size_t i = 0; i < count; i++)
        str_addf(&b, "%s%s/%s", i ? " " : "", list[i].result, list[i].why);
    return mem_str(mem, b.s);
}

static void vectors(void **state)
{
    (void)state;
    struct desk d = desk_new();
    size_t n, rows = 0;
    char *table = load(d.mem, "expected.tsv", &n);
    for (char *line = table, *next; *line; line = next) {
        next = strchr(line, '\n') + 1;
        next[-1] = '\0';
        char *tab = strchr(line, '\t');
        *tab = '\0';
        char *bytes = load(d.mem, mem_fmt(d.mem, "%s.eml", line), &n);
        char *got = judge(&d, d.mem, bytes, n, RECEIVED);
        if (!str_eq(got, tab + 1))
            fail_msg("%s: '%s', wanted '%s'", line, got, tab + 1);
        rows++;
    }
    assert_true(rows >= 55);
    talloc_free(d.mem);
}

/* Whatever bit of the signed bytes changes, the signature does not pass. */
static void one_bit(void **state)
{
    (void)state;
    struct desk d = desk_new();
    size_t n, flips = 0;
    char *bytes = load(d.mem, "by-hand.eml", &n);
    const char *unsigned_from = strstr(bytes, "MIME-Version:"), *body = strstr(bytes, "\r\n\r\n");
    for (size_t at = (size_t)(strstr(bytes, "From:") - bytes); at < n; at++) {
        if (bytes + at >= unsigned_from && bytes + at < body + 4)
            continue;
        for (unsigned bit = 1; bit <= 0x80; bit <<= 7, flips++) {
            _cleanup_mem_ void *mem = mem_new();
            char *copy = mem_bytes(mem, bytes, n);
            copy[at] = (char)(copy[at] ^ (char)bit);
            /* The library's relaxed header takes a form feed at a line's end for a blank. */
            bool blank = bytes + at < body && str_space(bytes[at]) && str_space(copy[at]);
            if (!blank && str_starts(judge(&d, mem, copy, n, RECEIVED), "pass"))
                fail_msg("byte %zu became %02x and it passes", at, (unsigned)(unsigned char)copy[at]);
        }
    }
    assert_true(flips > 400);
    talloc_free(d.mem);
}

/* Header and a body of 680 KB, with CR LF and with LF alone: hashed in steps. */
static void large(void **state)
{
    (void)state;
    struct desk d = desk_new();
    size_t n;
    char *head = load(d.mem, "large.head", &n);
    for (int lf = 0; lf < 2; lf++) {
        struct str b = str_new(d.mem);
        str_addn(&b, head, n);
        for (int i = 0; i < 20000; i++)
            str_add(&b, "a line that is the same each time\r\n");
        if (lf) {
            size_t kept = 0;
            for (size_t i = 0; i < b.n; i++)
                if (b.s[i] != '\r')
                    b.s[kept++] = b.s[i];
            str_cut(&b, kept);
        }
        assert_string_equal(judge(&d, d.mem, b.s, b.n, RECEIVED), "pass/ok");
        b.s[b.n - 100] ^= 1;
        assert_string_equal(judge(&d, d.mem, b.s, b.n, RECEIVED), "fail/body-hash");
    }
    talloc_free(d.mem);
}

/* Our clock, not the machine's: a replay in ten years says what was said at arrival. */
static void times_are_those_of_receipt(void **state)
{
    (void)state;
    struct desk d = desk_new();
    size_t n;
    char *bytes = load(d.mem, "expires-later.eml", &n);
    assert_string_equal(judge(&d, d.mem, bytes, n, 1700000000), "pass/ok");
    assert_string_equal(judge(&d, d.mem, bytes, n, 1700086400 + 299), "pass/ok");
    assert_string_equal(judge(&d, d.mem, bytes, n, 1700086400 + 301), "weak/expired");
    assert_string_equal(judge(&d, d.mem, bytes, n, 1700000000 - 299), "pass/ok");
    assert_string_equal(judge(&d, d.mem, bytes, n, 1700000000 - 301), "weak/expired");
    talloc_free(d.mem);
}

/* A letter of a thousand signatures costs eight look-ups, one without costs none. */
static void bounded(void **state)
{
    (void)state;
    struct desk d = desk_new();
    size_t n, one;
    char *bytes = load(d.mem, "no-key.eml", &n);
    one = (size_t)(strstr(bytes, "\r\nReceived:") + 2 - bytes);
    struct str b = str_new(d.mem);
    for (int i = 0; i < 1000; i++)
        str_addn(&b, bytes, one);
    str_addn(&b, bytes + one, n - one);
    judge(&d, d.mem, b.s, b.n, RECEIVED);
    assert_true(d.keys.asked > 0 && d.keys.asked <= SIGNATURES_MAX);
    d.keys.asked = 0;
    bytes = load(d.mem, "unsigned.eml", &n);
    judge(&d, d.mem, bytes, n, RECEIVED);
    assert_int_equal(d.keys.asked, 0);
    talloc_free(d.mem);
}

static void who_is_in_from(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"From: a@X.vn\r\n\r\n", "x.vn"},
        {"from : a@x.vn\r\n\r\n", "x.vn"},
        {"From: a@x.vn\nSubject: b\n\nFrom: c@y.vn\n", "x.vn"},
        {"From: a@x.vn\r\nFrom: b@y.vn\r\n\r\n", ""},
        {"From: a@x.vn\r\nFROM : b@y.vn\r\n\r\n", ""},
        {"From: a@x.vn, b@y.vn\r\n\r\n", ""},
        {"From: =?utf-8?q?a=40mic.gov.vn?= <b@y.vn>\r\n\r\n", "y.vn"},
        {"From vp@z.vn Wed Nov 15 05:13:20 2023\r\nFrom: a@x.vn\r\n\r\n", "x.vn"},
        {"Subject: b\r\n\r\nFrom: a@x.vn\r\n", ""},
        {"From: a@x.vn", "x.vn"},
        {"", ""},
        {"\r\n", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_mem_ void *mem = mem_new();
        const struct raw *raw = raw_split(mem, rows[i][0], strlen(rows[i][0]));
        assert_string_equal(raw->from_domain, rows[i][1]);
    }
    _cleanup_mem_ void *mem = mem_new();
    struct str b = str_new(mem);
    str_add(&b, "From: a@x.vn\r\n");
    for (int i = 0; i < RAW_FIELDS_MAX; i++)
        str_add(&b, "X: y\r\n");
    const struct raw *raw = raw_split(mem, b.s, b.n);
    assert_true(raw->too_large);
    assert_string_equal(raw->from_domain, "");
    assert_int_equal(raw->n_fields, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors), cmocka_unit_test(one_bit),
        cmocka_unit_test(large),   cmocka_unit_test(times_are_those_of_receipt),
        cmocka_unit_test(bounded), cmocka_unit_test(who_is_in_from)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
