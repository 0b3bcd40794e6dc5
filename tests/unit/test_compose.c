/* Final bytes of outgoing letters: read back whole, identical when made again, ASCII with CRLF only, and
 * every hostile header input refused. */
#include "send/compose.h"
#include <gmime/gmime.h>
#include <setjmp.h>

#include <cmocka.h>

#define NAME "Ban Bi\u00ean t\u1eadp C\u1ed5ng TT\u0110T, \"B\u1ed9\" <TT&TT>"
#define SUBJECT                                                                                            \
    "T\u1ed5ng h\u1ee3p tu\u1ea7n 2026-W47 (16/11/2026 - 22/11/2026) c\u1ee7a B\u1ed9 Th\u00f4ng tin "     \
    "v\u00e0 Truy\u1ec1n th\u00f4ng"
#define BODY "K\u00ednh g\u1eedi:\n\n.\nMAIL FROM:<x@evil.vn>\r\n.\r\nFrom here\n--\nH\u1ebft\n"
#define FILE_NAME                                                                                          \
    "S\u1ed5 chi ti\u1ebft \u0111\u01a1n th\u01b0 tu\u1ea7n 47 n\u0103m 2026, b\u1ea3n g\u1eedi thanh "    \
    "tra.csv"
#define CSV "\xef\xbb\xbf\"a\",\"b\"\r\n\"\u0111\",\"'=1\"\r\n"

static struct plan_attachment attachment = {FILE_NAME, "text/csv", CSV, sizeof CSV - 1};

static struct plan_letter a_letter(void)
{
    return (struct plan_letter){.template = "digest",
                                .to = "thanhtra@mic.gov.vn",
                                .key = "k",
                                .message_id = "digest.0123456789abcdef@mic.gov.vn",
                                .date = 1795341600,
                                .attachments = &attachment,
                                .n_attachments = 1};
}

static const struct compose_input good = {NAME, "banbientap@mic.gov.vn", SUBJECT, BODY, true, NULL};

static void assert_transportable(const char *bytes, size_t n)
{
    size_t line = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)bytes[i];
        assert_true(c < 0x7f && (c >= 0x20 || c == '\t' || c == '\r' || c == '\n'));
        if (c == '\r')
            assert_int_equal(bytes[i + 1], '\n');
        if (c == '\n')
            assert_int_equal(bytes[i - 1], '\r');
        line = c == '\n' ? 0 : line + 1;
        assert_true(line <= 999);
    }
}

static bool has_line(const char *bytes, const char *line)
{
    const char *at = strstr(bytes, line);
    return at && (at == bytes || at[-1] == '\n') && strncmp(at + strlen(line), "\r\n", 2) == 0;
}

static GMimeMessage *read_back(const struct plan_letter *l)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(l->bytes, l->n_bytes);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);
    g_object_unref(parser);
    g_object_unref(stream);
    assert_non_null(m);
    return m;
}

static void assert_content(GMimeObject *part, const char *want)
{
    GMimeStream *stream = g_mime_stream_mem_new();
    g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(GMIME_PART(part)), stream);
    GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    assert_int_equal(bytes->len, strlen(want));
    assert_memory_equal(bytes->data, want, bytes->len);
    g_object_unref(stream);
}

static void test_reads_back_whole(void **state)
{
    (void)state;
    void *mem = mem_new();
    struct err err = {0};
    struct plan_letter l = a_letter();
    assert_true(compose_letter(mem, &l, &good, &err));
    assert_transportable(l.bytes, l.n_bytes);
    assert_true(has_line(l.bytes, "Date: Sun, 22 Nov 2026 17:00:00 +0700"));
    assert_true(has_line(l.bytes, "Message-Id: <digest.0123456789abcdef@mic.gov.vn>") ||
                has_line(l.bytes, "Message-ID: <digest.0123456789abcdef@mic.gov.vn>"));
    assert_true(has_line(l.bytes, "To: thanhtra@mic.gov.vn"));
    assert_true(has_line(l.bytes, "Auto-Submitted: auto-generated"));
    assert_true(has_line(l.bytes, "MIME-Version: 1.0") || has_line(l.bytes, "Mime-Version: 1.0"));
    assert_null(strcasestr(l.bytes, "X-Mailer"));
    assert_null(strstr(l.bytes, "MAIL FROM"));
    GMimeMessage *m = read_back(&l);
    assert_string_equal(g_mime_message_get_subject(m), SUBJECT);
    InternetAddressList *from = g_mime_message_get_from(m);
    assert_int_equal(internet_address_list_length(from), 1);
    InternetAddress *who = internet_address_list_get_address(from, 0);
    assert_string_equal(internet_address_get_name(who), NAME);
    assert_string_equal(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(who)),
                        "banbientap@mic.gov.vn");
    GMimeMultipart *mixed = GMIME_MULTIPART(g_mime_message_get_mime_part(m));
    assert_int_equal(g_mime_multipart_get_count(mixed), 2);
    assert_content(
        g_mime_multipart_get_part(mixed, 0),
        "K\u00ednh g\u1eedi:\r\n\r\n.\r\nMAIL FROM:<x@evil.vn>\r\n.\r\nFrom here\r\n--\r\nH\u1ebft\r\n");
    GMimeObject *file = g_mime_multipart_get_part(mixed, 1);
    assert_content(file, CSV);
    assert_string_equal(g_mime_part_get_filename(GMIME_PART(file)), FILE_NAME);
    assert_string_equal(g_mime_object_get_disposition(file), "attachment");
    g_object_unref(m);
    talloc_free(mem);
}

static void test_same_letter_same_bytes(void **state)
{
    (void)state;
    void *mem = mem_new();
    struct err err = {0};
    struct plan_letter a = a_letter(), b = a_letter(), c = a_letter();
    assert_true(compose_letter(mem, &a, &good, &err));
    assert_true(compose_letter(mem, &b, &good, &err));
    assert_int_equal(a.n_bytes, b.n_bytes);
    assert_memory_equal(a.bytes, b.bytes, a.n_bytes);
    c.message_id = "digest.other@mic.gov.vn";
    assert_true(compose_letter(mem, &c, &good, &err));
    assert_string_not_equal(a.bytes, c.bytes);
    talloc_free(mem);
}

static void test_plain_letter_has_one_part(void **state)
{
    (void)state;
    void *mem = mem_new();
    struct err err = {0};
    struct plan_letter l = a_letter();
    l.n_attachments = 0;
    struct compose_input in = good;
    in.automatic = false;
    in.from_name = "";
    in.body = "";
    assert_true(compose_letter(mem, &l, &in, &err));
    assert_transportable(l.bytes, l.n_bytes);
    assert_true(has_line(l.bytes, "From: banbientap@mic.gov.vn"));
    assert_null(strstr(l.bytes, "Auto-Submitted"));
    assert_null(strstr(l.bytes, "multipart"));
    assert_true(has_line(l.bytes, "Content-Transfer-Encoding: base64"));
    talloc_free(mem);
}

/* Words that look like encoded ones, and long ones, come back as they are. */
static void test_odd_subjects_come_back(void **state)
{
    (void)state;
    static const char *const odd[] = {"=?utf-8?Q?Bcc:_x?= plain", "a: b; c, \"d\" <e@f.vn>", "  lead",
                                      "x=?y", "\u0111\u0111\u0111 =?utf-8?B?eA==?= \u0111"};
    void *mem = mem_new();
    for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
        struct err err = {0};
        struct plan_letter l = a_letter();
        struct compose_input in = good;
        in.subject = odd[i];
        assert_true(compose_letter(mem, &l, &in, &err));
        assert_transportable(l.bytes, l.n_bytes);
        GMimeMessage *m = read_back(&l);
        const char *want = odd[i] + strspn(odd[i], " ");
        assert_string_equal(g_mime_message_get_subject(m), want);
        g_object_unref(m);
    }
    talloc_free(mem);
}

/* A letter inside a letter is one only when no relay can change it and it cannot pose as a part of ours. */
static void test_letters_inside(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        bool as_letter;
    } rows[] = {{"From: a@b.vn\r\nSubject: x\r\n\r\n.\r\nMAIL FROM:<x@y>\r\n", true},
                {"From: a@b.vn\r\n\r\n\xc4\x91\r\n", false},
                {"From: a@b.vn\n\nbare\n", false},
                {"From: a@b.vn\r\n\r\n--=-bbt-0123\r\n", false},
                {"", false}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        void *mem = mem_new();
        struct err err = {0};
        struct plan_letter l = a_letter();
        struct plan_attachment a = {"a.eml", "message/rfc822", rows[i].bytes, strlen(rows[i].bytes)};
        l.attachments = &a;
        l.n_attachments = 1;
        assert_true(compose_letter(mem, &l, &good, &err));
        assert_transportable(l.bytes, l.n_bytes);
        GMimeMessage *m = read_back(&l);
        GMimeMultipart *mixed = GMIME_MULTIPART(g_mime_message_get_mime_part(m));
        assert_int_equal(g_mime_multipart_get_count(mixed), 2);
        assert_int_equal(GMIME_IS_MESSAGE_PART(g_mime_multipart_get_part(mixed, 1)), rows[i].as_letter);
        g_object_unref(m);
        talloc_free(mem);
    }
}

static void refused(struct plan_letter l, struct compose_input in, const char *why)
{
    void *mem = mem_new();
    struct err err = {0};
    if (compose_letter(mem, &l, &in, &err) || !strstr(err.text, why))
        print_error("wanted '%s', got '%s'\n", why, err.text);
    assert_false(err.kind == ERR_NONE);
    assert_int_equal(err.kind, ERR_DATA);
    assert_non_null(strstr(err.text, why));
    assert_null(l.bytes);
    talloc_free(mem);
}

static void test_refuses_hostile_words(void **state)
{
    (void)state;
    static const char *const bad[] = {"a\r\nBcc: x@evil.vn", "a\nb",    "a\rb", "a\x01", "a\x7f",
                                      "a\xc2\x85",           "a\u2028b"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct compose_input in = good;
        in.subject = bad[i];
        refused(a_letter(), in, "subject holds a control");
        in = good;
        in.from_name = bad[i];
        refused(a_letter(), in, "sender's name holds a control");
        struct plan_letter l = a_letter();
        struct plan_attachment a = attachment;
        a.name = bad[i];
        l.attachments = &a;
        refused(l, good, "attachment's name holds a control");
    }
    struct compose_input in = good;
    in.subject = "a\xff";
    refused(a_letter(), in, "not UTF-8");
    in = good;
    in.from_name = "=?utf-8?Q?x=0D=0A?=";
    refused(a_letter(), in, "poses as an encoded word");
    in = good;
    in.body = "a\xc3";
    refused(a_letter(), in, "not UTF-8");
    char longest[COMPOSE_SUBJECT_MAX + 2];
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    in = good;
    in.subject = longest;
    refused(a_letter(), in, "longer than");
    longest[COMPOSE_SUBJECT_MAX] = '\0';
    struct plan_letter l = a_letter();
    struct err err = {0};
    void *mem = mem_new();
    assert_true(compose_letter(mem, &l, &in, &err)); /* at the limit, without a place to fold */
    assert_transportable(l.bytes, l.n_bytes);
    talloc_free(mem);
}

static void test_refuses_hostile_addresses(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "x",
                                      "b@x.vn>\r\nRCPT TO:<evil@y",
                                      "b@x.vn\r\nBcc: c@y.vn",
                                      "b@x.vn, c@y.vn",
                                      "B <b@x.vn>",
                                      "b c@x.vn",
                                      "b@x.vn\x01",
                                      "\u0111@x.vn",
                                      "b@@x.vn"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct plan_letter l = a_letter();
        struct compose_input in = good;
        l.to = bad[i];
        refused(l, in, "recipient's address");
        in.from = bad[i];
        refused(a_letter(), in, "sender's address");
        l = a_letter();
        l.message_id = bad[i];
        refused(l, good, "Message-ID");
    }
    static const char *const types[] = {"",
                                        "text",
                                        "text/",
                                        "/csv",
                                        "text/csv; x=y",
                                        "text/c\r\nsv",
                                        "a/b/c",
                                        "message/partial",
                                        "multipart/mixed"};
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        struct plan_letter l = a_letter();
        struct plan_attachment a = attachment;
        a.type = types[i];
        l.attachments = &a;
        refused(l, good, "media type");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_back_whole),
        cmocka_unit_test(test_same_letter_same_bytes),
        cmocka_unit_test(test_plain_letter_has_one_part),
        cmocka_unit_test(test_odd_subjects_come_back),
        cmocka_unit_test(test_letters_inside),
        cmocka_unit_test(test_refuses_hostile_words),
        cmocka_unit_test(test_refuses_hostile_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
