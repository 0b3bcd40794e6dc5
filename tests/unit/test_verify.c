/* test_verify.c: units, standing, receipt time, automatic letters, and whom the results may come from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "verify_world.h"

static void untrusted_sources_prove_nothing(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct facts drop = trusted;
    drop.trust_results = false;
    const char *raw = TRACE OURS HUY;
    struct evidence *e = judge_n(w, raw, strlen(raw), &drop);
    assert_int_equal(e->auth, AUTH_UNKNOWN);
    assert_int_equal(e->standing, STANDING_MEMBER);
    assert_non_null(finding_of(e, "authres-untrusted"));
    w->policy.stamps = false;
    assert_int_equal(judge(w, raw)->auth, AUTH_UNKNOWN);
    w->policy.stamps = true;
    w->policy.authserv_ids.n = 0;
    assert_int_equal(judge(w, raw)->auth, AUTH_UNKNOWN);
    talloc_free(w->mem);
}

static void units_and_standing(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct evidence *e = judge(w, TRACE OURS "From: DQHUY@mic.gov.vn\r\n");
    assert_string_equal(e->unit->id, "TTTT");
    assert_int_equal(e->person->role, PERSON_LEADER);
    assert_int_equal(e->standing, STANDING_MEMBER);
    e = judge(w, TRACE OURS "From: x@vienthong.mic.gov.vn\r\n");
    assert_string_equal(e->unit->id, "CVT");
    assert_null(e->person);
    e = judge(w, TRACE STAMP "dmarc=pass header.from=hagiang.gov.vn\r\nFrom: x@hagiang.gov.vn\r\n");
    assert_string_equal(e->unit->id, "STTTT-HG");
    assert_int_equal(e->standing, STANDING_PARTNER);
    e = judge(w, TRACE STAMP "dmarc=pass header.from=moit.gov.vn\r\nFrom: x@moit.gov.vn\r\n");
    assert_null(e->unit);
    assert_int_equal(e->standing, STANDING_PARTNER);
    e = judge(
        w, TRACE STAMP
        "dmarc=pass header.from=gmail.com\r\nFrom: =?utf-8?B?xJDhu5cgUXVhbmcgSHV5?= <h@gmail.com>\r\n");
    assert_int_equal(e->standing, STANDING_PUBLIC);
    assert_string_equal(e->from_name, "\xC4\x90\xE1\xBB\x97 Quang Huy");
    assert_non_null(finding_of(e, "lookalike-name"));
    assert_false(e->impersonates);
    talloc_free(w->mem);
}

struct mark {
    const char *headers;
    bool automatic, bounce, bulk;
};

static const struct mark marks[] = {
    {"", false, false, false},
    {"Auto-Submitted: no\r\n", false, false, false},
    {"Auto-Submitted: auto-replied (vacation)\r\n", true, false, false},
    {"auto-submitted: AUTO-GENERATED; x=y\r\n", true, false, false},
    {"X-Autoreply: yes\r\n", true, false, false},
    {"Precedence: auto_reply\r\n", true, false, false},
    {"Precedence: list\r\n", false, false, true},
    {"Precedence: Bulk\r\n", false, false, true},
    {"List-Id: <ctv.lists.mic.gov.vn>\r\n", false, false, true},
    {"X-Auto-Response-Suppress: All\r\n", false, false, false},
    {"Return-Path: <>\r\n", false, false, false},
    {"Return-Path: <>\r\nContent-Type: multipart/report;\r\n report-type=delivery-status; boundary=x\r\n",
     true, true, false},
    {"Content-Type: multipart/report; report-type=disposition-notification\r\n", false, false, false},
};

static void automatic_letters(void **state)
{
    (void)state;
    struct world *w = world_new();
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        struct evidence *e = judge(w, mem_fmt(w->mem, "%sFrom: a@gmail.com\r\n", marks[i].headers));
        if (e->automatic != marks[i].automatic || e->bounce != marks[i].bounce || e->bulk != marks[i].bulk)
            fail_msg("'%s': automatic %d bounce %d bulk %d", marks[i].headers, e->automatic, e->bounce,
                     e->bulk);
    }
    assert_true(judge(w, "From: MAILER-DAEMON@b.vn\r\n")->bounce);
    assert_true(judge(w, "Return-Path: <>\r\nFrom: postmaster@b.vn\r\n")->bounce);
    assert_false(judge(w, "From: postmaster@b.vn\r\n")->bounce);
    talloc_free(w->mem);
}

static void receipt_time(void **state)
{
    (void)state;
    struct world *w = world_new();
    const char *raw = INNER TRACE HUY;
    struct facts facts = trusted;
    struct evidence *e = judge_n(w, raw, strlen(raw), &facts);
    assert_string_equal(e->received_by, "received");
    assert_string_equal(when_rfc3339(w->mem, e->received),
                        "2024-07-22T01:40:59+07:00"); /* the border, not INNER */
    facts.received_by = "internaldate";
    e = judge_n(w, raw, strlen(raw), &facts);
    assert_string_equal(e->received_by, "internaldate");
    assert_int_equal(e->received, 1700000000);
    facts.received_by = "now";
    raw = "Received: from a by b; Mon, 22 Jul 2024 01:41:00 +0700\r\nDate: Mon, 1 Jan 2024 00:00:00 "
          "+0700\r\n" HUY;
    e = judge_n(w, raw, strlen(raw), &facts);
    assert_string_equal(when_rfc3339(w->mem, e->received),
                        "2024-07-22T01:41:00+07:00"); /* no border: topmost */
    raw = "Date: Mon, 1 Jan 2024 00:00:00 +0700\r\n" HUY;
    e = judge_n(w, raw, strlen(raw), &facts);
    assert_string_equal(e->received_by, "now");
    assert_int_equal(e->received, 1700000000);
    talloc_free(w->mem);
}

static void mailbox_at_a_public_provider(void **state)
{
    (void)state;
    struct world *w = world_new();
    w->profile.mailbox = "trungtamttvdnls@gmail.com";
    assert_true(judge(w, TRACE "From: trungtamttvdn1s@gmail.com\r\n")->impersonates);
    assert_true(judge(w, TRACE "From: \"trungtamttvdnls@gmail.com\" <x@gmail.com>\r\n")->impersonates);
    assert_false(judge(w, TRACE "From: trungtam@gmail.com\r\n")->impersonates);
    assert_false(judge(w, TRACE "From: trungtamttvdnls@gmail.com\r\n")->impersonates);
    assert_null(judge(w, TRACE "From: x@gmail.com\r\n")->unit);
    talloc_free(w->mem);
}

struct hop {
    const char *from;
    bool inside;
};

/* Which clients of mail.mic.gov.vn are our own machines: by what the server saw, not by HELO. */
static const struct hop hops[] = {
    {"mx.mic.gov.vn (mx.mic.gov.vn [203.0.113.1])", true},
    {"mx.mic.gov.vn (mx.mic.gov.vn. [203.0.113.1])", true},
    {"mx.mic.gov.vn (10.0.0.1)", true},
    {"mx.mic.gov.vn ([172.16.0.1])", true},
    {"mx.mic.gov.vn ([172.31.255.1])", true},
    {"mx.mic.gov.vn ([192.168.1.1])", true},
    {"mx.mic.gov.vn ([IPv6:fd00::1])", true},
    {"mx.mic.gov.vn ([fe80::1%12])", true},
    {"anything (localhost [127.0.0.1])", true},
    {"anything ([IPv6:::1])", true},
    {"mx.mic.gov.vn ([172.15.0.1])", false},
    {"mx.mic.gov.vn ([172.32.0.1])", false},
    {"mx.mic.gov.vn ([1.10.0.1])", false},
    {"mx.mic.gov.vn ([203.0.113.9])", false},
    {"mx.mic.gov.vn (unknown [203.0.113.9])", false},
    {"mx.mic.gov.vn (mx.mic.gov.vn.evil.com [203.0.113.9])", false},
    {"mx.mic.gov.vn (mx.mic.gov.vn [203.0.113.9] (may be forged))", false},
    {"pc.mic.gov.vn (pc.mic.gov.vn [10.0.0.1])", false},
};

static void hops_between_our_machines(void **state)
{
    (void)state;
    struct world *w = world_new();
    for (size_t i = 0; i < ARRAY_LEN(hops); i++) {
        char *raw =
            mem_fmt(w->mem, "Received: from %s by mail.mic.gov.vn; x\r\n" TRACE OURS HUY, hops[i].from);
        struct evidence *e = judge(w, raw);
        if ((e->auth == AUTH_AUTHENTICATED) != hops[i].inside)
            fail_msg("'%s': %s", hops[i].from, auth_result_name(e->auth));
    }
    talloc_free(w->mem);
}

/* A letter that the reader could not read has no headers, and a letter may have nothing else. */
static void empty_letters(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct evidence *e = judge(w, "");
    assert_int_equal(e->auth, AUTH_UNKNOWN);
    assert_int_equal(e->standing, STANDING_UNKNOWN);
    assert_string_equal(e->from, "");
    assert_string_equal(e->received_by, "mtime");
    assert_non_null(finding_of(e, "from-none"));
    talloc_free(w->mem);
}

/* The public suffix list, asked at arrival, beats the approximation; without it that one holds. */
static void alignment_by_the_suffix_list(void **state)
{
    static const struct {
        const char *from, *signer, *org;
        bool aligned;
    } rows[] = {
        {"a.thanhpho.example.vn", "example.vn", "", false},
        {"a.thanhpho.example.vn", "example.vn", "example.vn", true},
        {"a.thanhpho.example.vn", "thanhpho.example.vn", "", true},
        {"a.thanhpho.example.vn", "thanhpho.example.vn", "a.thanhpho.example.vn", false},
        {"a.thanhpho.example.vn", "a.thanhpho.example.vn", "a.thanhpho.example.vn", true},
        {"x.co.example", "co.example", "x.co.example", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct world *w = world_new();
        struct facts_attempt attempt = {.from_domain = rows[i].from, .org_domain = rows[i].org};
        struct facts facts = trusted;
        facts.attempts = &attempt;
        facts.n_attempts = 1;
        char *raw = mem_fmt(w->mem, TRACE STAMP "dkim=pass header.d=%s\r\nFrom: b@%s\r\n", rows[i].signer,
                            rows[i].from);
        const struct evidence *e = judge_n(w, raw, strlen(raw), &facts);
        if ((e->auth == AUTH_AUTHENTICATED) != rows[i].aligned)
            fail_msg("row %zu: %s", i, auth_result_name(e->auth));
        attempt.from_domain = "other.example"; /* an answer about another domain is none about this */
        e = judge_n(w, raw, strlen(raw), &facts);
        assert_int_equal(e->auth == AUTH_AUTHENTICATED,
                         strchr(rows[i].signer, '.') != NULL && !str_eq(rows[i].signer, "example.vn"));
        talloc_free(w->mem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alignment_by_the_suffix_list),
        cmocka_unit_test(untrusted_sources_prove_nothing),
        cmocka_unit_test(units_and_standing),
        cmocka_unit_test(automatic_letters),
        cmocka_unit_test(receipt_time),
        cmocka_unit_test(mailbox_at_a_public_provider),
        cmocka_unit_test(hops_between_our_machines),
        cmocka_unit_test(empty_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
