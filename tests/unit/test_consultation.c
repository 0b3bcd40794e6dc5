/* Consultations and events: the pure parts. */
#include "desk/consultation.h"
#include "desk/event.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char *key_itself(void *arg, const char *key)
{
    (void)arg;
    return key;
}

static void is_open_to_the_minute(void **state)
{
    (void)state;
    const struct consultation c = {.opens = 1000, .closes = 2000};
    assert_int_equal(consultation_phase(&c, 999), CONSULTATION_BEFORE);
    assert_int_equal(consultation_phase(&c, 1000), CONSULTATION_OPEN);
    assert_int_equal(consultation_phase(&c, 1999), CONSULTATION_OPEN);
    assert_int_equal(consultation_phase(&c, 2000), CONSULTATION_OVER);
}

struct naming {
    const char *header, *value, *subject;
    enum category category;
    const char *named;
};

static const struct naming namings[] = {
    {"To", "banbientap+c-bbt-2026-000012@mic.gov.vn", "x", CATEGORY_OTHER, "BBT-2026-000012"},
    {"Cc", "A <a@b.vn>, \"G\" <BanBienTap+c-BBT-2026-000012@MIC.gov.vn>", "x", CATEGORY_NEWS,
     "BBT-2026-000012"},
    {"Delivered-To", "banbientap+c-bbt-2026-000012@mic.gov.vn", "x", CATEGORY_QUESTION, "BBT-2026-000012"},
    {"To", "banbientap+c-bbt-2026-000012@mic.gov.vn.evil.vn", "x", CATEGORY_OTHER, ""},
    {"To", "evil+c-bbt-2026-000012@mic.gov.vn", "x", CATEGORY_OTHER, ""},
    {"To", "banbientap+c-bbt-2026-000012x@mic.gov.vn", "x", CATEGORY_OTHER, ""},
    {"To", "banbientap+c-bbt-2026-000012@mic.gov.vn, banbientap+c-bbt-2026-000013@mic.gov.vn", "x",
     CATEGORY_OTHER, ""},
    {"To", "banbientap@mic.gov.vn", "[BBT-2026-000012] x", CATEGORY_OTHER, "BBT-2026-000012"},
    {"To", "banbientap@mic.gov.vn", "[BBT-2026-000012] x", CATEGORY_NEWS, ""},
    {"To", "banbientap@mic.gov.vn", "XBBT-2026-0000", CATEGORY_OTHER, ""},
    {"To", "banbientap@mic.gov.vn", "BBT-2026-000012 BBT-2026-000013", CATEGORY_OTHER, ""},
    {"To", "banbientap+c-bbt-2026-000012@mic.gov.vn", "x", CATEGORY_COMPLAINT, ""},
    {"To", "banbientap+c-bbt-2026-000012@mic.gov.vn", "x", CATEGORY_SPAM, ""},
    {"Reply-To", "banbientap+c-bbt-2026-000012@mic.gov.vn", "x", CATEGORY_OTHER, ""},
};

static void a_letter_names_one_draft(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    for (size_t i = 0; i < ARRAY_LEN(namings); i++) {
        const struct naming *n = &namings[i];
        struct letter_header h = {
            .name = n->header, .raw = n->value, .raw_n = strlen(n->value), .value = n->value};
        struct letter l = {.headers = &h, .n_headers = 1, .complete = true, .subject = n->subject};
        struct evidence e = {.auth = AUTH_UNKNOWN, .from = "a@gmail.com"};
        struct ruling r = {.category = n->category};
        assert_string_equal(consultation_named(mem, &l, &e, &r, "banbientap@mic.gov.vn"), n->named);
        e.automatic = true;
        assert_string_equal(consultation_named(mem, &l, &e, &r, "banbientap@mic.gov.vn"), "");
        e.automatic = false;
        e.auth = AUTH_FORGED;
        assert_string_equal(consultation_named(mem, &l, &e, &r, "banbientap@mic.gov.vn"), "");
        e.auth = AUTH_UNKNOWN;
        r.secrecy_marked = true;
        assert_string_equal(consultation_named(mem, &l, &e, &r, "banbientap@mic.gov.vn"), "");
    }
}

static void the_published_address_comes_back(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    assert_string_equal(consultation_address(mem, "b@mic.gov.vn", "BBT-2026-000012"),
                        "b+c-bbt-2026-000012@mic.gov.vn");
    assert_string_equal(consultation_address(mem, "", "BBT-2026-000012"), "");
}

static void no_cell_is_a_formula(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    static const char *const bad[] = {"=1+1", "+1", "-1", "@SUM(1)", "|x", "\t=1", " =1", "\xef\xbc\x9dX"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const struct comment c = {
            .entry = "e", .from = bad[i], .from_name = bad[i], .subject = bad[i], .text = bad[i]};
        char *csv = consultation_csv(mem, &c, 1, key_itself, NULL);
        size_t quoted = 0;
        for (const char *at = csv; (at = strstr(at, "'")) != NULL; at++)
            quoted++;
        assert_int_equal(quoted, 4);
    }
}

static const struct profile profile = {
    .mailbox = "b@mic.gov.vn", .consultation_days = 10, .institution = "B"};

static const char *refused(const char *category, const struct consultation *before, int64_t opens,
                           int64_t closes, const char *reason, unsigned roles)
{
    static char why[64];
    _cleanup_mem_ void *mem = mem_new();
    const struct actor actor = {.user = "u", .login = "u", .roles = roles};
    const struct submission s = {.ref = "BBT-2026-000001", .category = category, .version = 3};
    struct plan *p = consultation_set(mem, &s, before, opens, closes, reason, &actor, &profile, 500);
    snprintf(why, sizeof why, "%s", p->refused ? p->refused : "");
    return why;
}

static void a_window_by_hand_has_its_conditions(void **state)
{
    (void)state;
    const int64_t ten = 10 * 86400;
    const struct consultation over = {.opens = 1, .closes = 400, .closed = WHEN_NONE};
    const struct consultation open = {.opens = 1, .closes = 600, .closed = WHEN_NONE};
    assert_string_equal(refused("draft", NULL, 1000, 1000 + ten, "r", ROLE_SECRETARY), "");
    assert_string_equal(refused("draft", &open, 1000, 1000 + ten, "r", ROLE_CHIEF), "");
    assert_string_equal(refused("draft", NULL, 1000, 999 + ten, "r", ROLE_SECRETARY), "consultation-span");
    assert_string_equal(refused("draft", NULL, 1000, 900, "r", ROLE_SECRETARY), "consultation-span");
    assert_string_equal(refused("draft", NULL, 499 - ten, 499, "r", ROLE_SECRETARY), "consultation-span");
    assert_string_equal(refused("draft", &over, 1000, 1000 + ten, "r", ROLE_SECRETARY),
                        "consultation-over");
    assert_string_equal(refused("draft", NULL, 1000, 1000 + ten, "", ROLE_SECRETARY), "needs-reason");
    assert_string_equal(refused("draft", NULL, 1000, 1000 + ten, "r", ROLE_EDITOR), "not-allowed-role");
    assert_string_equal(refused("news", NULL, 1000, 1000 + ten, "r", ROLE_SECRETARY), "not-a-draft");
}

static void a_calendar_line_cannot_be_broken_out_of(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    char *title = mem_fmt(mem, "x\r\nBEGIN:VALARM\n%0*d \xe1\xba\xa1\xe1\xba\xa1\xe1\xba\xa1", 60, 0);
    const struct submission s = {.ref = "BBT-2026-000001", .title = title};
    const struct event_decision e = {
        .starts = 1000000, .ends = 1003600, .place = "a;b,c\\d", .sequence = 2};
    char *ics = event_ics(mem, &s, &e, "mic.gov.vn", 0);
    assert_null(strstr(ics, "\nBEGIN:VALARM"));
    assert_non_null(strstr(ics, "LOCATION:a\\;b\\,c\\\\d\r\n"));
    assert_non_null(strstr(ics, "DTSTART:19700112T134640Z\r\n"));
    for (const char *at = ics; *at;) {
        const char *end = strstr(at, "\r\n");
        assert_non_null(end);
        assert_true(end - at <= 75);
        assert_int_equal(utf8_prefix(at, SIZE_MAX, (size_t)(end - at)), end - at);
        at = end + 2;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_open_to_the_minute),
        cmocka_unit_test(a_letter_names_one_draft),
        cmocka_unit_test(the_published_address_comes_back),
        cmocka_unit_test(no_cell_is_a_formula),
        cmocka_unit_test(a_window_by_hand_has_its_conditions),
        cmocka_unit_test(a_calendar_line_cannot_be_broken_out_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
