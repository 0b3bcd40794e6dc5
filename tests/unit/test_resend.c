/* What a letter says by which a sender corrects his case: which holds its text ends, which it brings, who
 * may (LS-7.4); and what of a letter nobody could read. Values are made by hand: the desk is pure. */
#include "desk/answer.h"
#include "desk/corrected.h"
#include "desk/unread.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define NOW  INT64_C(1795240800)
#define TEN  "mot hai ba bon nam sau bay tam chin muoi "
#define LONG TEN TEN TEN TEN TEN /* more than a note */
#define PAGE LONG LONG LONG

static const char *const system_role[] = {"system"};
static struct transition again[] = {{.event = "resend",
                                     .from = "returned",
                                     .to = "received",
                                     .roles = {(const char **)(uintptr_t)system_role, 1},
                                     .cite = "LS-7.4"}};
static struct track tracks[] = {
    {.name = "t", .start = "received", .transitions = again, .n_transitions = 1}};
static const char *const portals[] = {"Trang"};
static const struct profile profile = {.name = "t",
                                       .institution = "I",
                                       .mailbox = "bbt@a.vn",
                                       .tracks = tracks,
                                       .n_tracks = 1,
                                       .portal_names = {(const char **)(uintptr_t)portals, 1}};
static const struct policy policy = {.profile = &profile};

/* "a b" of the effects of that kind, in their order. */
static char *keys(void *mem, const struct plan *p, enum effect_kind kind)
{
    struct str out = str_new(mem);
    for (size_t i = 0; i < p->n_effects; i++)
        if (p->effects[i].kind == kind)
            str_addf(&out, "%s%s", out.n ? " " : "", p->effects[i].key);
    return out.n ? out.s : mem_str(mem, "");
}

/* A case that was returned, held for the reasons (parted by blanks). */
static struct submission a_case(void *mem, const char *holds)
{
    struct submission s = {.ref = "BBT-2026-000001",
                           .version = 3,
                           .state = "returned",
                           .kind = "t/document",
                           .category = "document",
                           .track = "t",
                           .unit = "",
                           .sender_unit = "HG",
                           .verdict = "accept",
                           .from = "c@hg.vn",
                           .title = "T",
                           .body = "old",
                           .extra = "",
                           .content_hash = "h1"};
    while (*holds) {
        size_t n = strcspn(holds, " ");
        *mem_append(mem, s.holds, s.n_holds) =
            (struct hold){.reason = mem_bytes(mem, holds, n), .detail = ""};
        holds += n + strspn(holds + n, " ");
    }
    return s;
}

static struct ruling says(const char *issued, const char *portal, const char *where)
{
    struct ruling r = {.category = CATEGORY_DOCUMENT, .secrecy_where = "body"};
    r.fields.title = "T";
    r.fields.v[FIELD_ISSUED] = (struct value){issued, where, 0, 0};
    r.fields.v[FIELD_NUMBER] = (struct value){str_eq(issued, "yes") ? "46/QD" : "", where, 0, 0};
    r.fields.v[FIELD_PORTAL] = (struct value){portal, where, 0, 0};
    return r;
}

static const char all_of_fields[] = "not-issued portal-recipient";

static void test_what_it_settles(void **state)
{
    static const struct {
        const char *what, *held, *text, *issued, *portal, *where;
        enum auth_result auth;
        const char *from;
        bool secret;
        const char *released, *new_holds;
    } rows[] = {
        {"number, date and portal", all_of_fields, LONG, "yes", "yes", "body", AUTH_AUTHENTICATED,
         "c@hg.vn", false, all_of_fields, ""},
        {"number and date only", all_of_fields, LONG, "yes", "unclear", "body", AUTH_AUTHENTICATED,
         "c@hg.vn", false, "not-issued", ""},
        {"silence settles nothing", all_of_fields, LONG, "", "", "", AUTH_AUTHENTICATED, "c@hg.vn", false,
         "", ""},
        {"a note about the number settles nothing", all_of_fields, TEN, "yes", "yes", "body",
         AUTH_AUTHENTICATED, "c@hg.vn", false, "", ""},
        {"nor does the subject", all_of_fields, LONG, "yes", "", "subject", AUTH_AUTHENTICATED, "c@hg.vn",
         false, "", ""},
        {"the new one is worse", "", LONG, "no", "no", "body", AUTH_AUTHENTICATED, "c@hg.vn", false, "",
         "not-issued portal-recipient"},
        {"not proved", all_of_fields, LONG, "yes", "yes", "body", AUTH_UNAUTHENTICATED, "c@hg.vn", false,
         "", ""},
        {"nobody knows", all_of_fields, LONG, "yes", "yes", "body", AUTH_UNKNOWN, "c@hg.vn", false, "", ""},
        {"somebody else", all_of_fields, LONG, "yes", "yes", "body", AUTH_AUTHENTICATED, "d@hg.vn", false,
         "", ""},
        {"a secrecy mark", all_of_fields, LONG, "yes", "yes", "body", AUTH_AUTHENTICATED, "c@hg.vn", true,
         "", "secrecy"},
        {"what waits for proof or eyes", "confirmation forged secrecy recusal answer follow-up", LONG,
         "yes", "yes", "body", AUTH_AUTHENTICATED, "c@hg.vn", false, "", ""},
        {"what can be read now", "unreadable limits", LONG, "yes", "yes", "body", AUTH_AUTHENTICATED,
         "c@hg.vn", false, "unreadable limits", ""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_mem_ void *mem = mem_new();
        const struct submission s = a_case(mem, rows[i].held);
        const struct letter l = {.sha256 = "abc", .complete = true, .fresh = rows[i].text};
        const struct facts facts = {.account = "a"};
        const struct known known = {.duplicate_of = "", .claims = "", .next_ref = "BBT-2026-000002"};
        const struct evidence e = {.auth = rows[i].auth,
                                   .from = rows[i].from,
                                   .received = NOW,
                                   .joins = s.ref,
                                   .confirming = {.ref = ""}};
        struct ruling r = says(rows[i].issued, rows[i].portal, rows[i].where);
        r.secrecy_marked = rows[i].secret;
        struct plan *p = desk_answer(mem, &l, &facts, &e, &r, &known, &s, &policy, "entry", NOW);
        if (!str_eq(keys(mem, p, EFFECT_RELEASE), rows[i].released) ||
            !str_eq(keys(mem, p, EFFECT_HOLD), rows[i].new_holds) ||
            p->opening->corrects != (*rows[i].released || str_eq(rows[i].what, "silence settles nothing") ||
                                     str_eq(rows[i].what, "nor does the subject") ||
                                     str_eq(rows[i].what, "the new one is worse") ||
                                     str_eq(rows[i].what, "what waits for proof or eyes")))
            fail_msg("%s:\n%s", rows[i].what, plan_dump(mem, p));
        for (size_t k = 0; k < p->n_effects; k++)
            if (p->effects[k].kind == EFFECT_RELEASE)
                assert_string_equal(p->effects[k].cite, "LS-7.4");
    }
}

/* What two people let pass was the old text; the new one needs nobody's mercy, or needs it again. */
static void test_let_pass(void **state)
{
    (void)state;
    for (int better = 0; better < 2; better++) {
        _cleanup_mem_ void *mem = mem_new();
        struct hold passed[] = {{.reason = "not-issued", .detail = ""}};
        struct submission s = a_case(mem, "");
        const struct letter l = {.sha256 = "abc", .complete = true, .fresh = LONG};
        const struct evidence e = {.auth = AUTH_AUTHENTICATED,
                                   .from = "c@hg.vn",
                                   .received = NOW,
                                   .joins = s.ref,
                                   .confirming = {.ref = ""}};
        const struct known known = {.duplicate_of = "", .claims = "", .next_ref = "BBT-2026-000002"};
        const struct facts facts = {.account = "a"};
        const struct ruling r = says(better ? "yes" : "no", "yes", "body");
        s.let_pass = passed;
        s.n_let_pass = 1;
        struct plan *p = desk_answer(mem, &l, &facts, &e, &r, &known, &s, &policy, "entry", NOW);
        assert_string_equal(keys(mem, p, EFFECT_HOLD), better ? "" : "not-issued");
    }
}

/* A unit that nobody proved, whose letter nobody could read: it may be a complaint still (A33). */
static void test_unread_of_nobody(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct submission s = a_case(mem, "unreadable");
    const struct letter l = {.sha256 = "abc", .complete = true, .fresh = LONG};
    const struct evidence e = {.confirming = {.ref = ""}};
    const struct ruling r = says("yes", "yes", "body");
    struct plan *p = plan_new(mem, "k", s.ref, &actor_system, NOW);
    const struct corrected c = corrected_text(mem, &l);
    (void)state;
    s.sender_unit = "";
    corrected_holds(p, &s, &l, &c, &e, &r, &policy, "LS-7.4");
    assert_string_equal(keys(mem, p, EFFECT_RELEASE), "");
}

/* ---- what could not be read ---- */

static void test_unread(void **state)
{
    static const struct {
        const char *what;
        enum category category;
        const char *text, *real, *how, *defect, *file; /* of the first attachment */
        const char *second;                            /* text of another attachment, NULL: none */
        const char *holds, *again;                     /* of a new letter; of one that corrects a case */
    } rows[] = {
        {"a note and a broken file", CATEGORY_NEWS, TEN TEN, "docx", "none", "file-broken", "", NULL,
         "unreadable", "unreadable"},
        {"half of a broken file", CATEGORY_NEWS, TEN, "docx", "docx", "file-broken", LONG, NULL,
         "unreadable", "unreadable"},
        {"a file with a password", CATEGORY_THEMATIC, LONG, "zip", "none", "encrypted", "", NULL,
         "unreadable", "unreadable"},
        {"a scanned invitation", CATEGORY_EVENT_NOTICE, TEN, "image", "none", "", "", NULL, "unreadable",
         ""},
        {"the text, and a photograph", CATEGORY_NEWS, PAGE, "image", "none", "", "", NULL, "", ""},
        {"the text stands in the letter", CATEGORY_NEWS, PAGE, "docx", "none", "file-broken", "", NULL, "",
         ""},
        {"the text stands in another file", CATEGORY_NEWS, TEN, "docx", "none", "file-broken", "", PAGE, "",
         ""},
        {"a line under a photograph", CATEGORY_NEWS, LONG, "image", "none", "", "", NULL, "", ""},
        {"a logo", CATEGORY_NEWS, TEN, "image", "none", "picture-small", "", NULL, "", ""},
        {"a file that was read", CATEGORY_NEWS, TEN, "docx", "docx", "", LONG, NULL, "", ""},
        {"a document beside its text", CATEGORY_DOCUMENT, PAGE, "pdf", "none", "", "", PAGE, "unreadable",
         "unreadable"},
        {"a citizen's letter has its words", CATEGORY_COMPLAINT, TEN, "docx", "none", "file-broken", "",
         NULL, "", ""},
        {"no word at all", CATEGORY_QUESTION, " ", "image", "none", "", "", NULL, "unreadable", ""},
        {"nobody reads spam", CATEGORY_SPAM, TEN, "docx", "none", "file-broken", "", NULL, "", ""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_mem_ void *mem = mem_new();
        struct letter_attachment files[] = {
            {.name = "a", .type = "", .real = rows[i].real, .how = rows[i].how, .text = rows[i].file},
            {.name = "b", .type = "", .real = "docx", .how = "docx", .text = rows[i].second}};
        const struct letter l = {.complete = true,
                                 .fresh = rows[i].text,
                                 .attachments = files,
                                 .n_attachments = rows[i].second ? 2 : 1};
        struct plan *p = plan_new(mem, "k", "r", &actor_system, NOW),
                    *q = plan_new(mem, "k", "r", &actor_system, NOW);
        if (*rows[i].defect)
            str_list_add(mem, &files[0].defects, rows[i].defect);
        hold_unread(p, &l, rows[i].category, false);
        hold_unread_again(q, &l, rows[i].category, false);
        if (!str_eq(keys(mem, p, EFFECT_HOLD), rows[i].holds) ||
            !str_eq(keys(mem, q, EFFECT_HOLD), rows[i].again))
            fail_msg("%s: '%s' '%s'", rows[i].what, keys(mem, p, EFFECT_HOLD), keys(mem, q, EFFECT_HOLD));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_it_settles), cmocka_unit_test(test_let_pass),
        cmocka_unit_test(test_unread_of_nobody), cmocka_unit_test(test_unread)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
