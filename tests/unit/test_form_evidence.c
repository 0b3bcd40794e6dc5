/* Request forms as evidence (LS-7.2), and what fields hold a letter for. Values are made by hand. */
#include "desk/admit.h"
#include "desk/field_holds.h"
#include "desk/form_evidence.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct unit units[] = {{.id = "LS", .name = "Ph\u00f2ng L\u00e3nh s\u1ef1"},
                              {.id = "VP", .name = "V\u0103n ph\u00f2ng"}};
static struct person people[] = {
    {"LS", PERSON_LEADER, "Vi \u0110\u1ee9c Th\u1ecbnh", "", "thinh@a.vn"},
    {"LS", PERSON_CONTACT, "L\u00fd V\u00e2n", "", "van@a.vn"},
    {"VP", PERSON_LEADER, "Tri\u1ec7u Th\u1ecb H\u01b0\u1eddng", "", "huong@a.vn"}};
static const struct directory directory = {.units = units, .n_units = 2, .people = people, .n_people = 3};
static const struct kind news = {.id = "t/news",
                                 .category = CATEGORY_NEWS,
                                 .confirm = CONFIRM_LEADER_ALWAYS,
                                 .label = "",
                                 .track = "",
                                 .to = "",
                                 .cite = ""};

static struct ruling with_form(const char *unit, const char *opinion, const char *leader,
                               const char *approved)
{
    struct ruling r = {.kind = &news, .category = CATEGORY_NEWS};
    r.fields.v[FIELD_FORM] = (struct value){.text = "PHIEU", .where = "body"};
    r.fields.v[FIELD_FORM_UNIT].text = unit;
    r.fields.v[FIELD_FORM_OPINION].text = opinion;
    r.fields.v[FIELD_FORM_LEADER].text = leader;
    r.fields.v[FIELD_FORM_APPROVED].text = approved;
    return r;
}

static void test_names(void **state)
{
    (void)state;
    const char *thinh = "Vi \u0110\u1ee9c Th\u1ecbnh";
    assert_true(form_names("Tr\u01b0\u1edfng ph\u00f2ng Vi \u0110\u1ee9c Th\u1ecbnh (\u0111\u00e3 k\u00fd)",
                           thinh));
    assert_true(form_names("VI \u0110\u1ee8C TH\u1ecaNH", thinh));
    assert_true(form_names("Vi Duc Thinh", thinh));
    assert_false(form_names("Vi \u0110\u1ee9c Thinh", thinh)); /* other marks: another name */
    assert_false(form_names("Vi \u0110\u1ee9c Th\u1ecbnh H\u01b0ng", thinh));
    assert_false(form_names("Th\u1ecbnh", thinh));
    assert_false(form_names("", thinh));
    assert_false(form_names("\u0110\u1ed3ng \u00fd", ""));
}

static void test_says(void **state)
{
    static const struct {
        const char *what, *unit, *opinion, *leader, *approved;
        const struct unit *sender;
        bool own;
        enum form_says want;
    } rows[] = {
        {"no form", "", "", "", "", &units[0], true, FORM_SAYS_NOTHING},
        {"blank", "", "", "Vi \u0110\u1ee9c Th\u1ecbnh", "no", &units[0], true, FORM_SAYS_BLANK},
        {"unclear", "", "n\u1ebfu", "Vi \u0110\u1ee9c Th\u1ecbnh", "unclear", &units[0], true,
         FORM_SAYS_UNCLEAR},
        {"leader", "", "\u0110\u1ed3ng \u00fd", "Vi \u0110\u1ee9c Th\u1ecbnh", "yes", &units[0], true,
         FORM_SAYS_YES},
        {"in the opinion", "", "\u0110\u1ed3ng \u00fd. Vi \u0110\u1ee9c Th\u1ecbnh", "", "yes", &units[0],
         true, FORM_SAYS_YES},
        {"nobody", "", "\u0110\u1ed3ng \u00fd", "", "yes", &units[0], true, FORM_SAYS_OTHER},
        {"other unit's leader", "", "\u0110\u1ed3ng \u00fd", "Tri\u1ec7u Th\u1ecb H\u01b0\u1eddng", "yes",
         &units[0], true, FORM_SAYS_OTHER},
        {"clerk", "", "\u0110\u1ed3ng \u00fd", "L\u00fd V\u00e2n", "yes", &units[0], true, FORM_SAYS_OTHER},
        {"form of another unit", "V\u0103n ph\u00f2ng", "\u0110\u1ed3ng \u00fd",
         "Vi \u0110\u1ee9c Th\u1ecbnh", "yes", &units[0], true, FORM_SAYS_OTHER},
        {"unit by the form", "PH\u00d2NG L\u00c3NH S\u1ef0", "\u0110\u1ed3ng \u00fd",
         "Vi \u0110\u1ee9c Th\u1ecbnh", "yes", NULL, true, FORM_SAYS_YES},
        {"unit by the form, from outside", "Ph\u00f2ng L\u00e3nh s\u1ef1", "\u0110\u1ed3ng \u00fd",
         "Vi \u0110\u1ee9c Th\u1ecbnh", "yes", NULL, false, FORM_SAYS_OTHER},
        {"no unit", "", "\u0110\u1ed3ng \u00fd", "Vi \u0110\u1ee9c Th\u1ecbnh", "yes", NULL, true,
         FORM_SAYS_OTHER},
    };
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct evidence e = {.unit = rows[i].sender, .own_domain = rows[i].own, .directory = &directory};
        struct ruling r = with_form(rows[i].unit, rows[i].opinion, rows[i].leader, rows[i].approved);
        struct form_evidence f = form_evidence(mem, &e, &r);
        if (f.says != rows[i].want || (f.leader != NULL) != (f.says == FORM_SAYS_YES))
            fail_msg("%s: %d", rows[i].what, (int)f.says);
        e.directory = NULL;
        assert_int_not_equal(form_evidence(mem, &e, &r).says, FORM_SAYS_YES);
    }
}

/* The form confirms only an authenticated own account's letter, and only where the profile says so. */
static void test_verdict(void **state)
{
    struct ruling r = with_form("", "\u0110\u1ed3ng \u00fd", "Vi \u0110\u1ee9c Th\u1ecbnh", "yes");
    struct profile profile = {.form_confirms = true, .own_accounts_suffice = true};
    struct policy policy = {.profile = &profile};
    struct evidence e = {.auth = AUTH_AUTHENTICATED,
                         .standing = STANDING_MEMBER,
                         .own_domain = true,
                         .unit = &units[0],
                         .directory = &directory};
    (void)state;
    assert_int_equal(desk_verdict(&e, &r, &policy), VERDICT_CONFIRMED);
    e.auth = AUTH_UNKNOWN;
    assert_int_equal(desk_verdict(&e, &r, &policy), VERDICT_NEEDS_CONFIRMATION);
    e.auth = AUTH_AUTHENTICATED;
    e.own_domain = false;
    assert_int_equal(desk_verdict(&e, &r, &policy), VERDICT_NEEDS_CONFIRMATION);
    e.own_domain = true;
    profile.form_confirms = false;
    assert_int_equal(desk_verdict(&e, &r, &policy), VERDICT_NEEDS_CONFIRMATION);
    profile.form_confirms = true;
    e.impersonates = true;
    assert_int_equal(desk_verdict(&e, &r, &policy), VERDICT_REJECT_SPOOF);
}

static const char *holds(const void *mem, const struct ruling *r, bool confirmed)
{
    const char *const portals[] = {"Cong"};
    struct profile profile = {.portal_names = {(const char **)(uintptr_t)portals, 1}};
    struct policy policy = {.profile = &profile};
    struct evidence e = {.directory = &directory, .unit = &units[0]};
    struct plan *p = plan_new(mem, "k", "-", &actor_system, 0);
    const char *said = "";
    add_field_holds(p, &e, r, &policy, confirmed);
    for (size_t i = 0; i < p->n_effects; i++)
        said = mem_fmt(mem, "%s%s ", said, p->effects[i].key);
    return said;
}

static void test_holds(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct ruling r = {.kind = &news, .category = CATEGORY_DOCUMENT};
    (void)state;
    assert_string_equal(holds(mem, &r, false), "");
    r.fields.v[FIELD_ISSUED].text = "no";
    r.fields.v[FIELD_PORTAL].text = "yes";
    assert_string_equal(holds(mem, &r, false), "not-issued ");
    r.fields.v[FIELD_PORTAL].text = "unclear";
    assert_string_equal(holds(mem, &r, false), "not-issued portal-recipient ");
    r.category = CATEGORY_DRAFT; /* a draft has neither number nor recipients yet */
    assert_string_equal(holds(mem, &r, false), "");
    r.category = CATEGORY_DOCUMENT;
    r.fields.v[FIELD_ISSUED].text = "yes";
    r.fields.v[FIELD_PORTAL].text = "";
    assert_string_equal(holds(mem, &r, false), "");
    r.fields.v[FIELD_NUMBER] = (struct value){.text = "1/B-C", .where = "attachment:a.docx"};
    assert_string_equal(holds(mem, &r, false), "portal-recipient "); /* it has no list of recipients */
    r.secrecy_marked = true;
    assert_string_equal(holds(mem, &r, false), "");
    r = with_form("", "", "", "no");
    assert_string_equal(holds(mem, &r, false), "form ");
    assert_string_equal(holds(mem, &r, true), ""); /* the leader himself sent it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names), cmocka_unit_test(test_says),
                                       cmocka_unit_test(test_verdict), cmocka_unit_test(test_holds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
