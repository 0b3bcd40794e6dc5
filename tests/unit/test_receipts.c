/* fetch.db: receipts and cursor are one; a failed round leaves neither. */
#include "store_fixture.h"

#include "store/receipts.h"

static struct receipts *open_it(struct fixture *f)
{
    struct receipts *r;
    ok(receipts_open(f->mem, f->house, &r, &f->err));
    return r;
}

static bool seen(struct fixture *f, struct receipts *r, const char *receipt)
{
    bool yes;
    ok(receipts_seen(r, "box", receipt, &yes, &f->err));
    return yes;
}

static const char *cursor(struct fixture *f, struct receipts *r)
{
    const char *c;
    ok(receipts_cursor(r, f->mem, "box", &c, &f->err));
    return c;
}

static void a_round_is_one_transaction(void **state)
{
    struct fixture *f = *state;
    struct receipts *r = open_it(f), *other = open_it(f);
    assert_string_equal(cursor(f, r), "");
    ok(receipts_begin(r, &f->err));
    ok(receipts_add(r, "box", "1/1", "e1", NOW, &f->err));
    assert_true(seen(f, r, "1/1"));
    assert_false(seen(f, other, "1/1"));
    ok(receipts_commit(r, "box", "1:2", &f->err));
    assert_true(seen(f, other, "1/1"));
    assert_string_equal(cursor(f, other), "1:2");
}

static void rollback_leaves_neither(void **state)
{
    struct fixture *f = *state;
    struct receipts *r = open_it(f);
    ok(receipts_begin(r, &f->err));
    ok(receipts_add(r, "box", "1/1", "e1", NOW, &f->err));
    receipts_rollback(r);
    receipts_rollback(r);
    assert_false(seen(f, r, "1/1"));
    ok(receipts_begin(r, &f->err));
    ok(receipts_add(r, "box", "1/2", "e2", NOW, &f->err));
    talloc_free(r);
    r = open_it(f);
    assert_false(seen(f, r, "1/2"));
    assert_string_equal(cursor(f, r), "");
}

static void outside_a_round_nothing_is_written(void **state)
{
    struct fixture *f = *state;
    struct receipts *r = open_it(f);
    fails(ERR_BUG, receipts_add(r, "box", "1/1", "e1", NOW, &f->err));
    fails(ERR_BUG, receipts_commit(r, "box", "c", &f->err));
    assert_string_equal(cursor(f, r), "");
    ok(receipts_begin(r, &f->err));
    receipts_rollback(r);
    fails(ERR_BUG, receipts_add(r, "box", "1/1", "e1", NOW, &f->err));
}

static void the_same_receipt_counts_once(void **state)
{
    struct fixture *f = *state;
    struct receipts *r = open_it(f);
    for (int i = 0; i < 3; i++) {
        ok(receipts_begin(r, &f->err));
        ok(receipts_add(r, "box", "1/1", mem_fmt(f->mem, "e%d", i), NOW, &f->err));
        ok(receipts_commit(r, "box", "c", &f->err));
    }
    struct receipts_account *all;
    size_t n;
    ok(receipts_accounts(r, f->mem, &all, &n, &f->err));
    assert_int_equal(n, 1);
    assert_int_equal(all[0].taken, 1);
    assert_true(all[0].last_good == WHEN_NONE);
}

static void polls_are_remembered(void **state)
{
    struct fixture *f = *state;
    struct receipts *r = open_it(f);
    struct receipts_account *all;
    size_t n;
    ok(receipts_polled(r, "box", NOW, "", &f->err));
    ok(receipts_polled(r, "box", NOW + 60, "connection refused", &f->err));
    ok(receipts_polled(r, "new", NOW, "no", &f->err));
    ok(receipts_accounts(r, f->mem, &all, &n, &f->err));
    assert_int_equal(n, 2);
    assert_int_equal(all[0].last_good, NOW);
    assert_int_equal(all[0].last_try, NOW + 60);
    assert_string_equal(all[0].error, "connection refused");
    assert_true(all[1].last_good == WHEN_NONE);
}

static bool count_visit(void *arg, const char *account, const char *receipt, const char *entry,
                        struct err *err)
{
    int *left = arg;
    assert_string_equal(account, "box");
    assert_int_equal(receipt[0], entry[0]);
    return --*left >= 0 || err_set(err, ERR_NO, "enough");
}

static void all_are_walked(void **state)
{
    struct fixture *f = *state;
    struct receipts *r = open_it(f);
    int left = 3;
    ok(receipts_begin(r, &f->err));
    for (int i = 0; i < 3; i++)
        ok(receipts_add(r, "box", mem_fmt(f->mem, "%d", i), mem_fmt(f->mem, "%de", i), NOW, &f->err));
    ok(receipts_commit(r, "box", "c", &f->err));
    ok(receipts_walk(r, count_visit, &left, &f->err));
    assert_int_equal(left, 0);
    fails(ERR_NO, receipts_walk(r, count_visit, &left, &f->err));
    left = 3;
    ok(receipts_walk(r, count_visit, &left, &f->err));
}

/* Another fetcher at work: the second waits, then is told to come again. */
static void a_second_writer_is_told_to_retry(void **state)
{
    struct fixture *f = *state;
    struct receipts *r = open_it(f), *other = open_it(f);
    ok(receipts_begin(r, &f->err));
    fails(ERR_RETRY, receipts_begin(other, &f->err));
    ok(receipts_commit(r, "box", "c", &f->err));
    ok(receipts_begin(other, &f->err));
    receipts_rollback(other);
}

static void newer_or_foreign_files_are_refused(void **state)
{
    struct fixture *f = *state;
    struct receipts *r = open_it(f);
    talloc_free(r);
    vandal(f, "fetch.db", "PRAGMA user_version = 2");
    fails(ERR_CONF, receipts_open(f->mem, f->house, &r, &f->err));
    const char *junk = "this is not a database, but long enough to be taken for one by its size.........";
    ok(file_write(fixture_path(f, "fetch.db"), junk, strlen(junk), 0600, &f->err));
    fails(ERR_CONF, receipts_open(f->mem, f->house, &r, &f->err));
    fails(ERR_CONF, receipts_open(f->mem, "/nonexistent", &r, &f->err));
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_round_is_one_transaction),
        TEST(rollback_leaves_neither),
        TEST(outside_a_round_nothing_is_written),
        TEST(the_same_receipt_counts_once),
        TEST(polls_are_remembered),
        TEST(all_are_walked),
        TEST(a_second_writer_is_told_to_retry),
        TEST(newer_or_foreign_files_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
