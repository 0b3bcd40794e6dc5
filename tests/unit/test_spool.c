/* The durable queue: nothing visible before commit, states are directories, damaged files are recognised.
 */
#include "base/str.h"
#include "scratch.h"
#include "spool/spool.h"
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

struct house {
    void *mem;
    char dir[SCRATCH_MAX];
    struct spool *spool;
    struct err err;
};

static int setup(void **state)
{
    void *mem = mem_new();
    struct house *h = mem_zero(mem, struct house);
    h->mem = mem;
    *state = h;
    return scratch_dir(h->dir, "spool") && spool_open(mem, h->dir, &h->spool, &h->err) ? 0 : -1;
}

static int teardown(void **state)
{
    struct house *h = *state;
    char *const argv[] = {"rm", "-rf", h->dir, NULL};
    if (fork() == 0)
        execvp("rm", argv);
    talloc_free(h->mem);
    return 0;
}

static struct facts some_facts(void)
{
    return (struct facts){.account = "ingest",
                          .source = "file",
                          .receipt = "r",
                          .shown = "a.eml",
                          .received = 1795224600,
                          .received_by = "mtime"};
}

static const char *put_one(struct house *h, const char *bytes)
{
    struct facts f = some_facts();
    const char *id;
    struct spool_batch *b = spool_batch_new(h->spool);
    assert_true(spool_put(b, bytes, strlen(bytes), 1795224600, &f, &id, &h->err));
    assert_true(spool_batch_commit(b, &h->err));
    id = mem_str(h->mem, id);
    talloc_free(b);
    return id;
}

static void test_invisible_before_commit(void **state)
{
    struct house *h = *state;
    struct facts f = some_facts();
    struct spool_counts c;
    const char *id;
    struct spool_batch *b = spool_batch_new(h->spool);
    assert_true(spool_put(b, "x", 1, 1795224600, &f, &id, &h->err));
    assert_true(spool_count(h->spool, &c, &h->err));
    assert_int_equal(c.waiting, 0);
    assert_int_equal(c.tmp, 1);
    talloc_free(b); /* aborts */
    assert_true(spool_count(h->spool, &c, &h->err));
    assert_int_equal(c.waiting + c.tmp, 0);
}

static void test_abort_after_close(void **state)
{
    struct house *h = *state;
    struct facts f = some_facts();
    struct spool_counts c;
    struct spool *other;
    const char *id;
    assert_true(spool_open(h->mem, h->dir, &other, &h->err));
    assert_true(spool_put(spool_batch_new(other), "x", 1, 1795224600, &f, &id, &h->err));
    talloc_free(other); /* the batch goes with its spool */
    assert_true(spool_count(h->spool, &c, &h->err));
    assert_int_equal(c.tmp, 0);
}

static void leave(const struct house *h, const char *name, int64_t age)
{
    char path[SCRATCH_MAX + 128];
    snprintf(path, sizeof path, "%s/spool/%s", h->dir, name);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    const struct timespec times[2] = {{.tv_sec = 1795224600 - age}, {.tv_sec = 1795224600 - age}};
    assert_true(fd >= 0);
    assert_int_equal(futimens(fd, times), 0);
    close(fd);
}

static bool is_there(const struct house *h, const char *name)
{
    char path[SCRATCH_MAX + 128];
    snprintf(path, sizeof path, "%s/spool/%s", h->dir, name);
    return access(path, F_OK) == 0;
}

static void test_sweep(void **state)
{
    const struct house *h = *state;
    leave(h, "tmp/old.eml", 90000);
    leave(h, "tmp/old.facts", 90000);
    leave(h, "tmp/young.eml", 80000);
    leave(h, "new/orphan.facts", 90000);
    leave(h, "new/young.facts", 80000);
    leave(h, "new/whole.facts", 90000);
    leave(h, "new/whole.eml", 90000);
    leave(h, "held/why.why", 90000);
    spool_sweep(h->spool, 1795224600);
    assert_false(is_there(h, "tmp/old.eml") || is_there(h, "tmp/old.facts") ||
                 is_there(h, "new/orphan.facts"));
    assert_true(is_there(h, "tmp/young.eml") && is_there(h, "new/young.facts"));
    assert_true(is_there(h, "new/whole.facts") && is_there(h, "new/whole.eml") &&
                is_there(h, "held/why.why"));
}

static void test_travel(void **state)
{
    struct house *h = *state;
    struct spool_counts c;
    struct entry *list;
    size_t n;
    const char *a = put_one(h, "From: a\r\n\r\nx"), *b = put_one(h, "From: b\r\n\r\ny");
    assert_true(spool_list(h->spool, h->mem, "", 10, &list, &n, &h->err));
    assert_int_equal(n, 2);
    assert_string_equal(list[0].id, a);
    assert_true(spool_done(h->spool, a, &h->err));
    assert_true(spool_done(h->spool, a, &h->err)); /* repeated after a crash: changes nothing */
    assert_true(spool_hold(h->spool, b, "because", &h->err));
    assert_true(spool_sync(h->spool, &h->err));
    assert_true(spool_count(h->spool, &c, &h->err));
    assert_int_equal(c.done, 1);
    assert_int_equal(c.held, 1);
    assert_int_equal(c.waiting, 0);
    assert_true(spool_verify(h->spool, a, &h->err));
    assert_true(spool_verify(h->spool, b, &h->err));
}

/* RELIABILITY promise 2: a truncated file is recognised at every length. */
static void test_truncation(void **state)
{
    struct house *h = *state;
    char path[SCRATCH_MAX + 200], letter[400];
    memset(letter, 'x', sizeof letter - 1);
    letter[sizeof letter - 1] = '\0';
    const char *id = put_one(h, letter);
    snprintf(path, sizeof path, "%s/spool/new/%s.eml", h->dir, id);
    for (int length = (int)sizeof letter - 2; length >= 0; length--) {
        assert_int_equal(truncate(path, length), 0);
        assert_false(spool_verify(h->spool, id, &h->err));
        assert_int_equal(h->err.kind, ERR_DATA);
    }
}

/* Abuse A39: symbolic and hard links in the spool are not read. */
static void test_links_refused(void **state)
{
    struct house *h = *state;
    char from[SCRATCH_MAX + 200], to[SCRATCH_MAX + 200];
    int fd;
    const char *id = put_one(h, "secret");
    snprintf(from, sizeof from, "%s/spool/new/%s.eml", h->dir, id);
    snprintf(to, sizeof to, "%s/spool/new/planted.eml", h->dir);
    assert_int_equal(symlink(from, to), 0);
    assert_false(spool_open_raw(h->spool, "planted", &fd, &h->err));
    assert_int_equal(unlink(to), 0);
    assert_int_equal(link(from, to), 0);
    assert_false(spool_open_raw(h->spool, "planted", &fd, &h->err));
    assert_false(spool_open_raw(h->spool, id, &fd, &h->err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_invisible_before_commit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_abort_after_close, setup, teardown),
        cmocka_unit_test_setup_teardown(test_sweep, setup, teardown),
        cmocka_unit_test_setup_teardown(test_travel, setup, teardown),
        cmocka_unit_test_setup_teardown(test_truncation, setup, teardown),
        cmocka_unit_test_setup_teardown(test_links_refused, setup, teardown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
