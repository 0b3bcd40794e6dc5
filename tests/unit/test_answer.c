/* What a letter does to the case that it joins, and which letters go out by themselves: tables over values
 * made by hand, since the desk is pure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk/admit.h"
#include "desk/answer.h"
#include "desk/notify.h"
#include "desk/step.h"
#include "verify/token.h"

#define NOW INT64_C(1795240800)

static const char *const finals[] = {"published", "refused"};
static struct track tracks[] = {
    {.name = "news", .start = "received", .finals = {(const char **)(uintptr_t)finals, 2}}};
static const struct profile profile = {
    .name = "t", .institution = "I", .mailbox = "bbt@a.vn", .tracks = tracks, .n_tracks = 1};
static const struct policy policy = {.profile = &profile};

static const struct ruling plain = {.category = CATEGORY_NEWS};
static const struct ruling complaint = {.category = CATEGORY_COMPLAINT};
static const struct ruling secret = {
    .category = CATEGORY_DOCUMENT, .secrecy_marked = true, .secrecy_where = "body"};

static struct submission a_case(bool held)
{
    static struct hold holds[] = {{.reason = "confirmation", .detail = ""}};
    return (struct submission){.ref = "BBT-2026-000001",
                               .version = 3,
                               .state = "received",
                               .kind = "t/news",
                               .category = "news",
                               .track = "news",
                               .unit = "",
                               .sender_unit = "HG",
                               .verdict = held ? "needs-confirmation" : "confirmed",
                               .from = "c@hg.vn",
                               .from_name = "C",
                               .authenticated = true,
                               .subject = "s",
                               .message_id = "",
                               .title = "T",
                               .body = "one\ntwo",
                               .content_hash = "h1",
                               .holds = holds,
                               .n_holds = held ? 1 : 0};
}

static bool has(const struct plan *p, enum effect_kind kind, const char *key)
{
    for (size_t i = 0; i < p->n_effects; i++)
        if (p->effects[i].kind == kind && (!key || str_eq(p->effects[i].key, key)))
            return true;
    return false;
}

/* ---- answers ---- */

static void test_answers(void **state)
{
    static const struct person leader = {.unit = "HG", .role = PERSON_LEADER, .address = "l@hg.vn"};
    static const struct known_token token = {.id = 7, .ref = "BBT-2026-000001", .address = "l@hg.vn"};
    static const struct {
        const char *what;
        enum agreement says;
        bool counts, held;
        const char *state;
        const char *answer, *hold, *verdict; /* expected; NULL: none */
        bool confirms;
    } rows[] = {
        {"yes", AGREEMENT_YES, true, true, "received", NULL, NULL, "confirmed", true},
        {"yes, not waiting", AGREEMENT_YES, true, false, "received", NULL, NULL, "confirmed", false},
        {"yes, too late", AGREEMENT_YES, false, true, "received", NULL, NULL, "needs-confirmation", false},
        {"no", AGREEMENT_NO, true, true, "received", "refused", NULL, "needs-confirmation", false},
        {"if", AGREEMENT_CONDITION, true, true, "received", "condition", NULL, "needs-confirmation", false},
        {"asks", AGREEMENT_QUESTION, true, true, "received", "question", NULL, "needs-confirmation", false},
        {"seen", AGREEMENT_NONE, true, true, "received", "unclear", NULL, "needs-confirmation", false},
        {"takes back", AGREEMENT_WITHDRAWN, true, false, "received", "withdrawn", "confirmation",
         "needs-confirmation", false},
        {"takes back what waits", AGREEMENT_WITHDRAWN, true, true, "received", "withdrawn", NULL,
         "needs-confirmation", false},
        {"takes back what is out", AGREEMENT_WITHDRAWN, true, false, "published", "withdrawn", "withdrawn",
         "needs-confirmation", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_mem_ void *mem = mem_new();
        struct submission s = a_case(rows[i].held);
        struct letter l = {.sha256 = "abc"};
        struct facts facts = {.account = "a"};
        struct known known = {.duplicate_of = "", .claims = "", .next_ref = "BBT-2026-000002"};
        struct evidence e = {.auth = AUTH_AUTHENTICATED, .from = "l@hg.vn", .joins = "", .auth_detail = ""};
        s.state = rows[i].state;
        e.confirming = (struct confirming){.says = rows[i].says,
                                           .counts = rows[i].counts,
                                           .ref = s.ref,
                                           .how = "token",
                                           .by = &leader,
                                           .words = "w",
                                           .why_not = rows[i].counts ? "" : "confirm-expired",
                                           .token = &token};
        assert_string_equal(desk_joins(&e, &plain, &known), s.ref);
        struct plan *p = desk_answer(mem, &l, &facts, &e, &plain, &known, &s, &policy, "entry", NOW);
        if (p->effects[0].kind != EFFECT_ATTACH || p->version != 3 ||
            !str_eq(p->spare_ref, "BBT-2026-000002") || has(p, EFFECT_CONFIRM, NULL) != rows[i].confirms ||
            has(p, EFFECT_RELEASE, "confirmation") != rows[i].confirms ||
            has(p, EFFECT_ANSWER, NULL) != (rows[i].answer != NULL) ||
            (rows[i].answer && !has(p, EFFECT_ANSWER, rows[i].answer)) ||
            has(p, EFFECT_HOLD, NULL) != (rows[i].hold != NULL) ||
            (rows[i].hold && !has(p, EFFECT_HOLD, rows[i].hold)) ||
            !str_eq(p->opening->s.verdict, rows[i].verdict))
            fail_msg("%s:\n%s", rows[i].what, plan_dump(mem, p));
        if (rows[i].confirms)
            assert_int_equal(p->effects[1].confirmation->token, 7);
    }
}

/* A follow-up that bears a secrecy mark holds the case that it joins. */
static void test_a_secret_follow_up(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct submission s = a_case(false);
    const struct letter l = {.sha256 = "abc"};
    const struct facts facts = {.account = "a"};
    const struct known known = {.duplicate_of = "", .claims = "", .next_ref = "BBT-2026-000002"};
    const struct evidence e = {
        .auth = AUTH_AUTHENTICATED, .from = "c@hg.vn", .joins = s.ref, .confirming = {.ref = ""}};
    (void)state;
    struct plan *p = desk_answer(mem, &l, &facts, &e, &secret, &known, &s, &policy, "entry", NOW);
    assert_true(has(p, EFFECT_NOTE, "follow-up") && has(p, EFFECT_HOLD, "secrecy"));
}

/* Who may not bring a letter into a case, whatever it says. */
static void test_joins_nothing(void **state)
{
    static const struct known_token token = {.id = 7, .ref = "R", .address = "l@hg.vn"};
    const struct confirming yes = {
        .says = AGREEMENT_YES, .counts = true, .ref = "R", .how = "token", .token = &token};
    const struct known new = {.duplicate_of = ""}, again = {.duplicate_of = "R"};
    const struct {
        struct evidence e;
        const struct known *known;
        const char *joins;
        bool complaint;
    } rows[] = {
        {{.auth = AUTH_AUTHENTICATED, .confirming = yes, .joins = ""}, &new, "R", false},
        {{.auth = AUTH_UNAUTHENTICATED, .confirming = yes, .joins = "R"}, &new, "", false},
        {{.auth = AUTH_UNKNOWN, .confirming = yes, .joins = "R"}, &new, "", false},
        {{.auth = AUTH_AUTHENTICATED, .confirming = yes, .joins = "R", .automatic = true}, &new, "", false},
        {{.auth = AUTH_AUTHENTICATED, .confirming = yes, .joins = "R", .bounce = true}, &new, "", false},
        {{.auth = AUTH_AUTHENTICATED, .confirming = yes, .joins = "R", .bulk = true}, &new, "", false},
        {{.auth = AUTH_AUTHENTICATED, .confirming = yes, .joins = "R", .impersonates = true},
         &new,
         "",
         false},
        {{.auth = AUTH_AUTHENTICATED, .confirming = yes, .joins = "R"}, &again, "", false},
        {{.auth = AUTH_AUTHENTICATED, .confirming = {.ref = "R", .token = &token}, .joins = ""},
         &new,
         "",
         false},
        {{.auth = AUTH_AUTHENTICATED, .confirming = {.ref = ""}, .joins = "R2"}, &new, "R2", false},
        {{.auth = AUTH_AUTHENTICATED, .confirming = {.ref = ""}, .joins = "R2"}, &new, "", true},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (!str_eq(desk_joins(&rows[i].e, rows[i].complaint ? &complaint : &plain, rows[i].known),
                    rows[i].joins))
            fail_msg("row %zu", i);
}

/* ---- letters ---- */

static struct directory *people(void *mem)
{
    static const struct person all[] = {
        {.unit = "HG", .role = PERSON_LEADER, .name = "L", .title = "", .address = "l@hg.vn"},
        {.unit = "HG", .role = PERSON_DEPUTY, .name = "D", .title = "", .address = "d@hg.vn"},
        {.unit = "HG", .role = PERSON_CONTACT, .name = "C", .title = "", .address = "c@hg.vn"},
        {.unit = "LC", .role = PERSON_LEADER, .name = "X", .title = "", .address = "x@lc.vn"},
        {.unit = "US", .role = PERSON_LEADER, .name = "U", .title = "", .address = "bbt@a.vn"}};
    struct directory *d = mem_zero(mem, struct directory);
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        directory_add(d, d, all[i].unit, all[i].unit, &all[i]);
    directory_finish(d, d);
    return d;
}

static struct plan *opened(void *mem, const struct submission *s, const char *const *holds, size_t n)
{
    struct plan *p = plan_new(mem, "letter/e", s->ref, &actor_system, NOW);
    p->opening = mem_zero(p, struct opening);
    p->opening->s = *s;
    plan_add(p, EFFECT_OPEN);
    for (size_t i = 0; i < n; i++)
        plan_add(p, EFFECT_HOLD)->key = holds[i];
    return p;
}

static char *recipients(void *mem, const struct plan *p)
{
    struct str out = str_new(mem);
    for (size_t i = 0; i < p->n_effects; i++)
        if (p->effects[i].kind == EFFECT_LETTER)
            str_addf(&out, "%s%s>%s", out.n ? " " : "", p->effects[i].letter->template,
                     p->effects[i].letter->to);
    return out.n ? out.s : mem_str(mem, "");
}

static void test_new_case_letters(void **state)
{
    static const struct {
        const char *what, *unit, *category, *hold, *hold2;
        bool authenticated, restricted, automatic, bounce, bulk, speaks, deputies;
        enum notify_receipts receipts;
        const char *letters;
    } rows[] = {
        {"from outside", "HG", "news", "confirmation", NULL, true, 0, 0, 0, 0, 0, 0, RECEIPTS_HELD,
         "confirm-request>l@hg.vn received>c@hg.vn"},
        {"no receipts", "HG", "news", "confirmation", NULL, true, 0, 0, 0, 0, 0, 0, RECEIPTS_NONE,
         "confirm-request>l@hg.vn"},
        {"deputies too", "HG", "news", "confirmation", NULL, true, 0, 0, 0, 0, 0, 1, RECEIPTS_NONE,
         "confirm-request>l@hg.vn confirm-request>d@hg.vn"},
        {"not proved", "HG", "news", "confirmation", NULL, false, 0, 0, 0, 0, 0, 0, RECEIPTS_ALL, ""},
        {"no unit", "", "news", "confirmation", NULL, true, 0, 0, 0, 0, 0, 0, RECEIPTS_HELD,
         "received>c@hg.vn"},
        {"unit without people", "ZZ", "news", "confirmation", NULL, true, 0, 0, 0, 0, 0, 0, RECEIPTS_NONE,
         ""},
        {"the leader is we", "US", "news", "confirmation", NULL, true, 0, 0, 0, 0, 0, 0, RECEIPTS_NONE, ""},
        {"accepted", "HG", "news", NULL, NULL, true, 0, 0, 0, 0, 0, 0, RECEIPTS_HELD, ""},
        {"accepted, all", "HG", "news", NULL, NULL, true, 0, 0, 0, 0, 0, 0, RECEIPTS_ALL,
         "received>c@hg.vn"},
        {"may be secret", "HG", "news", "confirmation", "secrecy", true, 0, 0, 0, 0, 0, 0, RECEIPTS_ALL,
         ""},
        {"not readable", "HG", "news", "confirmation", "unreadable", true, 0, 0, 0, 0, 0, 0, RECEIPTS_HELD,
         "unreadable>c@hg.vn"},
        {"unsure", "HG", "news", "confirmation", "unsure", true, 0, 0, 0, 0, 0, 0, RECEIPTS_NONE,
         "confirm-request>l@hg.vn"},
        {"complaint", "", "complaint", NULL, NULL, true, 1, 0, 0, 0, 0, 0, RECEIPTS_ALL, ""},
        {"spam", "HG", "spam", NULL, NULL, true, 0, 0, 0, 0, 0, 0, RECEIPTS_ALL, ""},
        {"a machine", "HG", "news", "confirmation", NULL, true, 0, 1, 0, 0, 0, 0, RECEIPTS_ALL, ""},
        {"a bounce", "HG", "news", "confirmation", NULL, true, 0, 0, 1, 0, 0, 0, RECEIPTS_ALL, ""},
        {"a list", "HG", "news", "confirmation", NULL, true, 0, 0, 0, 1, 0, 0, RECEIPTS_ALL, ""},
        {"somebody's word", "HG", "other", "confirmation", NULL, true, 0, 0, 0, 0, 1, 0, RECEIPTS_ALL, ""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_mem_ void *mem = mem_new();
        struct submission s = a_case(false);
        const char *holds[] = {rows[i].hold, rows[i].hold2};
        const struct notify_rules rules = {.profile = &profile,
                                           .directory = people(mem),
                                           .confirm_seconds = 86400,
                                           .receipts = rows[i].receipts,
                                           .ask_deputies = rows[i].deputies};
        s.sender_unit = rows[i].unit;
        s.category = rows[i].category;
        s.authenticated = rows[i].authenticated;
        s.restricted = rows[i].restricted;
        struct evidence e = {
            .automatic = rows[i].automatic, .bounce = rows[i].bounce, .bulk = rows[i].bulk};
        e.confirming.says = rows[i].speaks ? AGREEMENT_YES : AGREEMENT_NONE;
        struct plan *p = opened(mem, &s, holds, (size_t)(rows[i].hold != NULL) + (rows[i].hold2 != NULL));
        notify_new_case(p, &e, &rules);
        char *got = recipients(mem, p);
        if (!str_eq(got, rows[i].letters))
            fail_msg("%s: '%s'", rows[i].what, got);
        for (size_t k = 0; k < p->n_effects; k++) { /* a receipt may be dropped, no other letter (RP-2) */
            const struct plan_letter *l = p->effects[k].letter;
            if (l && l->must == str_eq(l->template, "received"))
                fail_msg("%s: %s", rows[i].what, l->template);
        }
    }
}

static const char *param(const struct plan_letter *l, const char *name)
{
    for (size_t i = 0; i < l->n_params; i++)
        if (str_eq(l->params[i].name, name))
            return l->params[i].value;
    return "";
}

/* Nobody hears of a complaint by being asked to confirm it, nor of a sender who is in doubt again. */
static void test_not_to_be_asked(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct notify_rules rules = {.profile = &profile, .directory = people(mem)};
    struct submission s = a_case(true);
    (void)state;
    assert_null(notify_cannot_ask(&s, &rules));
    s.restricted = true;
    assert_string_equal(notify_cannot_ask(&s, &rules), "restricted");
    s = a_case(true);
    s.authenticated = false;
    assert_string_equal(notify_cannot_ask(&s, &rules), "no-unit");
}

/* A letter in our own name that comes back without its marks is not answered, by whatever name (A17). */
static void test_ourselves(void **state)
{
    static const struct {
        const char *from, *letters;
    } rows[] = {{"c@hg.vn", "confirm-request>l@hg.vn received>c@hg.vn"},
                {"bbt@a.vn", ""},
                {"BBT+x@a.vn", ""},
                {"portal@b.vn", ""},
                {"portal+0@B.vn", ""},
                {"portals@b.vn", "confirm-request>l@hg.vn received>portals@b.vn"}};
    static const char *const holds[] = {"confirmation"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_mem_ void *mem = mem_new();
        const struct notify_rules rules = {
            .profile = &profile, .from = "portal@b.vn", .directory = people(mem), .receipts = RECEIPTS_ALL};
        struct submission s = a_case(false);
        const struct evidence e = {0};
        s.from = rows[i].from;
        struct plan *p = opened(mem, &s, holds, 1);
        notify_new_case(p, &e, &rules);
        assert_string_equal(recipients(mem, p), rows[i].letters);
    }
}

/* The text that a leader is shown cannot step out of its frame, nor the title out of its line. */
static void test_frame(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct notify_rules rules = {.profile = &profile, .directory = people(mem)};
    struct submission s = a_case(true);
    struct plan *p = plan_new(mem, "k", s.ref, &actor_system, NOW);
    (void)state;
    s.title = "a\u2028b\nc";
    s.body = "one\u2028two\u2029three\n\nfour\u00e2";
    assert_int_equal(notify_ask(p, &s, "confirm-request", &rules), 1);
    assert_string_equal(param(p->effects[0].letter, "title"), "a b c");
    assert_string_equal(param(p->effects[0].letter, "text"), "| one\n| two\n| three\n| \n| four\u00e2\n");
}

/* The token is in the letter, its hash in the plan, and the dump shows neither. */
static void test_tokens(void **state)
{
    static const unsigned char key[TOKEN_KEY_BYTES] = {3};
    _cleanup_mem_ void *mem = mem_new();
    const struct notify_rules rules = {
        .profile = &profile, .directory = people(mem), .token_key = key, .confirm_seconds = 86400};
    struct submission s = a_case(true);
    struct plan *p = plan_new(mem, "k", s.ref, &actor_system, NOW);
    (void)state;
    assert_null(notify_cannot_ask(&s, &rules));
    assert_int_equal(notify_ask(p, &s, "confirm-request", &rules), 1);
    notify_issue_tokens(p, &s, &rules);
    notify_issue_tokens(p, &s, &rules); /* once */
    assert_int_equal(p->n_effects, 2);
    const struct plan_letter *l = p->effects[0].letter;
    const struct plan_token *t = p->effects[1].token;
    assert_string_equal(param(l, "text"), "| one\n| two\n");
    assert_string_equal(param(l, "until"), "22/11/2026");
    assert_int_equal(strlen(l->token), TOKEN_CHARS);
    assert_non_null(strstr(l->message_id, l->token));
    assert_string_equal(t->hash, hash_hex(mem, l->token, TOKEN_CHARS));
    assert_string_equal(t->content_hash, "h1");
    assert_int_equal(t->expires, NOW + 86400);
    const struct known_token carried = {.purpose = TOKEN_CONFIRM,
                                        .token = l->token,
                                        .ref = s.ref,
                                        .address = "l@hg.vn",
                                        .content_hash = "h1",
                                        .letter_key = l->key};
    assert_true(token_check(key, &carried));
    assert_null(strstr(plan_dump(mem, p), l->token));
    assert_null(strstr(l->key, "hg.vn"));
}

/* ---- the desk ---- */

static void test_confirm_on_paper(void **state)
{
    static const struct {
        unsigned roles;
        const char *user, *how, *evidence;
        bool held;
        const char *refused;
    } rows[] = {{ROLE_SECRETARY, "s", "paper", "e", true, NULL},
                {ROLE_DEPUTY, "s", "fax", "e", true, NULL},
                {ROLE_CHIEF, "s", "scan", "e", true, NULL},
                {ROLE_EDITOR, "s", "paper", "e", true, "not-allowed-role"},
                {ROLE_ADMIN, "s", "paper", "e", true, "not-allowed-role"},
                {ROLE_SECRETARY, "c", "paper", "e", true, "own-submission"},
                {ROLE_SECRETARY, "s", "phone", "e", true, "needs-how"},
                {ROLE_SECRETARY, "s", "paper", "", true, "needs-evidence"},
                {ROLE_SECRETARY, "s", "paper", "e", false, "not-waiting"}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_mem_ void *mem = mem_new();
        const struct submission s = a_case(rows[i].held);
        const struct event ev = {.name = "confirm",
                                 .ground = "",
                                 .reason = "r",
                                 .hold = "",
                                 .how = rows[i].how,
                                 .by = "",
                                 .evidence = rows[i].evidence,
                                 .evidence_name = "f"};
        const struct actor actor = {.user = rows[i].user, .login = "x", .roles = rows[i].roles};
        struct plan *p = desk_step(mem, &s, &ev, &actor, &profile, NOW);
        if (!str_eq(p->refused, rows[i].refused))
            fail_msg("row %zu: %s", i, p->refused ? p->refused : "allowed");
        if (!p->refused)
            assert_true(has(p, EFFECT_CONFIRM, "confirmed") && has(p, EFFECT_RELEASE, "confirmation"));
    }
}

static void test_new_evidence(void **state)
{
    static const struct {
        const char *before, *now;
        bool held;
        enum auth_result auth;
        const char *to; /* NULL: nothing happens */
        const char *hold, *release;
    } rows[] = {
        {"needs-confirmation", "accept", true, AUTH_AUTHENTICATED, "accept", NULL, "confirmation"},
        {"needs-confirmation", "reject-spoof", true, AUTH_FORGED, "reject-spoof", "forged", NULL},
        {"confirmed", "needs-confirmation", false, AUTH_UNAUTHENTICATED, "confirmed", NULL, NULL},
        {"needs-confirmation", "confirmed", true, AUTH_AUTHENTICATED, "confirmed", NULL, "confirmation"},
        {"accept", "needs-confirmation", false, AUTH_UNAUTHENTICATED, "needs-confirmation", "confirmation",
         NULL},
        {"needs-confirmation", "needs-confirmation", true, AUTH_AUTHENTICATED, NULL, NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_mem_ void *mem = mem_new();
        struct submission s = a_case(rows[i].held);
        s.verdict = rows[i].before;
        const struct evidence e = {.auth = rows[i].auth, .auth_detail = "d"};
        const struct plan *p = desk_new_evidence(mem, &s, &e, rows[i].now, "e", 2, NOW);
        bool right = has(p, EFFECT_EVIDENCE, NULL) == (rows[i].to != NULL) &&
                     has(p, EFFECT_HOLD, NULL) == (rows[i].hold != NULL) &&
                     has(p, EFFECT_RELEASE, NULL) == (rows[i].release != NULL);
        if (!right || (rows[i].to && !str_eq(p->effects[0].to, rows[i].to)))
            fail_msg("row %zu:\n%s", i, plan_dump(mem, p));
    }
}

static void test_state_of_a_confirmation(void **state)
{
    static struct confirmation said[] = {
        {.what = "confirmed", .content_hash = "h1", .person = "l", .how = "token", .evidence = "x"},
        {.what = "question", .content_hash = "h1"},
        {.what = "withdrawn", .content_hash = "h1", .person = "l", .how = "token", .evidence = "y"},
        {.what = "confirmed", .content_hash = "h0"}};
    struct submission s = a_case(true);
    (void)state;
    s.confirmations = said;
    assert_string_equal(submission_confirmation(&s).state, "needed");
    s.requests = 1;
    assert_string_equal(submission_confirmation(&s).state, "requested");
    s.n_confirmations = 2;
    assert_string_equal(submission_confirmation(&s).state, "confirmed");
    assert_true(submission_is_confirmed(&s));
    s.n_confirmations = 4;
    assert_string_equal(submission_confirmation(&s).state, "withdrawn");
    assert_false(submission_is_confirmed(&s));
    s.content_hash = "h0"; /* only the last one speaks of this text */
    assert_string_equal(submission_confirmation(&s).state, "confirmed");
    s.content_hash = "h9";
    assert_string_equal(submission_confirmation(&s).state, "requested");
    s.verdict = "accept";
    assert_string_equal(submission_confirmation(&s).state, "not-needed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_secret_follow_up),
                                       cmocka_unit_test(test_answers),
                                       cmocka_unit_test(test_joins_nothing),
                                       cmocka_unit_test(test_new_case_letters),
                                       cmocka_unit_test(test_not_to_be_asked),
                                       cmocka_unit_test(test_frame),
                                       cmocka_unit_test(test_ourselves),
                                       cmocka_unit_test(test_tokens),
                                       cmocka_unit_test(test_confirm_on_paper),
                                       cmocka_unit_test(test_new_evidence),
                                       cmocka_unit_test(test_state_of_a_confirmation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
