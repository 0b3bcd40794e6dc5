/* The calendar of duties: periods and the instants at which they are late (DN-12, MIC-13.5b3, MIC-25.1),
 * what is said of them, who may say it, and when their owners and those of the terms are reminded (RP-4,
 * RP-6, WF-7). */
#include "desk/remind.h"
#include "profiles.h"

#define DAY 86400

/* "2026-05-04T23:59:59" or "2026-05-04" in Viet Nam. */
static int64_t at(const char *text)
{
    int64_t t;
    _cleanup_mem_ char *full = strlen(text) > 10 ? mem_fmt(NULL, "%s+07:00", text) : mem_str(NULL, text);
    assert_true(when_parse_rfc3339(full, &t));
    return t;
}

static struct duty_task task_of(const struct profile *p, const char *id, const char *t)
{
    const struct duty *d = profile_find_duty(p, id);
    struct duty_task task = {.duty = d, .whose = ""};
    assert_non_null(d);
    assert_true(duty_period(d, &p->calendar, at(t), &task.period));
    task.remind = remind_duty(d, &task.period, &p->calendar);
    return task;
}

static enum duty_state state_at(struct duty_task *t, const struct duty_mark *marks, size_t n, int64_t seen,
                                const char *now)
{
    _cleanup_mem_ void *mem = mem_new();
    duty_judge(mem, t, marks, n, seen, at(now));
    return t->state;
}

/* ---- periods */

struct period_row {
    const char *duty, *t, *name, *from, *due; /* due: its last second in time */
};

static void check_row(const struct profile *p, const struct period_row *k)
{
    _cleanup_mem_ void *mem = mem_new();
    struct duty_task t = task_of(p, k->duty, k->t);
    const char *name = duty_period_name(mem, t.duty, &t.period);
    if (!str_eq(name, k->name) || t.period.from != at(k->from) || t.period.due != at(k->due))
        print_error("%s at %s: %s from %s due %s\n", k->duty, k->t, name, when_rfc3339(mem, t.period.from),
                    when_rfc3339(mem, t.period.due));
    assert_string_equal(name, k->name);
    assert_int_equal(t.period.from, at(k->from));
    assert_int_equal(t.period.due, at(k->due));
}

static void test_periods(void **state)
{
    static const struct period_row mic[] = {
        {"mic/licence-list", "2026-11-20T09:00:00", "2026-11", "2026-11-01", "2026-11-30T23:59:59"},
        {"mic/licence-list", "2028-02-29T23:59:59", "2028-02", "2028-02-01", "2028-02-29T23:59:59"},
        {"mic/licence-list", "2028-03-01T00:00:00", "2028-03", "2028-03-01", "2028-03-31T23:59:59"},
        {"mic/risk-report", "2026-03-31T23:59:59", "2026-Q1", "2026-01-01", "2026-03-31T23:59:59"},
        {"mic/risk-report", "2026-04-01T00:00:00", "2026-Q2", "2026-04-01", "2026-06-30T23:59:59"},
        {"mic/enterprise-disclosure", "2026-06-30T23:59:59", "2026-H1", "2026-01-01",
         "2026-06-30T23:59:59"},
        {"mic/enterprise-disclosure", "2026-07-01T00:00:00", "2026-H2", "2026-07-01",
         "2026-12-31T23:59:59"},
        {"mic/year-report", "2026-12-31T23:59:59", "2026", "2026-01-01", "2026-12-31T23:59:59"},
        {"mic/year-report", "2027-01-01T00:00:00", "2027", "2027-01-01", "2027-12-31T23:59:59"},
        /* the ISO week over the turn of the year */
        {"mic/weekly-documents", "2027-01-02T10:00:00", "2026-W53", "2026-12-28", "2027-01-03T23:59:59"},
        /* Tet: Monday to Friday off, and yet the week has its task (MIC-13.5b3) */
        {"mic/weekly-documents", "2026-02-18T10:00:00", "2026-W08", "2026-02-16", "2026-02-22T23:59:59"},
        /* a Saturday belongs to the next working day; 16:00 is the alarm */
        {"mic/freshness", "2026-11-21T10:00:00", "2026-11-23", "2026-11-23", "2026-11-23T16:00:00"},
        {"mic/freshness", "2026-02-16T10:00:00", "2026-02-23", "2026-02-23", "2026-02-23T16:00:00"},
    };
    static const struct period_row dongnai[] = {
        {"dongnai/members-report", "2026-05-04T23:59:59", "2026-05-05", "2025-11-05",
         "2026-05-04T23:59:59"},
        {"dongnai/members-report", "2026-05-05T00:00:00", "2026-11-05", "2026-05-05",
         "2026-11-04T23:59:59"},
        {"dongnai/members-report", "2026-12-31T12:00:00", "2027-05-05", "2026-11-05",
         "2027-05-04T23:59:59"},
        {"dongnai/meeting", "2026-01-01T00:00:00", "2026-H1", "2026-01-01", "2026-06-30T23:59:59"},
        {"dongnai/month-report", "2026-12-31T23:59:59", "2026-12", "2026-12-01", "2026-12-31T23:59:59"},
    };
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *m = load_profile(mem, "mic"), *d = load_profile(mem, "dongnai");
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(mic); i++)
        check_row(m, &mic[i]);
    for (size_t i = 0; i < ARRAY_LEN(dongnai); i++)
        check_row(d, &dongnai[i]);
}

/* Going back from 2028 each period of each duty of the three profiles ends where the next begins; only days
 * off lie between two working days; names are all different. */
static void test_periods_tile(void **state)
{
    static const char *const names[] = {"mic", "dongnai", "langson"};
    _cleanup_mem_ void *mem = mem_new();
    size_t steps = 0;
    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(names); k++) {
        const struct profile *p = load_profile(mem, names[k]);
        for (size_t i = 0; i < p->n_duties; i++) {
            const struct duty *d = &p->duties[i];
            struct duty_period now, before;
            assert_true(duty_period(d, &p->calendar, at("2028-01-15"), &now));
            for (; now.from > at("2024-01-15"); now = before, steps++) {
                assert_true(duty_period_before(d, &p->calendar, &now, &before));
                assert_true(before.until <= now.from && before.due < before.until);
                for (int64_t t = before.until; t < now.from; t += DAY) {
                    assert_true(d->every == DUTY_WORKING_DAY);
                    assert_false(calendar_works(&p->calendar, calendar_day_of(t)));
                }
                assert_string_not_equal(duty_period_name(mem, d, &now), duty_period_name(mem, d, &before));
            }
        }
    }
    assert_true(steps > 4000);
}

/* ---- how it stands */

static void test_members_report(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = load_profile(mem, "dongnai");
    struct duty_task t = task_of(p, "dongnai/members-report", "2026-04-01T09:00:00");
    t.whose = "uyvien1";
    const struct duty_mark marks[] = {{t.duty->id, "uyvien1", t.period.from, DUTY_SAID_DONE, "uyvien1", "l",
                                       "", at("2026-05-04T23:59:00")}};
    const struct duty_mark other[] = {{t.duty->id, "uyvien2", t.period.from, DUTY_SAID_DONE, "uyvien2", "l",
                                       "", at("2026-05-04T23:59:00")}};
    (void)state;
    assert_true(t.duty->each);
    assert_int_equal(state_at(&t, NULL, 0, 0, "2026-04-21T23:59:59"), DUTY_OPEN);
    assert_int_equal(state_at(&t, NULL, 0, 0, "2026-05-04T23:59:59"), DUTY_SOON);
    assert_int_equal(state_at(&t, NULL, 0, 0, "2026-05-05T00:00:00"), DUTY_OVERDUE);
    assert_int_equal(state_at(&t, other, 1, 0, "2026-05-05T00:00:00"), DUTY_OVERDUE);
    assert_int_equal(state_at(&t, marks, 1, 0, "2026-05-05T00:00:00"), DUTY_DONE);
    assert_int_equal(t.n_marks, 1);
}

static void test_judge(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = load_profile(mem, "mic");
    struct duty_task t = task_of(p, "mic/backup", "2026-11-18T09:00:00");
    const char *id = t.duty->id;
    int64_t in = t.period.from + 3 * DAY, before = t.period.from - 1;
    const struct duty_mark marks[] = {{id, "", before, DUTY_SAID_DONE, "a", "l", "", before},
                                      {id, "", t.period.until, DUTY_SAID_DONE, "a", "l", "", before},
                                      {"mic/training", "", in, DUTY_SAID_DONE, "a", "l", "", in},
                                      {id, "", in, DUTY_SAID_DONE, "a", "l", "", in},
                                      {id, "", in, DUTY_SAID_DONE, "b", "l", "", in},
                                      {id, "", in, DUTY_SAID_TAKEN_BACK, "b", "l", "x", in},
                                      {id, "", in, DUTY_SAID_DONE, "c", "l", "", in}};
    (void)state;
    assert_int_equal(state_at(&t, marks, 3, 0, "2026-11-19T09:00:00"),
                     DUTY_OPEN); /* others' periods, duties */
    assert_int_equal(t.done, 0);
    assert_int_equal(state_at(&t, marks, 4, 0, "2026-11-19T09:00:00"),
                     DUTY_OPEN); /* once is not twice a week */
    assert_int_equal(t.done, 1);
    assert_int_equal(state_at(&t, marks, 4, 0, "2026-11-23T00:00:00"), DUTY_OVERDUE);
    assert_int_equal(state_at(&t, marks, 4, 1, "2026-11-23T00:00:00"),
                     DUTY_DONE); /* by word, and one seen */
    assert_int_equal(state_at(&t, marks, 5, 0, "2026-11-23T00:00:00"), DUTY_DONE);
    assert_int_equal(state_at(&t, marks, 6, 0, "2026-11-23T00:00:00"),
                     DUTY_OVERDUE); /* taken back: all of it */
    assert_int_equal(t.done, 0);
    assert_int_equal(state_at(&t, marks, 7, 0, "2026-11-23T00:00:00"), DUTY_OVERDUE);
    assert_int_equal(t.done, 1);
    assert_int_equal(state_at(&t, marks, 7, 9, "2026-11-23T00:00:00"), DUTY_DONE);
    assert_int_equal(t.done, 2);
}

/* At the time of day that a rule names it is late; of a period its last second is in time. */
static void test_late(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = load_profile(mem, "mic");
    struct duty_task fresh = task_of(p, "mic/freshness", "2026-11-20T09:00:00");
    struct duty_task week = task_of(p, "mic/weekly-documents", "2026-11-20T09:00:00");
    (void)state;
    assert_int_equal(state_at(&fresh, NULL, 0, 0, "2026-11-20T15:59:59"), DUTY_OPEN);
    assert_int_equal(state_at(&fresh, NULL, 0, 0, "2026-11-20T16:00:00"), DUTY_OVERDUE);
    assert_int_equal(state_at(&fresh, NULL, 0, 1, "2026-11-20T16:00:00"), DUTY_DONE);
    assert_int_equal(state_at(&week, NULL, 0, 0, "2026-11-22T23:59:59"), DUTY_SOON);
    assert_int_equal(state_at(&week, NULL, 0, 0, "2026-11-23T00:00:00"), DUTY_OVERDUE);
}

static void test_unchanged(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = load_profile(mem, "mic");
    const struct actor thuky = {.user = "thuky", .login = "", .roles = ROLE_SECRETARY};
    struct duty_task list = task_of(p, "mic/licence-list", "2026-11-20T09:00:00");
    struct duty_task report = task_of(p, "mic/year-report", "2026-11-20T09:00:00");
    list.whose = "CVT";
    const struct duty_mark mark = {
        list.duty->id, "CVT", list.period.from, DUTY_SAID_UNCHANGED, "thuky", "", "", list.period.from};
    (void)state;
    assert_null(duty_cannot_say(&list, DUTY_SAID_UNCHANGED, &thuky));
    assert_string_equal(duty_cannot_say(&report, DUTY_SAID_UNCHANGED, &thuky), "duty-always-needed");
    assert_int_equal(state_at(&list, &mark, 1, 0, "2026-12-01T00:00:00"), DUTY_NOT_NEEDED);
    assert_string_equal(duty_cannot_say(&list, DUTY_SAID_DONE, &thuky), "duty-done-already");
    assert_null(duty_cannot_say(&list, DUTY_SAID_TAKEN_BACK, &thuky));
    assert_int_equal(state_at(&list, &mark, 1, 1, "2026-12-01T00:00:00"),
                     DUTY_DONE); /* it came after all */
}

/* ---- who may say so: each role against each owner of the shipped rules */

static void test_roles(void **state)
{
    static const struct {
        const char *profile, *duty;
        unsigned roles; /* the chief beside them */
    } rows[] = {{"mic", "mic/backup", ROLE_SECRETARY | ROLE_EDITOR | ROLE_ADMIN},
                {"mic", "mic/weekly-documents", ROLE_EDITOR},
                {"mic", "mic/statistics", ROLE_SECRETARY},
                {"dongnai", "dongnai/meeting", 0},
                {"dongnai", "dongnai/month-report", ROLE_STANDING_DEPUTY},
                {"dongnai", "dongnai/members-report", ROLE_MEMBER},
                {"langson", "langson/chase", ROLE_SECRETARY}};
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct duty_task t =
            task_of(load_profile(mem, rows[i].profile), rows[i].duty, "2026-11-20T09:00:00");
        t.state = DUTY_OPEN;
        for (unsigned role = ROLE_CHIEF; role <= ROLE_SYSTEM; role *= 2) {
            const struct actor a = {.user = "x", .login = "", .roles = role};
            const char *no = duty_cannot_say(&t, DUTY_SAID_DONE, &a);
            bool may = role == ROLE_CHIEF || (role & rows[i].roles);
            assert_true(may ? no == NULL : str_eq(no, "duty-not-yours"));
        }
    }
    struct duty_task his =
        task_of(load_profile(mem, "dongnai"), "dongnai/members-report", "2026-04-01T09:00:00");
    const struct actor other = {.user = "uyvien2", .login = "", .roles = ROLE_MEMBER};
    const struct actor chief = {.user = "truongban", .login = "", .roles = ROLE_CHIEF};
    his.whose = "uyvien1";
    assert_string_equal(duty_cannot_say(&his, DUTY_SAID_DONE, &other), "duty-of-another");
    assert_null(duty_cannot_say(&his, DUTY_SAID_DONE, &chief));
    assert_string_equal(duty_cannot_say(&his, DUTY_SAID_TAKEN_BACK, &chief), "duty-not-said");
}

/* ---- how far back */

static void test_concerns(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = load_profile(mem, "mic"), *l = load_profile(mem, "langson");
    struct duty_task week = task_of(p, "mic/weekly-documents", "2026-11-18T09:00:00");
    struct duty_task backup = task_of(p, "mic/backup", "2026-11-18T09:00:00");
    struct duty_task fresh = task_of(p, "mic/freshness", "2026-11-18T09:00:00");
    struct duty_task year = task_of(p, "mic/year-report", "2026-11-18T09:00:00");
    struct duty_task item = task_of(l, "langson/item-plan", "2026-11-18T09:00:00");
    int64_t early = at("2026-01-01"), friday = at("2026-11-20T09:00:00"), later = at("2026-11-23T08:00:00");
    (void)state;
    assert_true(duty_concerns(week.duty, &week.period, early, later));
    assert_true(
        duty_concerns(week.duty, &week.period, friday, later)); /* the house began within the week */
    assert_false(duty_concerns(week.duty, &week.period, later, later)); /* after it was due */
    assert_false(
        duty_concerns(backup.duty, &backup.period, friday, later)); /* twice a week: of whole weeks */
    assert_true(duty_concerns(backup.duty, &backup.period, early, later));
    assert_true(duty_concerns(backup.duty, &backup.period, friday, friday)); /* the present one always */
    assert_false(duty_concerns(fresh.duty, &fresh.period, early, later));    /* lapses */
    assert_true(duty_concerns(week.duty, &week.period, early, week.period.due + 35 * DAY));
    assert_false(duty_concerns(week.duty, &week.period, early, week.period.due + 35 * DAY + 1));
    assert_true(duty_concerns(year.duty, &year.period, early, year.period.due + 400 * DAY));
    assert_false(duty_concerns(year.duty, &year.period, early, year.period.due + 400 * DAY + 1));
    assert_true(duty_concerns(item.duty, &item.period, early, at("2027-12-01")));
}

/* ---- reminders */

static int64_t reminded(const struct profile *p, const char *duty, const char *t)
{
    return task_of(p, duty, t).remind;
}

static void test_remind_duty(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = load_profile(mem, "mic"), *d = load_profile(mem, "dongnai"),
                         *l = load_profile(mem, "langson");
    (void)state;
    /* due on Sunday: on Friday; in the week of Tet no day works, so from its begin on */
    assert_int_equal(reminded(p, "mic/weekly-documents", "2026-11-18"), at("2026-11-20"));
    assert_int_equal(reminded(p, "mic/weekly-documents", "2026-02-18"), at("2026-02-16"));
    /* due Thu 31/12: five working days before it, 24/12 */
    assert_int_equal(reminded(p, "mic/risk-report", "2026-11-18"), at("2026-12-24"));
    /* due Mon 04/5/2026; 30/4, 01/5 and 27/4 are off: 29, 28, 24, 23, 22 */
    assert_int_equal(reminded(d, "dongnai/members-report", "2026-04-18"), at("2026-04-22"));
    assert_int_equal(reminded(p, "mic/freshness", "2026-11-18"), WHEN_NONE);
    assert_int_equal(reminded(p, "mic/question-review", "2026-11-18"), at("2026-11-18T16:00:00"));
    /* two working hours before midnight: this office closes at 17:30 */
    assert_int_equal(reminded(l, "langson/topical", "2026-11-18"), at("2026-11-18T15:30:00"));
}

static int64_t term(const struct profile *p, const struct time_rule *r, const char *start, const char *due)
{
    return remind_term(r, at(start), at(due), &p->calendar);
}

static void test_remind_term(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = load_profile(mem, "mic"), *l = load_profile(mem, "langson");
    const struct time_rule four = {.unit = SPAN_WORKING_MINUTES, .length = 240};
    const struct time_rule days = {.unit = SPAN_WORKING_DAYS, .length = 5};
    const struct time_rule night = {.unit = SPAN_CLOCK_MINUTES, .length = 600};
    const struct time_rule none = {.unit = SPAN_WORKING_DAYS, .length = 5, .remind = {.how = REMIND_NO}};
    const struct time_rule downtime = {.unit = SPAN_WORKING_DAYS, .length = 5, .backward = true};
    struct time_rule at_once = four;
    at_once.at_once = true;
    (void)state;
    /* half of four working hours, over noon and over a weekend */
    assert_int_equal(term(p, &four, "2026-11-20T09:00:00", "2026-11-20T14:00:00"),
                     at("2026-11-20T11:00:00"));
    assert_int_equal(term(p, &four, "2026-11-20T16:00:00", "2026-11-23T11:00:00"),
                     at("2026-11-23T09:00:00"));
    /* Fri 09:00 until the end of the next Friday: 7 + 5 * 8 hours, half of them end on Wed 25/11 08:30 */
    assert_int_equal(term(p, &days, "2026-11-20T09:00:00", "2026-11-27T23:59:59"),
                     at("2026-11-25T08:30:00"));
    assert_int_equal(term(p, &at_once, "2026-11-20T09:00:00", "2026-11-20T14:00:00"), WHEN_NONE);
    assert_int_equal(term(p, &none, "2026-11-20T09:00:00", "2026-11-27T23:59:59"), WHEN_NONE);
    /* nobody works between start and due */
    assert_int_equal(term(p, &night, "2026-11-20T20:00:00", "2026-11-21T06:00:00"), WHEN_NONE);
    /* to be told five working days before Mon 30/11: on the working day before the last one for it */
    assert_int_equal(term(p, &downtime, "2026-11-30T22:00:00", "2026-11-23T23:59:59"), at("2026-11-20"));
    assert_int_equal(remind_term(&days, at("2026-11-20"), WHEN_NONE, &p->calendar), WHEN_NONE); /* paused */
    /* LS-12.3: two working days for a review, the reminder when one has passed */
    const struct time_rule *review = profile_find_time_rule(l, "langson/review");
    assert_int_equal(term(l, review, "2026-11-16T10:00:00", "2026-11-18T23:59:59"), at("2026-11-18"));
    const struct time_rule *keep = profile_find_time_rule(p, "mic/keep-other");
    assert_int_equal(term(p, keep, "2026-11-16T10:00:00", "2031-11-16T23:59:59"), WHEN_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_periods),        cmocka_unit_test(test_periods_tile),
        cmocka_unit_test(test_members_report), cmocka_unit_test(test_judge),
        cmocka_unit_test(test_late),           cmocka_unit_test(test_unchanged),
        cmocka_unit_test(test_roles),          cmocka_unit_test(test_concerns),
        cmocka_unit_test(test_remind_duty),    cmocka_unit_test(test_remind_term),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
