/* test_verify_spoof.c: composed letters (espoofer's classes, RELIABILITY A1-A8, A10) never pass as
 * mic.gov.vn, and honest ones always do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "verify_world.h"

/* Not one of these may be taken for mic.gov.vn. `sees` is what must be concluded: F forged (standing and
 * impersonates), U unknown sender, P an outsider under his own name, H held as ambiguous. */
struct attack {
    const char *raw;
    char sees;
};

static const struct attack attacks[] = {
    /* A1, A3, A6: the official address, nothing or the wrong thing behind it */
    {TRACE HUY, 'F'},
    {TRACE EVIL HUY, 'F'},
    {TRACE STAMP "spf=pass smtp.helo=mail.mic.gov.vn\r\n" HUY, 'F'},
    {TRACE STAMP "dmarc=pass header.from=evil.com\r\n" HUY, 'F'},
    {TRACE STAMP "dmarc=fail header.from=mic.gov.vn; spf=pass smtp.mailfrom=a@mic.gov.vn\r\n" HUY, 'F'},
    {TRACE STAMP "dkim=pass header.d=gov.vn\r\n" HUY, 'F'},
    {TRACE STAMP "dkim=pass header.d=evil.mic.gov.vn\r\n" HUY, 'F'},
    {TRACE STAMP "spf=pass smtp.mailfrom=list@lists.mic.gov.vn\r\n" HUY, 'F'},
    {TRACE STAMP "dkim=pass header.d=evil.com header.i=@mic.gov.vn\r\n" HUY, 'F'},
    {TRACE STAMP "dmarc=pass\r\n" HUY, 'F'},
    {TRACE STAMP "auth=pass smtp.auth=tdman@mic.gov.vn; dmarc=pass header.from=mic.gov.vn\r\n" HUY, 'F'},
    {TRACE STAMP "dkim=temperror header.d=evil.com; dmarc=fail header.from=mic.gov.vn\r\n" HUY, 'F'},
    {TRACE "Authentication-Results: mx.evil.com; dmarc=pass header.from=mic.gov.vn\r\n" HUY, 'F'},
    {TRACE "Authentication-Results: xmx.mic.gov.vn; dmarc=pass header.from=mic.gov.vn\r\n" HUY, 'F'},
    /* A2: his own line, above, beneath and far below ours */
    {TRACE STAMP "dmarc=fail header.from=mic.gov.vn\r\n" OURS HUY, 'F'},
    {TRACE OURS STAMP "dmarc=fail header.from=mic.gov.vn\r\n" HUY, 'H'},
    {TRACE HUY OURS OURS, 'H'},
    {TRACE "Received: from a (a [192.0.2.9]) by mx.mic.gov.vn; x\r\n" OURS HUY, 'F'},
    {TRACE STAMP "dmarc=pass header.from=mic.gov.vn; dmarc=fail header.from=mic.gov.vn\r\n" HUY, 'F'},
    {TRACE STAMP "dmarc=pass header.from=evil.com; dmarc=pass header.from=mic.gov.vn\r\n" HUY, 'H'},
    {TRACE STAMP "spf=temperror smtp.mailfrom=x@evil.com; dkim=none\r\n" HUY, 'F'},
    /* HELO with our name must not move the border down to his own lines */
    {"Received: from mail.mic.gov.vn (unknown [203.0.113.9]) by mail.mic.gov.vn (Postfix) with SMTP; x\r\n"
     "Received: from a (a [192.0.2.9]) by mx.mic.gov.vn; x\r\n" OURS HUY,
     'F'},
    {"Received: from localhost (evil.com [203.0.113.9]) by mail.mic.gov.vn (Postfix) with SMTP; x\r\n"
     "Received: from a (a [192.0.2.9]) by mx.mic.gov.vn; x\r\n" OURS HUY,
     'F'},
    {"Received: from mail.mic.gov.vn([10.0.0.1]) (evil.com [203.0.113.9]) by mail.mic.gov.vn with SMTP; "
     "x\r\n"
     "Received: from a (a [192.0.2.9]) by mx.mic.gov.vn; x\r\n" OURS HUY,
     'F'},
    {"Received: from a (a [192.0.2.9]) by mx3.unknown.vn; x\r\n" TRACE OURS HUY, 'F'},
    {OURS HUY, 'F'},
    /* A4, A5: what an honest server stamps about dishonest values */
    {TRACE STAMP "spf=pass smtp.mailfrom=a@mic.gov.vn(.evil.com\r\n" HUY, 'F'},
    {TRACE STAMP "dkim=pass header.d=mic.gov.vn(.evil.com)\r\n" HUY, 'F'},
    {TRACE STAMP "dkim=pass header.d=mic.gov.vn'a.evil.com\r\n" HUY, 'F'},
    {TRACE STAMP "spf=pass smtp.mailfrom=\"a@mic.gov.vn\"@evil.com\r\n" HUY, 'F'},
    {TRACE STAMP "spf=pass smtp.mailfrom=\"x;dmarc=pass header.from=mic.gov.vn\"@evil.com\r\n" HUY, 'F'},
    {TRACE STAMP "spf=pass (broken smtp.mailfrom=x@evil.com\r\n" OURS HUY, 'H'},
    {TRACE "Authentication-Results: dmarc=pass header.from=mic.gov.vn\r\n" HUY, 'F'},
    {TRACE "Authentication-Results: (mx.mic.gov.vn) evil.com; dmarc=pass header.from=mic.gov.vn\r\n" HUY,
     'F'},
    /* A7: espoofer's compositions; the stamps are what a careless server would write */
    {TRACE EVIL_PASS "From: x@evil.com\r\n" HUY, 'F'},
    {TRACE OURS HUY "From: x@evil.com\r\n", 'F'},
    {TRACE OURS "From: x@evil.com\r\nfrom: dqhuy@mic.gov.vn\r\n", 'F'},
    {TRACE EVIL_PASS " From: dqhuy@mic.gov.vn\r\nFrom: x@evil.com\r\n", 'F'},
    {TRACE EVIL_PASS "From: x@evil.com\r\nSubject: a\r\n From: dqhuy@mic.gov.vn\r\n", 'F'},
    {TRACE OURS "From:\r\n dqhuy@mic.gov.vn, x@evil.com\r\n", 'F'},
    {TRACE OURS "From: <dqhuy@mic.gov.vn>, <x@evil.com>\r\n", 'F'},
    {TRACE OURS "From: <x@evil.com> <dqhuy@mic.gov.vn>\r\n", 'F'},
    {TRACE OURS "From: dqhuy@mic.gov.vn <x@evil.com>\r\n", 'F'},
    {TRACE OURS "From: <dqhuy@mic.gov.vn>x@evil.com\r\n", 'F'},
    {TRACE OURS "From: group: dqhuy@mic.gov.vn, x@evil.com;\r\n", 'F'},
    {TRACE OURS "From: <@evil.com,@b.com:dqhuy@mic.gov.vn>\r\n", 'F'},
    {TRACE OURS "From: <dqhuy@mic.gov.vn(<x@evil.com>)>\r\n", 'F'},
    {TRACE OURS "From: (<dqhuy@mic.gov.vn>) <x@evil.com>\r\n", 'F'},
    {TRACE OURS "From: <x@evil.com\\>\\, <dqhuy@mic.gov.vn>\r\n", 'F'},
    {TRACE OURS "From: \"dqhuy@mic.gov.vn\"@evil.com\r\n", 'F'},
    {TRACE OURS "From: dqhuy@mic.gov.vn.\r\n", 'F'},
    {TRACE OURS "From: =?utf-8?b?ZHFodXlAbWljLmdvdi52bg==?=\r\n", 'F'},
    {TRACE OURS "From: <=?utf-8?q?dqhuy=40mic.gov.vn?=>\r\n", 'F'},
    {TRACE OURS "From: =?utf-8?b?PGRxaHV5QG1pYy5nb3Yudm4+LHhAZXZpbC5jb20=?=\r\n", 'F'},
    {TRACE OURS "Sender: dqhuy@mic.gov.vn\r\nReply-To: dqhuy@mic.gov.vn\r\n", 'U'},
    {TRACE OURS "From: \r\n", 'U'},
    {TRACE EVIL_PASS "From: x@evil.com\r\nSender: dqhuy@mic.gov.vn\r\nReply-To: dqhuy@mic.gov.vn\r\n", 'P'},
    /* the display name */
    {TRACE EVIL_PASS "From: \"dqhuy@mic.gov.vn\" <x@evil.com>\r\n", 'F'},
    {TRACE EVIL_PASS "From: =?utf-8?b?ZHFodXlAbWljLmdvdi52bg==?= <x@evil.com>\r\n", 'F'},
    {TRACE EVIL_PASS "From: =?utf-8?b?PGRxaHV5QG1pYy5nb3Yudm4+?= <x@evil.com>\r\n", 'F'},
    {TRACE EVIL_PASS "From: \"tnkhanh@ptit.edu.vn\" <x@evil.com>\r\n", 'F'},
    {TRACE EVIL_PASS "From: \"a@rnic.gov.vn\" <x@evil.com>\r\n", 'F'},
    /* A10: look-alikes, duly authenticated as what they are */
    {TRACE STAMP "dmarc=pass header.from=mic.gov.vn.evil.com\r\nFrom: a@mic.gov.vn.evil.com\r\n", 'F'},
    {TRACE STAMP "dmarc=pass header.from=mic-gov.vn\r\nFrom: a@mic-gov.vn\r\n", 'F'},
    {TRACE STAMP "dmarc=pass header.from=x.mic-gov.vn\r\nFrom: a@x.mic-gov.vn\r\n", 'F'},
    {TRACE STAMP "dmarc=pass header.from=mic-gov-vn.com\r\nFrom: a@mic-gov-vn.com\r\n", 'F'},
    {TRACE STAMP "dmarc=pass header.from=micgov.vn\r\nFrom: a@micgov.vn\r\n", 'F'},
    {TRACE STAMP "dmarc=pass header.from=micgovvn.com\r\nFrom: a@micgovvn.com\r\n", 'F'},
    {TRACE STAMP "dmarc=pass header.from=mic.gov.com\r\nFrom: a@mic.gov.com\r\n", 'F'},
    {TRACE STAMP "dmarc=pass header.from=rnic.gov.vn\r\nFrom: a@rnic.gov.vn\r\n", 'F'},
    {TRACE STAMP "dmarc=pass header.from=m1c.gov.vn\r\nFrom: a@m1c.gov.vn\r\n", 'F'},
    {TRACE STAMP "dmarc=pass header.from=mlc.gov.vn\r\nFrom: a@mlc.gov.vn\r\n", 'F'},
    {TRACE STAMP "dmarc=pass header.from=mic.g0v.vn\r\nFrom: a@mic.g0v.vn\r\n", 'F'},
    {TRACE STAMP "dmarc=pass header.from=xn--mi-pmc.gov.vn\r\nFrom: a@xn--mi-pmc.gov.vn\r\n",
     'F'}, /* Cyrillic es */
    {TRACE STAMP "dmarc=pass header.from=xn--mc-nja.gov.vn\r\nFrom: a@xn--mc-nja.gov.vn\r\n",
     'F'}, /* i acute */
    {TRACE STAMP "dmarc=pass header.from=ptit-edu.vn\r\nFrom: tnkhanh@ptit-edu.vn\r\n", 'F'},
    {TRACE STAMP "dmarc=pass header.from=nxbttttt.vn\r\nFrom: a@nxbttttt.vn\r\n", 'F'},
    {TRACE STAMP "dmarc=pass header.from=evilmic.gov.vn\r\nFrom: a@evilmic.gov.vn\r\n", 'P'},
    {TRACE OURS "From: a@m\xD1\x96"
                "c.gov.vn\r\n",
     'U'},
    /* registered people elsewhere */
    {TRACE EVIL "From: smvang@hagiang.gov.vn\r\n", 'F'},
    {TRACE STAMP "spf=fail smtp.mailfrom=smvang@hagiang.gov.vn\r\nFrom: smvang@hagiang.gov.vn\r\n", 'F'},
    {TRACE "From: smvang@hagiang.gov.vn\r\n", 'F'},
};

static void check_attack(struct world *w, size_t i)
{
    const struct evidence *e = judge(w, attacks[i].raw);
    bool ours = e->own_domain && e->auth == AUTH_AUTHENTICATED;
    bool forged = e->standing == STANDING_FORGED && e->impersonates;
    bool fits = attacks[i].sees == 'F' ? forged
                : attacks[i].sees == 'U'
                    ? !*e->from && e->standing == STANDING_UNKNOWN && e->auth == AUTH_UNKNOWN
                : attacks[i].sees == 'H' ? e->ambiguous && e->auth == AUTH_UNKNOWN
                                         : !e->own_domain && !e->person && !e->unit && !forged;
    if (ours || !fits)
        fail_msg("attack %zu wanted %c: from '%s' auth %s standing %s ambiguous %d\n%s", i, attacks[i].sees,
                 e->from, auth_result_name(e->auth), standing_name(e->standing), e->ambiguous,
                 attacks[i].raw);
}

static void attacks_never_pass(void **state)
{
    (void)state;
    assert_true(ARRAY_LEN(attacks) >= 22);
    for (size_t i = 0; i < ARRAY_LEN(attacks); i++) {
        struct world *w = world_new();
        check_attack(w, i);
        talloc_free(w->mem);
    }
}

static void nul_in_the_domain(void **state)
{
    (void)state;
    struct world *w = world_new();
    static const char raw[] = TRACE OURS "From: a@mic.gov.vn\0.evil.com\r\n";
    struct evidence *e = judge_n(w, raw, sizeof raw - 1, &trusted);
    assert_string_equal(e->from, "");
    assert_int_equal(e->standing, STANDING_FORGED);
    assert_non_null(finding_of(e, "from-control"));
    talloc_free(w->mem);
}

/* A field name followed by a blank: the reader keeps the blank in the name. */
static void blank_before_the_colon(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct letter *letter = letter_from(w->mem, TRACE OURS "From: dqhuy@mic.gov.vn\r\n",
                                        strlen(TRACE OURS "From: dqhuy@mic.gov.vn\r\n"));
    letter->headers[2].name = "From ";
    struct evidence *e = verify(w->mem, letter, &trusted, NULL, &w->directory, &w->policy);
    assert_string_equal(e->from, "");
    assert_non_null(finding_of(e, "from-odd-field"));
    assert_int_equal(e->standing, STANDING_FORGED);
    talloc_free(w->mem);
}

/* All of these are authenticated under the address given. */
static const char *const honest[][2] = {
    {TRACE OURS HUY, "dqhuy@mic.gov.vn"},
    {OURS TRACE HUY, "dqhuy@mic.gov.vn"},
    {TRACE "Return-Path: <a@b>\r\nX-Spam: no\r\n" OURS HUY, "dqhuy@mic.gov.vn"},
    {INNER TRACE OURS HUY, "dqhuy@mic.gov.vn"},
    {INNER OURS TRACE HUY, "dqhuy@mic.gov.vn"},
    {AMAVIS TRACE OURS HUY, "dqhuy@mic.gov.vn"},
    {LMTP TRACE OURS HUY, "dqhuy@mic.gov.vn"},
    {"Received: by 2002:a05::1 with SMTP id 7; x\r\n" TRACE OURS HUY, "dqhuy@mic.gov.vn"},
    {TRACE OURS
     "Received: from pc (pc [10.1.1.1]) by relay.x.vn; x\r\nAuthentication-Results: mx.mic.gov.vn; "
     "spf=fail\r\n" HUY,
     "dqhuy@mic.gov.vn"},
    {TRACE "Authentication-Results: mx.other.vn; dmarc=fail header.from=mic.gov.vn\r\n" OURS HUY,
     "dqhuy@mic.gov.vn"},
    {TRACE "Authentication-Results: garbage\r\n" OURS HUY, "dqhuy@mic.gov.vn"},
    {SUBMIT STAMP "auth=pass smtp.auth=dqhuy@mic.gov.vn smtp.mailfrom=dqhuy@mic.gov.vn\r\n" HUY,
     "dqhuy@mic.gov.vn"},
    {SUBMIT STAMP "auth=pass smtp.auth=DQHuy@MIC.gov.vn\r\n" HUY, "dqhuy@mic.gov.vn"},
    {SUBMIT STAMP "auth=pass smtp.auth=dqhuy\r\n" HUY, "dqhuy@mic.gov.vn"},
    {SUBMIT STAMP "auth=pass smtp.auth=dqhuy@mic.gov.vn; dmarc=fail header.from=mic.gov.vn\r\n" HUY,
     "dqhuy@mic.gov.vn"},
    {TRACE STAMP "dkim=pass header.d=mic.gov.vn\r\n" HUY, "dqhuy@mic.gov.vn"},
    {TRACE STAMP "dkim=pass header.i=@mic.gov.vn\r\n" HUY, "dqhuy@mic.gov.vn"},
    {TRACE STAMP "spf=pass smtp.mailfrom=dqhuy@mic.gov.vn\r\n" HUY, "dqhuy@mic.gov.vn"},
    {TRACE STAMP "spf=pass smtp.mailfrom=mic.gov.vn\r\n" HUY, "dqhuy@mic.gov.vn"},
    {TRACE STAMP "spf=softfail smtp.mailfrom=x@fwd.vn; dkim=pass header.d=mic.gov.vn\r\n" HUY,
     "dqhuy@mic.gov.vn"},
    {TRACE STAMP "dkim=fail header.d=x.vn; dkim=pass header.d=mic.gov.vn header.b=a/b+c=\r\n" HUY,
     "dqhuy@mic.gov.vn"},
    {TRACE STAMP "spf=pass smtp.helo=lists.mic.gov.vn; dkim=pass header.d=mic.gov.vn\r\nList-Id: "
                 "<x.mic.gov.vn>\r\n" HUY,
     "dqhuy@mic.gov.vn"},
    {TRACE
     "Authentication-Results: MX.MIC.GOV.VN 1 (c); dmarc (x) = pass (y) header.from = mic.gov.vn;\r\n" HUY,
     "dqhuy@mic.gov.vn"},
    {TRACE "AUTHENTICATION-RESULTS: \"mx.mic.gov.vn\"; dmarc=pass header.from=MIC.gov.vn\r\n" HUY,
     "dqhuy@mic.gov.vn"},
    {TRACE STAMP "dmarc=pass header.from=mic.gov.vn\r\n" FROM("nhdat@vienthong.mic.gov.vn"),
     "nhdat@vienthong.mic.gov.vn"},
    {TRACE STAMP "dkim=pass header.d=mic.gov.vn\r\n" FROM("nhdat@vienthong.mic.gov.vn"),
     "nhdat@vienthong.mic.gov.vn"},
    {TRACE OURS FROM("\"Do Quang Huy, TTTT\" <DQHuy@mic.gov.vn>"), "DQHuy@mic.gov.vn"},
    {TRACE OURS FROM("=?utf-8?B?xJDhu5c=?=\r\n =?utf-8?B?IEh1eQ==?= <dqhuy@MIC.GOV.VN>"),
     "dqhuy@mic.gov.vn"},
    {TRACE OURS FROM("\xC4\x90\xE1\xBB\x97 Huy <dqhuy@mic.gov.vn>"), "dqhuy@mic.gov.vn"},
    {TRACE OURS FROM("\"banbientap@mic.gov.vn\" <dqhuy@mic.gov.vn>"), "dqhuy@mic.gov.vn"},
    {TRACE OURS FROM("dqhuy@mic.gov.vn <dqhuy@mic.gov.vn>"), "dqhuy@mic.gov.vn"},
    {TRACE OURS "DKIM-Signature: v=1; h=Date:\r\n From:To:Subject; d=mic.gov.vn\r\n" HUY,
     "dqhuy@mic.gov.vn"},
    {TRACE OURS HUY "Reply-To: x@gmail.com\r\nSender: y@z.vn\r\n", "dqhuy@mic.gov.vn"},
    {TRACE STAMP "dmarc=pass header.from=hagiang.gov.vn\r\n" FROM("smvang@hagiang.gov.vn"),
     "smvang@hagiang.gov.vn"},
    {TRACE STAMP "dmarc=pass header.from=haugiang.gov.vn\r\n" FROM("a@haugiang.gov.vn"),
     "a@haugiang.gov.vn"},
    {TRACE STAMP "dmarc=pass header.from=moc.gov.vn\r\n" FROM("a@moc.gov.vn"), "a@moc.gov.vn"},
    {TRACE STAMP "dmarc=pass header.from=mic.gov.kh\r\n" FROM("a@mic.gov.kh"), "a@mic.gov.kh"},
    {TRACE STAMP "dmarc=pass header.from=uit.edu.vn\r\n" FROM("a@uit.edu.vn"), "a@uit.edu.vn"},
    {TRACE STAMP "dmarc=pass header.from=dept.ptit.edu.vn\r\n" FROM("a@dept.ptit.edu.vn"),
     "a@dept.ptit.edu.vn"},
    {TRACE STAMP "dmarc=pass header.from=gmail.com\r\n" FROM("Do Quang Huy <huy@gmail.com>"),
     "huy@gmail.com"},
    {TRACE STAMP "dkim=pass header.d=x.com\r\n" FROM("a@mail.x.com"), "a@mail.x.com"},
};

static void honest_letters_pass(void **state)
{
    (void)state;
    assert_true(ARRAY_LEN(honest) >= 30);
    for (size_t i = 0; i < ARRAY_LEN(honest); i++) {
        struct world *w = world_new();
        const struct evidence *e = judge(w, honest[i][0]);
        if (e->auth != AUTH_AUTHENTICATED || e->impersonates || e->standing == STANDING_FORGED ||
            e->standing == STANDING_UNKNOWN || !str_eq(e->from, honest[i][1]))
            fail_msg("honest %zu: from '%s' auth %s standing %s\n%s", i, e->from, auth_result_name(e->auth),
                     standing_name(e->standing), honest[i][0]);
        talloc_free(w->mem);
    }
}

/* Not proved, and nobody accused. */
static const char *const unproved[] = {
    TRACE STAMP "spf=none; dkim=none; dmarc=none\r\nFrom: a@gmail.com\r\n",
    TRACE STAMP
    "spf=fail smtp.mailfrom=a@gmail.com; dmarc=fail header.from=gmail.com\r\nFrom: a@gmail.com\r\n",
    TRACE "From: a@gmail.com\r\n",
    TRACE STAMP "spf=none; dkim=none; dmarc=none\r\nFrom: smvang@hagiang.gov.vn\r\n",
    TRACE STAMP "spf=temperror smtp.mailfrom=a@mic.gov.vn; dmarc=temperror header.from=mic.gov.vn\r\n" HUY,
    SUBMIT STAMP "auth=pass smtp.auth=dqhuy@mic.gov.vn\r\nFrom: vanthu@mic.gov.vn\r\n",
    ("Received: from localhost (localhost [127.0.0.1]) by mail.mic.gov.vn (Postfix); x\r\n"
     "From: MAILER-DAEMON@mx.mic.gov.vn\r\n"),
};

static void unproved_is_not_forged(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(unproved); i++) {
        struct world *w = world_new();
        const struct evidence *e = judge(w, unproved[i]);
        if (e->auth == AUTH_AUTHENTICATED || e->auth == AUTH_FORGED || e->impersonates)
            fail_msg("unproved %zu: auth %s", i, auth_result_name(e->auth));
        talloc_free(w->mem);
    }
}

static char *read_all(const void *mem, const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("%s is not there", path);
    char *text = talloc_zero_size(mem, 100000);
    size_t n = fread(text, 1, 99999, f);
    fclose(f);
    text[n] = '\0';
    return text;
}

static void all_have_labels(struct world *w, const char *labels, const char *raw)
{
    const struct evidence *e = judge(w, raw);
    for (size_t i = 0; i < e->n_findings; i++)
        if (!strstr(labels, mem_fmt(w->mem, "\nfinding.%s ", e->findings[i].key)))
            fail_msg("no label for finding.%s", e->findings[i].key);
}

/* Whatever a check says about these letters, both languages have words for it. */
static void findings_have_words(void **state)
{
    (void)state;
    static const char *const files[] = {"conf/vi/labels.d/findings", "conf/en/labels.d/findings"};
    for (size_t f = 0; f < ARRAY_LEN(files); f++) {
        struct world *w = world_new();
        const char *labels = read_all(w->mem, files[f]);
        for (size_t i = 0; i < ARRAY_LEN(attacks); i++)
            all_have_labels(w, labels, attacks[i].raw);
        for (size_t i = 0; i < ARRAY_LEN(honest); i++)
            all_have_labels(w, labels, honest[i][0]);
        for (size_t i = 0; i < ARRAY_LEN(unproved); i++)
            all_have_labels(w, labels, unproved[i]);
        talloc_free(w->mem);
    }
}

/* Whatever the bytes: the invariants of verify.c hold. A fixed generator, so that a failure can be found.
 */
static void mutations_keep_the_invariants(void **state)
{
    (void)state;
    uint32_t seed = 20261121;
    for (int round = 0; round < 3000; round++) {
        struct world *w = world_new();
        const char *base = attacks[(size_t)round % ARRAY_LEN(attacks)].raw;
        size_t n = strlen(base);
        char *raw = talloc_memdup(w->mem, base, n);
        for (int k = 0; k < 3; k++) {
            seed = seed * 1664525u + 1013904223u;
            raw[(seed >> 8) % n] = "\0\"(<>@,;: \r\n\\.=a"[(seed >> 3) % 16];
        }
        const struct evidence *e = judge_n(w, raw, n, &trusted);
        if (e->auth == AUTH_AUTHENTICATED)
            assert_true(*e->from && !e->ambiguous);
        if (e->impersonates || e->auth == AUTH_FORGED)
            assert_int_equal(e->standing, STANDING_FORGED);
        assert_true(!e->own_domain || address_in_domain(e->from_domain, "mic.gov.vn"));
        talloc_free(w->mem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attacks_never_pass),
        cmocka_unit_test(nul_in_the_domain),
        cmocka_unit_test(blank_before_the_colon),
        cmocka_unit_test(honest_letters_pass),
        cmocka_unit_test(unproved_is_not_forged),
        cmocka_unit_test(findings_have_words),
        cmocka_unit_test(mutations_keep_the_invariants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
