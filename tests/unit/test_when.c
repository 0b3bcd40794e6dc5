/* Civil dates, RFC 3339 and RFC 5322 times, ISO weeks. */
#include "base/when.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_civil_round_trip(void **state)
{
    (void)state;
    for (int64_t t = -4000000000; t < 8000000000; t += 7654321) {
        struct when_civil c = when_civil(t);
        assert_int_equal(when_from_civil(c.year, c.month, c.day, c.hour, c.minute, c.second), t);
        assert_in_range(c.month, 1, 12);
        assert_in_range(c.weekday, 1, 7);
    }
}

static void test_rfc3339(void **state)
{
    static const struct {
        const char *text;
        bool good;
        int64_t t;
    } rows[] = {{"2026-11-21T08:30:00+07:00", true, 1795224600},
                {"2026-11-21T01:30:00Z", true, 1795224600},
                {"2026-11-21", true, 1795194000},
                {"2026-11-21T01:30:00.123Z", true, 1795224600},
                {"2026-02-29T00:00:00Z", false, 0},
                {"2024-02-29T00:00:00Z", true, 1709164800},
                {"2026-11-21T08:30:00", false, 0},
                {"2026-13-01", false, 0},
                {"26-11-21", false, 0},
                {"", false, 0},
                {"2026-11-21T24:00:00Z", false, 0},
                {"2026-11-21T08:30:00+07:00x", false, 0}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t t = 42;
        assert_int_equal(when_parse_rfc3339(rows[i].text, &t), rows[i].good);
        assert_int_equal(t, rows[i].good ? rows[i].t : 42);
    }
}

static void test_rfc5322(void **state)
{
    static const struct {
        const char *text;
        bool good;
        int64_t t;
    } rows[] = {{"Sat, 21 Nov 2026 08:30:00 +0700", true, 1795224600},
                {"21 Nov 2026 08:30:00 +0700 (ICT)", true, 1795224600},
                {" Sat, 21 Nov 2026 01:30 GMT", true, 1795224600},
                {"(x(y)) Fri, 20 Nov 26 20:30:00 EST", true, 1795224600},
                {"Sat, 31 Feb 2026 08:30:00 +0700", false, 0},
                {"tomorrow", false, 0},
                {"", false, 0}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t t = 42;
        assert_int_equal(when_parse_rfc5322(rows[i].text, &t), rows[i].good);
        assert_int_equal(t, rows[i].good ? rows[i].t : 42);
    }
}

static void test_iso_week(void **state)
{
    static const struct {
        int y, m, d;
        const char *week;
    } rows[] = {{2026, 11, 21, "2026-W47"}, {2027, 1, 1, "2026-W53"}, {2024, 12, 30, "2025-W01"},
                {2024, 12, 29, "2024-W52"}, {2021, 1, 3, "2020-W53"}, {2026, 11, 23, "2026-W48"}};
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t t = when_from_civil(rows[i].y, rows[i].m, rows[i].d, 12, 0, 0), from, until;
        assert_string_equal(when_iso_week(mem, t), rows[i].week);
        assert_true(when_week_span(rows[i].week, &from, &until));
        assert_true(from <= t && t < until);
        assert_int_equal(when_civil(from).weekday, 1);
        assert_string_equal(when_iso_week(mem, from), rows[i].week);
        assert_string_equal(when_iso_week(mem, until - 1), rows[i].week);
    }
    int64_t a, b;
    assert_false(when_week_span("2025-W53", &a, &b));
    assert_false(when_week_span("2026-W00", &a, &b));
    assert_false(when_week_span("2026W47", &a, &b));
}

static void test_formats(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    assert_string_equal(when_rfc3339(mem, 1795224600), "2026-11-21T08:30:00+07:00");
    assert_string_equal(when_rfc5322(mem, 1795224600), "Sat, 21 Nov 2026 08:30:00 +0700");
    assert_string_equal(when_short(mem, 1795224600), "21/11/2026 08:30");
    assert_string_equal(when_date(mem, 1795224600), "2026-11-21");
    assert_string_equal(when_rfc3339(mem, WHEN_NONE), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_civil_round_trip),
                                       cmocka_unit_test(test_rfc3339), cmocka_unit_test(test_rfc5322),
                                       cmocka_unit_test(test_iso_week), cmocka_unit_test(test_formats)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
