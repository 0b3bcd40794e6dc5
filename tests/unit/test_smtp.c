/* Outcomes of one letter against tests/network/smtp_server.py: every stage x fault, certificates, login,
 * addresses that would inject commands, a connection the server closed meanwhile. The promise (RELIABILITY
 * 1 row 18): what was answered is known, and "unknown" is said only when the whole letter was out. */
#include "send/smtp.h"
#include "smtp_fixture.h"

#define LETTER "From: a@mic.gov.vn\r\nTo: b@x.vn\r\nSubject: s\r\n\r\n.\r\nMAIL FROM:<evil@y.vn>\r\n\r\n"

static struct smtp *open_at(void *mem, const char *listener, const char *password, int64_t timeout)
{
    struct conf_smtp conf = {.set = true,
                             .host = "localhost",
                             .port = port_of(listener),
                             .tls = str_eq(listener, "implicit") ? CONF_TLS_IMPLICIT : CONF_TLS_STARTTLS,
                             .ca_file = "ca.pem",
                             .user = password ? "bbt" : "",
                             .password_file = "",
                             .timeout = timeout};
    struct smtp *s = NULL;
    struct err err = {0};
    assert_true(smtp_open(mem, &conf, srv.dir, password, &s, &err));
    return s;
}

static enum smtp_outcome send_one(void *mem, struct smtp *s, const char *bytes, size_t n,
                                  const char **ret_text)
{
    return smtp_send(s, mem, "banbientap@mic.gov.vn", "thanhtra@mic.gov.vn", bytes, n, ret_text);
}

static void test_sends_over_both_kinds_of_tls(void **state)
{
    (void)state;
    void *mem = mem_new();
    static const char *const listeners[] = {"starttls", "implicit"};
    for (size_t i = 0; i < 2; i++) {
        int before = taken();
        const char *text;
        struct smtp *s = open_at(mem, listeners[i], "secret word", 5);
        assert_int_equal(send_one(mem, s, LETTER, sizeof LETTER - 1, &text), SMTP_SENT);
        assert_string_equal(text, "250 2.0.0 taken");
        assert_int_equal(taken(), before + 1);
        char *name = mem_fmt(mem, "%d.eml", before + 1);
        assert_string_equal(get_file(mem, name), LETTER);
        name = mem_fmt(mem, "%d.env", before + 1);
        assert_string_equal(get_file(mem, name), "banbientap@mic.gov.vn thanhtra@mic.gov.vn\n");
    }
    assert_non_null(strstr(get_file(mem, "log"), "login "));
    talloc_free(mem);
}

static void test_null_return_path_and_reuse(void **state)
{
    (void)state;
    void *mem = mem_new();
    const char *text;
    struct smtp *s = open_at(mem, "starttls", NULL, 5);
    put_file("log", "");
    for (int i = 0; i < 3; i++)
        assert_int_equal(smtp_send(s, mem, "", "b@x.vn", LETTER, sizeof LETTER - 1, &text), SMTP_SENT);
    char *log = get_file(mem, "log");
    assert_non_null(strstr(log, "MAIL FROM:<>"));
    const char *first = strstr(log, "connected");
    assert_non_null(first);
    assert_null(strstr(first + 1, "connected"));
    talloc_free(mem);
}

struct cell {
    const char *fault;
    enum smtp_outcome want;
};

static void run_cells(const char *listener, const struct cell *cells, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        void *mem = mem_new();
        const char *text = NULL;
        struct smtp *s = open_at(mem, listener, "secret word", 2);
        put_file("fault", cells[i].fault);
        put_file("log", "");
        enum smtp_outcome got = send_one(mem, s, LETTER, sizeof LETTER - 1, &text);
        put_file("fault", "");
        const char *log = get_file(mem, "log");
        bool fired = strstr(log, mem_fmt(mem, "fault %s", cells[i].fault)) != NULL ||
                     (str_starts(cells[i].fault, "dot") && strstr(log, "DATA"));
        if (got != cells[i].want || !fired)
            print_error("%s: %s (%s), fault %s\n", cells[i].fault, smtp_outcome_name(got), text,
                        fired ? "fired" : "did not fire");
        assert_true(fired);
        assert_int_equal(got, cells[i].want);
        assert_true(got == SMTP_SENT || got == SMTP_UNKNOWN || !strstr(log, "taken"));
        assert_null(strpbrk(text, "\r\n\x1b"));
        talloc_free(mem);
    }
}

static void test_faults_before_the_letter(void **state)
{
    (void)state;
    static const struct cell cells[] = {
        {"connect 4xx", SMTP_LATER},      {"connect 5xx", SMTP_CONFIG},   {"connect timeout", SMTP_LATER},
        {"connect close", SMTP_LATER},    {"connect rst", SMTP_LATER},    {"connect garbage", SMTP_LATER},
        {"connect odd", SMTP_LATER},      {"ehlo 4xx", SMTP_LATER},       {"ehlo 5xx", SMTP_CONFIG},
        {"ehlo timeout", SMTP_LATER},     {"ehlo close", SMTP_LATER},     {"ehlo rst", SMTP_LATER},
        {"ehlo garbage", SMTP_LATER},     {"starttls 4xx", SMTP_LATER},   {"starttls 5xx", SMTP_CONFIG},
        {"starttls timeout", SMTP_LATER}, {"starttls close", SMTP_LATER}, {"starttls rst", SMTP_LATER},
        {"starttls garbage", SMTP_LATER}, {"handshake 4xx", SMTP_LATER},  {"handshake timeout", SMTP_LATER},
        {"handshake close", SMTP_LATER},  {"handshake rst", SMTP_LATER},  {"handshake garbage", SMTP_LATER},
        {"ehlo2 4xx", SMTP_LATER},        {"ehlo2 5xx", SMTP_CONFIG},     {"ehlo2 timeout", SMTP_LATER},
        {"ehlo2 rst", SMTP_LATER},        {"ehlo2 garbage", SMTP_LATER},  {"auth 4xx", SMTP_LATER},
        {"auth 5xx", SMTP_CONFIG},        {"auth timeout", SMTP_LATER},   {"auth rst", SMTP_LATER},
        {"auth garbage", SMTP_LATER},
    };
    run_cells("starttls", cells, ARRAY_LEN(cells));
}

static void test_faults_of_the_letter(void **state)
{
    (void)state;
    static const struct cell cells[] = {
        {"mail 4xx", SMTP_LATER},      {"mail 5xx", SMTP_REFUSED},
        {"mail timeout", SMTP_LATER},  {"mail close", SMTP_LATER},
        {"mail rst", SMTP_LATER},      {"mail garbage", SMTP_LATER},
        {"mail odd", SMTP_LATER},      {"rcpt 4xx", SMTP_LATER},
        {"rcpt 5xx", SMTP_REFUSED},    {"rcpt timeout", SMTP_LATER},
        {"rcpt rst", SMTP_LATER},      {"rcpt garbage", SMTP_LATER},
        {"data 4xx", SMTP_LATER},      {"data 5xx", SMTP_REFUSED},
        {"data timeout", SMTP_LATER},  {"data rst", SMTP_LATER},
        {"data garbage", SMTP_LATER},  {"payload close", SMTP_UNKNOWN},
        {"payload rst", SMTP_UNKNOWN}, {"payload timeout", SMTP_UNKNOWN},
        {"payload 4xx", SMTP_LATER},   {"payload garbage", SMTP_UNKNOWN},
    };
    run_cells("starttls", cells, ARRAY_LEN(cells));
}

static void test_faults_after_the_final_dot(void **state)
{
    (void)state;
    static const struct cell cells[] = {
        {"dot 4xx", SMTP_LATER},     {"dot 5xx", SMTP_REFUSED}, {"dot timeout", SMTP_UNKNOWN},
        {"dot close", SMTP_UNKNOWN}, {"dot rst", SMTP_UNKNOWN}, {"dot garbage", SMTP_UNKNOWN},
        {"dot odd", SMTP_UNKNOWN},   {"dot 251", SMTP_SENT},
    };
    run_cells("starttls", cells, ARRAY_LEN(cells));
    run_cells("implicit", cells, ARRAY_LEN(cells));
}

/* A long letter that breaks in the middle was certainly not taken. */
static void test_broken_in_the_middle_is_later(void **state)
{
    (void)state;
    void *mem = mem_new();
    struct str big = str_new(mem);
    str_add(&big, "Subject: big\r\n\r\n");
    while (big.n < (12u << 20))
        str_add(&big, "0123456789012345678901234567890123456789012345678901234567890\r\n");
    const char *text;
    struct smtp *s = open_at(mem, "starttls", NULL, 5);
    put_file("fault", "payload rst");
    assert_int_equal(send_one(mem, s, big.s, big.n, &text), SMTP_LATER);
    put_file("fault", "");
    int before = taken();
    assert_int_equal(send_one(mem, s, big.s, big.n, &text), SMTP_SENT);
    assert_int_equal(taken(), before + 1);
    talloc_free(mem);
}

static void test_bad_certificates_are_refused(void **state)
{
    (void)state;
    static const char *const listeners[] = {"expired", "wrong-host", "self-signed", "plain"};
    void *mem = mem_new();
    for (size_t i = 0; i < ARRAY_LEN(listeners); i++) {
        const char *text;
        put_file("log", "");
        struct smtp *s = open_at(mem, listeners[i], "secret word", 5);
        enum smtp_outcome got = send_one(mem, s, LETTER, sizeof LETTER - 1, &text);
        if (got != SMTP_CONFIG)
            print_error("%s: %s (%s)\n", listeners[i], smtp_outcome_name(got), text);
        assert_int_equal(got, SMTP_CONFIG);
        const char *log = get_file(mem, "log");
        assert_null(strstr(log, "MAIL"));
        assert_null(strstr(log, "AUTH"));
    }
    talloc_free(mem);
}

static void test_wrong_password_is_the_operators(void **state)
{
    (void)state;
    void *mem = mem_new();
    const char *text;
    put_file("log", "");
    struct smtp *s = open_at(mem, "starttls", "guess", 5);
    assert_int_equal(send_one(mem, s, LETTER, sizeof LETTER - 1, &text), SMTP_CONFIG);
    assert_null(strstr(get_file(mem, "log"), "MAIL"));
    assert_null(strstr(text, "guess"));
    talloc_free(mem);
}

static void test_no_server_is_later(void **state)
{
    (void)state;
    void *mem = mem_new();
    const char *text;
    struct conf_smtp conf = {
        .set = true, .host = "127.0.0.1", .port = 1, .ca_file = "", .user = "", .timeout = 2};
    struct smtp *s;
    struct err err = {0};
    assert_true(smtp_open(mem, &conf, srv.dir, NULL, &s, &err));
    assert_int_equal(send_one(mem, s, LETTER, sizeof LETTER - 1, &text), SMTP_LATER);
    conf.host = "relay/evil@x";
    assert_false(smtp_open(mem, &conf, srv.dir, NULL, &s, &err));
    assert_int_equal(err.kind, ERR_CONF);
    talloc_free(mem);
}

static void test_injection_never_reaches_the_wire(void **state)
{
    (void)state;
    static const char *const bad[] = {"b@x.vn>\r\nRCPT TO:<evil@y.vn", "b@x.vn\n", "", "b@x.vn c@y.vn",
                                      "<b@x.vn>"};
    static const char *const letters[] = {"Subject: s\r\n\r\nx\n.\nMAIL FROM:<e@y.vn>\r\n",
                                          "Subject: s\r\n\r\nx\r", "\n", ""};
    void *mem = mem_new();
    const char *text;
    put_file("log", "");
    struct smtp *s = open_at(mem, "starttls", NULL, 5);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(smtp_send(s, mem, "", bad[i], LETTER, sizeof LETTER - 1, &text), SMTP_REFUSED);
        if (*bad[i])
            assert_int_equal(smtp_send(s, mem, bad[i], "b@x.vn", LETTER, sizeof LETTER - 1, &text),
                             SMTP_REFUSED);
    }
    for (size_t i = 0; i < ARRAY_LEN(letters); i++)
        assert_int_equal(send_one(mem, s, letters[i], strlen(letters[i]), &text), SMTP_REFUSED);
    assert_string_equal(get_file(mem, "log"), "");
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sends_over_both_kinds_of_tls),
        cmocka_unit_test(test_null_return_path_and_reuse),
        cmocka_unit_test(test_faults_before_the_letter),
        cmocka_unit_test(test_faults_of_the_letter),
        cmocka_unit_test(test_faults_after_the_final_dot),
        cmocka_unit_test(test_broken_in_the_middle_is_later),
        cmocka_unit_test(test_bad_certificates_are_refused),
        cmocka_unit_test(test_wrong_password_is_the_operators),
        cmocka_unit_test(test_no_server_is_later),
        cmocka_unit_test(test_injection_never_reaches_the_wire),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
