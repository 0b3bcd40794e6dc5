/* What staff record, whom they ask for a review, what an asker is promised: words, people, times, clocks.
 */
#include "desk/clocks.h"
#include "desk/interim.h"
#include "desk/step.h"
#include "instant.h"
#include "profiles.h"

#define NOW      "2026-11-20T09:00:00+07:00"
#define RECEIVED "2026-11-20T08:30:00+07:00"

/* As the store gives it. */
static struct submission case_of(const struct profile *profile, const char *kind)
{
    const struct kind *k = profile_find_kind(profile, kind);
    assert_non_null(k);
    return (struct submission){.ref = "BBT-2026-000001",
                               .version = 3,
                               .kind = k->id,
                               .category = category_name(k->category),
                               .state = "received",
                               .track = k->track,
                               .unit = "",
                               .sender_unit = "",
                               .verdict = "accept",
                               .from = "dan@example.vn",
                               .from_name = "",
                               .subject = "s",
                               .title = "t",
                               .body = "b",
                               .extra = "",
                               .content_hash = "h",
                               .received = at(RECEIVED)};
}

static struct actor person(const char *user, unsigned roles)
{
    return (struct actor){.user = user, .login = user, .roles = roles};
}

static struct event recorded(const char *word, const char *time, const char *reason)
{
    return (struct event){
        .name = "record", .ground = "", .hold = "", .reason = reason, .word = word, .at = at(time)};
}

static struct plan *record(const void *mem, const struct profile *profile, const struct submission *s,
                           const struct event *ev, unsigned roles)
{
    const struct actor who = person("thuky", roles);
    return desk_step(mem, s, ev, &who, profile, at(NOW));
}

/* "+rule due", "-rule word time", "!flag", "note word" of each effect, joined by blanks; "REFUSED key". */
static char *told(const void *mem, const struct plan *p)
{
    struct str out = str_new(mem);
    if (p->refused)
        return mem_fmt(mem, "REFUSED %s", p->refused);
    for (size_t i = 0; i < p->n_effects; i++) {
        const struct effect *e = &p->effects[i];
        const char *gap = out.n ? " " : "";
        if (e->kind == EFFECT_DEADLINE)
            str_addf(&out, "%s+%s %.16s", gap, e->key, e->to);
        else if (e->kind == EFFECT_DEADLINE_END)
            str_addf(&out, "%s-%s %s %.16s", gap, e->key, e->text, e->from);
        else if (e->kind == EFFECT_FLAG)
            str_addf(&out, "%s!%s", gap, e->key);
        else if (e->kind == EFFECT_NOTE && e->to)
            str_addf(&out, "%snote %s", gap, e->to);
        else if (e->kind == EFFECT_REVIEW)
            str_addf(&out, "%sreview=%s", gap, e->to);
    }
    return out.n ? out.s : mem_str(mem, "");
}

static void test_words(void **state)
{
    static const struct {
        const char *profile, *kind, *state, *want;
    } rows[] = {
        {"mic", "mic/complaint", "received", ""},
        {"mic", "common/spam", "aside", ""},
        {"mic", "mic/question", "received", "co-operation"},
        {"bca", "bca/incident", "received", "occurred supplied"},
        {"bca", "bca/crime-warning", "received", "detected requested supplied"},
        {"bca", "bca/event-notice", "received", "event notified"},
        {"dongnai", "dongnai/news", "received", ""},
        {"dongnai", "dongnai/other", "received", "meeting supplied"},
        {"langson", "langson/question", "received", "out-of-scope notified reviewed"},
        {"mic", "mic/news", "received", "as-is publication-request"},
        {"mic", "mic/news", "published", "as-is publication-request published"},
    };
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct profile *profile = load_profile(mem, rows[i].profile);
        struct submission s = case_of(profile, rows[i].kind);
        struct str out = str_new(mem);
        s.state = rows[i].state;
        const struct str_list words = clocks_recordable(mem, &s, profile);
        for (size_t k = 0; k < words.n; k++)
            str_addf(&out, "%s%s", k ? " " : "", words.v[k]);
        assert_string_equal(out.n ? out.s : "", rows[i].want);
    }
}

/* Every word of the grammar is done by a command, or recorded of some kind of some institution: none is
 * dead, but for those that the program alone says. */
static void test_no_dead_word(void **state)
{
    static const char *const profiles[] = {"mic", "langson", "dongnai", "bca"};
    _cleanup_mem_ void *mem = mem_new();
    struct str_list possible = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(profiles); i++) {
        const struct profile *profile = load_profile(mem, profiles[i]);
        for (size_t k = 0; k < profile->n_kinds; k++) {
            const struct submission s = case_of(profile, profile->kinds[k].id);
            const struct str_list words = clocks_recordable(mem, &s, profile);
            for (size_t j = 0; j < words.n; j++)
                str_list_add(mem, &possible, words.v[j]);
        }
        for (size_t k = 0; k < profile->n_time_rules; k++) {
            const struct time_rule *r = &profile->time_rules[k];
            bool reached = r->kinds.n || r->by_hand.n;
            for (size_t j = 0; j < profile->n_time_rules; j++)
                reached = reached || str_eq(profile->time_rules[j].switch_to, r->id);
            if (!reached && str_starts(r->id, profiles[i]))
                fail_msg("%s: nothing opens it", r->id);
        }
    }
    for (size_t i = 0; timing_event_words[i]; i++)
        if (!clocks_command(timing_event_words[i]) && !str_list_has(&possible, timing_event_words[i]))
            fail_msg("%s: no command and nobody says it", timing_event_words[i]);
}

static void test_refusals(void **state)
{
    static const struct {
        unsigned roles;
        const char *kind, *word, *time, *want;
    } rows[] = {
        {ROLE_VIEWER, "mic/science", "approved", NOW, "REFUSED not-allowed-role"},
        {ROLE_INSPECTOR, "mic/science", "approved", NOW, "REFUSED not-allowed-role"},
        {ROLE_ADMIN, "mic/science", "approved", NOW, "REFUSED not-allowed-role"},
        {ROLE_SECRETARY, "mic/science", "aproved", NOW, "REFUSED record-word"},
        {ROLE_SECRETARY, "mic/science", "detected", NOW,
         "REFUSED record-word"}, /* a word, not of this kind */
        {ROLE_SECRETARY, "mic/science", "published", NOW, "REFUSED record-command"},
        {ROLE_SECRETARY, "mic/science", "promised", NOW, "REFUSED record-command"},
        {ROLE_SECRETARY, "mic/science", "approved", "2026-11-20T09:00:01+07:00", "REFUSED record-future"},
        {ROLE_SECRETARY, "mic/science", "supplied", NOW, "REFUSED record-nothing"},
        {ROLE_SECRETARY, "common/spam", "approved", NOW, "REFUSED record-none"},
        {ROLE_SECRETARY, "mic/other", "planned-downtime", "2026-12-10T22:00:00+07:00",
         "+mic/downtime-notice 2026-12-03T23:59 note planned-downtime"},
        {ROLE_EDITOR, "mic/science", "approved", NOW, "+mic/science 2026-12-18T23:59 note approved"},
        {ROLE_MEMBER, "mic/science", "approved", "2026-11-10T09:00:00+07:00",
         "+mic/science 2026-12-08T23:59 -mic/science received 2026-11-20T08:30 note approved"},
    };
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *profile = load_profile(mem, "mic");
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct submission s = case_of(profile, rows[i].kind);
        const struct event ev = recorded(rows[i].word, rows[i].time, "");
        assert_string_equal(told(mem, record(mem, profile, &s, &ev, rows[i].roles)), rows[i].want);
    }
    struct submission s = case_of(profile, "mic/science");
    const struct event ev = recorded("acepted", NOW, "");
    assert_string_equal(record(mem, profile, &s, &ev, ROLE_CHIEF)->refused_detail,
                        "acepted; accepted, as-is, publication-request, approved, supplied");
    struct hold hold = {.reason = "secrecy", .detail = ""};
    s.holds = &hold;
    s.n_holds = 1;
    const struct event good = recorded("accepted", NOW, "");
    assert_string_equal(told(mem, record(mem, profile, &s, &good, ROLE_CHIEF)), "REFUSED held");
    s = case_of(profile, "mic/science");
    s.restricted = true;
    assert_string_equal(told(mem, record(mem, profile, &s, &good, ROLE_SECRETARY)), "REFUSED restricted");
}

/* A clock that runs is set right with a reason; one that is ended is not ended before it began. */
static void test_again(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *profile = load_profile(mem, "mic");
    struct case_deadline clock = {.rule = "mic/incident-report",
                                  .cite = "MIC-7.4",
                                  .start = at("2026-11-20T08:20:00+07:00"),
                                  .due = at("2026-11-20T09:20:00+07:00"),
                                  .ended = WHEN_NONE,
                                  .ended_by = ""};
    struct submission s = case_of(profile, "mic/other");
    s.deadlines = &clock;
    s.n_deadlines = 1;
    (void)state;
    struct event ev = recorded("detected", "2026-11-20T08:40:00+07:00", "");
    assert_string_equal(told(mem, record(mem, profile, &s, &ev, ROLE_SECRETARY)), "REFUSED record-again");
    ev.reason = "r";
    assert_string_equal(told(mem, record(mem, profile, &s, &ev, ROLE_SECRETARY)),
                        "+mic/incident-report 2026-11-20T09:40 note detected");
    ev.at = clock.start;
    assert_string_equal(told(mem, record(mem, profile, &s, &ev, ROLE_SECRETARY)), "REFUSED record-nothing");
    ev = recorded("reported", "2026-11-20T08:19:59+07:00", "");
    assert_string_equal(told(mem, record(mem, profile, &s, &ev, ROLE_SECRETARY)), "REFUSED record-order");
    ev.at = clock.start;
    assert_string_equal(told(mem, record(mem, profile, &s, &ev, ROLE_SECRETARY)),
                        "-mic/incident-report reported 2026-11-20T08:20 note reported");
    clock.ended = clock.start;
    clock.ended_by = "reported";
    assert_string_equal(told(mem, record(mem, profile, &s, &ev, ROLE_SECRETARY)), "REFUSED record-nothing");
    ev = recorded("detected", "2026-11-20T08:50:00+07:00", "");
    clock.ended_by = "reclassified"; /* of a kind that it was not */
    assert_string_equal(told(mem, record(mem, profile, &s, &ev, ROLE_SECRETARY)),
                        "+mic/incident-report 2026-11-20T09:50 note detected");
}

/* BCA-5.3b: what came in the second of the event, or later, is late; it is said once. */
static void test_late(void **state)
{
    static const struct {
        const char *event, *want;
    } rows[] = {
        {"2026-11-20T08:30:01+07:00",
         "+bca/outside-event 2026-11-20T08:30 -bca/outside-event received 2026-11-20T08:30 note event"},
        {RECEIVED, "+bca/outside-event 2026-11-20T08:29 -bca/outside-event received 2026-11-20T08:30 !late "
                   "note event"},
        {"2026-11-19T08:00:00+07:00", "+bca/outside-event 2026-11-19T07:59 -bca/outside-event received "
                                      "2026-11-20T08:30 !late note event"},
    };
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *profile = load_profile(mem, "bca");
    struct submission s = case_of(profile, "bca/event-notice");
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct event ev = recorded("event", rows[i].event, "");
        assert_string_equal(told(mem, record(mem, profile, &s, &ev, ROLE_SECRETARY)), rows[i].want);
    }
    struct flag flag = {.name = "late", .user = "system", .reason = ""};
    s.flags = &flag;
    s.n_flags = 1;
    const struct event ev = recorded("event", RECEIVED, "");
    assert_null(strchr(told(mem, record(mem, profile, &s, &ev, ROLE_SECRETARY)), '!'));
}

/* LS-9.3: one of the two terms, never both. */
static void test_issuer(void **state)
{
    static const struct {
        enum issuer issuer;
        const char *want;
    } rows[] = {{ISSUER_ANY, "REFUSED record-issuer"},
                {ISSUER_OWN, "+langson/document-own 2026-11-20T23:59 note issued"},
                {ISSUER_OTHER, "+langson/document-subject 2026-12-02T23:59 note issued"}};
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *profile = load_profile(mem, "langson");
    const struct submission s = case_of(profile, "langson/document");
    struct event ev = recorded("issued", "2026-11-18", "");
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ev.issuer = rows[i].issuer;
        assert_string_equal(told(mem, record(mem, profile, &s, &ev, ROLE_SECRETARY)), rows[i].want);
    }
}

static void test_about(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *profile = load_profile(mem, "mic");
    const struct submission s = case_of(profile, "mic/unit-activity");
    struct event ev = recorded("available", RECEIVED, "");
    (void)state;
    ev.about = "BBT-2026-000009";
    assert_string_equal(told(mem, record(mem, profile, &s, &ev, ROLE_SECRETARY)), "REFUSED record-about");
    ev.word = "publication-request";
    const struct plan *p = record(mem, profile, &s, &ev, ROLE_SECRETARY);
    assert_null(p->refused);
    assert_int_equal(p->effects[p->n_effects - 1].kind, EFFECT_LINK);
    assert_string_equal(p->effects[p->n_effects - 1].to, "BBT-2026-000009");
}

/* ---- review */

static void test_review(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *profile = load_profile(mem, "langson");
    struct case_deadline clock = {.rule = "langson/review",
                                  .cite = "LS-12.3",
                                  .start = at(NOW),
                                  .due = at("2026-11-24T23:59:59+07:00"),
                                  .ended = WHEN_NONE,
                                  .ended_by = ""};
    struct submission s = case_of(profile, "langson/project");
    struct event give = {.name = "hand-over", .ground = "", .hold = "", .reason = "", .to = "uyvien"};
    struct event said = {.name = "note", .ground = "", .hold = "", .reason = "r"};
    const struct actor chief = person("truong", ROLE_CHIEF), member = person("uyvien", ROLE_MEMBER),
                       other = person("bientap", ROLE_EDITOR);
    int64_t now = at(NOW);
    (void)state;
    assert_string_equal(told(mem, desk_step(mem, &s, &give, &member, profile, now)),
                        "REFUSED not-allowed-role");
    assert_string_equal(told(mem, desk_step(mem, &s, &give, &chief, profile, now)),
                        "review=uyvien +langson/review 2026-11-24T23:59");
    s.review = (struct review){"uyvien", "truong", now};
    s.deadlines = &clock;
    s.n_deadlines = 1;
    assert_string_equal(told(mem, desk_step(mem, &s, &give, &chief, profile, now)),
                        "REFUSED review-has-it");
    give.to = "bientap";
    assert_string_equal(
        told(mem, desk_step(mem, &s, &give, &chief, profile, at("2026-11-23T09:00:00+07:00"))),
        "review=bientap -langson/review handed-over  +langson/review 2026-11-25T23:59");
    assert_string_equal(told(mem, desk_step(mem, &s, &said, &other, profile, now)), "");
    assert_string_equal(told(mem, desk_step(mem, &s, &said, &member, profile, now)),
                        "-langson/review reviewed  review=");
    said.name = "close";
    assert_string_equal(told(mem, desk_step(mem, &s, &said, &chief, profile, now)),
                        "-langson/review closed  review=");
    s.state = "closed";
    assert_string_equal(told(mem, desk_step(mem, &s, &give, &chief, profile, now)), "REFUSED wrong-state");
    s.state = "received";
    s.restricted = true;
    const struct actor reader = person("truong", ROLE_CHIEF | ROLE_INSPECTOR);
    assert_string_equal(told(mem, desk_step(mem, &s, &give, &reader, profile, now)), "REFUSED restricted");
}

/* ---- the notice of progress */

static void test_interim(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *profile = load_profile(mem, "langson");
    const struct notify_rules rules = {.profile = profile};
    struct case_deadline clock = {.rule = "langson/answer",
                                  .cite = "LS-9.7",
                                  .start = at(RECEIVED),
                                  .due = at("2026-12-11T23:59:59+07:00"),
                                  .ended = WHEN_NONE,
                                  .ended_by = ""};
    struct submission s = case_of(profile, "langson/question");
    struct interim_wish wish = {.until = at("2026-12-20T23:59:59+07:00"), .to = "", .reason = ""};
    const struct actor secretary = person("thuky", ROLE_SECRETARY), viewer = person("v", ROLE_VIEWER);
    int64_t now = at(NOW);
    (void)state;
    assert_string_equal(interim_give(mem, &s, &wish, &secretary, &rules, now)->refused, "interim-no-term");
    s.deadlines = &clock;
    s.n_deadlines = 1;
    assert_string_equal(interim_give(mem, &s, &wish, &viewer, &rules, now)->refused, "not-allowed-role");
    assert_string_equal(interim_give(mem, &s, &wish, &secretary, &rules, now)->refused,
                        "interim-no-address");
    s.authenticated = true;
    const struct plan *p = interim_give(mem, &s, &wish, &secretary, &rules, now);
    assert_string_equal(told(mem, p),
                        "-langson/answer interim  +langson/promised 2026-12-20T23:59 note 2026-12-20");
    assert_string_equal(p->effects[p->n_effects - 1].letter->to, "dan@example.vn");
    wish.to = "other@example.vn";
    p = interim_give(mem, &s, &wish, &secretary, &rules, now);
    assert_string_equal(p->effects[p->n_effects - 1].letter->to, "other@example.vn");
    wish.until = now - 1;
    assert_string_equal(interim_give(mem, &s, &wish, &secretary, &rules, now)->refused, "interim-past");
    clock.rule = "langson/promised";
    wish.until = at("2026-12-25T23:59:59+07:00");
    assert_string_equal(told(mem, interim_give(mem, &s, &wish, &secretary, &rules, now)),
                        "-langson/promised interim  +langson/promised 2026-12-25T23:59 note 2026-12-25");
    struct hold hold = {.reason = "forged", .detail = ""};
    s.holds = &hold;
    s.n_holds = 1;
    assert_string_equal(interim_give(mem, &s, &wish, &secretary, &rules, now)->refused, "held");
    s = case_of(profile, "langson/news");
    assert_string_equal(interim_give(mem, &s, &wish, &secretary, &rules, now)->refused,
                        "interim-no-question");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words), cmocka_unit_test(test_no_dead_word), cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_again), cmocka_unit_test(test_late),         cmocka_unit_test(test_issuer),
        cmocka_unit_test(test_about), cmocka_unit_test(test_review),       cmocka_unit_test(test_interim),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
