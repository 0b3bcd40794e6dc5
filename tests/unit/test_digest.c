/* The weekly digest: nobody's identity outside the register, the same bytes every time, formulas made
 * harmless, and an empty week that says so. Uses the shipped template and labels. */
#include "base/str.h"
#include "desk/digest.h"
#include "send/letters.h"
#include <setjmp.h>

#include <cmocka.h>

#define SECRET_NAME    "Nguy\u1ec5n Th\u1ecb B\u00ed M\u1eadt"
#define SECRET_ADDRESS "bimat.canary@example.vn"
#define SECRET_SUBJECT "T\u1ed1 c\u00e1o \u00f4ng canary"

static const struct digest_item items[] = {
    {"BBT-2026-000012", "denunciation", "VP", SECRET_ADDRESS, SECRET_NAME, SECRET_SUBJECT, "received",
     1795060000, false},
    {"BBT-2026-000009", "complaint", "", "b@x.vn", "=HYPERLINK(\"http://e\",\"x\")", "a\r\nb;=1+1",
     "received", 1794400000, true},
    {"BBT-2026-000011", "complaint", "CVT", "c@x.vn",
     "\xef\xbc\x9d"
     "cmd|' /C calc'!A0",
     " \xc2\xa0+84 912", "received", 1795050000, false},
};

static const char *label(const void *arg, const char *key)
{
    (void)arg;
    return key;
}

static struct digest_input an_input(void)
{
    struct digest_input in = {.recipient = "thanhtra@mic.gov.vn",
                              .institution = "B\u1ed9 Th\u00f4ng tin v\u00e0 Truy\u1ec1n th\u00f4ng",
                              .period = "2026-W47",
                              .domain = "mic.gov.vn",
                              .items = items,
                              .n_items = ARRAY_LEN(items),
                              .label = label};
    assert_true(when_week_span(in.period, &in.from, &in.until));
    in.date = in.until;
    return in;
}

static const char *param(const struct plan_letter *l, const char *name)
{
    for (size_t i = 0; i < l->n_params; i++)
        if (str_eq(l->params[i].name, name))
            return l->params[i].value;
    fail_msg("no parameter %s", name);
    return NULL;
}

static void test_parameters(void **state)
{
    (void)state;
    void *mem = mem_new();
    struct digest_input in = an_input();
    struct plan_letter *l = digest_letter(mem, &in);
    assert_string_equal(l->template, "digest");
    assert_string_equal(l->to, "thanhtra@mic.gov.vn");
    assert_string_equal(l->key, "digest/thanhtra@mic.gov.vn/2026-W47");
    assert_string_equal(param(l, "from_date"), "16/11/2026");
    assert_string_equal(param(l, "to_date"), "22/11/2026");
    assert_string_equal(param(l, "week"), "47");
    assert_string_equal(param(l, "year"), "2026");
    assert_string_equal(param(l, "total"), "3");
    assert_string_equal(param(l, "late"), "1");
    assert_string_equal(param(l, "empty"), "");
    assert_string_equal(param(l, "counts"), "- category.complaint: 2\n- category.denunciation: 1");
    assert_string_equal(
        param(l, "lines"),
        "1. BBT-2026-000009 | 11/11/2026 | category.complaint | - | state.received | digest.late\n"
        "2. BBT-2026-000011 | 19/11/2026 | category.complaint | CVT | state.received\n"
        "3. BBT-2026-000012 | 19/11/2026 | category.denunciation | VP | state.received");
    talloc_free(mem);
}

static void test_register_is_harmless(void **state)
{
    (void)state;
    void *mem = mem_new();
    struct digest_input in = an_input();
    const char *csv = digest_csv(mem, &in);
    assert_ptr_equal(strstr(csv, "\xef\xbb\xbf\"digest.column.ref\",\"digest.column.received\""), csv);
    assert_non_null(strstr(csv, "\"" SECRET_NAME "\",\"" SECRET_ADDRESS "\",\"" SECRET_SUBJECT "\"\r\n"));
    assert_non_null(strstr(csv, "\"'=HYPERLINK(\"\"http://e\"\",\"\"x\"\")\""));
    assert_non_null(strstr(csv, "\"a  b;'=1+1\"\r\n"));
    assert_non_null(strstr(csv, "\"'\xef\xbc\x9d"
                                "cmd|' /C calc'!A0\""));
    assert_non_null(strstr(csv, "\" \xc2\xa0'+84 912\"\r\n"));
    assert_non_null(strstr(csv, "\"19/11/2026 "));
    talloc_free(mem);
}

/* Payloads of the formula set: whatever stands first in a cell, no cell begins with a formula. */
static void test_no_cell_begins_a_formula(void **state)
{
    (void)state;
    static const char *const heads[] = {
        "", " ", "\t", "\r\n", "\xe2\x80\x8b", "\xef\xbb\xbf", "\xe3\x80\x80", "\"", "'", "a;", "a; "};
    static const char *const signs[] = {
        "=", "+", "-", "@", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};
    for (size_t h = 0; h < ARRAY_LEN(heads); h++) {
        for (size_t s = 0; s < ARRAY_LEN(signs); s++) {
            void *mem = mem_new();
            struct digest_input in = an_input();
            struct digest_item one = items[0];
            one.subject = mem_fmt(mem, "%s%s1+1", heads[h], signs[s]);
            in.items = &one;
            in.n_items = 1;
            const char *csv = digest_csv(mem, &in);
            const char *at = strstr(strstr(csv, SECRET_ADDRESS) + strlen(SECRET_ADDRESS),
                                    mem_fmt(mem, "%s1+1", signs[s]));
            assert_non_null(at);
            assert_int_equal(at[-1], '\'');
            assert_null(strpbrk(strstr(csv, SECRET_ADDRESS), "\t"));
            talloc_free(mem);
        }
    }
}

static char *decode_part(void *mem, const char *message, const char *type)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = strstr(message, type);
    assert_non_null(at);
    at = strstr(at, "\r\n\r\n") + 4;
    struct str out = str_new(mem);
    unsigned bits = 0, have = 0;
    for (; *at && *at != '-' && *at != '='; at++) {
        const char *p = strchr(alphabet, *at);
        if (!p)
            continue;
        bits = bits << 6 | (unsigned)(p - alphabet);
        have += 6;
        if (have >= 8) {
            have -= 8;
            str_addc(&out, (char)(bits >> have & 0xff));
        }
    }
    return out.s;
}

static struct plan *rendered(void *mem, const struct digest_input *in)
{
    const char *root = getenv("BBT_ROOT");
    struct err err = {0};
    char *dir = mem_fmt(mem, "%s/conf/vi/letters", root ? root : ".");
    struct letters_context *ctx = letters_open(mem, dir, "banbientap@mic.gov.vn", in->institution, &err);
    if (!ctx)
        fail_msg("%s", err.text);
    struct plan *plan = mem_zero(mem, struct plan);
    plan->effects = mem_array(mem, struct effect, 1);
    plan->n_effects = 1;
    plan->effects[0] = (struct effect){.kind = EFFECT_LETTER, .letter = digest_letter(mem, in)};
    if (!letters_render(mem, plan, ctx, &err))
        fail_msg("%s", err.text);
    return plan;
}

static void test_identity_is_in_the_register_only(void **state)
{
    (void)state;
    void *mem = mem_new();
    struct digest_input in = an_input();
    const struct plan_letter *l = rendered(mem, &in)->effects[0].letter;
    const char *body = decode_part(mem, l->bytes, "text/plain");
    const char *list = decode_part(mem, l->bytes, "text/csv");
    static const char *const secrets[] = {"canary", "x.vn", "HYPERLINK", "Nguy", "calc"};
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
        assert_null(strstr(body, secrets[i]));
        assert_null(strstr(l->bytes, secrets[i]));
        assert_non_null(strstr(list, secrets[i]));
    }
    assert_non_null(strstr(body, "BBT-2026-000012"));
    assert_non_null(strstr(body, "16/11/2026"));
    assert_null(strstr(body, "{{"));
    assert_null(strstr(body, "ph\u00e1t sinh"));
    talloc_free(mem);
}

static void test_same_digest_same_bytes(void **state)
{
    (void)state;
    void *mem = mem_new();
    struct digest_input in = an_input(), other = an_input();
    const struct digest_item turned[] = {items[2], items[0],
                                         items[1]}; /* the store's order does not matter */
    other.items = turned;
    const struct plan_letter *a = rendered(mem, &in)->effects[0].letter;
    const struct plan_letter *b = rendered(mem, &other)->effects[0].letter;
    assert_string_equal(a->bytes, b->bytes);
    other.recipient = "khac@mic.gov.vn";
    assert_string_not_equal(a->message_id, rendered(mem, &other)->effects[0].letter->message_id);
    talloc_free(mem);
}

static void test_empty_week_says_so(void **state)
{
    (void)state;
    void *mem = mem_new();
    struct digest_input in = an_input();
    in.items = NULL;
    in.n_items = 0;
    const struct plan_letter *l = rendered(mem, &in)->effects[0].letter;
    assert_int_equal(l->n_attachments, 0);
    assert_non_null(strstr(decode_part(mem, l->bytes, "text/plain"), "kh\u00f4ng ph\u00e1t sinh"));
    talloc_free(mem);
}

static void test_a_subject_stays_one_line(void **state)
{
    (void)state;
    void *mem = mem_new();
    struct digest_input in = an_input();
    struct plan *plan = rendered(mem, &in);
    struct plan_letter *l = plan->effects[0].letter;
    const char *root = getenv("BBT_ROOT");
    struct err err = {0};
    struct letters_context *ctx =
        letters_open(mem, mem_fmt(mem, "%s/conf/vi/letters", root ? root : "."), "a@mic.gov.vn", "X", &err);
    struct plan_param evil[] = {
        {"ref", "BBT-1\r\nBcc: evil@y.vn"}, {"title", "t"}, {"ground", "g"}, {"cite", "c"}};
    l->template = "refused";
    l->params = evil;
    l->n_params = 4;
    l->n_attachments = 0;
    assert_true(letters_render(mem, plan, ctx, &err));
    assert_null(strstr(l->bytes, "\nBcc"));
    l->template = "nowhere";
    assert_false(letters_render(mem, plan, ctx, &err));
    assert_int_equal(err.kind, ERR_CONF);
    assert_null(letters_open(mem, "/nonexistent", "a@mic.gov.vn", "X", &err));
    assert_null(letters_open(mem, ".", "not an address", "X", &err));
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parameters),
        cmocka_unit_test(test_register_is_harmless),
        cmocka_unit_test(test_no_cell_begins_a_formula),
        cmocka_unit_test(test_identity_is_in_the_register_only),
        cmocka_unit_test(test_same_digest_same_bytes),
        cmocka_unit_test(test_empty_week_says_so),
        cmocka_unit_test(test_a_subject_stays_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
