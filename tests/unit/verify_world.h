/* verify_world.h: an institution (mic.gov.vn, whose servers mail. and mx.mic.gov.vn stamp as
 * mx.mic.gov.vn), its registry, and letters made of raw header blocks; shared by the tests of verify/. */
#ifndef TESTS_VERIFY_WORLD_H
#define TESTS_VERIFY_WORLD_H

#include "base/utf8.h"
#include "mail/address.h"
#include "mail/headers.h"
#include "verify/verify.h"

#define TRACE                                                                                              \
    "Received: from mail.x.vn (mail.x.vn [192.0.2.1])\r\n by mail.mic.gov.vn (Postfix) with ESMTPS id 1; " \
    "Mon, 22 Jul 2024 01:40:59 +0700\r\n"
#define STAMP "Authentication-Results: mx.mic.gov.vn;\r\n "
#define EVIL  STAMP "spf=pass smtp.mailfrom=x@evil.com; dkim=pass header.d=evil.com; dmarc=none\r\n"
#define EVIL_PASS                                                                                          \
    STAMP "spf=pass smtp.mailfrom=x@evil.com; dkim=pass header.d=evil.com; dmarc=pass "                    \
          "header.from=evil.com\r\n"
#define OURS STAMP "dmarc=pass header.from=mic.gov.vn\r\n"
#define HUY  "From: dqhuy@mic.gov.vn\r\n"

struct world {
    void *mem;
    struct directory directory;
    struct profile profile;
    struct policy policy;
};

static inline void person(struct world *w, const char *unit, const char *name, enum person_role role,
                          const char *address)
{
    struct person p = {.name = name, .role = role, .title = "Cuc truong", .address = address};
    directory_add(w->mem, &w->directory, unit, unit, &p);
}

static inline struct world *world_new(void)
{
    void *mem = mem_new();
    struct world *w = mem_zero(mem, struct world);
    w->mem = mem;
    person(w, "TTTT", "\xC4\x90\xE1\xBB\x97 Quang Huy", PERSON_LEADER, "dqhuy@mic.gov.vn");
    person(w, "CVT", "Nguyen Huu Dat", PERSON_CONTACT, "nhdat@vienthong.mic.gov.vn");
    person(w, "HVBCVT", "Tu Ngoc Khanh", PERSON_LEADER, "tnkhanh@ptit.edu.vn");
    person(w, "NXB", "Khuat Duy Hai", PERSON_LEADER, "kdhai@nxbtttt.vn");
    person(w, "STTTT-HG", "Sung Mi Vang", PERSON_LEADER, "smvang@hagiang.gov.vn");
    str_list_add(mem, &w->directory.shared, "gmail.com");
    directory_finish(mem, &w->directory);
    w->profile.mailbox = "banbientap@mic.gov.vn";
    str_list_add(mem, &w->profile.public_mail, "gmail.com");
    w->policy.profile = &w->profile;
    w->policy.stamps = true;
    str_list_add(mem, &w->policy.own_domains, "mic.gov.vn");
    str_list_add(mem, &w->policy.authserv_ids, "mx.mic.gov.vn");
    str_list_add(mem, &w->policy.receivers, "mail.mic.gov.vn");
    str_list_add(mem, &w->policy.receivers, "mx.mic.gov.vn");
    return w;
}

static inline char *to_utf8(const void *mem, const char *charset, const char *bytes, size_t n,
                            bool *ret_lossy)
{
    (void)charset;
    (void)ret_lossy;
    return utf8_nfc(mem, bytes, n);
}

static inline struct letter *letter_from(const void *mem, const char *raw, size_t n)
{
    struct letter *letter = mem_zero(mem, struct letter);
    struct headers_field *fields;
    size_t end, count = headers_split(mem, raw, n, 1000, &fields, &end);
    letter->headers = mem_array(mem, struct letter_header, count ? count : 1);
    letter->n_headers = count;
    for (size_t i = 0; i < count; i++) {
        bool lossy = false;
        letter->headers[i] = (struct letter_header){
            .name = fields[i].name,
            .raw = fields[i].raw,
            .raw_n = fields[i].raw_n,
            .value = headers_decode(mem, fields[i].raw, fields[i].raw_n, to_utf8, &lossy)};
    }
    return letter;
}

static const struct facts trusted = {.account = "a",
                                     .source = "imap",
                                     .receipt = "r",
                                     .shown = "-",
                                     .received = 1700000000,
                                     .received_by = "mtime",
                                     .trust_results = true};

static inline struct evidence *judge_n(struct world *w, const char *raw, size_t n,
                                       const struct facts *facts)
{
    return verify(w->mem, letter_from(w->mem, raw, n), facts, NULL, &w->directory, &w->policy);
}

static inline struct evidence *judge(struct world *w, const char *raw)
{
    return judge_n(w, raw, strlen(raw), &trusted);
}

static inline const struct finding *finding_of(const struct evidence *e, const char *key)
{
    for (size_t i = 0; i < e->n_findings; i++)
        if (str_eq(e->findings[i].key, key))
            return &e->findings[i];
    return NULL;
}

#define FROM(x) "From: " x "\r\n"
#define INNER                                                                                              \
    "Received: from mx.mic.gov.vn (mx.mic.gov.vn [203.0.113.1]) by mail.mic.gov.vn (Postfix) with ESMTP "  \
    "id 2; Mon, 22 Jul 2024 01:41:00 +0700\r\n"
#define AMAVIS                                                                                             \
    "Received: from localhost (localhost [127.0.0.1]) by mail.mic.gov.vn (Postfix) with ESMTP id 3; x\r\n" \
    "Received: from mail.mic.gov.vn ([127.0.0.1]) by localhost (amavisd-new, port 10024) with ESMTP id "   \
    "4; x\r\n"
#define LMTP "Received: from mail.mic.gov.vn by mail.mic.gov.vn with LMTP id 5; x\r\n"
#define SUBMIT                                                                                             \
    "Received: from [10.2.2.1] (unknown [10.2.2.1])\r\n (Authenticated sender: a) by mail.mic.gov.vn "     \
    "(Postfix) with ESMTPSA id 6; x\r\n"

#endif
