/* Ten thousand ways to touch the journal, each found. The vandal has the database file, the journal's head
 * and any old copy of both, knows how links are made, and does not have the key. */
#include "store/audit.h"
#include "store_fixture.h"
#include <fcntl.h>
#include <stdlib.h>

#ifdef BBT_SANITIZE
#define EDITS 1000 /* memory is looked at as well; tests/run runs the plain program too */
#else
#define EDITS 10000
#endif
#define ROWS   24
#define COMMIT 3 /* rows in the longest commit */

struct world {
    struct fixture f;
    sqlite3 *db; /* of the vandal: walls do not fire here */
    char *head;  /* the whole of journal.head */
    uint64_t seed;
    struct audit_report seen;
};

static uint32_t draw(struct world *w, uint32_t below)
{
    w->seed = w->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(w->seed >> 33) % below;
}

static void sql(struct world *w, const char *text)
{
    char *why = NULL;
    if (sqlite3_exec(w->db, text, NULL, NULL, &why) != SQLITE_OK)
        print_error("%s: %s\n", text, why);
    assert_null(why);
}

static void sqlf(struct world *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void sqlf(struct world *w, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *text = mem_vfmt(NULL, fmt, ap);
    va_end(ap);
    sql(w, text);
    talloc_free(text);
}

static void write_head(struct world *w, const char *bytes, size_t n)
{
    int fd = open(fixture_path(&w->f, "journal.head"), O_WRONLY | O_TRUNC | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), (ssize_t)n);
    close(fd);
}

static void fill(struct fixture *f)
{
    int64_t n = 0;
    for (int i = 0; n < ROWS; i++) {
        ok(store_begin(f->store, &f->err));
        for (int k = 0; k <= i % COMMIT; k++, n++) {
            struct staff s = {.user = mem_fmt(f->mem, "u%d-%d", i, k), .login = "", .name = "n"};
            ok(store_staff_add(f->store, &s, &chief, NOW + i, &f->err));
        }
        ok(store_commit(f->store, &f->err));
    }
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    int off = -1;
    *state = w;
    w->seed = 20261122;
    fixture_house(&w->f);
    fixture_reopen(&w->f);
    fill(&w->f);
    talloc_free(w->f.store);
    w->f.store = NULL;
    size_t n;
    struct err err = {0};
    assert_true(file_read(w->f.mem, fixture_path(&w->f, "journal.head"), 1 << 20, &w->head, &n, &err));
    assert_int_equal(sqlite3_open(fixture_path(&w->f, "case.db"), &w->db), SQLITE_OK);
    assert_int_equal(sqlite3_db_config(w->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, &off), SQLITE_OK);
    sql(w, "PRAGMA synchronous = OFF; CREATE TEMP TABLE pristine AS SELECT * FROM journal");
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    char *house = mem_str(NULL, w->f.house);
    sqlite3_close(w->db);
    talloc_free(w->f.mem);
    remove_all(house);
    talloc_free(house);
    free(w);
    return 0;
}

static size_t faults(struct world *w)
{
    void *mem = mem_new();
    struct err err = {0};
    bool good = store_audit(mem, w->f.house, NULL, &w->seen, &err);
    if (!good)
        print_error("%s\n", err.text);
    assert_true(good);
    w->seen.faults = NULL;
    talloc_free(mem);
    return w->seen.found;
}

/* ---- the edits: each changes something for certain */

static const char *const columns[] = {"ref", "user", "login", "what", "detail", "link"};
static const char *const numbers[] = {"at", "batch"};

static void flip_byte(struct world *w, uint32_t row)
{
    const char *c = columns[draw(w, ARRAY_LEN(columns))];
    uint32_t at = 1 + draw(w, 8);
    sqlf(w,
         "UPDATE journal SET %s = CASE WHEN length(%s) < %u THEN %s || 'x' ELSE substr(%s, 1, %u) || "
         "CASE substr(%s, %u, 1) WHEN 'x' THEN 'y' ELSE 'x' END || substr(%s, %u) END WHERE n = %u",
         c, c, at, c, c, at - 1, c, at, c, at + 1, row);
}

static void change_number(struct world *w, uint32_t row)
{
    const char *c = numbers[draw(w, ARRAY_LEN(numbers))];
    sqlf(w, "UPDATE journal SET %s = %s + %u WHERE n = %u", c, c, 1 + draw(w, 1000), row);
}

static void hide_behind_nul(struct world *w, uint32_t row)
{
    sqlf(w, "UPDATE journal SET %s = %s || char(0) || 'more' WHERE n = %u", columns[draw(w, 6)], "detail",
         row);
}

static void take_out(struct world *w, uint32_t row)
{
    sqlf(w, "DELETE FROM journal WHERE n = %u", row);
    if (draw(w, 2)) /* and close the gap, upwards so that no number is used twice */
        sqlf(w, "UPDATE journal SET n = -n WHERE n > %u; UPDATE journal SET n = -n - 1 WHERE n < 0", row);
}

static void exchange(struct world *w, uint32_t row)
{
    uint32_t other = row == 1 ? 2 : row - 1 - draw(w, row - 1);
    sqlf(w,
         "UPDATE journal SET n = 999 WHERE n = %u; UPDATE journal SET n = %u WHERE n = %u;"
         "UPDATE journal SET n = %u WHERE n = 999",
         row, row, other, other);
}

static void cut_tail(struct world *w, uint32_t row)
{
    sqlf(w, "DELETE FROM journal WHERE n >= %u", row);
}

/* A row of his own, with a link made without the key, or the link of another row; the later ones move on.
 */
static void put_in(struct world *w, uint32_t row)
{
    sqlf(w,
         "UPDATE journal SET n = -n WHERE n >= %u; UPDATE journal SET n = -n + 1 WHERE n < 0;"
         "INSERT INTO journal SELECT %u, batch, at, ref, user, login, what, detail || 'x', link FROM "
         "journal "
         "WHERE n = %u",
         row, row, row == 1 ? 2 : row - 1);
}

static void put_at_end(struct world *w, uint32_t row)
{
    uint32_t last = (uint32_t)w->seen.last_n;
    sqlf(w,
         "INSERT INTO journal SELECT %u, %u, at, ref, user, login, what, detail, link FROM journal WHERE n "
         "= %u",
         last + 1, draw(w, 2) ? last : last - 1, row);
}

/* Changes a row and makes all links from it on anew, as one can who has the program and not the key. */
static void link_again(struct world *w, uint32_t row)
{
    unsigned char key[HASH_BYTES];
    sqlite3_stmt *get, *set;
    char *previous = NULL;
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (unsigned char)draw(w, 256);
    sqlf(w, "UPDATE journal SET detail = detail || '!' WHERE n = %u", row);
    const char *
        select = "SELECT n || ' ' || batch || ' ' || at || ' ' || ref || user || detail, link FROM journal "
                 "WHERE n = ?",
       *update = "UPDATE journal SET link = ? WHERE n = ?";
    assert_int_equal(sqlite3_prepare_v2(w->db, select, -1, &get, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(w->db, update, -1, &set, NULL), SQLITE_OK);
    for (int n = (int)row;; n++) {
        sqlite3_bind_int(get, 1, n);
        if (sqlite3_step(get) != SQLITE_ROW)
            break;
        char *text =
            mem_fmt(NULL, "%s%s", previous ? previous : "", (const char *)sqlite3_column_text(get, 0));
        talloc_free(previous);
        previous = hash_hmac_hex(NULL, key, text, strlen(text));
        talloc_free(text);
        sqlite3_reset(get);
        sqlite3_bind_text(set, 1, previous, -1, SQLITE_STATIC);
        sqlite3_bind_int(set, 2, n);
        assert_int_equal(sqlite3_step(set), SQLITE_DONE);
        sqlite3_reset(set);
    }
    sqlite3_finalize(get);
    sqlite3_finalize(set);
    talloc_free(previous);
}

static void flip_in_head(struct world *w, uint32_t row)
{
    size_t n = strlen(w->head);
    char *bad = mem_str(NULL, w->head);
    (void)row;
    bad[draw(w, (uint32_t)n)] ^= (char)(1 << draw(w, 8));
    write_head(w, bad, n);
    talloc_free(bad);
}

/* Any copy from before, at any byte: the tail is missing. */
static void older_head(struct world *w, uint32_t row)
{
    (void)row;
    write_head(w, w->head, draw(w, (uint32_t)strlen(w->head)));
}

static const char *nth_line(const char *text, uint32_t n)
{
    while (n--)
        text = strchr(text, '\n') + 1;
    return text;
}

static uint32_t count_lines(const char *text)
{
    uint32_t n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

/* Two lines change places, one goes, or one comes twice. */
static void mix_head(struct world *w, uint32_t row)
{
    uint32_t lines = count_lines(w->head), i = draw(w, lines - 1), how = draw(w, 3);
    const char *a = nth_line(w->head, i), *b = nth_line(a, 1), *c = nth_line(b, 1);
    (void)row;
    char *bad = mem_fmt(NULL, "%.*s%.*s%.*s%s", (int)(a - w->head), w->head, (int)(c - b), b,
                        how == 1   ? 0
                        : how == 0 ? (int)(b - a)
                                   : (int)(c - b),
                        how == 0 ? a : b, c);
    write_head(w, bad, strlen(bad));
    talloc_free(bad);
}

static void add_to_head(struct world *w, uint32_t row)
{
    uint32_t last = (uint32_t)w->seen.last_n;
    char *bad = draw(w, 2) ? mem_fmt(NULL, "%s%u %064u\n", w->head, last + row, row)
                           : mem_fmt(NULL, "%s%u", w->head, row);
    write_head(w, bad, strlen(bad));
    talloc_free(bad);
}

typedef void (*edit)(struct world *w, uint32_t row);
static const struct {
    const char *name;
    edit make;
    bool in_head;
} edits[] = {{"flip a byte", flip_byte, false},
             {"change a number", change_number, false},
             {"text behind a NUL", hide_behind_nul, false},
             {"take a row out", take_out, false},
             {"exchange two rows", exchange, false},
             {"cut the tail", cut_tail, false},
             {"put a row in", put_in, false},
             {"put a row at the end", put_at_end, false},
             {"make links without the key", link_again, false},
             {"flip a bit of the head", flip_in_head, true},
             {"an older copy of the head", older_head, true},
             {"lines of the head mixed", mix_head, true},
             {"add to the head", add_to_head, true}};

static void mend(struct world *w, bool in_head)
{
    if (in_head)
        write_head(w, w->head, strlen(w->head));
    else
        sql(w, "DELETE FROM journal; INSERT INTO journal SELECT * FROM pristine; COMMIT");
}

static void all_edits_are_found(void **state)
{
    struct world *w = *state;
    size_t missed = 0, made[ARRAY_LEN(edits)] = {0};
    assert_int_equal(faults(w), 0);
    uint32_t rows = (uint32_t)w->seen.rows;
    for (size_t i = 0; i < EDITS; i++) {
        size_t k = i % ARRAY_LEN(edits);
        if (!edits[k].in_head)
            sql(w, "BEGIN");
        edits[k].make(w, 1 + draw(w, rows));
        if (!edits[k].in_head)
            sql(w, "COMMIT; BEGIN");
        if (faults(w) == 0 && ++missed)
            print_error("missed: %s (edit %zu)\n", edits[k].name, i);
        made[k]++;
        mend(w, edits[k].in_head);
        w->seen.last_n = rows;
        if (i % 500 == 0)
            assert_int_equal(faults(w), 0); /* mended: what is found is the edit, not its remains */
    }
    for (size_t k = 0; k < ARRAY_LEN(edits); k++)
        print_message("# %5zu x %s\n", made[k], edits[k].name);
    assert_int_equal(missed, 0);
    assert_int_equal(faults(w), 0);
}

/* ---- what and where */

static bool says(struct world *w, const char *what, int64_t row, int64_t other)
{
    void *mem = mem_new();
    struct err err = {0};
    struct audit_report r;
    bool hit = false;
    assert_true(store_audit(mem, w->f.house, NULL, &r, &err));
    for (size_t i = 0; i < r.n_faults; i++)
        hit =
            hit || (str_eq(r.faults[i].what, what) && r.faults[i].row == row && r.faults[i].other == other);
    for (size_t i = 0; i < r.n_faults && !hit; i++)
        print_error("%s %lld %lld %s\n", r.faults[i].what, (long long)r.faults[i].row,
                    (long long)r.faults[i].other, r.faults[i].detail);
    talloc_free(mem);
    return hit;
}

static void a_fault_says_where(void **state)
{
    struct world *w = *state;
    faults(w);
    int64_t rows = w->seen.rows;
    sql(w, "UPDATE journal SET detail = 'x' WHERE n = 7");
    assert_true(says(w, "row-altered", 7, 0));
    assert_int_equal(faults(w), 1);
    sql(w, "UPDATE journal SET what = 'x' WHERE n = 9");
    assert_int_equal(faults(w), 2);
    sql(w, "BEGIN");
    mend(w, false);
    sql(w, "DELETE FROM journal WHERE n IN (5, 6)");
    assert_true(says(w, "row-missing", 5, 6));
    sql(w, "BEGIN");
    mend(w, false);
    sqlf(w, "DELETE FROM journal WHERE n = %d", (int)rows);
    assert_true(says(w, "tail-cut", rows - 1, rows));
    sql(w, "BEGIN");
    mend(w, false);
    assert_int_equal(faults(w), 0);
}

static void a_lost_key_or_head_is_said(void **state)
{
    struct world *w = *state;
    char *key = fixture_path(&w->f, "keys/journal.key"), *aside = fixture_path(&w->f, "keys/aside");
    assert_int_equal(rename(key, aside), 0);
    assert_true(says(w, "key", 0, 0));
    assert_int_equal(rename(aside, key), 0);
    assert_int_equal(unlink(fixture_path(&w->f, "journal.head")), 0);
    assert_true(says(w, "head-missing", 0, 0));
    assert_false(file_exists(fixture_path(&w->f, "journal.head"))); /* an audit makes nothing */
    write_head(w, w->head, strlen(w->head));
    assert_int_equal(faults(w), 0);
}

static void a_wall_taken_down_is_said(void **state)
{
    struct world *w = *state;
    sql(w, "DROP TRIGGER journal_no_update");
    assert_true(says(w, "wall", 0, 0));
    sql(w,
        "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal WHEN 0 BEGIN SELECT RAISE(ABORT, 'the "
        "journal is append-only'); END");
    assert_true(says(w, "wall", 0, 0));
}

/* Database and head cut alike: only a line kept elsewhere can tell. */
static void a_witness_finds_what_was_cut_everywhere(void **state)
{
    struct world *w = *state;
    struct audit_witness witness;
    struct audit_report r;
    struct err err = {0};
    uint32_t lines = count_lines(w->head);
    const char *last = nth_line(w->head, lines - 1), *earlier = nth_line(w->head, lines - 2);
    char *line = mem_bytes(w->f.mem, last, strlen(last) - 1);
    assert_true(audit_witness_parse(line, &witness));
    assert_true(store_audit(w->f.mem, w->f.house, &witness, &r, &err));
    assert_int_equal(r.found, 0);
    sqlf(w, "DELETE FROM journal WHERE n > %d", (int)strtol(earlier, NULL, 10));
    write_head(w, w->head, (size_t)(last - w->head));
    assert_true(store_audit(w->f.mem, w->f.house, NULL, &r, &err));
    assert_int_equal(r.found, 0);
    assert_true(store_audit(w->f.mem, w->f.house, &witness, &r, &err));
    assert_int_equal(r.found, 1);
    assert_string_equal(r.faults[0].what, "witness");
    assert_false(audit_witness_parse("12 abc", &witness));
    assert_false(audit_witness_parse("", &witness));
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_edits_are_found),
        TEST(a_fault_says_where),
        TEST(a_lost_key_or_head_is_said),
        TEST(a_wall_taken_down_is_said),
        TEST(a_witness_finds_what_was_cut_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
