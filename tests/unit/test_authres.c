/* test_authres.c: RFC 8601 read to the letter; what an attacker can bend is no result at all (abuse A2-A5).
 * Rows marked RFC are the examples of RFC 8601 appendix B, others are what honest servers or attackers
 * write. A dump is `id|method=result type.name=value ...|...`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/authres.h"

struct row {
    const char *raw, *dump; /* dump NULL: refused */
};

static const struct row rows[] = {
    /* RFC 8601 B.1-B.7 */
    {" example.org 1; none", "example.org"},
    {"example.com;\r\n spf=pass smtp.mailfrom=example.net",
     "example.com|spf=pass smtp.mailfrom=example.net"},
    {"example.com; auth=pass (cleartext) smtp.auth=sender@example.net; spf=pass smtp.mailfrom=example.net",
     "example.com|auth=pass smtp.auth=sender@example.net|spf=pass smtp.mailfrom=example.net"},
    {"example.com; sender-id=pass header.from=example.com",
     "example.com|sender-id=pass header.from=example.com"},
    {"example.com; sender-id=fail header.from=example.com; dkim=pass (good signature) header.d=example.com",
     "example.com|sender-id=fail header.from=example.com|dkim=pass header.d=example.com"},
    {"example.net; dkim=pass (good signature) header.i=@newyork.example.com",
     "example.net|dkim=pass header.i=@newyork.example.com"},
    {"foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) fail "
     "policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't expecting it) "
     "1362471462",
     "foo.example.net|dkim=fail policy.expired=1362471462"},
    {"example.com; dkim=pass reason=\"good signature\" header.i=@mail-router.example.net; "
     "dkim=fail reason=\"bad signature\" header.i=@newyork.example.com",
     "example.com|dkim=pass .reason=good signature header.i=@mail-router.example.net|dkim=fail .reason=bad "
     "signature header.i=@newyork.example.com"},
    /* honest servers */
    {" mx.mic.gov.vn;\n auth=pass smtp.auth=a@mic.gov.vn smtp.mailfrom=a@mic.gov.vn",
     "mx.mic.gov.vn|auth=pass smtp.auth=a@mic.gov.vn smtp.mailfrom=a@mic.gov.vn"},
    {"MX.Google.com; dkim=pass header.i=@x.vn header.s=20230601 header.b=aB/c+D12;\r\n spf=pass "
     "(google.com: "
     "domain of a@x.vn designates 192.0.2.1 as permitted sender) smtp.mailfrom=a@x.vn;\r\n dmarc=pass "
     "(p=NONE sp=NONE dis=NONE) header.from=x.vn",
     "mx.google.com|dkim=pass header.i=@x.vn header.s=20230601 header.b=aB/c+D12|spf=pass "
     "smtp.mailfrom=a@x.vn|dmarc=pass header.from=x.vn"},
    {"a.b; dmarc=pass(p=REJECT) header.from=yahoo.com;", "a.b|dmarc=pass header.from=yahoo.com"},
    {"mx.b; spf=fail (sender IP is 203.0.113.44) smtp.mailfrom=relay.example; dkim=none (message not "
     "signed); "
     "dmarc=fail action=none header.from=mic.gov.vn",
     "mx.b|spf=fail smtp.mailfrom=relay.example|dkim=none|dmarc=fail .action=none header.from=mic.gov.vn"},
    {"mx.b; iprev=pass policy.iprev=2001:db8::1 (mail.x.vn)", "mx.b|iprev=pass policy.iprev=2001:db8::1"},
    {"mx.b; spf=none smtp.mailfrom=<>", "mx.b|spf=none smtp.mailfrom="},
    {"mx.b; spf=none smtp.mailfrom=\"\" smtp.helo=h.vn", "mx.b|spf=none smtp.mailfrom= smtp.helo=h.vn"},
    {"mx.b; spf=pass smtp.mailfrom=b+x=y=z.vn@em.z.vn", "mx.b|spf=pass smtp.mailfrom=b+x=y=z.vn@em.z.vn"},
    {"mx.b; SPF=Pass SMTP.MailFrom=A@B.vn", "mx.b|spf=pass smtp.mailfrom=A@B.vn"},
    {"\"mx.b\"; spf=pass", "mx.b|spf=pass"},
    {"mx.b 1; spf=pass", "mx.b|spf=pass"},
    {"mx.b;spf=pass;dkim=pass header.d=c.vn", "mx.b|spf=pass|dkim=pass header.d=c.vn"},
    {"mx.b; x-tls=pass smtp.version=TLSv1.3", "mx.b|x-tls=pass smtp.version=TLSv1.3"},
    {"mx.b ; none (nothing done)", "mx.b"},
    {"mx.b; none=pass", "mx.b|none=pass"},
    {"mx.b; dkim=pass (a (b (c)) \\) d) header.d=c.vn", "mx.b|dkim=pass header.d=c.vn"},
    /* values stay values (A5) */
    {"mx.b; spf=pass smtp.mailfrom=\"a;dmarc=pass header.from=mic.gov.vn\"@evil.vn",
     "mx.b|spf=pass smtp.mailfrom=\"a;dmarc=pass header.from=mic.gov.vn\"@evil.vn"},
    {"mx.b; spf=pass smtp.mailfrom=\"x@mic.gov.vn\"@evil.vn",
     "mx.b|spf=pass smtp.mailfrom=\"x@mic.gov.vn\"@evil.vn"},
    {"mx.b; dkim=pass header.d=mic.gov.vn'a.evil.vn", "mx.b|dkim=pass header.d=mic.gov.vn'a.evil.vn"},
    {"mx.b; spf=pass (x) reason=\"dmarc=pass header.from=mic.gov.vn\"",
     "mx.b|spf=pass .reason=dmarc=pass header.from=mic.gov.vn"},
    {"mx.b (; dmarc=pass header.from=mic.gov.vn); spf=fail", "mx.b|spf=fail"},
    {"mx.b; spf=fail (; dmarc=pass header.from=mic.gov.vn)", "mx.b|spf=fail"},
    {"mx.b; spf=pass dmarc=pass header.from=mic.gov.vn",
     "mx.b|spf=pass .dmarc=pass header.from=mic.gov.vn"},
    /* refused */
    {"", NULL},
    {" \r\n ", NULL},
    {";", NULL},
    {"; spf=pass", NULL},
    {"mx.b", NULL},
    {"mx.b;", NULL},
    {"mx.b; ;spf=pass", NULL},
    {"mx.b spf=pass", NULL},
    {"spf=pass smtp.mailfrom=a.vn; dmarc=pass", NULL},
    {"mx.b x; spf=pass", NULL},
    {"mx.b 1 2; spf=pass", NULL},
    {"\"\"; spf=pass", NULL},
    {"\"mx.b; spf=pass", NULL},
    {"mx.b/1; spf=pass", NULL},
    {"mx.b@c; spf=pass", NULL},
    {"mx.b; spf", NULL},
    {"mx.b; spf=", NULL},
    {"mx.b; =pass", NULL},
    {"mx.b; spf pass", NULL},
    {"mx.b; spf=pass smtp.mailfrom", NULL},
    {"mx.b; spf=pass smtp.=x", NULL},
    {"mx.b; spf=pass .mailfrom=x", NULL},
    {"mx.b; spf=pass smtp.mailfrom=", NULL},
    {"mx.b; spf/x=pass", NULL},
    {"mx.b; none; spf=pass", NULL},
    {"mx.b; spf=pass; none", NULL},
    {"mx.b; spf=pass (never closed", NULL},
    {"mx.b; spf=pass (a) b) header.d=c.vn", NULL},
    {"mx.b; dkim=pass header.d=mic.gov.vn(.evil.vn", NULL},
    {"mx.b; dkim=pass header.d=mic.gov.vn(.evil.vn)", NULL},
    {"mx.b; dkim=pass header.d=mic.gov.vn (x) .evil.vn", NULL},
    {"mx.b; dkim=pass header.d=mic.gov.vn,evil.vn", NULL},
    {"mx.b; dkim=pass header.d=<mic.gov.vn>", NULL},
    {"mx.b; dkim=pass header.d=mic.gov.vn header.d=evil.vn", NULL},
    {"mx.b; spf=pass smtp.mailfrom=a@mic.gov.vn@evil.vn", NULL},
    {"mx.b; spf=pass smtp.mailfrom=\"a", NULL},
    {"mx.b; spf=pass smtp.mailfrom=\"a\"b", NULL},
    {"mx.b; spf=pass smtp.mailfrom=a@", NULL},
    {"mx.b; spf=pass smtp.mailfrom=\xC4\x91@b.vn", NULL},
    {"mx.b; spf=pass header.from=a=b", NULL},
};

static char *dump(const void *mem, const struct authres *a)
{
    struct str b = str_new(mem);
    str_add(&b, a->authserv_id);
    for (size_t i = 0; i < a->n_results; i++) {
        const struct authres_result *r = &a->results[i];
        str_addf(&b, "|%s=%s", r->method, r->result);
        for (size_t k = 0; k < r->n_props; k++)
            str_addf(&b, " %s.%s=%s", r->props[k].type, r->props[k].name, r->props[k].value);
    }
    return mem_bytes(mem, b.s, b.n);
}

static void table(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_mem_ void *mem = mem_new();
        struct authres a = {0};
        bool ok = authres_parse(mem, rows[i].raw, strlen(rows[i].raw), &a);
        if (ok != (rows[i].dump != NULL))
            fail_msg("'%s' %s", rows[i].raw, ok ? "accepted" : "refused");
        if (ok)
            assert_string_equal(dump(mem, &a), rows[i].dump);
        else
            assert_null(a.authserv_id);
    }
}

/* No cut of an honest line gives a result that the whole line does not have, nor reads past its end. */
static void any_cut_is_safe(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        for (size_t n = 0; n < strlen(rows[i].raw); n++) {
            _cleanup_mem_ void *mem = mem_new();
            struct authres a = {0}, whole = {0};
            char *exact = talloc_memdup(mem, rows[i].raw, n ? n : 1);
            if (!rows[i].dump || !authres_parse(mem, exact, n, &a))
                continue;
            assert_true(authres_parse(mem, rows[i].raw, strlen(rows[i].raw), &whole));
            assert_true(a.n_results <= whole.n_results);
        }
}

static void nul_and_control_bytes_refuse(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct authres a;
    static const char nul[] = "mx.b; dkim=pass header.d=mic.gov.vn\0.evil.vn";
    assert_false(authres_parse(mem, nul, sizeof nul - 1, &a));
    static const char in_comment[] = "mx.b; dkim=pass (\0) header.d=mic.gov.vn";
    assert_false(authres_parse(mem, in_comment, sizeof in_comment - 1, &a));
    static const char in_quotes[] = "mx.b; spf=pass smtp.mailfrom=\"a\0b\"@c.vn";
    assert_false(authres_parse(mem, in_quotes, sizeof in_quotes - 1, &a));
}

static void bounds_hold(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct authres a;
    struct str deep = str_new(mem), many = str_new(mem), wide = str_new(mem);
    for (int i = 0; i < 17; i++)
        str_add(&deep, "(");
    for (int i = 0; i < 17; i++)
        str_add(&deep, ")");
    str_add(&deep, "mx.b; spf=pass");
    assert_false(authres_parse(mem, deep.s, deep.n, &a));
    assert_true(authres_parse(mem, deep.s + 1, 32, &a) == false); /* 16 opened, 17 closed */
    str_add(&many, "mx.b");
    for (int i = 0; i < 101; i++)
        str_add(&many, ";spf=pass");
    assert_false(authres_parse(mem, many.s, many.n, &a));
    assert_true(authres_parse(mem, many.s, many.n - strlen(";spf=pass"), &a));
    assert_int_equal(a.n_results, 100);
    str_add(&wide, "mx.b; spf=pass");
    for (int i = 0; i < 41; i++)
        str_addf(&wide, " policy.p%d=1", i);
    assert_false(authres_parse(mem, wide.s, wide.n, &a));
}

static void property_is_by_type_and_name(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct authres a;
    const char *raw = "mx.b; dmarc=pass policy.from=evil.vn header.from=c.vn";
    assert_true(authres_parse(mem, raw, strlen(raw), &a));
    assert_string_equal(authres_property(&a.results[0], "header", "from"), "c.vn");
    assert_null(authres_property(&a.results[0], "smtp", "from"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table),
        cmocka_unit_test(any_cut_is_safe),
        cmocka_unit_test(nul_and_control_bytes_refuse),
        cmocka_unit_test(bounds_hold),
        cmocka_unit_test(property_is_by_type_and_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
