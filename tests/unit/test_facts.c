/* test_facts.c: what was known at arrival survives the spool, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "verify/facts.h"

static const char SHA[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

static struct facts sample(void)
{
    struct facts f = {.account = "chinh",
                      .source = "imap",
                      .receipt = "INBOX/1700000000/42",
                      .shown = "-",
                      .received = 1721587259,
                      .received_by = "internaldate",
                      .trust_results = true,
                      .look_up = false,
                      .header_only = true,
                      .bytes = 123456};
    memcpy(f.sha256, SHA, sizeof SHA);
    return f;
}

static void same(const struct facts *a, const struct facts *b)
{
    assert_string_equal(a->account, b->account);
    assert_string_equal(a->source, b->source);
    assert_string_equal(a->receipt, b->receipt);
    assert_string_equal(a->shown, b->shown);
    assert_int_equal(a->received, b->received);
    assert_string_equal(a->received_by, b->received_by);
    assert_int_equal(a->trust_results, b->trust_results);
    assert_int_equal(a->look_up, b->look_up);
    assert_int_equal(a->header_only, b->header_only);
    assert_int_equal(a->bytes, b->bytes);
    assert_string_equal(a->sha256, b->sha256);
}

static void round_trip(const struct facts *f)
{
    _cleanup_mem_ void *mem = mem_new();
    struct facts back;
    struct err err = {0};
    char *line = facts_dump(mem, f);
    assert_null(strchr(line, '\n'));
    if (!facts_parse(mem, line, strlen(line), &back, &err))
        fail_msg("%s: %s", line, err.text);
    same(f, &back);
}

static void round_trips(void **state)
{
    (void)state;
    struct facts f = sample();
    round_trip(&f);
    f.received = WHEN_NONE;
    f.trust_results = false;
    f.header_only = false;
    f.look_up = true;
    round_trip(&f);
    f.received = INT64_MAX;
    f.bytes = INT64_MAX;
    f.account = "";
    f.shown = "th\xC6\xB0/\xE1\xBB\x91 \"x\"\\\n\t\x01.eml";
    round_trip(&f);
    f.receipt = "/drop/\xFF\xFE raw bytes \xC3"; /* file names are bytes, not UTF-8 */
    f.shown = "\xED\xA0\x80";
    round_trip(&f);
}

static const char *const broken[] = {
    "", "{", "[]", "null", "{}", "{\"account\":1}", "{\"account\":\"a\",\"account\":\"b\"}", "\"account\"",
};

static void broken_facts_are_data_errors(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
        struct facts f = {.bytes = 7};
        struct err err = {0};
        assert_false(facts_parse(mem, broken[i], strlen(broken[i]), &f, &err));
        assert_int_equal(err.kind, ERR_DATA);
        assert_int_equal(f.bytes, 7);
    }
}

/* Every cut of a line is refused: a half-written file never reads as facts. */
static void every_cut_is_refused(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct facts f = sample(), back;
    struct err err;
    char *line = facts_dump(mem, &f);
    for (size_t n = 0; n < strlen(line); n++)
        assert_false(facts_parse(mem, line, n, &back, &err));
}

/* Replaces the first `what` of a good line. */
static char *changed(const void *mem, const char *what, const char *with)
{
    struct facts f = sample();
    char *line = facts_dump(mem, &f), *at = strstr(line, what);
    assert_non_null(at);
    return mem_fmt(mem, "%.*s%s%s", (int)(at - line), line, with, at + strlen(what));
}

static bool reads(const void *mem, const char *line, struct facts *ret)
{
    struct err err = {0};
    return facts_parse(mem, line, strlen(line), ret, &err);
}

static void keys_are_checked(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct facts f;
    assert_true(reads(mem, changed(mem, "{", "{\"later\":[1,{}],"), &f));   /* unknown keys are tolerated */
    assert_true(reads(mem, changed(mem, "\"header_only\":true,", ""), &f)); /* written before it existed */
    assert_false(f.header_only);
    assert_false(reads(mem, changed(mem, "\"trust_results\":true", "\"trust_results\":1"), &f));
    assert_false(reads(mem, changed(mem, "\"trust_results\":true,", ""), &f)); /* never guessed */
    assert_false(reads(mem, changed(mem, "e3b0", "E3"), &f));
    assert_false(reads(mem, changed(mem, "e3b0", "zzzz"), &f));
    assert_false(reads(mem, changed(mem, "123456", "-1"), &f));
    assert_false(reads(mem, changed(mem, "123456", "1.5"), &f));
    assert_false(
        reads(mem, changed(mem, "\"receipt\":\"INBOX/1700000000/42\"", "\"receipt-hex\":\"4\""), &f));
    assert_true(
        reads(mem, changed(mem, "\"receipt\":\"INBOX/1700000000/42\"", "\"receipt-hex\":\"41ff\""), &f));
    assert_string_equal(f.receipt, "A\xFF");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trips),
        cmocka_unit_test(broken_facts_are_data_errors),
        cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(keys_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
