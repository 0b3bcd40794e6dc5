/* The journal: what a vandal with the file can do to it is found. */
#include "store_fixture.h"
#include <sys/wait.h>

#define UNLOCKED                                                                                           \
    "DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete; DROP TRIGGER journal_in_order;"

/* Four commits: rows 1, 2, 3-4, 5. */
static void fill(struct fixture *f)
{
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    open_case(f, &(struct sample){.id = "b"});
    struct plan *p = step_plan(f, ref, "x");
    add_move(p, "received", "editing");
    plan_add(p, EFFECT_NOTE)->text = "words";
    apply_one_plan(f, p);
    open_case(f, &(struct sample){.id = "c"});
    assert_int_equal(ask(f, "SELECT count(*) FROM journal"), 5);
    assert_int_equal(count_faults(f), 0);
}

static bool found(struct fixture *f, const char *words)
{
    struct str_list faults = {0};
    bool hit = false;
    ok(store_check(f->store, f->mem, &faults, &f->err));
    for (size_t i = 0; i < faults.n; i++)
        hit = hit || strstr(faults.v[i], words) != NULL;
    if (!hit)
        for (size_t i = 0; i < faults.n; i++)
            print_error("fault: %s\n", faults.v[i]);
    return hit;
}

static char *head_text(struct fixture *f)
{
    char *text;
    ok(file_read(f->mem, fixture_path(f, "journal.head"), 1 << 20, &text, NULL, &f->err));
    return text;
}

static void write_head(struct fixture *f, const char *text)
{
    ok(file_write(fixture_path(f, "journal.head"), text, strlen(text), 0600, &f->err));
    fixture_reopen(f);
}

static void every_field_is_bound(void **state)
{
    struct fixture *f = *state;
    static const char *const changes[] = {
        "at = at + 1",    "ref = ref || 'x'",
        "user = 'other'", "login = 'other'",
        "what = 'NOTE'",  "detail = detail || ' '",
        "batch = 1",      "link = replace(link, substr(link, 1, 1), '0')"};
    fill(f);
    vandal(f, "case.db", UNLOCKED "CREATE TABLE copy AS SELECT * FROM journal");
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        char *sql = mem_fmt(f->mem, "UPDATE journal SET %s WHERE n = 3", changes[i]);
        vandal(f, "case.db", sql);
        assert_true(found(f, "row 3 was altered") || found(f, "row 4 was altered"));
        vandal(f, "case.db", "DELETE FROM journal; INSERT INTO journal SELECT * FROM copy");
        assert_false(found(f, "was altered") || found(f, "is missing")); /* its walls are down */
    }
}

static void a_row_taken_out_is_missed(void **state)
{
    struct fixture *f = *state;
    fill(f);
    vandal(f, "case.db", UNLOCKED "DELETE FROM journal WHERE n = 2");
    assert_true(found(f, "row 2 is missing"));
    vandal(f, "case.db", "UPDATE journal SET n = n - 1 WHERE n > 2");
    assert_true(found(f, "row 2 was altered"));
}

static void rows_that_change_places_are_found(void **state)
{
    struct fixture *f = *state;
    fill(f);
    vandal(f, "case.db",
           UNLOCKED "UPDATE journal SET n = 99 WHERE n = 1; UPDATE journal SET n = 1 WHERE n = 2;"
                    "UPDATE journal SET n = 2 WHERE n = 99");
    assert_true(found(f, "row 1 was altered"));
}

static void a_cut_tail_is_found_and_stays_found(void **state)
{
    struct fixture *f = *state;
    fill(f);
    vandal(f, "case.db", UNLOCKED "DELETE FROM journal WHERE n = 5");
    assert_true(found(f, "journal.head has seen 5"));
    fixture_reopen(f);
    assert_true(found(f, "journal.head has seen 5"));
    open_case(f, &(struct sample){.id = "later"});
    assert_true(count_faults(f) > 0);
    open_case(f, &(struct sample){.id = "and later"});
    assert_true(count_faults(f) > 0);
}

static void the_database_itself_refuses(void **state)
{
    struct fixture *f = *state;
    static const char *const tries[] = {"UPDATE journal SET detail = ''", "DELETE FROM journal WHERE n = 5",
                                        "INSERT OR REPLACE INTO journal SELECT 2, batch, at, ref, user, "
                                        "login, what, 'x', link FROM journal WHERE n = 2",
                                        "INSERT INTO journal SELECT 9, batch, at, ref, user, login, what, "
                                        "'x', link FROM journal WHERE n = 2"};
    fill(f);
    for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
        sqlite3 *db;
        assert_int_equal(sqlite3_open(fixture_path(f, "case.db"), &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, tries[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
        sqlite3_close(db);
    }
    assert_int_equal(count_faults(f), 0);
}

/* A process that died between COMMIT and the head's line; then one that died in the middle of the line. */
static void a_head_one_batch_behind_is_completed(void **state)
{
    struct fixture *f = *state;
    fill(f);
    char *whole = head_text(f);
    char *cut = mem_str(f->mem, whole);
    cut[strlen(cut) - 1] = '\0';
    char *last = strrchr(cut, '\n') + 1;
    char *torn = mem_fmt(f->mem, "%.*s%.20s", (int)(last - cut), whole, last);
    *last = '\0';
    write_head(f, cut);
    assert_string_equal(head_text(f), whole);
    assert_int_equal(count_faults(f), 0);
    write_head(f, torn);
    assert_int_equal(count_faults(f), 0);
    open_case(f, &(struct sample){.id = "later"});
    assert_int_equal(count_faults(f), 0);
}

static void a_head_two_batches_behind_is_a_fault(void **state)
{
    struct fixture *f = *state;
    fill(f);
    char *text = head_text(f);
    for (int i = 0; i < 2; i++) {
        text[strlen(text) - 1] = '\0';
        strrchr(text, '\n')[1] = '\0';
    }
    write_head(f, text);
    assert_string_equal(head_text(f), text);
    assert_true(found(f, "journal.head: no line for the commit at row 4"));
    open_case(f, &(struct sample){.id = "later"});
    assert_true(found(f, "journal.head: no line for the commit at row 4"));
}

static void a_lost_or_altered_head_is_a_fault(void **state)
{
    struct fixture *f = *state;
    fill(f);
    char *whole = head_text(f);
    write_head(f, "");
    assert_true(count_faults(f) > 0);
    char *altered = mem_str(f->mem, whole);
    altered[3] = altered[3] == '0' ? '1' : '0';
    write_head(f, altered);
    assert_true(found(f, "row 1 had another link"));
    write_head(f, whole);
    assert_int_equal(count_faults(f), 0);
    assert_int_equal(unlink(fixture_path(f, "journal.head")), 0);
    assert_true(count_faults(f) > 0);
}

static void another_key_verifies_nothing(void **state)
{
    struct fixture *f = *state;
    char key[65] = "";
    fill(f);
    memset(key, 'b', 64);
    ok(file_write(fixture_path(f, "keys/journal.key"), key, 64, 0600, &f->err));
    fixture_reopen(f);
    assert_true(found(f, "row 1 was altered"));
}

static void the_key_is_needed_and_private(void **state)
{
    struct fixture *f = *state;
    struct store *s;
    assert_int_equal(chmod(fixture_path(f, "keys/journal.key"), 0644), 0);
    fails(ERR_CONF, store_open(f->mem, f->house, &s, &f->err));
    ok(file_write(fixture_path(f, "keys/journal.key"), "abc", 3, 0600, &f->err));
    fails(ERR_CONF, store_open(f->mem, f->house, &s, &f->err));
    assert_int_equal(unlink(fixture_path(f, "keys/journal.key")), 0);
    fails(ERR_CONF, store_open(f->mem, f->house, &s, &f->err));
}

/* Four processes write at once: every commit gets its line, in order. */
static void writers_take_turns(void **state)
{
    struct fixture *f = *state;
    pid_t children[4];
    for (size_t c = 0; c < ARRAY_LEN(children); c++) {
        children[c] = fork();
        if (children[c] == 0) {
            struct store *s;
            struct err err = {0};
            bool good = store_open(f->mem, f->house, &s, &err);
            struct staff staff = {.user = mem_fmt(f->mem, "u%zu", c), .login = "", .name = ""};
            for (int i = 0; good && i < 25; i++)
                good = store_staff_add(s, &staff, &chief, NOW, &err);
            _exit(good ? 0 : 1);
        }
    }
    for (size_t c = 0; c < ARRAY_LEN(children); c++) {
        int status = -1;
        assert_int_equal(waitpid(children[c], &status, 0), children[c]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(ask(f, "SELECT count(*) FROM journal"), 100);
    assert_int_equal(count_faults(f), 0);
}

static void a_newer_schema_is_refused(void **state)
{
    struct fixture *f = *state;
    struct store *s;
    int64_t version = store_schema_version(f->store);
    assert_true(version >= 3);
    open_case(f, &(struct sample){.id = "a"});
    talloc_free(f->store);
    f->store = NULL;
    vandal(f, "case.db", "PRAGMA user_version = 1000");
    fails(ERR_CONF, store_open(f->mem, f->house, &s, &f->err));
    vandal(f, "case.db", mem_fmt(f->mem, "PRAGMA user_version = %d", (int)version));
    fixture_reopen(f);
    assert_int_equal(count_faults(f), 0);
}

static void damage_is_reported(void **state)
{
    struct fixture *f = *state;
    fill(f);
    vandal(f, "case.db",
           "PRAGMA foreign_keys = OFF; DROP TRIGGER submissions_no_delete; DELETE FROM receipts WHERE "
           "receipt = 'a'");
    assert_true(found(f, "BBT-2026-000001 has no receipt"));
    vandal(f, "case.db",
           "PRAGMA foreign_keys = OFF; DELETE FROM submissions WHERE ref = 'BBT-2026-000002'");
    assert_true(found(f, "foreign key"));
    vandal(f, "case.db", "DELETE FROM texts WHERE submission = 3");
    assert_true(found(f, "full text"));
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_field_is_bound),
        TEST(a_row_taken_out_is_missed),
        TEST(rows_that_change_places_are_found),
        TEST(a_cut_tail_is_found_and_stays_found),
        TEST(the_database_itself_refuses),
        TEST(a_head_one_batch_behind_is_completed),
        TEST(a_head_two_batches_behind_is_a_fault),
        TEST(a_lost_or_altered_head_is_a_fault),
        TEST(another_key_verifies_nothing),
        TEST(the_key_is_needed_and_private),
        TEST(writers_take_turns),
        TEST(a_newer_schema_is_refused),
        TEST(damage_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
