/* test_verify_dkim.c: what our own look at signatures proves, by rows: who is in From, what our server
 * wrote, what the DNS said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "verify_world.h"

#define SIGNED "DKIM-Signature: v=1; d=x\r\n"
#define OUTSIDE                                                                                            \
    "Received: from mail.x.vn (mail.x.vn [192.0.2.1])\r\n by mail.mic.gov.vn (Postfix) with ESMTPS id 1; " \
    "Tue, 14 Nov 2023 22:13:20 +0000\r\n"
#define OWN      OUTSIDE SIGNED "From: dqhuy@mic.gov.vn\r\n"
#define BELOW    OUTSIDE SIGNED "From: a@vp.mic.gov.vn\r\n"
#define PERSON   OUTSIDE SIGNED "From: tnkhanh@ptit.edu.vn\r\n"
#define CITIZEN  OUTSIDE SIGNED "From: dan@gmail.com\r\n"
#define SHOP     OUTSIDE SIGNED "From: a@mail.shop.com.vn\r\n"
#define UNSIGNED OUTSIDE "From: dqhuy@mic.gov.vn\r\n"
#define HOME     INNER "From: dqhuy@mic.gov.vn\r\n"

struct row {
    const char *raw;
    bool stamps;      /* our servers stamp */
    const char *dkim; /* "domain=result/why ..." */
    const char *dmarc, *org;
    bool complete;
    const char *want; /* "result by key": one finding that must be there */
};

/* The standard attempt is of the domain in From, complete, at the time of receipt. */
static const struct row rows[] = {
    /* our servers stamp, and there is no stamp: official senders need a proof of their own */
    {OWN, true, "mic.gov.vn=pass/ok", "none", "mic.gov.vn", true, "authenticated dkim dkim-pass"},
    {OWN, true, "", "none", "mic.gov.vn", true, "forged none auth-forged-absent"},
    {OWN, true, "mic.gov.vn=fail/body-hash", "none", "mic.gov.vn", true, "forged none dkim-failed"},
    {OWN, true, "mic.gov.vn=fail/no-key", "none", "mic.gov.vn", true, "forged none auth-forged-absent"},
    {OWN, true, "mic.gov.vn=weak/length", "none", "mic.gov.vn", true, "forged none dkim-weak"},
    {OWN, true, "mic.gov.vn=weak/sha1", "none", "mic.gov.vn", true, "forged none auth-forged-absent"},
    {OWN, true, "mic.gov.vn=unknown/temporary", "none", "mic.gov.vn", false, "unknown none dkim-unknown"},
    {OWN, true, "evil.com=pass/ok", "none", "mic.gov.vn", true, "forged none dkim-other"},
    {OWN, true, "evil.com=unknown/temporary", "none", "mic.gov.vn", false,
     "forged none auth-forged-absent"},
    {OWN, true, "gov.vn=pass/ok", "none", "mic.gov.vn", true, "forged none auth-forged-absent"},
    {OWN, true, "vp.mic.gov.vn=pass/ok", "none", "mic.gov.vn", true, "forged none auth-forged-absent"},
    {OWN, true, "lists.mic.gov.vn=pass/ok", "reject", "mic.gov.vn", true, "forged none dkim-other"},
    {OWN, true, "mic.gov.vn.evil.com=pass/ok", "none", "mic.gov.vn", true,
     "forged none auth-forged-absent"},
    {OWN, true, "mic.gov.vn=fail/signature mic.gov.vn=pass/ok", "none", "mic.gov.vn", true,
     "authenticated dkim dkim-pass"},
    {BELOW, true, "mic.gov.vn=pass/ok", "none", "mic.gov.vn", true, "authenticated dkim dkim-pass"},
    {BELOW, true, "other.mic.gov.vn=pass/ok", "none", "mic.gov.vn", true, "forged none auth-forged-absent"},
    {UNSIGNED, true, "", "unknown", "", false, "forged none auth-forged-absent"},
    {OWN, true, "", "unknown", "", false, "unknown none dkim-unknown"},
    {PERSON, true, "ptit.edu.vn=pass/ok", "none", "ptit.edu.vn", true, "authenticated dkim dkim-pass"},
    {PERSON, true, "mail.ptit.edu.vn=pass/ok", "none", "ptit.edu.vn", true,
     "forged none auth-forged-absent"},
    {PERSON, true, "edu.vn=pass/ok", "none", "ptit.edu.vn", true, "forged none auth-forged-absent"},
    {CITIZEN, true, "gmail.com=pass/ok", "none", "gmail.com", true, "authenticated dkim dkim-pass"},
    {CITIZEN, true, "gmail.com=fail/body-hash", "reject", "gmail.com", true,
     "unauthenticated none dkim-failed"},
    {CITIZEN, true, "", "none", "gmail.com", true, "unauthenticated none dkim-none"},
    {CITIZEN, true, "gmail.com=unknown/temporary", "none", "gmail.com", false, "unknown none dkim-unknown"},
    /* other domains: the same organization answers, never across a public suffix */
    {SHOP, true, "shop.com.vn=pass/ok", "none", "shop.com.vn", true, "authenticated dkim dkim-pass"},
    {SHOP, true, "news.shop.com.vn=pass/ok", "none", "shop.com.vn", true, "authenticated dkim dkim-pass"},
    {SHOP, true, "com.vn=pass/ok", "none", "shop.com.vn", true, "unauthenticated none dkim-other"},
    {SHOP, true, "other.com.vn=pass/ok", "none", "shop.com.vn", true, "unauthenticated none dkim-other"},
    {SHOP, true, "shop.com.vn=pass/ok", "none", "", true, "unauthenticated none dkim-other"},
    /* our servers do not stamp: nothing is missed */
    {OWN, false, "mic.gov.vn=pass/ok", "reject", "mic.gov.vn", true, "authenticated dkim dkim-pass"},
    {OWN, false, "", "none", "mic.gov.vn", true, "unauthenticated none dkim-none"},
    {OWN, false, "mic.gov.vn=fail/body-hash", "none", "mic.gov.vn", true,
     "unauthenticated none dkim-failed"},
    {OWN, false, "mic.gov.vn=fail/body-hash", "quarantine", "mic.gov.vn", true,
     "unauthenticated none dkim-failed"},
    {OWN, false, "mic.gov.vn=fail/body-hash", "reject", "mic.gov.vn", true, "forged dkim dkim-forged"},
    {OWN, false, "", "reject", "mic.gov.vn", true, "forged dkim dkim-forged"},
    {HOME, false, "", "reject", "mic.gov.vn", true, "unauthenticated none dkim-none"},
    {PERSON, false, "ptit.edu.vn=fail/body-hash", "reject", "ptit.edu.vn", true,
     "unauthenticated none dkim-failed"},
    {CITIZEN, false, "gmail.com=pass/ok", "none", "gmail.com", true, "authenticated dkim dkim-pass"},
    {OWN, false, "mic.gov.vn=unknown/temporary", "reject", "mic.gov.vn", false,
     "unknown none dkim-unknown"},
};

static struct facts_attempt attempt_of(const void *mem, const char *raw, const char *dkim)
{
    struct facts_attempt a = {.at = 1700000060,
                              .complete = true,
                              .dmarc = "none",
                              .org_domain = "",
                              .smime = "none",
                              .smime_signer = ""};
    const char *at = strchr(strstr(raw, "From: "), '@') + 1;
    a.from_domain = mem_bytes(mem, at, strcspn(at, "\r"));
    char *rest = mem_str(mem, dkim), *save = NULL;
    for (char *w = strtok_r(rest, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
        char *equals = strchr(w, '='), *slash = strchr(w, '/');
        *equals = *slash = '\0';
        *mem_append(mem, a.dkim, a.n_dkim) = (struct facts_dkim){
            .domain = w, .selector = "s", .result = equals + 1, .why = slash + 1, .signed_at = 1700000000};
    }
    return a;
}

static struct evidence *judged(struct world *w, const char *raw, struct facts_attempt *attempts, size_t n)
{
    struct facts facts = trusted;
    facts.received_by = "internaldate";
    facts.attempts = attempts;
    facts.n_attempts = n;
    return judge_n(w, raw, strlen(raw), &facts);
}

static bool is_so(const void *mem, const struct evidence *e, const char *want)
{
    const char *key = strrchr(want, ' ') + 1;
    const char *got =
        mem_fmt(mem, "%s %s %s", auth_result_name(e->auth), e->auth_by, finding_of(e, key) ? key : "-");
    if (!str_eq(got, want))
        print_error("'%s', wanted '%s'\n", got, want);
    return str_eq(got, want);
}

static void by_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct world *w = world_new();
        struct facts_attempt a = attempt_of(w->mem, rows[i].raw, rows[i].dkim);
        w->policy.stamps = rows[i].stamps;
        a.complete = rows[i].complete;
        a.dmarc = rows[i].dmarc;
        a.dmarc_result = str_eq(a.dmarc, "unknown") ? "unknown" : "fail";
        a.org_domain = rows[i].org;
        if (!*a.org_domain && str_eq(a.dmarc, "unknown"))
            a.from_domain = ""; /* gather itself could not be asked */
        if (!is_so(w->mem, judged(w, rows[i].raw, &a, 1), rows[i].want))
            fail_msg("row %zu: %s signed %s", i, strstr(rows[i].raw, "From: "), rows[i].dkim);
        talloc_free(w->mem);
    }
}

/* Where our server speaks, a signature adds a note at most. */
static void our_server_goes_first(void **state)
{
    (void)state;
    struct world *w = world_new();
    const char *pass = OUTSIDE OURS SIGNED "From: dqhuy@mic.gov.vn\r\n";
    const char *fail = OUTSIDE EVIL SIGNED "From: dqhuy@mic.gov.vn\r\n";
    struct facts_attempt good = attempt_of(w->mem, pass, "mic.gov.vn=pass/ok");
    struct facts_attempt bad = attempt_of(w->mem, pass, "mic.gov.vn=fail/body-hash");
    assert_true(
        is_so(w->mem, judged(w, pass, &bad, 1), "authenticated authentication-results dkim-disagrees"));
    assert_null(finding_of(judged(w, pass, &good, 1), "dkim-disagrees"));
    assert_true(is_so(w->mem, judged(w, fail, &good, 1), "forged authentication-results auth-forged"));
    /* two lines of ours: ambiguous, whatever is signed */
    const char *two = OUTSIDE OURS OURS SIGNED "From: dqhuy@mic.gov.vn\r\n";
    const struct evidence *e = judged(w, two, &good, 1);
    assert_true(e->ambiguous && e->auth != AUTH_AUTHENTICATED);
    /* a line that nobody can read counts as none */
    const char *broken =
        OUTSIDE "Authentication-Results: mx.mic.gov.vn; ((\r\n" SIGNED "From: dqhuy@mic.gov.vn\r\n";
    assert_true(is_so(w->mem, judged(w, broken, &good, 1), "authenticated dkim dkim-pass"));
    assert_true(is_so(w->mem, judged(w, broken, &bad, 1), "forged none authres-broken"));
    talloc_free(w->mem);
}

static void the_last_complete_attempt(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct facts_attempt a[3];
    a[0] = attempt_of(w->mem, OWN, "mic.gov.vn=unknown/temporary");
    a[0].complete = false;
    a[1] = attempt_of(w->mem, OWN, "mic.gov.vn=pass/ok");
    a[2] = a[0];
    assert_true(is_so(w->mem, judged(w, OWN, a, 1), "unknown none dkim-unknown"));
    assert_true(is_so(w->mem, judged(w, OWN, a, 2), "authenticated dkim dkim-pass"));
    assert_true(is_so(w->mem, judged(w, OWN, a, 3), "authenticated dkim dkim-pass"));
    assert_true(is_so(w->mem, judged(w, OWN, NULL, 0), "forged none auth-forged-absent"));
    talloc_free(w->mem);
}

/* Abuse A9: a genuine letter of last year, sent again by whoever kept it. */
static void an_old_letter_again(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct facts_attempt a = attempt_of(w->mem, CITIZEN, "gmail.com=pass/ok");
    a.dkim[0].signed_at = 1700000000 - 6 * 86400;
    assert_true(is_so(w->mem, judged(w, CITIZEN, &a, 1), "authenticated dkim dkim-pass"));
    a.dkim[0].signed_at = 1700000000 - 8 * 86400;
    assert_true(is_so(w->mem, judged(w, CITIZEN, &a, 1), "unauthenticated none dkim-old"));
    talloc_free(w->mem);
}

/* ARC is not evaluated: with and without it the findings are the same. */
static void arc_changes_nothing(void **state)
{
    (void)state;
    static const char *const letters[] = {OWN, CITIZEN, UNSIGNED};
    static const char ARC[] =
        "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=mic.gov.vn; s=s; b=AA==\r\n"
        "ARC-Authentication-Results: i=1; mx.mic.gov.vn; dmarc=pass header.from=mic.gov.vn\r\n";
    for (size_t i = 0; i < ARRAY_LEN(letters); i++) {
        struct world *w = world_new();
        struct facts_attempt a = attempt_of(w->mem, letters[i], "mic.gov.vn=fail/body-hash");
        const struct evidence *without = judged(w, letters[i], &a, 1);
        const struct evidence *with = judged(w, mem_fmt(w->mem, "%s%s", ARC, letters[i]), &a, 1);
        assert_int_equal(with->auth, without->auth);
        assert_int_equal(with->standing, without->standing);
        assert_int_equal(with->n_findings, without->n_findings);
        for (size_t k = 0; k < with->n_findings; k++)
            assert_string_equal(with->findings[k].key, without->findings[k].key);
        talloc_free(w->mem);
    }
}

static void personal_certificates(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct facts_attempt a = attempt_of(w->mem, OWN, "");
    a.smime = "good";
    a.smime_signer = "dqhuy@mic.gov.vn";
    assert_true(is_so(w->mem, judged(w, OWN, &a, 1), "authenticated smime smime-good"));
    a.smime_signer = "other@mic.gov.vn";
    assert_true(is_so(w->mem, judged(w, OWN, &a, 1), "forged none auth-forged-absent"));
    a.smime = "untrusted";
    a.smime_signer = "";
    assert_true(is_so(w->mem, judged(w, OWN, &a, 1), "forged none smime-untrusted"));
    a.smime = "bad";
    assert_true(is_so(w->mem, judged(w, OWN, &a, 1), "forged none smime-bad"));
    /* it does not overrule our server's no */
    a.smime = "good";
    a.smime_signer = "dqhuy@mic.gov.vn";
    const char *fail = OUTSIDE EVIL SIGNED "From: dqhuy@mic.gov.vn\r\n";
    assert_true(is_so(w->mem, judged(w, fail, &a, 1), "forged authentication-results smime-good"));
    talloc_free(w->mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_rows),
        cmocka_unit_test(our_server_goes_first),
        cmocka_unit_test(the_last_complete_attempt),
        cmocka_unit_test(an_old_letter_again),
        cmocka_unit_test(arc_changes_nothing),
        cmocka_unit_test(personal_certificates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
