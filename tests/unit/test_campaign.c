/* Campaigns (MIC-13.5e, BCA-5.5), alerts (BCA-5.6b) and one voice per issue (BCA-5.9): the pure parts. */
#include "desk/campaign.h"
#include "desk/step.h"
#include "rulings.h"
#include "verify/token.h"
#include "verify_world.h"

#define NOW INT64_C(1795140000) /* 2026-11-20T09:00:00+07:00 */
#define DAY 86400

static const unsigned char key[TOKEN_KEY_BYTES] = "0123456789abcdef0123456789abcdef";
static const struct actor secretary = {.user = "thuky", .login = "t", .roles = ROLE_SECRETARY};
static const struct actor editor = {.user = "bientap", .login = "b", .roles = ROLE_EDITOR};

static const struct campaign_section sections[] = {{1, "H\xE1\xBA\xA1 t\xE1\xBA\xA7ng"},
                                                   {2, "B\xC3\xA1o ch\xC3\xAD"}};

static struct campaign campaign(void)
{
    return (struct campaign){.code = "tet-2027",
                             .title = "T",
                             .until = NOW + 30 * DAY,
                             .closed = WHEN_NONE,
                             .user = "thuky",
                             .closed_by = "",
                             .reason = "",
                             .sections = (struct campaign_section *)(uintptr_t)sections,
                             .n_sections = 2};
}

static void codes_are_plain(void **state)
{
    static const struct {
        const char *code;
        bool good;
    } rows[] = {{"tet-2027", true},
                {"A1", true},
                {"9x", true},
                {"a", false},
                {"", false},
                {"-a", false},
                {"a b", false},
                {"a/b", false},
                {"\xC3\xA1x", false},
                {"a\n", false},
                {"..", false},
                {"0123456789012345678901234567890123456789", true},
                {"01234567890123456789012345678901234567890", false}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (campaign_code_valid(rows[i].code) != rows[i].good)
            fail_msg("code '%s'", rows[i].code);
}

static void a_section_is_known_by_number_or_title(void **state)
{
    const struct campaign c = campaign();
    (void)state;
    assert_int_equal(campaign_find_section(&c, "2")->number, 2);
    assert_int_equal(campaign_find_section(&c, "B\xC3\x81O CH\xC3\x8D")->number, 2);
    assert_null(campaign_find_section(&c, "3"));
    assert_null(campaign_find_section(&c, "Bao chi"));
    assert_null(campaign_find_section(&c, ""));
}

/* ---- asking ---- */

static struct notify_rules rules_of(const struct world *w, struct profile *profile)
{
    profile->mailbox = "banbientap@mic.gov.vn";
    profile->institution = "I";
    return (struct notify_rules){.profile = profile, .directory = &w->directory, .token_key = key};
}

static void asking_is_refused(void **state)
{
    struct world *w = world_new();
    struct profile profile = {0};
    const struct notify_rules rules = rules_of(w, &profile);
    static const struct {
        const char *unit;
        bool by_editor, closed;
        int64_t due;
        const char *why;
    } rows[] = {{"CVT", false, false, NOW + DAY, NULL},
                {"CVT", false, false, NOW + 30 * DAY, NULL},
                {"CVT", true, false, NOW + DAY, "not-allowed-role"},
                {"CVT", false, true, NOW + DAY, "campaign-closed"},
                {"XYZ", false, false, NOW + DAY, "unknown-unit"},
                {"CVT", false, false, WHEN_NONE, "campaign-no-term"},
                {"CVT", false, false, NOW, "campaign-term"},
                {"CVT", false, false, NOW + 30 * DAY + 1, "campaign-term"}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct campaign c = campaign();
        c.closed = rows[i].closed ? NOW : WHEN_NONE;
        const struct plan *p = campaign_ask(w->mem, &c, &sections[1], rows[i].unit, rows[i].due,
                                            rows[i].by_editor ? &editor : &secretary, &rules, NOW);
        if (!str_eq(p->refused ? p->refused : "", rows[i].why ? rows[i].why : ""))
            fail_msg("row %zu: %s", i, p->refused ? p->refused : "not refused");
        assert_int_equal(p->n_effects, rows[i].why ? 0 : 2);
    }
    talloc_free(w->mem);
}

/* The token stands for this campaign, section, unit and address, and for no other. */
static void a_request_has_a_token_of_its_own(void **state)
{
    struct world *w = world_new();
    struct profile profile = {0};
    const struct notify_rules rules = rules_of(w, &profile);
    const struct campaign c = campaign();
    (void)state;
    const struct plan *p =
        campaign_ask(w->mem, &c, &sections[0], "CVT", NOW + DAY, &secretary, &rules, NOW);
    const struct plan_letter *l = p->effects[0].letter;
    const struct plan_token *t = p->effects[1].token;
    assert_string_equal(l->to, "nhdat@vienthong.mic.gov.vn");
    assert_string_equal(l->key, "campaign-request/tet-2027/1/CVT");
    assert_int_equal(t->purpose, TOKEN_SUPPLY);
    struct known_token k = {.purpose = TOKEN_SUPPLY,
                            .token = l->token,
                            .ref = "tet-2027",
                            .unit = "CVT",
                            .address = t->address,
                            .content_hash = t->content_hash,
                            .letter_key = t->letter};
    assert_true(token_check(key, &k));
    k.purpose = TOKEN_REPLY;
    assert_false(token_check(key, &k));
    k.purpose = TOKEN_SUPPLY;
    k.ref = "tet-2028";
    assert_false(token_check(key, &k));
    const struct plan *other =
        campaign_ask(w->mem, &c, &sections[1], "CVT", NOW + DAY, &secretary, &rules, NOW);
    assert_string_not_equal(other->effects[0].letter->token, l->token);
    const struct campaign_request r = {.code = c.code, .section = 1, .unit = "CVT", .due = NOW + DAY};
    const struct plan *again = campaign_remind(w->mem, &c, &r, "campaign-late", &rules, NOW);
    assert_string_equal(again->effects[0].letter->key, "campaign-late/tet-2027/1/CVT");
    assert_string_not_equal(again->effects[0].letter->token, l->token);
    assert_string_equal(again->effects[1].token->content_hash, t->content_hash);
    const struct campaign_request nobody = {.code = c.code, .section = 1, .unit = "XYZ", .due = NOW};
    assert_null(campaign_remind(w->mem, &c, &nobody, "campaign-late", &rules, NOW));
    talloc_free(w->mem);
}

/* ---- what comes back ---- */

#define LONG_TEXT                                                                                          \
    "a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n o p q r s t u v w x"

static void only_the_unit_that_was_asked_supplies(void **state)
{
    static const struct {
        const char *headers, *text;
        bool closed, file, used_up;
        const char *why;
    } rows[] = {
        {TRACE EVIL "From: nhdat@vienthong.mic.gov.vn\r\n", LONG_TEXT, false, false, false,
         "supply-not-proved"}, /* the stamp is for another domain */
        {TRACE STAMP "dmarc=pass header.from=vienthong.mic.gov.vn\r\nFrom: nhdat@vienthong.mic.gov.vn\r\n",
         LONG_TEXT, false, false, false, ""},
        {TRACE STAMP "dmarc=pass header.from=vienthong.mic.gov.vn\r\nFrom: nhdat@vienthong.mic.gov.vn\r\n",
         "two words", false, true, false, ""},
        {TRACE STAMP "dmarc=pass header.from=vienthong.mic.gov.vn\r\nFrom: nhdat@vienthong.mic.gov.vn\r\n",
         "two words", false, false, false, "supply-nothing"},
        {TRACE STAMP "dmarc=pass header.from=vienthong.mic.gov.vn\r\nFrom: nhdat@vienthong.mic.gov.vn\r\n",
         LONG_TEXT, true, false, false, "supply-closed"},
        {TRACE STAMP "dmarc=pass header.from=vienthong.mic.gov.vn\r\nFrom: nhdat@vienthong.mic.gov.vn\r\n",
         LONG_TEXT, false, false, true, "supply-expired"},
        {TRACE STAMP "dmarc=pass header.from=vienthong.mic.gov.vn\r\nAuto-Submitted: auto-replied\r\n"
                     "From: nhdat@vienthong.mic.gov.vn\r\n",
         LONG_TEXT, false, false, false, "supply-automatic"},
        {TRACE OURS HUY, LONG_TEXT, false, false, false, "supply-other-unit"},
        {TRACE STAMP "dmarc=pass header.from=gmail.com\r\nFrom: a@gmail.com\r\n", LONG_TEXT, false, false,
         false, "supply-other-unit"},
        {TRACE STAMP "dmarc=fail header.from=vienthong.mic.gov.vn\r\nFrom: nhdat@vienthong.mic.gov.vn\r\n",
         LONG_TEXT, false, false, false, "supply-not-proved"}};
    struct world *w = world_new();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct letter *l = letter_from(w->mem, rows[i].headers, strlen(rows[i].headers));
        struct letter_attachment file = {.name = "a.docx", .type = "application/msword", .text = "x"};
        struct known_token t = {.purpose = TOKEN_SUPPLY,
                                .token = "",
                                .ref = "tet-2027",
                                .unit = "CVT",
                                .open = !rows[i].closed,
                                .expires = rows[i].used_up ? 1 : INT64_MAX};
        struct known known = {.duplicate_of = "", .claims = "", .tokens = &t, .n_tokens = 1};
        l->fresh = rows[i].text;
        l->complete = true;
        l->attachments = rows[i].file ? &file : NULL;
        l->n_attachments = rows[i].file;
        const struct evidence *e = verify(w->mem, l, &trusted, &known, &w->directory, &w->policy);
        assert_ptr_equal(e->supplying.token, &t);
        if (!str_eq(e->supplying.why_not, rows[i].why))
            fail_msg("row %zu: '%s'", i, e->supplying.why_not);
        assert_int_equal(supplying_counts(&e->supplying), !*rows[i].why);
        t.token = "0123"; /* nobody checked it */
        e = verify(w->mem, l, &trusted, &known, &w->directory, &w->policy);
        assert_null(e->supplying.token);
    }
    talloc_free(w->mem);
}

static const char *admitted(const void *mem, const struct evidence *e, const struct ruling *r)
{
    struct plan *p = plan_new(mem, "k", "BBT-2026-000001", &actor_system, NOW);
    campaign_admit(p, e, r);
    assert_true(p->n_effects <= 1);
    if (!p->n_effects)
        return "";
    assert_string_equal(p->effects[0].key, p->effects[0].kind == EFFECT_HOLD ? "campaign" : "tet-2027");
    return effect_name(p->effects[0].kind);
}

static void what_goes_another_way_is_in_no_campaign(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct known_token t = {.ref = "tet-2027", .section = 2, .request = 7};
    static const struct {
        enum category category;
        bool secret, wrong, no_token;
        const char *effect;
    } rows[] = {{CATEGORY_THEMATIC, false, false, false, "CAMPAIGN"},
                {CATEGORY_DOCUMENT, false, false, false, "CAMPAIGN"},
                {CATEGORY_THEMATIC, true, false, false, "HOLD"},
                {CATEGORY_THEMATIC, false, true, false, "HOLD"},
                {CATEGORY_THEMATIC, false, false, true, ""},
                {CATEGORY_COMPLAINT, false, false, false, ""},
                {CATEGORY_DENUNCIATION, false, true, false, ""},
                {CATEGORY_AUTOREPLY, false, true, false, ""},
                {CATEGORY_BOUNCE, false, true, false, ""},
                {CATEGORY_SPAM, false, true, false, ""}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct evidence e = {.supplying = {.token = rows[i].no_token ? NULL : &t,
                                                 .why_not = rows[i].wrong ? "supply-other-unit" : ""}};
        const struct ruling r = {.category = rows[i].category, .secrecy_marked = rows[i].secret};
        assert_string_equal(admitted(mem, &e, &r), rows[i].effect);
    }
}

static void proof_that_comes_later_ends_the_hold(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct known_token t = {.ref = "tet-2027", .section = 2, .request = 7};
    struct hold holds[] = {{"campaign", "tet-2027", 0}, {"secrecy", "", 0}};
    struct submission s = {.ref = "BBT-2026-000001", .version = 3, .holds = holds, .n_holds = 1};
    struct evidence e = {.supplying = {.token = &t, .why_not = ""}};
    (void)state;
    const struct plan *p = campaign_later(mem, &s, &e, "e1", 1, NOW);
    assert_int_equal(p->n_effects, 2);
    assert_string_equal(p->effects[0].to, "2");
    assert_string_equal(p->effects[0].from, "7");
    assert_int_equal(p->effects[1].kind, EFFECT_RELEASE);
    s.n_holds = 2;
    assert_int_equal(campaign_later(mem, &s, &e, "e1", 1, NOW)->n_effects, 0);
    s.n_holds = 0; /* a person has decided about it */
    assert_int_equal(campaign_later(mem, &s, &e, "e1", 1, NOW)->n_effects, 0);
    s.n_holds = 1;
    e.supplying.why_not = "supply-not-proved";
    assert_int_equal(campaign_later(mem, &s, &e, "e1", 1, NOW)->n_effects, 0);
}

/* ---- alerts ---- */

static void only_what_may_be_true_calls_people(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *bca = load_profile(mem, "bca");
    static const struct {
        const char *kind, *verdict;
        enum effect_kind first;
        bool restricted, called;
    } rows[] = {{"bca/crime-warning", "accept", EFFECT_OPEN, false, true},
                {"bca/crime-warning", "needs-confirmation", EFFECT_OPEN, false, true},
                {"bca/crime-warning", "accept", EFFECT_REREAD, false, true},
                {"bca/crime-warning", "reject-spoof", EFFECT_OPEN, false, false},
                {"bca/crime-warning", "accept", EFFECT_RECEIPT, false, false},
                {"bca/crime-warning", "accept", EFFECT_ATTACH, false, false},
                {"bca/crime-warning", "accept", EFFECT_OPEN, true, false},
                {"bca/news", "accept", EFFECT_OPEN, false, false}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct plan *p = plan_new(mem, "k", "BBT-2026-000001", &actor_system, NOW);
        p->opening = mem_zero(p, struct opening);
        p->opening->s = (struct submission){
            .kind = rows[i].kind, .verdict = rows[i].verdict, .restricted = rows[i].restricted};
        plan_add(p, rows[i].first);
        unsigned roles = notify_alert_roles(p, bca);
        assert_int_equal(roles != 0, rows[i].called);
        assert_false(roles & (ROLE_INSPECTOR | ROLE_ADMIN));
    }
}

/* ---- one voice ---- */

static const char *approved(const void *mem, const struct profile *p, const char *track, const char *unit,
                            struct voice *voices, size_t n)
{
    const struct actor chief = {.user = "truongban", .login = "c", .roles = ROLE_CHIEF};
    const struct submission s = {.ref = "BBT-2026-000001",
                                 .version = 1,
                                 .state = "received",
                                 .kind = "bca/press-statement",
                                 .category = "thematic",
                                 .track = track,
                                 .unit = unit,
                                 .sender_unit = unit,
                                 .authenticated = *unit != '\0',
                                 .verdict = "accept",
                                 .from = "a@bca.gov.vn",
                                 .title = "t",
                                 .body = "b",
                                 .extra = "",
                                 .content_hash = "h",
                                 .checks = (struct check[]){{"origin", "x", "y"}},
                                 .n_checks = 1,
                                 .voices = voices,
                                 .n_voices = n};
    const struct event e = {.name = "approve", .ground = "", .reason = "", .hold = ""};
    const struct plan *plan = desk_step(mem, &s, &e, &chief, p, NOW);
    return plan->refused ? plan->refused : "";
}

static void another_unit_on_the_issue_is_looked_at_first(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *bca = load_profile(mem, "bca"), *mic = load_profile(mem, "mic");
    struct voice v = {.ref = "BBT-2026-000002", .unit = "A05", .content_hash = "o"};
    struct voice two[] = {{.ref = "BBT-2026-000002", .unit = "A05", .content_hash = "o", .seen = true},
                          {.ref = "BBT-2026-000003", .unit = "C02", .content_hash = "p"}};
    (void)state;
    assert_string_equal(approved(mem, bca, "news", "C02", NULL, 0), "");
    assert_string_equal(approved(mem, bca, "news", "C02", &v, 1), "one-voice");
    assert_string_equal(approved(mem, bca, "document", "C02", &v, 1), "one-voice");
    assert_string_equal(approved(mem, bca, "news", "A05", &v, 1), "");
    assert_string_equal(approved(mem, bca, "news", "", &v, 1), "one-voice");
    v.unit = "";
    assert_string_equal(approved(mem, bca, "news", "", &v, 1), "one-voice");
    v.seen = true;
    assert_string_equal(approved(mem, bca, "news", "", &v, 1), "");
    assert_string_equal(approved(mem, bca, "news", "C02", two, 2), "");
    two[1].unit = "C08";
    assert_string_equal(approved(mem, bca, "news", "C02", two, 2), "one-voice");
    v.seen = false;
    assert_string_equal(approved(mem, mic, "news", "C02", &v, 1), ""); /* its tracks do not ask for it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(codes_are_plain),
                                       cmocka_unit_test(a_section_is_known_by_number_or_title),
                                       cmocka_unit_test(asking_is_refused),
                                       cmocka_unit_test(a_request_has_a_token_of_its_own),
                                       cmocka_unit_test(only_the_unit_that_was_asked_supplies),
                                       cmocka_unit_test(what_goes_another_way_is_in_no_campaign),
                                       cmocka_unit_test(proof_that_comes_later_ends_the_hold),
                                       cmocka_unit_test(only_what_may_be_true_calls_people),
                                       cmocka_unit_test(another_unit_on_the_issue_is_looked_at_first)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
