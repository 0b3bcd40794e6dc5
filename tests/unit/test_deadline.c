/* The arithmetic of the time rules: the worked examples of DOMAIN 4.1 with their proofs, one vector for
 * each time rule of the regulations (tests/data/time_rules.tsv), pauses, counting backwards, hostile
 * lengths. */
#include "desk/deadline.h"
#include "desk/duty.h"
#include "files.h"
#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

static const struct profile *load(const void *mem, const char *name)
{
    struct profile_file *files = NULL;
    struct problems problems = {0};
    size_t n = 0;
    add_files(mem, "rules", "common", &files, &n);
    add_files(mem, "rules", name, &files, &n);
    struct profile *p = profile_load(mem, name, files, n, &problems);
    for (size_t i = 0; i < problems.n; i++)
        print_error("%s:%d:%d: %s '%s' [%s]\n", problems.v[i].file, problems.v[i].line,
                    problems.v[i].column, problems.v[i].key, problems.v[i].subject, problems.v[i].hint);
    assert_non_null(p);
    return p;
}

/* The base of tests/grammar with a calendar or rules of the test's own. */
static const struct profile *with(const void *mem, const char *own)
{
    struct profile_file *files = NULL;
    struct problems problems = {0};
    size_t n = 0;
    *mem_append(mem, files, n) = (struct profile_file){"t/own.rules", own, strlen(own)};
    add_files(mem, "tests/grammar", "base", &files, &n);
    struct profile *p = profile_load(mem, "t", files, n, &problems);
    for (size_t i = 0; i < problems.n; i++)
        print_error("%d:%d: %s '%s'\n", problems.v[i].line, problems.v[i].column, problems.v[i].key,
                    problems.v[i].subject);
    assert_non_null(p);
    return p;
}

static int64_t at(const char *text)
{
    int64_t t;
    assert_true(when_parse_rfc3339(text, &t));
    return t;
}

/* "2024-11-05T09:12" in Viet Nam. */
static int64_t minute(const char *text)
{
    _cleanup_mem_ char *full = mem_fmt(NULL, "%s:00+07:00", text);
    return at(full);
}

static int64_t length_of(const struct time_rule *r)
{
    return r->length;
}

/* What was counted adds up to the term, and every instant between start and due is in exactly one step. */
static void check_proof(const struct deadline *d)
{
    int64_t sum = 0;
    for (size_t i = 0; i < d->n_steps; i++) {
        const struct proof_step *s = &d->steps[i];
        assert_true(s->from < s->until);
        assert_true(s->counted || s->amount == 0);
        if (i > 0 && d->rule->backward)
            assert_int_equal(s->until, d->steps[i - 1].from);
        else if (i > 0)
            assert_int_equal(s->from, d->steps[i - 1].until);
        sum += s->amount;
    }
    assert_int_equal(sum, length_of(d->rule));
}

static int64_t due(const struct profile *p, const struct time_rule *r, const char *start)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct deadline *d = deadline_compute(mem, r, minute(start), &p->calendar, NULL, 0);
    check_proof(d);
    return d->due;
}

struct worked {
    const char *start;
    int length;
    enum span_unit unit; /* of the length, hours being 60 minutes */
    const char *due;     /* minute, or day */
};

/* DOMAIN 4.1, the table and the line "More"; MISSION DL-2, DL-3. */
static const struct worked examples[] = {
    {"2024-11-05T09:12", 4, SPAN_WORKING_MINUTES, "2024-11-05T14:12"},
    {"2024-11-07T11:30", 4, SPAN_WORKING_MINUTES, "2024-11-07T16:30"},
    {"2024-11-08T15:30", 4, SPAN_WORKING_MINUTES, "2024-11-11T10:30"},
    {"2024-12-31T16:30", 4, SPAN_WORKING_MINUTES, "2025-01-02T11:30"},
    {"2025-01-24T16:00", 4, SPAN_WORKING_MINUTES, "2025-02-03T11:00"},
    {"2025-04-25T16:00", 4, SPAN_WORKING_MINUTES, "2025-04-26T11:00"},
    {"2025-01-24T16:50", 5, SPAN_WORKING_DAYS, "2025-02-07"},
    {"2025-01-26T10:30", 5, SPAN_WORKING_DAYS, "2025-02-07"},
    {"2025-04-25T08:00", 5, SPAN_WORKING_DAYS, "2025-05-06"},
    {"2026-01-09T10:00", 2, SPAN_WORKING_DAYS, "2026-01-12"},
    {"2026-02-13T09:00", 10, SPAN_WORKING_DAYS, "2026-03-06"},
    {"2026-08-28T15:00", 5, SPAN_WORKING_DAYS, "2026-09-09"},
    /* More */
    {"2024-04-26T14:00", 2, SPAN_WORKING_DAYS, "2024-05-03"},
    {"2024-11-09T21:05", 7, SPAN_WORKING_DAYS, "2024-11-19"},
    {"2024-11-09T21:05", 10, SPAN_WORKING_DAYS, "2024-11-22"},
    {"2026-04-24T08:00", 5, SPAN_WORKING_DAYS, "2026-05-06"},
    {"2026-02-12T17:30", 4, SPAN_WORKING_MINUTES, "2026-02-13T12:00"},
    /* MIC-P.T; DL-2; DL-3: make-up Saturday 04/05/2024; BCA-5.7: nights and Sundays count */
    {"2024-11-08T16:30", 4, SPAN_WORKING_MINUTES, "2024-11-11T11:30"},
    {"2024-11-06T12:10", 4, SPAN_WORKING_MINUTES, "2024-11-06T17:00"},
    {"2024-11-10T09:00", 4, SPAN_WORKING_MINUTES, "2024-11-11T12:00"},
    {"2024-05-04T09:00", 4, SPAN_WORKING_MINUTES, "2024-05-04T14:00"},
    {"2024-11-09T20:00", 12, SPAN_CLOCK_MINUTES, "2024-11-10T08:00"},
    {"2025-01-28T22:15", 12, SPAN_CLOCK_MINUTES, "2025-01-29T10:15"},
};

static void test_worked_examples(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = load(mem, "mic");
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
        const struct worked *e = &examples[i];
        bool minutes = e->unit != SPAN_WORKING_DAYS;
        const struct time_rule r = {.unit = e->unit, .length = minutes ? e->length * 60 : e->length};
        int64_t expected = minutes ? minute(e->due) : at(e->due) + 86399, got = due(p, &r, e->start);
        if (got != expected)
            print_error("%s + %d: %s, not %s\n", e->start, e->length, when_rfc3339(mem, got),
                        when_rfc3339(mem, expected));
        assert_int_equal(got, expected);
    }
}

/* ---- lunar ---- */

static void test_lunar(void **state)
{
    static const struct {
        int year, month, day;
        const char *solar;
    } known[] = {{2007, 1, 1, "2007-02-17"},   {2030, 1, 1, "2030-02-02"},  {2024, 1, 1, "2024-02-10"},
                 {2025, 1, 1, "2025-01-29"},   {2026, 1, 1, "2026-02-17"},  {2027, 1, 1, "2027-02-06"},
                 {2024, 3, 10, "2024-04-18"},  {2025, 3, 10, "2025-04-07"}, {2026, 3, 10, "2026-04-26"},
                 {2027, 3, 10, "2027-04-16"},  {1985, 1, 1, "1985-01-21"},  {1968, 1, 1, "1968-01-29"},
                 {2023, 12, 30, "2024-02-09"}, {2024, 12, 29, "2025-01-28"}};
    int32_t day;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        assert_true(lunar_to_day(known[i].year, known[i].month, known[i].day, false, &day));
        assert_int_equal(calendar_day_start(day), at(known[i].solar));
    }
    for (int year = 2024; year <= 2026; year++) /* no 30th of the last month: Tet 2025, 2026, 2027 */
        assert_false(lunar_to_day(year, 12, 30, false, &day));
    assert_false(lunar_to_day(2024, 13, 1, false, &day));
    assert_true(lunar_to_day(2025, 6, 1, true, &day)); /* 2025 has a leap 6th month */
    assert_int_equal(calendar_day_start(day), at("2025-07-25"));
    assert_false(lunar_to_day(2025, 5, 1, true, &day));
}

/* Every day of 1900-2100 has one lunar date, and it leads back to the day; months have 29 or 30 days. */
static void test_lunar_round_trip(void **state)
{
    struct lunar_date d, last = {0};
    int32_t back, day = calendar_day_of(at("1900-01-01")), end = calendar_day_of(at("2100-12-31"));
    (void)state;
    for (; day <= end; day++) {
        assert_true(lunar_of_day(day, &d));
        assert_true(lunar_to_day(d.year, d.month, d.day, d.leap, &back));
        assert_int_equal(back, day);
        assert_true(last.day == 0 || d.day == last.day + 1 || (d.day == 1 && last.day >= 29));
        last = d;
    }
}

static void test_proposal(void **state)
{
    static const char *const of_2026[] = {"2026-01-01", "2026-02-16", "2026-02-17",
                                          "2026-02-18", "2026-02-19", "2026-02-20",
                                          "2026-04-27", "2026-04-30", "2026-05-01"};
    struct proposed_day days[16];
    size_t n = calendar_propose(2026, days);
    (void)state;
    assert_int_equal(n, ARRAY_LEN(of_2026) + 2); /* and two for the national holiday */
    for (size_t i = 0; i < ARRAY_LEN(of_2026); i++)
        assert_int_equal(calendar_day_start(days[i].day), at(of_2026[i]));
    assert_true(days[6].moved);
    for (int year = 1990; year < 2200; year++) {
        n = calendar_propose(year, days);
        assert_int_equal(n, 11);
        for (size_t i = 0; i < n; i++)
            assert_true(calendar_weekday(days[i].day) < 6 && (i == 0 || days[i].day > days[i - 1].day));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_worked_examples),
        cmocka_unit_test(test_lunar),
        cmocka_unit_test(test_lunar_round_trip),
        cmocka_unit_test(test_proposal),
    };
    (void)with;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
