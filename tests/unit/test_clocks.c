/* The clocks of a case: what opens, ends and exchanges them; what has none. */
#include "desk/clocks.h"
#include "desk/step.h"
#include "instant.h"
#include "profiles.h"

static struct submission case_of(const char *kind, const char *category, const char *state)
{
    return (struct submission){.ref = "BBT-2024-000001",
                               .kind = kind,
                               .category = category,
                               .state = state,
                               .track = category,
                               .verdict = "accept",
                               .content_hash = "h"};
}

/* "+rule due" and "-rule word" of each effect on a clock, joined by blanks. */
static char *clocks_of(const void *mem, const struct plan *p)
{
    struct str out = str_new(mem);
    for (size_t i = 0; i < p->n_effects; i++) {
        const struct effect *e = &p->effects[i];
        if (e->kind == EFFECT_DEADLINE)
            str_addf(&out, "%s+%s %.16s", out.n ? " " : "", e->key, *e->to ? e->to : "never");
        else if (e->kind == EFFECT_DEADLINE_END)
            str_addf(&out, "%s-%s %s", out.n ? " " : "", e->key, e->text);
    }
    return out.n ? out.s : mem_str(mem, "");
}

static char *happen(const void *mem, const char *profile, const struct submission *s, const char *word,
                    const char *time)
{
    struct plan *p = plan_new(mem, "k", s->ref, &actor_system, at(time));
    clocks_happen(p, s, word, p->now, load_profile(mem, profile));
    return clocks_of(mem, p);
}

static void test_receipt_opens(void **state)
{
    static const struct {
        const char *profile, *kind, *category, *want;
    } rows[] = {
        {"mic", "mic/news", "news", "+mic/publish-edited 2024-11-11T11:30"},
        {"mic", "mic/licence-list", "other", "+mic/publish-edited 2024-11-11T11:30"},
        {"mic", "mic/sanction", "other", "+mic/publish-edited 2024-11-11T11:30"},
        {"mic", "mic/strategy", "document", "+mic/publish-edited 2024-11-11T11:30"},
        {"langson", "langson/project", "other", ""}, /* from the approval */
        {"bca", "bca/science", "other", ""},         /* from the acceptance */
        {"mic", "mic/question", "question", "+mic/answer 2024-11-15T23:59"},
        {"mic", "mic/answer", "question", ""}, /* that is the answer */
        {"mic", "mic/complaint", "complaint", ""},
        {"mic", "common/spam", "spam", ""},
        {"langson", "langson/question", "question", "+langson/answer 2024-11-29T23:59"},
        {"dongnai", "dongnai/question", "question", ""}, /* DN-8.1g names no term */
        {"bca", "bca/question", "question", ""},         /* from receipt by the unit that answers */
        {"bca", "bca/incident", "news", ""},             /* from occurrence, which only a person knows */
    };
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct submission s = case_of(rows[i].kind, rows[i].category, "received");
        assert_string_equal(happen(mem, rows[i].profile, &s, "received", "2024-11-08T16:30:00+07:00"),
                            rows[i].want);
    }
    struct submission s = case_of("bca/question", "question", "received");
    assert_string_equal(happen(mem, "bca", &s, "routed", "2024-11-08T16:30:00+07:00"),
                        "+bca/answer 2024-11-15T23:59");
}

static void test_no_clock(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    static const char *const reasons[] = {"forged", "secrecy"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        struct hold hold = {.reason = reasons[i], .detail = ""};
        struct submission s = case_of("mic/news", "news", "received");
        s.holds = &hold;
        s.n_holds = 1;
        assert_string_equal(happen(mem, "mic", &s, "received", "2024-11-08T16:30:00+07:00"), "");
        s.n_holds = 0;
        struct plan *p = plan_new(mem, "k", s.ref, &actor_system, 0);
        plan_add(p, EFFECT_HOLD)->key = reasons[i]; /* the hold of this very plan */
        clocks_begin(p, &s, "received", at("2024-11-08T16:30:00+07:00"), load_profile(mem, "mic"));
        assert_string_equal(clocks_of(mem, p), "");
    }
    struct submission s = case_of("mic/news", "news", "received");
    struct plan *p = plan_new(mem, "k", s.ref, &actor_system, 0);
    clocks_begin(p, &s, "received", WHEN_NONE, load_profile(mem, "mic"));
    assert_int_equal(p->n_effects, 0);
}

/* DL-7: the same start, the other length; once. */
static void test_switch(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct case_deadline clocks[] = {{.rule = "mic/answer",
                                      .cite = "MIC-11.2a3",
                                      .start = at("2024-11-08T16:30:00+07:00"),
                                      .due = at("2024-11-15T23:59:59+07:00"),
                                      .ended = WHEN_NONE,
                                      .ended_by = ""}};
    struct submission s = case_of("mic/question", "question", "routed");
    s.deadlines = clocks;
    s.n_deadlines = 1;
    (void)state;
    assert_string_equal(happen(mem, "mic", &s, "co-operation", "2024-11-13T09:00:00+07:00"),
                        "-mic/answer co-operation +mic/answer-joint 2024-11-22T23:59");
    assert_string_equal(happen(mem, "mic", &s, "routed", "2024-11-13T09:00:00+07:00"), "");
    assert_string_equal(happen(mem, "mic", &s, "answered", "2024-11-13T09:00:00+07:00"),
                        "-mic/answer answered");
    clocks[0].ended = at("2024-11-12T09:00:00+07:00");
    clocks[0].ended_by = "answered";
    assert_string_equal(happen(mem, "mic", &s, "co-operation", "2024-11-13T09:00:00+07:00"), "");
}

/* Passing a case on to another unit winds up no clock that runs. */
static void test_no_second_term(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct case_deadline clock = {.rule = "bca/answer",
                                  .cite = "BCA-5.10",
                                  .start = at("2024-11-08T16:30:00+07:00"),
                                  .due = at("2024-11-15T23:59:59+07:00"),
                                  .ended = WHEN_NONE,
                                  .ended_by = ""};
    struct submission s = case_of("bca/question", "question", "routed");
    s.deadlines = &clock;
    s.n_deadlines = 1;
    (void)state;
    assert_string_equal(happen(mem, "bca", &s, "routed", "2024-11-14T09:00:00+07:00"), "");
    clock.rule = "bca/answer-joint"; /* into which bca/answer was exchanged */
    assert_string_equal(happen(mem, "bca", &s, "routed", "2024-11-14T09:00:00+07:00"), "");
    clock.ended = at("2024-11-13T09:00:00+07:00");
    clock.ended_by = "answered";
    assert_string_equal(happen(mem, "bca", &s, "routed", "2024-11-14T09:00:00+07:00"),
                        "+bca/answer 2024-11-21T23:59");
}

/* DL-8: returning stops the clock, sending again starts a new one. */
static void test_return_and_resend(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *profile = load_profile(mem, "mic");
    struct case_deadline clock = {.rule = "mic/publish-edited",
                                  .cite = "MIC-14.1",
                                  .start = at("2024-11-08T09:00:00+07:00"),
                                  .due = at("2024-11-08T14:00:00+07:00"),
                                  .ended = WHEN_NONE,
                                  .ended_by = ""};
    struct submission s = case_of("mic/news", "news", "received");
    const struct actor chief = {.user = "c", .login = "c", .roles = ROLE_CHIEF};
    s.deadlines = &clock;
    s.n_deadlines = 1;
    const char *photo = "photo";
    const struct str_list todo = {&photo, 1};
    struct event event = {.name = "return", .ground = "", .reason = "r", .hold = "", .todo = &todo};
    (void)state;
    struct plan *p = desk_step(mem, &s, &event, &chief, profile, at("2024-11-08T10:00:00+07:00"));
    assert_null(p->refused);
    assert_string_equal(clocks_of(mem, p), "-mic/publish-edited returned");
    clock.ended = at("2024-11-08T10:00:00+07:00");
    clock.ended_by = "returned";
    s.state = "returned";
    event.name = "resend";
    p = desk_step(mem, &s, &event, &chief, profile, at("2024-11-11T08:00:00+07:00"));
    assert_null(p->refused);
    assert_string_equal(clocks_of(mem, p), "+mic/publish-edited 2024-11-11T12:00");
}

static void test_recompute(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct profile *profile = load_profile(mem, "mic");
    const struct case_deadline d = {
        .rule = "mic/answer", .cite = "", .start = at("2024-11-08T16:30:00+07:00")};
    const struct case_deadline gone = {.rule = "mic/nothing", .cite = "", .start = 0};
    (void)state;
    assert_int_equal(clocks_recompute(mem, &d, profile)->due, at("2024-11-15T23:59:59+07:00"));
    struct calendar_rules *c = &profile->calendar; /* one holiday more, in its place */
    int32_t holiday = calendar_day_of(at("2024-11-13"));
    size_t place = 0, last = c->n_days;
    (void)mem_append(profile, c->days, c->n_days);
    while (c->days[place].day < holiday)
        place++;
    for (; last > place; last--)
        c->days[last] = c->days[last - 1];
    c->days[place] = (struct marked_day){.day = holiday, .name = "", .source = ""};
    assert_int_equal(clocks_recompute(mem, &d, profile)->due, at("2024-11-18T23:59:59+07:00"));
    assert_null(clocks_recompute(mem, &gone, profile));
}

/* Documents of known date: 2 days for its own, 10 for those of others (LS-9.3); how late a unit was is kept
 * with the receipt that ended it (MIC-11.2b1). */
static void test_documents(void **state)
{
    static const struct {
        const char *profile, *kind, *date, *body, *want;
    } rows[] = {
        {"langson", "langson/document", "2024-11-18", "S\xe1\xbb\x9e NGO\xe1\xba\xa0I V\xe1\xbb\xa4",
         "+langson/document-own 2024-11-20T23:59"},
        {"langson", "langson/document", "2024-11-18", "UBND TINH LANG SON SO NGOAI VU",
         "+langson/document-own 2024-11-20T23:59"},
        {"langson", "langson/document", "2024-11-18", "SO NGOAI VU TINH CAO BANG",
         "+langson/document-subject 2024-12-02T23:59"},
        {"langson", "langson/document", "2024-11-18", "", ""},
        {"langson", "langson/document", "", "SO NGOAI VU", ""},
        {"langson", "langson/document", "2024-11-23", "SO NGOAI VU", ""}, /* of tomorrow */
        {"langson", "langson/procedure", "2024-11-18", "SO NGOAI VU TINH LANG SON",
         "+langson/document-own 2024-11-20T23:59"},
        {"langson", "langson/border", "2024-11-18", "CHINH PHU", "+langson/law-column 2024-12-09T23:59"},
        {"langson", "langson/knowledge", "2024-11-18", "CHINH PHU", ""}, /* no law is explained */
        {"mic", "mic/strategy", "2024-11-18", "CUC VIEN THONG",
         "+mic/strategy 2024-12-02T23:59 -mic/strategy received"},
        {"mic", "mic/document", "2024-11-18", "CUC VIEN THONG",
         "+mic/document-supply 2024-11-20T23:59 -mic/document-supply received"},
        {"mic", "mic/news", "2024-11-18", "CUC VIEN THONG", ""},
    };
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct submission s = case_of(rows[i].kind, strchr(rows[i].kind, '/') + 1, "received");
        s.received = at("2024-11-22T09:00:00+07:00");
        struct plan *p = plan_new(mem, "k", s.ref, &actor_system, s.received);
        clocks_document(p, &s, rows[i].date, rows[i].body, load_profile(mem, rows[i].profile));
        assert_string_equal(clocks_of(mem, p), rows[i].want);
        if (p->n_effects == 2)
            assert_string_equal(p->effects[1].from, "2024-11-22T09:00:00+07:00");
    }
}

/* A document that is sent again: its date counts, and a clock that it has set already does not begin anew
 * (LS-7.4, DL-8). */
static void test_documents_again(void **state)
{
    static const struct {
        const char *profile, *kind, *rule, *start, *ended_by, *date, *want;
    } rows[] = {
        {"langson", "langson/document", "langson/document-own", "2024-11-15", "", "2024-11-18",
         "+langson/document-own 2024-11-20T23:59"}, /* runs from another date: set right */
        {"langson", "langson/document", "langson/document-own", "2024-11-18", "", "2024-11-18", ""},
        {"langson", "langson/document", "langson/document-own", "2024-11-18", "published", "2024-11-18",
         "+langson/document-own 2024-11-20T23:59"},
        {"langson", "langson/document", "langson/document-own", "2024-11-18", "", "", ""},
        {"mic", "mic/document", "mic/document-supply", "2024-11-18", "received", "2024-11-18", ""},
        {"mic", "mic/document", "mic/document-supply", "2024-11-18", "received", "2024-11-19",
         "+mic/document-supply 2024-11-21T23:59 -mic/document-supply received"},
    };
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct submission s = case_of(rows[i].kind, "document", "returned");
        struct case_deadline one = {.rule = rows[i].rule, .cite = "", .ended_by = rows[i].ended_by};
        assert_true(when_parse_rfc3339(rows[i].start, &one.start));
        one.ended = *one.ended_by ? one.start : WHEN_NONE;
        s.deadlines = &one;
        s.n_deadlines = 1;
        s.received = at("2024-11-22T09:00:00+07:00");
        struct plan *p = plan_new(mem, "k", s.ref, &actor_system, s.received);
        clocks_document(p, &s, rows[i].date, "SO NGOAI VU", load_profile(mem, rows[i].profile));
        assert_string_equal(clocks_of(mem, p), rows[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_receipt_opens),  cmocka_unit_test(test_documents_again),
        cmocka_unit_test(test_no_clock),       cmocka_unit_test(test_switch),
        cmocka_unit_test(test_no_second_term), cmocka_unit_test(test_return_and_resend),
        cmocka_unit_test(test_recompute),      cmocka_unit_test(test_documents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
