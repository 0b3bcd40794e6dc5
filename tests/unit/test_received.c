/* test_received.c: what our servers saw, not what the client said (RFC 5321 4.4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/received.h"

struct row {
    const char *raw, *from, *from_name, *from_ip, *by, *at;
};

static const struct row rows[] = {
    {" from mail.x.vn (mail.x.vn [192.0.2.1])\r\n by mail.mic.gov.vn (Postfix) with ESMTPS id 39C\r\n for "
     "<a@b.vn>; Mon, 22 Jul 2024 01:40:59 +0700",
     "mail.x.vn", "mail.x.vn", "192.0.2.1", "mail.mic.gov.vn", "2024-07-22T01:40:59+07:00"},
    {"from [10.29.2.149] (unknown [10.29.2.149])\n (Authenticated sender: a@mic.gov.vn)\n by "
     "mail.mic.gov.vn "
     "(Postfix) with ESMTPSA id 9;\n Fri, 21 Jun 2024 11:11:33 +0700",
     "[10.29.2.149]", "unknown", "10.29.2.149", "mail.mic.gov.vn", "2024-06-21T11:11:33+07:00"},
    {"from MAIL.mic.gov.vn (evil.example [203.0.113.9]) by mail.mic.gov.vn", "mail.mic.gov.vn",
     "evil.example", "203.0.113.9", "mail.mic.gov.vn", ""},
    {"from h (h. [IPv6:2001:db8::1]) by b.vn; Thu, 1 Jan 1970 00:00:00 +0000", "h", "h", "2001:db8::1",
     "b.vn", "1970-01-01T07:00:00+07:00"},
    {"from h (h [192.0.2.1] (may be forged)) by b.vn;", "h", "", "192.0.2.1", "b.vn", ""},
    {"from ex1.mic.gov.vn (10.1.1.2) by ex2.mic.gov.vn (10.1.1.3) with Microsoft SMTP Server",
     "ex1.mic.gov.vn", "", "10.1.1.2", "ex2.mic.gov.vn", ""},
    {"from [192.0.2.1] (helo=mail.mic.gov.vn) by b.vn with esmtp (Exim 4.96)", "[192.0.2.1]", "", "",
     "b.vn", ""},
    {"from h ([192.0.2.1] helo=x) by b.vn", "h", "", "192.0.2.1", "b.vn", ""},
    {"from unknown (HELO mail.mic.gov.vn) (192.0.2.1) by b.vn with SMTP; 1 Jan 2024 00:00:00 -0000",
     "unknown", "", "", "b.vn", "2024-01-01T07:00:00+07:00"},
    {"by 2002:a05:6a10::1 with SMTP id x; Mon, 22 Jul 2024 01:40:59 -0700 (PDT)", "", "", "",
     "2002:a05:6a10::1", "2024-07-22T15:40:59+07:00"},
    /* what clients try */
    {"from by (unknown [192.0.2.1]) by b.vn", "by", "unknown", "192.0.2.1", "b.vn", ""},
    {"from mail.mic.gov.vn([10.0.0.1]) (x [203.0.113.9]) by b.vn", "mail.mic.gov.vn([10.0.0.1])", "x",
     "203.0.113.9", "b.vn", ""},
    {"from (x (evil [203.0.113.9]) by mail.mic.gov.vn; now", "?", "", "", "", ""},
    {"from", "?", "", "", "", ""},
    {"from x (by inside.mic.gov.vn [10.0.0.1]) by b.vn", "x", "", "", "b.vn", ""},
    {"from x (a by y.vn) by b.vn(Postfix);", "x", "", "", "b.vn", ""},
    {"from x (a; Mon, 1 Jan 2024 00:00:00 +0700) by b.vn", "x", "", "", "b.vn", ""},
    {"", "", "", "", "", ""},
    {"; Mon, 22 Jul 2024 01:40:59 +0700", "", "", "", "", "2024-07-22T01:40:59+07:00"},
    {"from a by b; not a date", "a", "", "", "b", ""},
    {"(((((((", "", "", "", "", ""},
};

static void table(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct received r = received_parse(mem, rows[i].raw, strlen(rows[i].raw));
        print_message("row %zu\n", i);
        assert_string_equal(r.from, rows[i].from);
        assert_string_equal(r.by, rows[i].by);
        assert_string_equal(r.from_ip, rows[i].from_ip);
        assert_string_equal(r.from_name, rows[i].from_name);
        assert_string_equal(when_rfc3339(mem, r.at), rows[i].at);
    }
}

static void any_cut_is_safe(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        for (size_t n = 0; n <= strlen(rows[i].raw); n++) {
            _cleanup_mem_ void *mem = mem_new();
            struct received r = received_parse(mem, talloc_memdup(mem, rows[i].raw, n ? n : 1), n);
            assert_non_null(r.from);
            assert_non_null(r.by);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(table), cmocka_unit_test(any_cut_is_safe)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
