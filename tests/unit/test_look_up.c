/* test_look_up.c: attempts in the facts of a spooled letter: appended whole or not at all, kept beside the
 * arrival, repeated with growing pauses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "look_up.h"
#include "scratch.h"
#include "spool/spool.h"
#include "sys/clock.h"
#include <fcntl.h>
#include <stdlib.h>

static const char RAW[] = "From: a@x.vn\r\n\r\nhello\r\n";

static struct facts_attempt sample(const void *mem, int64_t at, bool complete)
{
    struct facts_attempt a = {.at = at,
                              .complete = complete,
                              .from_domain = "x.vn",
                              .dmarc = complete ? "reject" : "unknown",
                              .dmarc_result = complete ? "fail" : "unknown",
                              .org_domain = "x.vn",
                              .smime = "good",
                              .smime_signer = "a@x.vn"};
    *mem_append(mem, a.dkim, a.n_dkim) = (struct facts_dkim){.domain = "x.vn",
                                                             .selector = "s1",
                                                             .result = "weak",
                                                             .why = "length",
                                                             .key_bits = 2048,
                                                             .signed_at = 1700000000};
    *mem_append(mem, a.dkim, a.n_dkim) = (struct facts_dkim){
        .domain = "", .selector = "\xFF", .result = "fail", .why = "syntax", .signed_at = WHEN_NONE};
    return a;
}

static void same(const struct facts_attempt *a, const struct facts_attempt *b)
{
    assert_int_equal(a->at, b->at);
    assert_int_equal(a->complete, b->complete);
    assert_string_equal(a->from_domain, b->from_domain);
    assert_string_equal(a->dmarc, b->dmarc);
    assert_string_equal(a->dmarc_result, b->dmarc_result);
    assert_string_equal(a->org_domain, b->org_domain);
    assert_string_equal(a->smime, b->smime);
    assert_string_equal(a->smime_signer, b->smime_signer);
    assert_int_equal(a->n_dkim, b->n_dkim);
    for (size_t i = 0; i < a->n_dkim; i++) {
        assert_string_equal(a->dkim[i].domain, b->dkim[i].domain);
        assert_string_equal(a->dkim[i].selector, b->dkim[i].selector);
        assert_string_equal(a->dkim[i].result, b->dkim[i].result);
        assert_string_equal(a->dkim[i].why, b->dkim[i].why);
        assert_int_equal(a->dkim[i].key_bits, b->dkim[i].key_bits);
        assert_int_equal(a->dkim[i].signed_at, b->dkim[i].signed_at);
    }
}

static void lines(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct facts_attempt a = sample(mem, 1700000060, true), back;
    struct err err = {0};
    char *line = facts_dump_attempt(mem, &a);
    assert_null(strchr(line, '\n'));
    assert_true(facts_parse_attempt(mem, line, strlen(line), &back, &err));
    same(&a, &back);
    /* what crosses the process boundary must be the words of facts.h */
    static const char *const bad[] = {
        "{}",
        "[]",
        "null",
        "",
        "{\"attempt\":1,\"complete\":true,\"dkim\":[],\"from_domain\":\"\",\"dmarc\":\"maybe\",\"dmarc_"
        "result\":"
        "\"none\",\"org_domain\":\"\",\"smime\":\"none\",\"smime_signer\":\"\"}",
        "{\"attempt\":1,\"complete\":1,\"dkim\":[],\"from_domain\":\"\",\"dmarc\":\"none\",\"dmarc_"
        "result\":"
        "\"none\",\"org_domain\":\"\",\"smime\":\"none\",\"smime_signer\":\"\"}",
        "{\"attempt\":1,\"complete\":true,\"dkim\":[1],\"from_domain\":\"\",\"dmarc\":\"none\",\"dmarc_"
        "result\":"
        "\"none\",\"org_domain\":\"\",\"smime\":\"none\",\"smime_signer\":\"\"}"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(facts_parse_attempt(mem, bad[i], strlen(bad[i]), &back, &err));
    for (size_t n = 0; n < strlen(line); n++)
        assert_false(facts_parse_attempt(mem, line, n, &back, &err));
}

struct box {
    void *mem;
    char dir[SCRATCH_MAX];
    struct spool *spool;
    const char *id;
};

static struct box box_new(const struct facts_attempt *first)
{
    struct box b = {.mem = mem_new()};
    struct err err = {0};
    assert_non_null(scratch_dir(b.dir, "look-up"));
    assert_true(spool_open(b.mem, b.dir, &b.spool, &err));
    struct facts facts = {.account = "a",
                          .source = "imap",
                          .receipt = "r",
                          .shown = "-",
                          .received = 1700000000,
                          .received_by = "internaldate",
                          .look_up = true,
                          .attempts = (struct facts_attempt *)(uintptr_t)first,
                          .n_attempts = first != NULL};
    struct spool_batch *batch = spool_batch_new(b.spool);
    const char *id;
    assert_true(spool_put(batch, RAW, strlen(RAW), 1700000000, &facts, &id, &err));
    b.id = mem_str(b.mem, id);
    assert_true(spool_batch_commit(batch, &err));
    talloc_free(batch);
    return b;
}

static void box_free(struct box *b)
{
    char *command = mem_fmt(b->mem, "%s", b->dir);
    static const char *const names[] = {"new", "held", "done", "tmp", "again", "changed"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        static const char *const ends[] = {".eml", ".facts", ""};
        for (size_t k = 0; k < ARRAY_LEN(ends); k++)
            (void)unlink(mem_fmt(b->mem, "%s/spool/%s/%s%s", command, names[i], b->id, ends[k]));
        (void)rmdir(mem_fmt(b->mem, "%s/spool/%s", command, names[i]));
    }
    (void)rmdir(mem_fmt(b->mem, "%s/spool", command));
    (void)rmdir(command);
    talloc_free(b->mem);
}

static struct facts read_back(struct box *b)
{
    struct facts f;
    struct err err = {0};
    if (!spool_read_facts(b->spool, b->mem, b->id, &f, &err))
        fail_msg("%s", err.text);
    assert_string_equal(f.receipt, "r");
    return f;
}

static size_t marked(struct box *b, enum spool_mark mark)
{
    struct str_list ids;
    struct err err = {0};
    assert_true(spool_marked(b->spool, b->mem, mark, &ids, &err));
    return ids.n;
}

static void appended(void **state)
{
    (void)state;
    struct box b = box_new(NULL);
    struct err err = {0};
    assert_int_equal(read_back(&b).n_attempts, 0);
    assert_int_equal(marked(&b, SPOOL_AGAIN), 0);
    for (size_t i = 0; i < 30; i++) {
        struct facts_attempt a = sample(b.mem, 1700000000 + (int64_t)i, i % 2);
        assert_true(spool_append_attempt(b.spool, b.id, &a, &err));
        struct facts f = read_back(&b);
        assert_int_equal(f.n_attempts, i + 1);
        same(&f.attempts[i], &a);
    }
    assert_true(spool_verify(b.spool, b.id, &err));
    box_free(&b);
}

/* Killed at any byte of the second append: the first attempt stands, and a third is appended after it. */
static void cut_anywhere(void **state)
{
    (void)state;
    struct facts_attempt first, third;
    struct box b = box_new(NULL);
    struct err err = {0};
    first = sample(b.mem, 1, false);
    third = sample(b.mem, 3, true);
    assert_true(spool_append_attempt(b.spool, b.id, &first, &err));
    const char *path = mem_fmt(b.mem, "%s/spool/new/%s.facts", b.dir, b.id);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    off_t whole = lseek(fd, 0, SEEK_END);
    char *line = mem_fmt(b.mem, "%s\n", facts_dump_attempt(b.mem, &third));
    for (size_t n = 0; n < strlen(line); n++) {
        assert_int_equal(ftruncate(fd, whole), 0);
        assert_int_equal(pwrite(fd, line, n, whole), n);
        assert_int_equal(read_back(&b).n_attempts, 1);
        assert_true(spool_append_attempt(b.spool, b.id, &third, &err));
        struct facts f = read_back(&b);
        assert_int_equal(f.n_attempts, 2);
        same(&f.attempts[1], &third);
    }
    close(fd);
    box_free(&b);
}

static void marks(void **state)
{
    (void)state;
    void *mem = mem_new();
    struct facts_attempt open = sample(mem, 1, false), done = sample(mem, 1, true);
    struct err err = {0};
    struct box b = box_new(&open);
    assert_int_equal(marked(&b, SPOOL_AGAIN), 1);
    assert_int_equal(read_back(&b).n_attempts, 1);
    assert_true(spool_done(b.spool, b.id, &err)); /* appended wherever the letter lies */
    assert_true(spool_append_attempt(b.spool, b.id, &done, &err));
    assert_int_equal(read_back(&b).n_attempts, 2);
    assert_true(spool_mark(b.spool, SPOOL_CHANGED, b.id, &err));
    assert_true(spool_mark(b.spool, SPOOL_CHANGED, b.id, &err));
    assert_int_equal(marked(&b, SPOOL_CHANGED), 1);
    assert_true(spool_unmark(b.spool, SPOOL_CHANGED, b.id, &err));
    assert_true(spool_unmark(b.spool, SPOOL_CHANGED, b.id, &err));
    assert_int_equal(marked(&b, SPOOL_CHANGED), 0);
    spool_sweep(b.spool, clock_now() + 3 * 86400);
    assert_int_equal(marked(&b, SPOOL_AGAIN), 1);
    spool_sweep(b.spool, clock_now() + 5 * 86400);
    assert_int_equal(marked(&b, SPOOL_AGAIN), 0);
    box_free(&b);
    b = box_new(&done);
    assert_int_equal(marked(&b, SPOOL_AGAIN), 0);
    box_free(&b);
    talloc_free(mem);
}

static void pauses(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct facts f = {0};
    static const int64_t wanted[] = {60, 120, 240, 480, 960, 1920, 3840, 7680, 14400, 14400};
    assert_int_equal(look_up_due(&f), 0);
    int64_t at = 1700000000;
    size_t n = 0;
    for (int64_t due = at; due; n++) {
        *mem_append(mem, f.attempts, f.n_attempts) = sample(mem, at = due, false);
        due = look_up_due(&f);
        if (n < ARRAY_LEN(wanted))
            assert_int_equal(due - at, wanted[n]);
    }
    assert_true(at - f.attempts[0].at > 2 * 86400 && at - f.attempts[0].at <= 3 * 86400);
    assert_true(n < 40);
    f.n_attempts = 1;
    f.attempts[0].complete = true;
    assert_int_equal(look_up_due(&f), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines), cmocka_unit_test(appended),
                                       cmocka_unit_test(cut_anywhere), cmocka_unit_test(marks),
                                       cmocka_unit_test(pauses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
