/* banbientap.conf: defaults, every word, and what is refused. */
#include "house/conf.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct conf *parse(const void *mem, const char *text, struct problems *problems)
{
    return conf_parse(mem, "t.conf", text, strlen(text), problems);
}

static char *say(const void *mem, const struct problems *p)
{
    struct str out = str_new(mem);
    for (size_t i = 0; i < p->n; i++)
        str_addf(&out, "%d:%d %s '%s' [%s]\n", p->v[i].line, p->v[i].column, p->v[i].key, p->v[i].subject,
                 p->v[i].hint);
    return mem_str(mem, out.n ? out.s : "");
}

static void test_defaults(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct problems p = {0};
    (void)state;
    const struct conf *c = conf_parse(mem, "none", NULL, 0, &p);
    assert_non_null(c);
    assert_string_equal(c->profile, "");
    assert_string_equal(c->lang, "vi");
    assert_string_equal(c->from, "");
    assert_string_equal(c->site_dir, "site");
    assert_int_equal(c->max_letter, 50 << 20);
    assert_int_equal(c->readers, 0);
    assert_string_equal(c->resolver, "");
    assert_string_equal(c->public_suffixes, "");
    assert_string_equal(c->smime_ca, "");
    assert_false(c->trial);
    assert_false(c->smtp.set);
    assert_int_equal(c->letters.receipts, CONF_RECEIPTS_HELD);
    assert_int_equal(c->letters.receipts_a_day, 1);
    assert_int_equal(c->letters.requests_a_day, 10);
    assert_int_equal(c->letters.an_hour, 100);
    assert_int_equal(c->letters.give_up, 5 * 86400);
    assert_int_equal(c->letters.remind_after, 3 * 86400);
    assert_false(c->letters.plus_addresses || c->letters.ask_deputies);
    assert_false(c->stamps_set);
    assert_int_equal(c->n_mailboxes, 0);
}

static void test_letters(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct problems p = {0};
    static const char good[] =
        "profile mic\nletters { receipts all; plus-addresses yes; ask-deputies yes\n"
        "remind-after 0; receipts-a-day 0; requests-a-day 3; alerts-a-day 5; an-hour 7; give-up 2h }\n";
    static const char bad[] = "profile mic\nletters { receipts some; an-hour -1; give-up 5m }\n";
    (void)state;
    const struct conf *c = conf_parse(mem, "f", good, sizeof good - 1, &p);
    assert_non_null(c);
    assert_int_equal(c->letters.receipts, CONF_RECEIPTS_ALL);
    assert_true(c->letters.plus_addresses && c->letters.ask_deputies);
    assert_int_equal(c->letters.remind_after, 0);
    assert_int_equal(c->letters.alerts_a_day, 5);
    assert_int_equal(c->letters.receipts_a_day, 0);
    assert_int_equal(c->letters.requests_a_day, 3);
    assert_int_equal(c->letters.an_hour, 7);
    assert_int_equal(c->letters.give_up, 7200);
    assert_null(conf_parse(mem, "f", bad, sizeof bad - 1, &p));
    assert_int_equal(p.n, 3);
}

static void test_all_words(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct problems p = {0};
    (void)state;
    const struct conf *c =
        parse(mem,
              "profile dongnai; trial yes; lang en; from Portal@DongNai.GOV.vn; inspectorate \"\"\n"
              "site-dir /srv/site; site-url http://x/; readers 4; max-letter 2M\n"
              "resolver 127.0.0.1@5353; public-suffixes names; smime-ca secret/ca.pem\n"
              "own-domains A.vn b.vn; authserv-ids MX.a.vn; receivers *.a.vn mail; stamps no\n"
              "mailbox one { protocol imap; host IMAP.a.vn; user u; password-file p; tls starttls\n"
              "  folder \"Th\xc6\xb0 \xc4\x91\xe1\xba\xbfn\"; after move \"Da nhan\"; poll 5m; idle 1740; "
              "timeout 9 }\n"
              "mailbox two { protocol pop3; host p; user u; password-file p; port 1995; after delete }\n"
              "mailbox drop { protocol maildir; path /var/drop; look-up yes }\n"
              "smtp { host relay; tls implicit; user u; password-file s; timeout 1m }\n",
              &p);
    assert_string_equal(say(mem, &p), "");
    assert_string_equal(c->profile, "dongnai");
    assert_true(c->trial);
    assert_string_equal(c->lang, "en");
    assert_string_equal(c->from, "Portal@dongnai.gov.vn");
    assert_int_equal(c->max_letter, 2 << 20);
    assert_string_equal(c->resolver, "127.0.0.1@5353");
    assert_string_equal(c->public_suffixes, "names");
    assert_string_equal(c->smime_ca, "secret/ca.pem");
    assert_string_equal(c->own_domains.v[0], "a.vn");
    assert_string_equal(c->receivers.v[0], "*.a.vn");
    assert_true(c->stamps_set);
    assert_false(c->stamps);
    assert_int_equal(c->n_mailboxes, 3);
    const struct conf_mailbox *m = c->mailboxes;
    assert_int_equal(m[0].port, 143);
    assert_string_equal(m[0].host, "imap.a.vn");
    assert_int_equal(m[0].after, CONF_AFTER_MOVE);
    assert_string_equal(m[0].after_arg, "Da nhan");
    assert_int_equal(m[0].poll, 300);
    assert_true(m[0].trust_results && m[0].look_up);
    assert_int_equal(m[1].port, 1995);
    assert_int_equal(m[1].protocol, CONF_POP3);
    assert_int_equal(m[1].idle, 1500);
    assert_int_equal(m[1].after, CONF_AFTER_DELETE);
    assert_string_equal(m[2].path, "/var/drop");
    assert_false(m[2].trust_results);
    assert_true(m[2].look_up);
    assert_int_equal(c->smtp.port, 465);
    assert_int_equal(c->smtp.timeout, 60);
}

static void test_limits(void **state)
{
    static const struct {
        const char *text, *key; /* NULL: it is good */
    } cases[] = {
        {"readers 256", NULL},
        {"readers 257", "out-of-range"},
        {"readers -1", "out-of-range"},
        {"readers 1.5", "not-a-number"},
        {"readers \"\"", "not-a-number"},
        {"readers 99999999999999999999", "not-a-number"},
        {"max-letter 64K", NULL},
        {"max-letter 63K", "out-of-range"},
        {"max-letter 1G", NULL},
        {"max-letter 1025M", "out-of-range"},
        {"max-letter 9999999999999G", "not-a-number"},
        {"max-letter 50m", "not-a-number"},
        {"site-url ftp://x", "not-a-url"},
        {"trial maybe", "not-a-choice"},
        {"trial", "missing-value"},
        {"trial yes no", "too-many-words"},
        {"from nobody", "not-an-address"},
        {"from a@b@c", "not-an-address"},
        {"from a@b..c", "not-an-address"},
        {"from \"a b@c.vn\"", "not-an-address"},
        {"receivers *", "not-a-host"},
        {"authserv-ids *.a.vn", "not-a-host"},
        {"authserv-ids a.vn A.VN", "duplicate"},
        {"lang { vi }", "not-a-block"},
        {"smtp", "needs-block"},
        {"profile ../etc", "duplicate"},
        {"site-dir \"\"", "empty"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        _cleanup_mem_ void *mem = mem_new();
        struct problems p = {0};
        const struct conf *c = parse(mem, mem_fmt(mem, "profile mic\n%s\n", cases[i].text), &p);
        if (!cases[i].key) {
            assert_string_equal(say(mem, &p), "");
            assert_non_null(c);
        } else {
            assert_null(c);
            assert_int_equal(p.n, 1);
            assert_string_equal(p.v[0].key, cases[i].key);
            assert_int_equal(p.v[0].line, 2);
        }
    }
}

static void test_profile_is_a_name(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct problems p = {0};
    (void)state;
    assert_null(parse(mem, "profile ../etc", &p)); /* it becomes a directory name */
    assert_string_equal(p.v[0].key, "not-a-name");
}

/* Each mailbox mistake is found, in one reading, and in the order of the file. */
static void test_mailbox_mistakes(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct problems p = {0};
    (void)state;
    assert_null(parse(mem,
                      "mailbox a { protocol imap; host h; pasword-file x; user u }\n"
                      "mailbox a { protocol pop3; host h; user u; password secret; after move X }\n"
                      "mailbox ingest { protocol maildir; after delete }\n"
                      "mailbox { protocol imap4; tls none; idle 30m }\n"
                      "mialbox b { }\n",
                      &p));
    assert_string_equal(say(mem, &p), "1:1 missing 'password-file' []\n"
                                      "1:1 missing 'profile' []\n"
                                      "1:36 unknown-word 'pasword-file' [password-file]\n"
                                      "2:9 duplicate 'a' []\n"
                                      "2:44 password-in-file 'password' [password-file]\n"
                                      "2:67 not-with-pop3 'move' [keep delete]\n"
                                      "3:9 reserved-word 'ingest' []\n"
                                      "3:42 not-with-maildir 'delete' [keep]\n"
                                      "4:1 missing 'host' []\n"
                                      "4:1 missing 'password-file' []\n"
                                      "4:1 missing 'user' []\n"
                                      "4:1 missing-value 'mailbox' []\n"
                                      "4:20 not-a-choice 'imap4' [imap]\n"
                                      "4:31 not-a-choice 'none' [implicit starttls]\n"
                                      "4:42 out-of-range '30m' [30 .. 1740]\n"
                                      "5:1 unknown-word 'mialbox' [mailbox]\n");
}

/* The shipped example must itself be right, also with every example line of it switched on. */
static void test_shipped_example(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct problems p = {0};
    char *text = mem_array(mem, char, 1 << 16);
    (void)state;
    FILE *f = fopen("conf/banbientap.conf", "rb");
    assert_non_null(f);
    size_t n = fread(text, 1, (1 << 16) - 1, f);
    fclose(f);
    assert_non_null(conf_parse(mem, "banbientap.conf", text, n, &p));
    assert_string_equal(say(mem, &p), "");
    for (size_t i = 0; i + 1 < n; i++)
        if (text[i] == '#' && (i == 0 || text[i - 1] == '\n') && text[i + 1] != ' ' && text[i + 1] != '\n')
            text[i] = ' ';
    for (char *s = strstr(text, "\n#    "); s; s = strstr(s, "\n#    "))
        s[1] = ' ';
    const struct conf *c = conf_parse(mem, "banbientap.conf", text, n, &p);
    /* the closing "#}" lines begin blocks' ends, so all of it was read */
    assert_string_equal(say(mem, &p), "");
    assert_int_equal(c->n_mailboxes, 2);
    assert_true(c->smtp.set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),          cmocka_unit_test(test_letters),
        cmocka_unit_test(test_all_words),         cmocka_unit_test(test_limits),
        cmocka_unit_test(test_profile_is_a_name), cmocka_unit_test(test_mailbox_mistakes),
        cmocka_unit_test(test_shipped_example),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
