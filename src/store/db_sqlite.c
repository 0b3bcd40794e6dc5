/* db_sqlite.c: SQLite behind names. The only file that calls sqlite3_*.
 *
 * Settings that are asserted, not hoped for: WAL and synchronous=FULL (NORMAL was measured to lose 148 of
 * 320 moved letters on power loss, RELIABILITY 0.6), foreign keys, DEFENSIVE, untrusted schema, no ATTACH,
 * no double-quoted strings, no memory map (an I/O error there is a SIGBUS). Refuses a schema that is newer
 * than this program. Migrations run each in one transaction with their user_version, so a crash between two
 * leaves a whole one. */
#include "store/db_sqlite.h"
#include "queries_sql.h"
#include "schema_sql.h"
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>

#define BUSY_MS   5000
#define SWITCH_MS 10

struct query {
    struct db *db;
    const char *name, *sql;
    size_t n_sql;
    sqlite3_stmt *stmt;
    int bind_rc;           /* first failure of a bind since the reset */
    const char *bad_param; /* a parameter that the text does not have */
};

struct db {
    sqlite3 *sqlite;
    const char *path;
    struct query *queries;
    size_t n_queries;
    struct query unknown; /* stands for names that do not exist */
};

/* ---- errors ---- */

/* What helps against a result code: waiting, the operator, another letter, or nothing. */
static enum err_kind kind_of(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT:
    case SQLITE_PROTOCOL:
        return ERR_RETRY;
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
        return ERR_DATA;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_CONF;
    default:
        return ERR_BUG;
    }
}

static bool fail(const struct db *db, const char *what, int rc, struct err *err)
{
    const char *why = db->sqlite ? sqlite3_errmsg(db->sqlite) : sqlite3_errstr(rc);
    return err_set(err, kind_of(rc), "database '%s': %s: %s", db->path, what, why);
}

/* ---- the .sql files ---- */

/* The value of a marker line ("-- name: x"), or NULL; owned by mem. */
static char *marker(const void *mem, const char *line, const char *word)
{
    if (!str_starts(line, word))
        return NULL;
    line += strlen(word);
    return str_trim(mem, line, strcspn(line, "\n"));
}

static const char *next_line(const char *p)
{
    p += strcspn(p, "\n");
    return *p ? p + 1 : p;
}

static void load_queries(struct db *db)
{
    struct query *open = NULL;
    for (const char *p = queries_sql; *p; p = next_line(p)) {
        char *name = marker(db, p, "-- name: ");
        if (!name)
            continue;
        if (open)
            open->n_sql = (size_t)(p - open->sql);
        open = mem_append(db, db->queries, db->n_queries);
        *open = (struct query){.db = db, .name = name, .sql = next_line(p)};
    }
    if (open)
        open->n_sql = strlen(open->sql);
}

/* ---- opening ---- */

static int close_db(struct db *db)
{
    for (size_t i = 0; i < db->n_queries; i++)
        sqlite3_finalize(db->queries[i].stmt);
    sqlite3_close(db->sqlite);
    return 0;
}

/* SQLite would make it 0644; -wal and -shm take the mode of the database. */
static bool make_file(const char *path, unsigned mode, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, (mode_t)mode);
    if (fd < 0)
        return err_errno(err, "open database '%s'", path);
    close(fd);
    return true;
}

static int harden(sqlite3 *sqlite)
{
    static const struct {
        int option, on;
    } options[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},
                   {SQLITE_DBCONFIG_DQS_DML, 0},
                   {SQLITE_DBCONFIG_DQS_DDL, 0},
                   {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                   {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
                   {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
                   {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0}};
    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        int is = -1, rc = sqlite3_db_config(sqlite, options[i].option, options[i].on, &is);
        if (rc != SQLITE_OK || is != options[i].on)
            return rc == SQLITE_OK ? SQLITE_MISUSE : rc;
    }
    sqlite3_limit(sqlite, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_extended_result_codes(sqlite, 1);
    return sqlite3_busy_timeout(sqlite, BUSY_MS);
}

static bool exec_block(struct db *db, const char *what, const char *sql, size_t n, struct err *err)
{
    _cleanup_mem_ char *text = mem_bytes(NULL, sql, n);
    int rc = sqlite3_exec(db->sqlite, text, NULL, NULL, NULL);
    return rc == SQLITE_OK || fail(db, what, rc, err);
}

/* The first switch of a new file to WAL wants it alone, and no busy timeout covers that: two processes that
 * open a fresh house at once must wait for each other here. */
static bool set_pragmas(struct db *db, struct err *err)
{
    const struct query *pragmas = db_query(db, "pragmas");
    for (int waited = 0;; waited += sqlite3_sleep(SWITCH_MS)) {
        struct err why = {0};
        if (exec_block(db, "set pragmas", pragmas->sql, pragmas->n_sql, &why))
            return true;
        if (why.kind != ERR_RETRY || waited >= BUSY_MS) {
            *err = why;
            return false;
        }
    }
}

static bool assert_settings(struct db *db, struct err *err)
{
    bool row = false;
    int64_t sync = 0, foreign = 0;
    const char *mode = "";
    if (!set_pragmas(db, err) || !q_one_text(db_query(db, "pragma_journal_mode"), db, &row, &mode, err) ||
        !q_one_int(db_query(db, "pragma_synchronous"), &row, &sync, err) ||
        !q_one_int(db_query(db, "pragma_foreign_keys"), &row, &foreign, err))
        return false;
    if (!str_eq(mode, "wal") || sync != 2 || foreign != 1)
        return err_set(err, ERR_CONF, "database '%s': not durable: journal_mode %s, synchronous %lld",
                       db->path, mode, (long long)sync);
    return true;
}

static bool open_sqlite(struct db *db, struct err *err)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    int rc = sqlite3_open_v2(db->path, &db->sqlite, flags, NULL);
    if (rc == SQLITE_OK)
        rc = harden(db->sqlite);
    if (rc != SQLITE_OK)
        return fail(db, "open", rc, err);
    return assert_settings(db, err);
}

/* ---- migrations ---- */

struct block {
    int64_t version;
    const char *sql;
    size_t n;
};

/* The version blocks of one "-- database:" section, in file order. */
static struct block *blocks_of(const void *mem, const char *schema, size_t *ret_n)
{
    struct block *blocks = NULL;
    bool mine = false;
    *ret_n = 0;
    for (const char *p = schema_sql; *p; p = next_line(p)) {
        char *section = marker(mem, p, "-- database: "), *version = marker(mem, p, "-- version: ");
        if (section)
            mine = str_eq(section, schema);
        if (!mine)
            continue;
        if (version) {
            struct block *b = mem_append(mem, blocks, *ret_n);
            b->sql = next_line(p);
            str_int(version, 1, INT32_MAX, &b->version);
        } else if (*ret_n) {
            blocks[*ret_n - 1].n = (size_t)(next_line(p) - blocks[*ret_n - 1].sql);
        }
    }
    return blocks;
}

int64_t db_version(struct db *db)
{
    struct err ignored = {0};
    bool row = false;
    int64_t version = -1;
    q_one_int(db_query(db, "pragma_user_version"), &row, &version, &ignored);
    return version;
}

static bool migrate_blocks(struct db *db, const struct block *blocks, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (blocks[i].version <= db_version(db))
            continue;
        if (!exec_block(db, "migrate", blocks[i].sql, blocks[i].n, err))
            return false;
        if (db_version(db) != blocks[i].version)
            return err_set(err, ERR_BUG, "database '%s': migration %lld does not set its version", db->path,
                           (long long)blocks[i].version);
    }
    return true;
}

/* The version is read again under the write lock: two processes may open a fresh house at once. */
static bool migrate(struct db *db, const char *schema, struct err *err)
{
    size_t n;
    _cleanup_mem_ void *tmp = mem_new();
    struct block *blocks = blocks_of(tmp, schema, &n);
    int64_t newest = n ? blocks[n - 1].version : 0, version = db_version(db);
    if (version > newest)
        return err_set(err, ERR_CONF,
                       "database '%s': schema version %lld is newer than this program knows (%lld)",
                       db->path, (long long)version, (long long)newest);
    if (version == newest)
        return true;
    if (!db_run(db, "begin", err))
        return false;
    struct err ignored = {0};
    if (migrate_blocks(db, blocks, n, err) && db_run(db, "commit", err))
        return true;
    if (db_in_transaction(db))
        db_run(db, "rollback", &ignored);
    return false;
}

bool db_open(const void *mem, const char *path, const char *schema, unsigned mode, struct db **ret,
             struct err *err)
{
    if (!make_file(path, mode, err))
        return false;
    struct db *db = mem_zero(mem, struct db);
    talloc_set_destructor(db, close_db);
    db->path = mem_str(db, path);
    db->unknown = (struct query){.db = db, .name = "?"};
    load_queries(db);
    if (!open_sqlite(db, err) || !migrate(db, schema, err)) {
        talloc_free(db);
        return false;
    }
    *ret = db;
    return true;
}

bool db_snapshot(struct db *db, const char *path, struct err *err)
{
    sqlite3 *to = NULL;
    if (!make_file(path, 0600, err))
        return false;
    int rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    sqlite3_backup *copy = rc == SQLITE_OK ? sqlite3_backup_init(to, "main", db->sqlite, "main") : NULL;
    if (copy) { /* in one step: then it is one instant, whoever writes meanwhile */
        sqlite3_backup_step(copy, -1);
        rc = sqlite3_backup_finish(copy);
    } else if (to && rc == SQLITE_OK) {
        rc = sqlite3_errcode(to);
    }
    if (rc != SQLITE_OK)
        err_set(err, kind_of(rc), "database '%s': copy to '%s': %s", db->path, path, sqlite3_errstr(rc));
    sqlite3_close(to);
    return rc == SQLITE_OK;
}

/* ---- leaving no trace ---- */

/* VACUUM attaches a database of its own, in memory, which the limit would forbid. Truncating the log needs
 * that nobody still reads from it. */
bool db_scrub(struct db *db, struct err *err)
{
    int left = 0, copied = 0;
    sqlite3_limit(db->sqlite, SQLITE_LIMIT_ATTACHED, 1);
    int rc = sqlite3_exec(db->sqlite, "VACUUM", NULL, NULL, NULL);
    sqlite3_limit(db->sqlite, SQLITE_LIMIT_ATTACHED, 0);
    if (rc == SQLITE_OK)
        rc = sqlite3_wal_checkpoint_v2(db->sqlite, "main", SQLITE_CHECKPOINT_TRUNCATE, &left, &copied);
    return rc == SQLITE_OK || fail(db, "scrub", rc, err);
}

/* ---- queries ---- */

struct query *db_query(struct db *db, const char *name)
{
    for (size_t i = 0; i < db->n_queries; i++) {
        struct query *q = &db->queries[i];
        if (strcmp(q->name, name) != 0)
            continue;
        if (!q->stmt)
            q->bind_rc = sqlite3_prepare_v3(db->sqlite, q->sql, (int)q->n_sql, SQLITE_PREPARE_PERSISTENT,
                                            &q->stmt, NULL);
        else
            q_end(q);
        return q;
    }
    db->unknown.name = name;
    db->unknown.bind_rc = SQLITE_MISUSE;
    return &db->unknown;
}

void q_end(struct query *q)
{
    if (q->stmt) { /* else it could not be prepared */
        sqlite3_reset(q->stmt);
        sqlite3_clear_bindings(q->stmt);
    }
    q->bind_rc = SQLITE_OK;
    q->bad_param = NULL;
}

/* 0 when a bind is pointless, the failure being recorded. */
static int param_index(struct query *q, const char *param)
{
    if (q->bind_rc != SQLITE_OK || !q->stmt)
        return 0;
    int i = sqlite3_bind_parameter_index(q->stmt, param);
    if (i == 0)
        q->bad_param = param;
    return i;
}

void q_text(struct query *q, const char *param, const char *value)
{
    int i = param_index(q, param);
    if (i)
        q->bind_rc = sqlite3_bind_text(q->stmt, i, value ? value : "", -1, SQLITE_STATIC);
}

void q_int(struct query *q, const char *param, int64_t value)
{
    int i = param_index(q, param);
    if (i)
        q->bind_rc = sqlite3_bind_int64(q->stmt, i, value);
}

void q_blob(struct query *q, const char *param, const void *p, size_t n)
{
    int i = param_index(q, param);
    if (i)
        q->bind_rc = sqlite3_bind_blob64(q->stmt, i, n ? p : "", n, SQLITE_STATIC);
}

static bool query_failed(struct query *q, int rc, struct err *err)
{
    _cleanup_mem_ char *what = mem_fmt(NULL, "query '%s'", q->name);
    fail(q->db, what, rc, err);
    q_end(q);
    return false;
}

bool q_next(struct query *q, bool *ret_row, struct err *err)
{
    if (q->bad_param)
        return err_set(err, ERR_BUG, "database '%s': query '%s': no parameter '%s'", q->db->path, q->name,
                       q->bad_param);
    if (q->bind_rc != SQLITE_OK || !q->stmt)
        return query_failed(q, q->bind_rc ? q->bind_rc : SQLITE_MISUSE, err);
    int rc = sqlite3_step(q->stmt);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return query_failed(q, rc, err);
    *ret_row = rc == SQLITE_ROW;
    if (rc == SQLITE_DONE)
        q_end(q);
    return true;
}

bool q_run(struct query *q, struct err *err)
{
    bool row = true;
    while (row)
        if (!q_next(q, &row, err))
            return false;
    return true;
}

bool q_one_int(struct query *q, bool *ret_row, int64_t *ret, struct err *err)
{
    if (!q_next(q, ret_row, err))
        return false;
    if (*ret_row)
        *ret = q_col_int(q, 0);
    q_end(q);
    return true;
}

bool q_one_text(struct query *q, const void *mem, bool *ret_row, const char **ret, struct err *err)
{
    if (!q_next(q, ret_row, err))
        return false;
    if (*ret_row)
        *ret = q_col_text(mem, q, 0);
    q_end(q);
    return true;
}

int64_t q_col_int(const struct query *q, int column)
{
    return sqlite3_column_int64(q->stmt, column);
}

char *q_col_bytes(const void *mem, const struct query *q, int column, size_t *ret_n)
{
    const void *p = sqlite3_column_blob(q->stmt, column);
    *ret_n = (size_t)sqlite3_column_bytes(q->stmt, column);
    return mem_bytes(mem, p ? p : "", p ? *ret_n : 0);
}

char *q_col_text(const void *mem, const struct query *q, int column)
{
    size_t n;
    return q_col_bytes(mem, q, column, &n);
}

bool db_run(struct db *db, const char *name, struct err *err)
{
    return q_run(db_query(db, name), err);
}

int64_t db_changed(const struct db *db)
{
    return sqlite3_changes64(db->sqlite);
}

int64_t db_last_id(const struct db *db)
{
    return sqlite3_last_insert_rowid(db->sqlite);
}

bool db_in_transaction(const struct db *db)
{
    return db->sqlite && !sqlite3_get_autocommit(db->sqlite);
}
