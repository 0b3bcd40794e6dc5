/* The arithmetic of the time rules: the worked examples of DOMAIN 4.1 with their proofs, one vector for
 * each time rule of the regulations (tests/data/time_rules.tsv), pauses, counting backwards, hostile
 * lengths. */
#include "desk/deadline.h"
#include "desk/duty.h"
#include "instant.h"
#include "profiles.h"
#include <time.h>

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
    const struct profile *p = load_profile(mem, "mic");
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

/* ---- one vector for each rule of the regulations */

static const struct profile *profile_of(const void *mem, const char *rule, const struct profile **profiles)
{
    static const char *const names[] = {"mic", "langson", "dongnai", "bca"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_starts(rule, names[i])) {
            profiles[i] = profiles[i] ? profiles[i] : load_profile(mem, names[i]);
            return profiles[i];
        }
    fail_msg("no profile has '%s'", rule);
    return NULL;
}

/* "4wh", "-5wd", "!1h" as tests/deadline/recompute.py writes terms. */
static char *term_of(const void *mem, const struct time_rule *r)
{
    static const char *const units[] = {"wh", "wd", "h", "d", "m"};
    bool minutes = r->unit == SPAN_WORKING_MINUTES || r->unit == SPAN_CLOCK_MINUTES;
    return mem_fmt(mem, "%s%s%d%s", r->at_once ? "!" : "", r->backward ? "-" : "",
                   minutes ? r->length / 60 : r->length, units[r->unit]);
}

struct vector {
    const char *no, *rule, *article, *starts, *term, *start, *due;
};

static struct vector split(char *line)
{
    char *cells[7] = {line}, *tab;
    for (size_t i = 1; i < ARRAY_LEN(cells); i++) {
        tab = strchr(cells[i - 1], '\t');
        assert_non_null(tab);
        *tab = '\0';
        cells[i] = tab + 1;
    }
    return (struct vector){cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6]};
}

static void check_vector(const void *mem, const struct profile *p, const struct vector *v)
{
    const struct time_rule *r = profile_find_time_rule(p, v->rule);
    const struct duty *duty = profile_find_duty(p, v->rule);
    struct duty_period period;
    if (!r && !duty)
        fail_msg("no rule '%s'", v->rule);
    int64_t got = 0;
    if (r) {
        const struct deadline *d = deadline_compute(mem, r, at(v->start), &p->calendar, NULL, 0);
        check_proof(d);
        assert_string_equal(term_of(mem, r), v->term);
        assert_string_equal(str_list_join(mem, &r->starts, " "), v->starts);
        got = d->due;
    } else {
        assert_true(duty_period(duty, &p->calendar, at(v->start), &period));
        assert_true(period.from < period.until && period.due < period.until);
        got = period.due;
    }
    assert_string_equal(r ? r->at.cite : duty->at.cite, v->article);
    if (got != at(v->due))
        print_error("%s: %s, not %s\n", v->rule, when_rfc3339(mem, got), v->due);
    assert_int_equal(got, at(v->due));
}

static void test_vectors(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *profiles[4] = {0};
    int rows[4] = {0}, all = 0;
    size_t n;
    char *text = read_whole(mem, "tests/data/time_rules.tsv", &n);
    (void)state;
    for (char *line = text, *end; *line; line = end) {
        end = line + strcspn(line, "\n");
        end += *end == '\n';
        if (*line == '#')
            continue;
        end[-1] = '\0';
        struct vector v = split(line);
        check_vector(mem, profile_of(mem, v.rule, profiles), &v);
        for (size_t i = 0; i < ARRAY_LEN(rows); i++)
            rows[i] += *v.no != '+' && profile_of(mem, v.rule, profiles) == profiles[i] && profiles[i];
        all++;
    }
    const int counted[] = {35, 11, 5, 11}; /* MISSION 0.1 */
    size_t ruled = 0;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(rows[i], counted[i]);
        ruled += profiles[i]->n_time_rules + profiles[i]->n_duties;
    }
    assert_int_equal(all, ruled); /* none is without a vector */
}

/* ---- pauses */

static const struct time_rule two_days = {.unit = SPAN_WORKING_DAYS, .length = 2};
static const struct time_rule four_hours = {.unit = SPAN_WORKING_MINUTES, .length = 240};
static const struct time_rule twelve = {.unit = SPAN_CLOCK_MINUTES, .length = 720};

static int64_t paused(const struct profile *p, const struct time_rule *r, const char *start,
                      const struct pause *pauses, size_t n)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct deadline *d = deadline_compute(mem, r, minute(start), &p->calendar, pauses, n);
    if (d->due != WHEN_NONE)
        check_proof(d);
    return d->due;
}

static void test_pauses(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = load_profile(mem, "mic");
    const struct pause lunch_hour = {minute("2024-11-05T10:00"), minute("2024-11-05T11:00"), "returned"};
    const struct pause open = {minute("2024-11-05T10:00"), WHEN_NONE, "returned"};
    const struct pause two[] = {{minute("2024-11-06T15:00"), minute("2024-11-07T09:30"), "returned"},
                                {minute("2024-11-05T10:00"), minute("2024-11-05T11:00"), "returned"}};
    const struct pause overlapping[] = {
        {minute("2024-11-05T10:00"), minute("2024-11-05T10:40"), "returned"},
        {minute("2024-11-05T10:20"), minute("2024-11-05T11:00"), "returned"}};
    (void)state;
    assert_int_equal(paused(p, &four_hours, "2024-11-05T09:12", &lunch_hour, 1),
                     minute("2024-11-05T15:12"));
    assert_int_equal(paused(p, &four_hours, "2024-11-05T09:12", overlapping, 2),
                     minute("2024-11-05T15:12"));
    assert_int_equal(paused(p, &twelve, "2024-11-05T09:12", &lunch_hour, 1), minute("2024-11-05T22:12"));
    assert_int_equal(paused(p, &four_hours, "2024-11-05T09:12", &open, 1), WHEN_NONE);
    assert_int_equal(paused(p, &two_days, "2024-11-04T09:12", &open, 1), WHEN_NONE);
    /* a pause after the end changes nothing */
    assert_int_equal(paused(p, &four_hours, "2024-11-04T09:00", &open, 1), minute("2024-11-04T14:00"));
    /* the days touched are not counted: Tue (returned and back), Wed, Thu; day 1 is Fri, day 2 Mon */
    assert_int_equal(paused(p, &two_days, "2024-11-04T09:12", two, 2), at("2024-11-11") + 86399);
    const struct time_rule month = {.unit = SPAN_MONTHS, .length = 1};
    assert_int_equal(paused(p, &month, "2024-11-04T09:12", two, 2), at("2024-12-07") + 86399);
    assert_int_equal(paused(p, &month, "2024-11-04T09:12", &open, 1), WHEN_NONE);
}

/* ---- what a profile may say */

static void test_own_calendar(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p =
        profile_with(mem, "hours from 2024-01-02 { 07:00-11:00 }\n"
                          "hours from 2024-11-06 { 09:00-12:00 13:00-18:00 }\n"
                          "day-ends office\n"
                          "switch odd yes\nswitch even no\n"
                          "year 2024 { source S; provisional no\n"
                          "  off 11-07 \"Lễ\" source A switch odd; off 11-08 \"Không\" switch even\n"
                          "  work 11-12 \"Nửa ngày\" hours 09:00-10:00\n"
                          "  off 11-13 \"Chưa chắc\" switch even provisional }\n");
    int unconfirmed[2];
    (void)state;
    /* 5 Nov: 07-11; 6 Nov: other hours; 7 Nov off; 8 Nov works, for its switch is off; 9-10 weekend */
    assert_int_equal(due(p, &four_hours, "2024-11-05T10:00"), minute("2024-11-06T12:00"));
    assert_int_equal(due(p, &four_hours, "2024-11-06T15:00"), minute("2024-11-08T10:00"));
    const struct time_rule long_one = {.unit = SPAN_WORKING_MINUTES, .length = 120};
    assert_int_equal(due(p, &long_one, "2024-11-12T09:00"), minute("2024-11-13T10:00")); /* part of a day */
    assert_int_equal(due(p, &two_days, "2024-11-06T15:00"),
                     minute("2024-11-11T18:00")); /* ends with the office */
    assert_int_equal(p->calendar.n_hours, 3);     /* with those of the base */
    const struct deadline *d =
        deadline_compute(mem, &two_days, minute("2024-11-11T09:00"), &p->calendar, NULL, 0);
    assert_true(d->provisional); /* 13 Nov is not decided */
    d = deadline_compute(mem, &two_days, minute("2024-11-04T09:00"), &p->calendar, NULL, 0);
    assert_false(d->provisional);
    d = deadline_compute(mem, &two_days, minute("2024-12-31T09:00"), &p->calendar, NULL, 0);
    assert_true(d->provisional); /* 2025 has no list */
    assert_int_equal(calendar_unconfirmed(&p->calendar, calendar_day_of(at("2024-10-31")), unconfirmed), 0);
    assert_int_equal(calendar_unconfirmed(&p->calendar, calendar_day_of(at("2024-11-01")), unconfirmed), 1);
    assert_int_equal(unconfirmed[0], 2025);
    assert_int_equal(calendar_unconfirmed(&p->calendar, calendar_day_of(at("2025-12-01")), unconfirmed), 2);
}

static void test_shipped_years(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = load_profile(mem, "mic");
    int years[2];
    (void)state;
    for (int y = 2024; y <= 2026; y++)
        assert_true(calendar_confirmed(&p->calendar, y));
    assert_false(calendar_confirmed(&p->calendar, 2027));
    assert_int_equal(calendar_unconfirmed(&p->calendar, calendar_day_of(at("2026-10-31")), years), 0);
    assert_int_equal(calendar_unconfirmed(&p->calendar, calendar_day_of(at("2026-11-21")), years), 1);
    assert_int_equal(years[0], 2027);
    /* 24/11/2026 is worked until the law says otherwise, and what counts it is provisional */
    assert_true(calendar_works(&p->calendar, calendar_day_of(at("2026-11-24"))));
    const struct deadline *d =
        deadline_compute(mem, &two_days, minute("2026-11-20T09:00"), &p->calendar, NULL, 0);
    assert_int_equal(d->due, at("2026-11-24") + 86399);
    assert_true(d->provisional);
}

/* A last day off moves on, unless the rule says that it stays; clock time asks no calendar. */
static void test_last_day(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = load_profile(mem, "mic");
    struct time_rule r = {.unit = SPAN_CALENDAR_DAYS, .length = 3, .moves = true};
    (void)state;
    assert_int_equal(due(p, &r, "2025-01-24T09:00"), at("2025-02-03") + 86399); /* Mon 27 is Tet */
    r.moves = false;
    assert_int_equal(due(p, &r, "2025-01-24T09:00"), at("2025-01-27") + 86399);
    r = (struct time_rule){.unit = SPAN_MONTHS, .length = 1, .moves = true};
    assert_int_equal(due(p, &r, "2024-12-31T09:00"), at("2025-02-03") + 86399); /* Fri 31/01 is Tet */
    r.moves = false;
    assert_int_equal(due(p, &r, "2025-01-31T09:00"), at("2025-02-28") + 86399);
    r.length = 13;
    r.backward = true;
    assert_int_equal(due(p, &r, "2025-03-31T09:00"), at("2024-02-29") + 86399);
    const struct deadline *d =
        deadline_compute(mem, &twelve, minute("2029-03-31T09:00"), &p->calendar, NULL, 0);
    assert_false(d->provisional);
}

/* Counted forwards from where counting backwards ended, it comes back. */
static void test_backwards(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = load_profile(mem, "mic");
    (void)state;
    for (int64_t t = minute("2025-01-20T00:07"); t < minute("2025-02-10T00:00"); t += 97 * 60) {
        struct time_rule hours = {.unit = SPAN_WORKING_MINUTES, .length = 240, .backward = true};
        const struct deadline *back = deadline_compute(mem, &hours, t, &p->calendar, NULL, 0);
        check_proof(back);
        hours.backward = false;
        const struct deadline *on = deadline_compute(mem, &hours, back->due, &p->calendar, NULL, 0);
        assert_true(on->due <= t); /* equal in office hours; else the close before it */
        struct time_rule days = {.unit = SPAN_WORKING_DAYS, .length = 3, .backward = true};
        back = deadline_compute(mem, &days, t, &p->calendar, NULL, 0);
        check_proof(back);
        days.backward = false;
        on = deadline_compute(mem, &days, back->due, &p->calendar, NULL, 0);
        assert_true(calendar_day_of(on->due) <= calendar_day_of(t) ||
                    !calendar_works(&p->calendar, calendar_day_of(t)));
    }
}

/* ---- limits */

static void test_limits(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = load_profile(mem, "mic");
    static const int64_t starts[] = {INT64_MIN + 1, INT64_MAX, INT64_C(-9000000000000),
                                     INT64_C(9000000000000)};
    struct time_rule r = {.length = TIMING_DAYS_MAX};
    struct timespec a, b;
    (void)state;
    for (int unit = SPAN_WORKING_MINUTES; unit <= SPAN_MONTHS; unit++)
        for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
            r.unit = (enum span_unit)unit;
            assert_int_equal(deadline_compute(mem, &r, starts[i], &p->calendar, NULL, 0)->due, WHEN_NONE);
        }
    r = (struct time_rule){.unit = SPAN_WORKING_MINUTES, .length = TIMING_MINUTES_MAX};
    clock_gettime(CLOCK_MONOTONIC, &a);
    assert_true(due(p, &r, "2024-01-01T00:00") > minute("2028-01-01T00:00"));
    r = (struct time_rule){.unit = SPAN_WORKING_DAYS, .length = TIMING_DAYS_MAX};
    assert_true(due(p, &r, "2024-01-01T00:00") > minute("2038-01-01T00:00"));
    assert_int_equal(deadline_compute(mem, &r, minute("9990-01-01T00:00"), &p->calendar, NULL, 0)->due,
                     WHEN_NONE);
    clock_gettime(CLOCK_MONOTONIC, &b);
    assert_true((b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000 < 500);
}

static void test_speed(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = load_profile(mem, "mic");
    struct timespec a, b;
    size_t n = 0;
    (void)state;
    clock_gettime(CLOCK_MONOTONIC, &a);
    for (int k = 0; k < 100; k++)
        for (size_t i = 0; i < p->n_time_rules; i++, n++) {
            _cleanup_mem_ void *one = mem_new();
            deadline_compute(one, &p->time_rules[i], minute("2025-01-24T16:00") + k * 86400, &p->calendar,
                             NULL, 0);
        }
    clock_gettime(CLOCK_MONOTONIC, &b);
    double us = ((double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec)) / 1e3 / (double)n;
    print_message("one deadline: %.1f us\n", us);
    assert_true(us < 1000); /* sanitized; 50 us are the aim of a plain build */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_worked_examples),  cmocka_unit_test(test_lunar),
        cmocka_unit_test(test_lunar_round_trip), cmocka_unit_test(test_proposal),
        cmocka_unit_test(test_vectors),          cmocka_unit_test(test_pauses),
        cmocka_unit_test(test_own_calendar),     cmocka_unit_test(test_shipped_years),
        cmocka_unit_test(test_last_day),         cmocka_unit_test(test_backwards),
        cmocka_unit_test(test_limits),           cmocka_unit_test(test_speed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
