/* The sender role over a real store and a real SMTP dialogue: each outcome ends in the right state, backs
 * off, and a letter is doubled only out of `unknown`, once, byte for byte. */
#include "send/compose.h"
#include "send/send_role.h"
#include "smtp_fixture.h"
#include "sys/file.h"

static int64_t the_time;

static int64_t now(void)
{
    return the_time;
}

struct fixture {
    void *mem;
    char dir[SCRATCH_MAX];
    struct store *store;
    struct conf conf;
    struct send_options o;
};

static int setup(void **state)
{
    void *mem = mem_new();
    struct fixture *f = mem_zero(mem, struct fixture);
    struct err err = {0};
    f->mem = mem;
    the_time = 1795341600;
    put_file("fault", "");
    put_file("log", "");
    static const char key[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";
    if (!scratch_dir(f->dir, "send") || !file_make_dir(file_join(mem, f->dir, "keys"), 0700, &err) ||
        !file_write(file_join(mem, f->dir, "keys/journal.key"), key, sizeof key - 1, 0600, &err))
        return -1;
    if (!store_open(mem, f->dir, &f->store, &err)) {
        print_error("%s\n", err.text);
        return -1;
    }
    f->conf.smtp = (struct conf_smtp){.set = true,
                                      .host = "localhost",
                                      .port = port_of("starttls"),
                                      .tls = CONF_TLS_STARTTLS,
                                      .ca_file = mem_fmt(mem, "%s/ca.pem", srv.dir),
                                      .user = "",
                                      .password_file = "",
                                      .timeout = 2};
    f->o = (struct send_options){
        .store = f->store, .conf = &f->conf, .house = f->dir, .once = true, .stop_fd = -1, .now = now};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    pid_t rm = fork();
    if (rm == 0) {
        execl("/bin/rm", "rm", "-rf", f->dir, (char *)NULL);
        _exit(127);
    }
    waitpid(rm, NULL, 0);
    talloc_free(f->mem);
    return 0;
}

static void queue(struct fixture *f, const char *key)
{
    struct err err = {0};
    bool is_new = false;
    struct plan_letter l = {.to = "thanhtra@mic.gov.vn",
                            .key = key,
                            .message_id = mem_fmt(f->mem, "%s@mic.gov.vn", key),
                            .date = the_time};
    const struct compose_input in = {"", "banbientap@mic.gov.vn", "s", "body\n", true, NULL};
    assert_true(compose_letter(f->mem, &l, &in, &err));
    if (!store_outbox_queue(f->store, &l, "banbientap@mic.gov.vn", the_time, &is_new, &err))
        fail_msg("%s", err.text);
    assert_true(is_new);
}

static const struct outgoing *row(struct fixture *f, const char *key)
{
    struct outgoing *rows;
    struct err err = {0};
    size_t n;
    assert_true(store_outbox_list(f->store, f->mem, &rows, &n, &err));
    for (size_t i = 0; i < n; i++)
        if (str_eq(rows[i].key, key))
            return &rows[i];
    fail_msg("no row %s", key);
    return NULL;
}

static void send_all(struct fixture *f, enum err_kind want)
{
    struct err err = {0};
    bool ok = send_run(&f->o, NULL, &err);
    if (ok != (want == ERR_NONE) || err.kind != want)
        print_error("got '%s' %s\n", err.text, err_kind_name(err.kind));
    assert_int_equal(err.kind, want);
    assert_int_equal(ok, want == ERR_NONE);
}

static void assert_row(struct fixture *f, const char *key, const char *state, int64_t next_in)
{
    const struct outgoing *r = row(f, key);
    assert_string_equal(r->state, state);
    if (next_in >= 0)
        assert_int_equal(r->next_try - the_time, next_in);
}

static void test_backoff(void **state)
{
    (void)state;
    static const int64_t want[] = {300, 600, 1200, 2400, 4800, 9600, 14400, 14400};
    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        assert_int_equal(send_backoff((int64_t)i + 1), want[i]);
    assert_int_equal(send_backoff(INT64_MAX), 14400);
}

/* 4xx for ever: after five days a person looks; what waited for a limit is counted from its turn. */
static void test_gives_up(void **state)
{
    struct fixture *f = *state;
    int64_t start = the_time;
    int tries = 0;
    f->conf.letters.give_up = 5 * 86400;
    put_file("fault", "rcpt 4xx");
    queue(f, "a");
    for (; str_eq(row(f, "a")->state, "queued") && tries < 200; tries++) {
        the_time = row(f, "a")->next_try;
        struct err err = {0};
        send_run(&f->o, NULL, &err);
    }
    assert_row(f, "a", "failed", -1);
    assert_true(the_time - start >= 5 * 86400 && the_time - start < 5 * 86400 + 5 * 3600);
    assert_non_null(strstr(row(f, "a")->error, "given up"));
    assert_int_equal(row(f, "a")->attempts, tries);
    put_file("fault", "");
}

static void test_sent_once_and_never_again(void **state)
{
    struct fixture *f = *state;
    int before = taken();
    queue(f, "a");
    queue(f, "b");
    send_all(f, ERR_NONE);
    assert_row(f, "a", "sent", -1);
    assert_row(f, "b", "sent", -1);
    the_time += 30 * 86400;
    send_all(f, ERR_NONE);
    assert_int_equal(taken(), before + 2);
}

static void test_later_backs_off_and_comes(void **state)
{
    struct fixture *f = *state;
    int before = taken();
    queue(f, "a");
    put_file("fault", "rcpt 4xx");
    send_all(f, ERR_RETRY);
    assert_row(f, "a", "queued", 300);
    assert_non_null(strstr(row(f, "a")->error, "451"));
    the_time += 299;
    send_all(f, ERR_NONE); /* not due */
    the_time += 1;
    send_all(f, ERR_RETRY);
    assert_row(f, "a", "queued", 600);
    put_file("fault", "");
    the_time += 600;
    send_all(f, ERR_NONE);
    assert_row(f, "a", "sent", -1);
    assert_int_equal(taken(), before + 1);
}

static void test_refused_is_for_a_person(void **state)
{
    struct fixture *f = *state;
    queue(f, "a");
    put_file("fault", "rcpt 5xx");
    send_all(f, ERR_NONE);
    assert_row(f, "a", "failed", -1);
    put_file("fault", "");
    the_time += 86400;
    int before = taken();
    send_all(f, ERR_NONE);
    assert_int_equal(taken(), before);
}

static char *letter(struct fixture *f, int n)
{
    return get_file(f->mem, mem_fmt(f->mem, "%d.eml", n));
}

/* The number of the last letter the server took, over all tests of this program. */
static int last_taken(void *mem)
{
    int n = 0;
    while (*get_file(mem, mem_fmt(mem, "%d.env", n + 1)))
        n++;
    return n;
}

static void test_unknown_is_doubled_once(void **state)
{
    struct fixture *f = *state;
    int before = last_taken(f->mem);
    queue(f, "a");
    put_file("fault", "dot close"); /* taken, but the answer is lost */
    send_all(f, ERR_RETRY);
    assert_row(f, "a", "unknown", -1);
    the_time += 3599;
    send_all(f, ERR_NONE);
    assert_int_equal(last_taken(f->mem), before + 1);
    the_time += 1;
    send_all(f, ERR_RETRY);
    assert_row(f, "a", "unknown", -1);
    assert_int_equal(last_taken(f->mem), before + 2);
    assert_string_equal(letter(f, before + 1), letter(f, before + 2));
    put_file("fault", "");
    for (int i = 0; i < 5; i++) {
        the_time += 86400;
        send_all(f, ERR_NONE);
    }
    assert_row(f, "a", "unknown", -1);
    assert_int_equal(last_taken(f->mem), before + 2);
}

/* A sender that died between claim and mark, twice: one copy more at most. */
static void test_a_dead_sender_leaves_unknown(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct outgoing *claimed;
    int before = last_taken(f->mem);
    queue(f, "a");
    assert_true(store_outbox_claim(f->store, f->mem, the_time, &claimed, &err));
    assert_non_null(claimed);
    assert_string_equal(row(f, "a")->state, "sending");
    send_all(f, ERR_NONE);
    assert_row(f, "a", "unknown", -1);
    assert_int_equal(last_taken(f->mem), before);
    the_time += 3600;
    put_file("fault", "mail 4xx"); /* a definite answer in the second round keeps the round open */
    send_all(f, ERR_RETRY);
    assert_row(f, "a", "queued", -1);
    put_file("fault", "");
    the_time += 4 * 3600;
    assert_true(store_outbox_claim(f->store, f->mem, the_time, &claimed, &err));
    send_all(f, ERR_NONE);
    assert_row(f, "a", "unknown", -1);
    the_time += 86400;
    send_all(f, ERR_NONE);
    assert_row(f, "a", "unknown", -1);
    assert_int_equal(last_taken(f->mem), before);
}

static void test_config_stops_the_round(void **state)
{
    struct fixture *f = *state;
    queue(f, "a");
    queue(f, "b");
    f->conf.smtp.port = port_of("self-signed");
    send_all(f, ERR_CONF);
    assert_row(f, "a", "queued", 300);
    assert_row(f, "b", "queued", 0);
    f->conf.smtp.port = port_of("starttls");
    the_time += 300;
    send_all(f, ERR_NONE);
    assert_row(f, "a", "sent", -1);
    assert_row(f, "b", "sent", -1);
    f->conf.smtp.set = false;
    send_all(f, ERR_CONF);
}

static void test_stops_when_told(void **state)
{
    struct fixture *f = *state;
    int before = taken(), pipes[2];
    struct err err = {0};
    queue(f, "a");
    assert_int_equal(pipe(pipes), 0);
    assert_int_equal(write(pipes[1], "x", 1), 1);
    f->o.once = false;
    f->o.stop_fd = pipes[0];
    assert_true(send_run(&f->o, NULL, &err));
    assert_int_equal(taken(), before);
    assert_row(f, "a", "queued", 0);
    close(pipes[0]);
    close(pipes[1]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_backoff),
        TEST(test_gives_up),
        TEST(test_sent_once_and_never_again),
        TEST(test_later_backs_off_and_comes),
        TEST(test_refused_is_for_a_person),
        TEST(test_unknown_is_doubled_once),
        TEST(test_a_dead_sender_leaves_unknown),
        TEST(test_config_stops_the_round),
        TEST(test_stops_when_told),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
