/* test_dmarc.c: DMARC records, their discovery, alignment, and what one organization is, by rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dkim_keys.h"
#include "gather/dmarc.h"

static struct suffixes *list(const void *mem)
{
    struct suffixes *s;
    struct err err = {0};
    if (!suffixes_new(mem, NULL, "conf/public-suffixes", &s, &err))
        fail_msg("%s", err.text);
    return s;
}

static void organizations(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"mic.gov.vn", "mic.gov.vn"},
        {"vp.mic.gov.vn", "mic.gov.vn"},
        {"a.b.c.hagiang.gov.vn", "hagiang.gov.vn"},
        {"gov.vn", "gov.vn"},
        {"vn", "vn"},
        {"a.com.vn", "a.com.vn"},
        {"mail.a.com.vn", "a.com.vn"},
        {"a.id.vn", "a.id.vn"},
        {"b.a.id.vn", "a.id.vn"},
        {"x.hanoi.vn", "x.hanoi.vn"},
        {"y.x.hanoi.vn", "x.hanoi.vn"},
        {"x.baria-vungtau.vn", "x.baria-vungtau.vn"},
        {"hanoi.gov.vn", "hanoi.gov.vn"},
        {"vp.hanoi.gov.vn", "hanoi.gov.vn"},
        {"mail.google.com", "google.com"},
        {"a.b.co.uk", "b.co.uk"},
        {"a.github.io", "a.github.io"},
        {"b.a.github.io", "a.github.io"},
        {"x.unknowntld", "x.unknowntld"},
        {"y.x.unknowntld", "x.unknowntld"},
        {"", ""},
    };
    _cleanup_mem_ void *mem = mem_new();
    struct suffixes *s = list(mem);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (!str_eq(suffixes_organization(s, mem, rows[i][0]), rows[i][1]))
            fail_msg("%s: %s, wanted %s", rows[i][0], suffixes_organization(s, mem, rows[i][0]),
                     rows[i][1]);
}

static void records(void **state)
{
    (void)state;
    /* policy, policy below, strict; "-" ignored */
    static const char *const rows[][2] = {
        {"v=DMARC1; p=none", "none none r"},
        {"v=DMARC1; p=reject", "reject reject r"},
        {"v=DMARC1;p=quarantine;sp=none", "quarantine none r"},
        {"v=DMARC1; p=none; sp=reject; adkim=s", "none reject s"},
        {"v=DMARC1; p=reject; adkim=r; aspf=s", "reject reject r"},
        {"v = DMARC1 ; p = reject ;", "reject reject r"},
        {"v=DMARC1; P=REJECT", "reject reject r"},
        {"v=DMARC1; adkim=s; p=none", "none none s"},
        {"v=DMARC1; p=reject; pct=0", "quarantine quarantine r"},
        {"v=DMARC1; p=quarantine; pct=0", "none none r"},
        {"v=DMARC1; p=reject; pct=50", "reject reject r"},
        {"v=DMARC1; p=reject; unknown=1; fo=1:d:s; ri=3600", "reject reject r"},
        {"v=DMARC1; p=reject; adkim=x", "reject reject r"},
        {"v=DMARC1; p=rejekt; rua=mailto:a@x.vn", "none none r"},
        {"v=DMARC1; p=rejekt", "-"},
        {"v=DMARC1", "-"},
        {"v=DMARC1; rua=mailto:a@x.vn", "none none r"},
        {"v=DMARC1; p=reject; sp=x", "-"},
        {"v=DMARC1; p=reject; sp=x; rua=mailto:a@x.vn", "none none r"},
        {"p=reject; v=DMARC1", "-"},
        {"v=dmarc1; p=reject", "-"},
        {"v=DMARC10; p=reject", "-"},
        {"v=DMARC2; p=reject", "-"},
        {"v=spf1 -all", "-"},
        {"", "-"},
        {";;;", "-"},
        {"v=DMARC1 p=reject", "-"},
        {"v=DMARC1; p", "-"},
        {"v=DMARC1; p=", "-"},
    };
    static const char *const names[] = {"none", "quarantine", "reject"};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct dmarc_record r;
        char got[64] = "-";
        if (dmarc_parse(rows[i][0], &r))
            snprintf(got, sizeof got, "%s %s %c", names[r.policy], names[r.subdomains],
                     r.strict ? 's' : 'r');
        if (!str_eq(got, rows[i][1]))
            fail_msg("'%s': %s, wanted %s", rows[i][0], got, rows[i][1]);
    }
}

#define Y  "_dmarc.y.vn\tv=DMARC1; p=reject\n"
#define YS "_dmarc.y.vn\tv=DMARC1; p=reject; sp=quarantine; adkim=s\n"

static void letters(void **state)
{
    (void)state;
    /* from, signatures "domain=result ...", DNS, "policy result organization" */
    static const char *const rows[][4] = {
        {"y.vn", "y.vn=pass", Y, "reject pass y.vn"},
        {"y.vn", "a.y.vn=pass", Y, "reject pass y.vn"},
        {"a.y.vn", "y.vn=pass", Y, "reject pass y.vn"},
        {"a.y.vn", "b.y.vn=pass", Y, "reject pass y.vn"},
        {"y.vn", "z.vn=pass", Y, "reject fail y.vn"},
        {"y.vn", "xy.vn=pass", Y, "reject fail y.vn"},
        {"y.vn", "y.vn.evil.com=pass", Y, "reject fail y.vn"},
        {"y.vn", "vn=pass", Y, "reject fail y.vn"},
        {"y.vn", "", Y, "reject fail y.vn"},
        {"y.vn", "y.vn=fail", Y, "reject fail y.vn"},
        {"y.vn", "y.vn=weak", Y, "reject fail y.vn"},
        {"y.vn", "y.vn=unknown", Y, "reject unknown y.vn"},
        {"y.vn", "z.vn=unknown", Y, "reject fail y.vn"},
        {"y.vn", "y.vn=unknown y.vn=pass", Y, "reject pass y.vn"},
        {"y.vn", "y.vn=fail y.vn=pass", Y, "reject pass y.vn"},
        {"y.vn", "y.vn=pass", YS, "reject pass y.vn"},
        {"y.vn", "a.y.vn=pass", YS, "reject fail y.vn"},
        {"a.y.vn", "y.vn=pass", YS, "quarantine fail y.vn"},
        {"a.y.vn", "a.y.vn=pass", YS, "quarantine pass y.vn"},
        {"a.y.vn", "", YS "_dmarc.a.y.vn\tv=DMARC1; p=none\n", "none fail y.vn"},
        {"b.a.y.vn", "", Y "_dmarc.a.y.vn\tv=DMARC1; p=none\n", "reject fail y.vn"},
        {"y.vn", "y.vn=pass", "", "absent none y.vn"},
        {"y.vn", "y.vn=pass", "_dmarc.y.vn\t!\n", "unknown unknown y.vn"},
        {"a.y.vn", "a.y.vn=pass", "_dmarc.y.vn\t!\n", "unknown unknown y.vn"},
        {"a.y.vn", "a.y.vn=pass", "_dmarc.a.y.vn\t!\n" Y, "unknown unknown y.vn"},
        {"y.vn", "y.vn=pass", Y Y, "absent none y.vn"},
        {"a.y.vn", "y.vn=pass", "_dmarc.a.y.vn\tv=DMARC1; p=none\n_dmarc.a.y.vn\tv=DMARC1; p=none\n" Y,
         "absent none y.vn"},
        {"y.vn", "y.vn=pass", "_dmarc.y.vn\tsome text\n" Y, "reject pass y.vn"},
        {"a.y.vn", "", "_dmarc.a.y.vn\tsome text\n" Y, "reject fail y.vn"},
        {"a.y.vn", "", "_dmarc.a.y.vn\tv=DMARC1; p=nonsense\n" Y, "absent none y.vn"},
        {"a.id.vn", "b.id.vn=pass", "_dmarc.id.vn\tv=DMARC1; p=reject\n", "absent none a.id.vn"},
        {"a.id.vn", "b.id.vn=pass", "_dmarc.a.id.vn\tv=DMARC1; p=reject\n", "reject fail a.id.vn"},
        {"a.hanoi.vn", "b.hanoi.vn=pass", "_dmarc.a.hanoi.vn\tv=DMARC1; p=none\n", "none fail a.hanoi.vn"},
        {"mic.gov.vn", "mof.gov.vn=pass", "_dmarc.mic.gov.vn\tv=DMARC1; p=none\n", "none fail mic.gov.vn"},
        {"mic.gov.vn", "gov.vn=pass", "_dmarc.mic.gov.vn\tv=DMARC1; p=none\n", "none fail mic.gov.vn"},
        {"gov.vn", "mic.gov.vn=pass", "_dmarc.gov.vn\tv=DMARC1; p=none\n", "none fail "},
        {"a.github.io", "b.github.io=pass", "_dmarc.a.github.io\tv=DMARC1; p=none\n",
         "none fail a.github.io"},
        {"", "y.vn=pass", Y, "absent none "},
    };
    _cleanup_mem_ void *mem = mem_new();
    struct suffixes *s = list(mem);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct keys keys = {.lines = rows[i][2]};
        const struct lookup lookup = {keys_answer, &keys};
        struct facts_attempt a = {.from_domain = rows[i][0]};
        char *rest = mem_str(mem, rows[i][1]), *save = NULL;
        for (char *w = strtok_r(rest, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
            char *equals = strchr(w, '=');
            *equals = '\0';
            *mem_append(mem, a.dkim, a.n_dkim) = (struct facts_dkim){.domain = w, .result = equals + 1};
        }
        dmarc_judge(s, mem, &lookup, &a);
        const char *got = mem_fmt(mem, "%s %s %s", a.dmarc, a.dmarc_result, a.org_domain);
        if (!str_eq(got, rows[i][3]))
            fail_msg("row %zu, from %s signed %s: '%s', wanted '%s'", i, rows[i][0], rows[i][1], got,
                     rows[i][3]);
        assert_true(keys.asked <= 2);
    }
}

static void lists_that_cannot_be_read(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct suffixes *s;
    struct err err = {0};
    assert_false(suffixes_new(mem, "/nowhere/list", "conf/public-suffixes", &s, &err));
    assert_int_equal(err.kind, ERR_CONF);
    err = (struct err){0};
    assert_false(suffixes_new(mem, NULL, "/nowhere/list", &s, &err));
    assert_int_equal(err.kind, ERR_CONF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(organizations), cmocka_unit_test(records),
                                       cmocka_unit_test(letters),
                                       cmocka_unit_test(lists_that_cannot_be_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
