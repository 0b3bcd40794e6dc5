/* The verdict policy as a table, and the guards of desk_step. Values are made by hand: the desk is pure. */
#include "desk/admit.h"
#include "desk/step.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct kind news = {
    .id = "t/news", .label = "news", .category = CATEGORY_NEWS, .track = "news", .to = "", .cite = "T-1"};
static const struct kind news_phieu = {.id = "t/news",
                                       .label = "news",
                                       .category = CATEGORY_NEWS,
                                       .track = "news",
                                       .to = "",
                                       .cite = "",
                                       .confirm = CONFIRM_LEADER_ALWAYS};
static const struct kind complaint = {.id = "t/complaint",
                                      .label = "complaint",
                                      .category = CATEGORY_COMPLAINT,
                                      .track = "complaint",
                                      .to = "TTra",
                                      .cite = ""};
static const struct kind other = {
    .id = "t/other", .label = "other", .category = CATEGORY_OTHER, .track = "", .to = "", .cite = ""};
static const struct person leader = {
    .unit = "A", .role = PERSON_LEADER, .name = "L", .title = "", .address = "l@a.vn"};
static const struct person clerk = {
    .unit = "A", .role = PERSON_CONTACT, .name = "C", .title = "", .address = "c@a.vn"};

static void test_verdicts(void **state)
{
    static const struct {
        const char *what;
        const struct kind *kind;
        enum auth_result auth;
        enum standing standing;
        bool own, impersonates, own_suffice;
        const struct person *person;
        enum verdict want;
    } rows[] = {
        {"own account", &news, AUTH_AUTHENTICATED, STANDING_MEMBER, true, false, true, NULL,
         VERDICT_ACCEPT},
        {"own account, minority reading", &news, AUTH_AUTHENTICATED, STANDING_MEMBER, true, false, false,
         &clerk, VERDICT_NEEDS_CONFIRMATION},
        {"own leader, minority reading", &news, AUTH_AUTHENTICATED, STANDING_MEMBER, true, false, false,
         &leader, VERDICT_CONFIRMED},
        {"phieu kind, clerk", &news_phieu, AUTH_AUTHENTICATED, STANDING_MEMBER, true, false, true, &clerk,
         VERDICT_NEEDS_CONFIRMATION},
        {"phieu kind, leader", &news_phieu, AUTH_AUTHENTICATED, STANDING_MEMBER, true, false, true, &leader,
         VERDICT_CONFIRMED},
        {"partner clerk", &news, AUTH_AUTHENTICATED, STANDING_PARTNER, false, false, true, &clerk,
         VERDICT_NEEDS_CONFIRMATION},
        {"partner leader", &news, AUTH_AUTHENTICATED, STANDING_PARTNER, false, false, true, &leader,
         VERDICT_CONFIRMED},
        {"partner leader, not authenticated", &news, AUTH_UNKNOWN, STANDING_PARTNER, false, false, true,
         &leader, VERDICT_NEEDS_CONFIRMATION},
        {"public news", &news, AUTH_AUTHENTICATED, STANDING_PUBLIC, false, false, true, NULL,
         VERDICT_NEEDS_CONFIRMATION},
        {"citizen's complaint, failing", &complaint, AUTH_UNAUTHENTICATED, STANDING_PUBLIC, false, false,
         true, NULL, VERDICT_ACCEPT},
        {"complaint as an official", &complaint, AUTH_FORGED, STANDING_FORGED, true, true, true, NULL,
         VERDICT_REJECT_SPOOF},
        {"look-alike", &news, AUTH_AUTHENTICATED, STANDING_PUBLIC, false, true, true, NULL,
         VERDICT_REJECT_SPOOF},
        {"own, unknown", &news, AUTH_UNKNOWN, STANDING_MEMBER, true, false, true, &clerk,
         VERDICT_NEEDS_CONFIRMATION},
        {"comment of a citizen", &other, AUTH_UNKNOWN, STANDING_PUBLIC, false, false, true, NULL,
         VERDICT_ACCEPT},
        {"other of a partner", &other, AUTH_AUTHENTICATED, STANDING_PARTNER, false, false, true, NULL,
         VERDICT_NEEDS_CONFIRMATION},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct profile profile = {.own_accounts_suffice = rows[i].own_suffice};
        struct policy policy = {.profile = &profile};
        struct evidence e = {.auth = rows[i].auth,
                             .standing = rows[i].standing,
                             .own_domain = rows[i].own,
                             .impersonates = rows[i].impersonates,
                             .person = rows[i].person};
        bool leads = rows[i].person && rows[i].person->role == PERSON_LEADER;
        e.confirming = (struct confirming){.ref = "", .how = "", .words = "", .why_not = ""};
        if (leads) { /* as check_confirm says of his own text */
            e.confirming.says = AGREEMENT_YES;
            e.confirming.counts = rows[i].auth == AUTH_AUTHENTICATED;
            e.confirming.how = "sent";
        }
        struct ruling r = {.kind = rows[i].kind, .category = rows[i].kind->category};
        if (desk_verdict(&e, &r, &policy) != rows[i].want)
            fail_msg("%s", rows[i].what);
    }
}

/* ---- a small profile for desk_step ---- */

static const char *const chief_only[] = {"chief"};
static const char *const editors[] = {"editor", "chief"};
static struct transition transitions[] = {{.event = "approve",
                                           .from = "received",
                                           .to = "approved",
                                           .roles = {(const char **)(uintptr_t)chief_only, 1},
                                           .letter = "",
                                           .effect = "",
                                           .cite = "T-2"},
                                          {.event = "refuse",
                                           .from = "received",
                                           .to = "refused",
                                           .roles = {(const char **)(uintptr_t)chief_only, 1},
                                           .needs_ground = true,
                                           .needs_reason = true,
                                           .letter = "refused",
                                           .effect = "",
                                           .cite = ""},
                                          {.event = "publish",
                                           .from = "approved",
                                           .to = "published",
                                           .roles = {(const char **)(uintptr_t)editors, 2},
                                           .letter = "",
                                           .effect = "publish",
                                           .cite = ""},
                                          {.event = "withdraw",
                                           .from = "published",
                                           .to = "withdrawn",
                                           .roles = {(const char **)(uintptr_t)chief_only, 1},
                                           .needs_reason = true,
                                           .letter = "",
                                           .effect = "withdraw",
                                           .cite = ""}};
static struct track tracks[] = {
    {.name = "news", .start = "received", .transitions = transitions, .n_transitions = 4}};
static struct ground grounds[] = {{.code = "14.4a", .text = "g", .cite = "T-14.4a"}};
static const struct profile profile = {.name = "t",
                                       .institution = "I",
                                       .mailbox = "bbt@a.vn",
                                       .tracks = tracks,
                                       .n_tracks = 1,
                                       .grounds = grounds,
                                       .n_grounds = 1};

static struct submission a_case(const char *where)
{
    return (struct submission){.ref = "BBT-2026-000001",
                               .version = 3,
                               .state = where,
                               .kind = "t/news",
                               .category = "news",
                               .track = "news",
                               .unit = "A",
                               .from = "c@a.vn",
                               .from_name = "C",
                               .authenticated = true,
                               .subject = "s",
                               .title = "T",
                               .body = "B",
                               .content_hash = "h1"};
}

static struct plan *step(void *mem, const struct submission *s, const char *name, unsigned roles,
                         const char *ground, const char *reason)
{
    struct event ev = {.name = name, .ground = ground, .reason = reason, .hold = ""};
    struct actor actor = {.user = "u", .login = "l", .roles = roles};
    return desk_step(mem, s, &ev, &actor, &profile, 1795224600);
}

static void test_guards(void **state)
{
    static struct hold holds[] = {{.reason = "confirmation", .detail = ""}};
    static const struct {
        const char *state, *event;
        unsigned roles;
        const char *ground, *reason;
        bool held, restricted;
        const char *refused;
    } rows[] = {{"received", "approve", ROLE_CHIEF, "", "", false, false, NULL},
                {"received", "approve", ROLE_EDITOR, "", "", false, false, "not-allowed-role"},
                {"received", "approve", ROLE_CHIEF, "", "", true, false, "held"},
                {"received", "approve", ROLE_EDITOR, "", "", false, true, "restricted"},
                {"received", "publish", ROLE_CHIEF, "", "", false, false, "wrong-state"},
                {"approved", "publish", ROLE_EDITOR, "", "", false, false, "content-changed"},
                {"received", "refuse", ROLE_CHIEF, "", "x", false, false, "needs-ground"},
                {"received", "refuse", ROLE_CHIEF, "9.9", "x", false, false, "unknown-ground"},
                {"received", "refuse", ROLE_CHIEF, "14.4a", "", false, false, "needs-reason"},
                {"received", "refuse", ROLE_CHIEF, "14.4a", "x", true, false, NULL},
                {"received", "note", ROLE_VIEWER, "", "", false, false, "needs-reason"},
                {"received", "note", ROLE_VIEWER, "", "x", true, false, NULL},
                {"received", "release", ROLE_CHIEF, "", "x", true, false, "hold-needs-proof"},
                {"received", "release", ROLE_CHIEF, "", "x", false, false, "no-such-hold"},
                {"received", "release", ROLE_EDITOR, "", "x", true, false, "hold-needs-proof"}};
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct submission s = a_case(rows[i].state);
        s.holds = holds;
        s.n_holds = rows[i].held;
        s.restricted = rows[i].restricted;
        struct plan *p = step(mem, &s, rows[i].event, rows[i].roles, rows[i].ground, rows[i].reason);
        if (!str_eq(p->refused, rows[i].refused) || (p->refused && p->n_effects))
            fail_msg("row %zu (%s in %s): %s", i, rows[i].event, rows[i].state,
                     p->refused ? p->refused : "(taken)");
    }
}

static void test_publication_binds_content(void **state)
{
    struct approval approvals[] = {{.user = "x", .login = "y", .content_hash = "h1", .roles = ROLE_CHIEF}};
    struct submission s = a_case("approved");
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    s.approvals = approvals;
    s.n_approvals = 1;
    struct plan *p = step(mem, &s, "publish", ROLE_EDITOR, "", "");
    assert_null(p->refused);
    assert_string_equal(plan_dump(mem, p), "plan BBT-2026-000001 by u\n"
                                           "MOVE key=publish from=approved to=published\n"
                                           "PUBLISH to=h1\n");
    s.content_hash = "h2"; /* one byte was changed after the approval */
    assert_string_equal(step(mem, &s, "publish", ROLE_EDITOR, "", "")->refused, "content-changed");
}

static void test_refusal_letter(void **state)
{
    struct submission s = a_case("received");
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    struct plan *p = step(mem, &s, "refuse", ROLE_CHIEF, "14.4a", "why");
    assert_string_equal(plan_dump(mem, p),
                        "plan BBT-2026-000001 by u\n"
                        "MOVE key=refuse from=received to=refused text=14.4a\n"
                        "DECISION key=refuse to=14.4a text=why\n"
                        "LETTER template=refused to=c@a.vn letter=refused/BBT-2026-000001/4\n");
    s.authenticated = false; /* nothing automatic to an unauthenticated From */
    assert_int_equal(step(mem, &s, "refuse", ROLE_CHIEF, "14.4a", "why")->n_effects, 2);
}

/* Two windows of one person: what the second does is no repetition of the first (WF-8). */
static void test_what_differs_has_another_key(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct submission s = a_case("received");
    struct plan *one = step(mem, &s, "note", ROLE_CHIEF, "", "x"),
                *again = step(mem, &s, "note", ROLE_CHIEF, "", "x"),
                *another = step(mem, &s, "note", ROLE_CHIEF, "", "y");
    (void)state;
    assert_null(one->refused);
    assert_string_equal(one->key, again->key);
    assert_string_not_equal(one->key, another->key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_verdicts), cmocka_unit_test(test_guards),
                                       cmocka_unit_test(test_publication_binds_content),
                                       cmocka_unit_test(test_refusal_letter),
                                       cmocka_unit_test(test_what_differs_has_another_key)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
