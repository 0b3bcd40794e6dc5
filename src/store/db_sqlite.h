/* db_sqlite.h: a thin driver. Statements have names (queries.sql), parameters are bound by name, tables
 * come from schema.sql; a second backend is this file and a schema, not a rewrite.
 *
 * A query is one prepared statement, kept for the life of the connection: bind, then run it or step through
 * its rows. Bound text and blobs are not copied: they must live until q_run() or the last q_next(). A query
 * is not re-entrant. A wrong name or parameter is an ERR_BUG that surfaces at the run. */
#ifndef STORE_DB_SQLITE_H
#define STORE_DB_SQLITE_H

#include "base/err.h"
#include "base/str.h"

struct db;
struct query;

/* Opens or makes the file (with `mode`, before SQLite could make it more open), sets and asserts the safe
 * settings, and migrates the section `schema` of schema.sql. A newer schema is refused with ERR_CONF.
 * Closed when `mem` is freed. */
bool db_open(const void *mem, const char *path, const char *schema, unsigned mode, struct db **ret,
             struct err *err);
int64_t db_version(struct db *db); /* the schema version that the file has */

/* Copies the database as it is at one instant into a new file, while others read and write it. */
bool db_snapshot(struct db *db, const char *path, struct err *err);

/* The named query, reset and with nothing bound. Never NULL. */
struct query *db_query(struct db *db, const char *name);
/* Runs a query without parameters, dropping its rows: begin, commit, savepoint ... */
bool db_run(struct db *db, const char *name, struct err *err);
int64_t db_changed(const struct db *db); /* rows changed by the last statement */
int64_t db_last_id(const struct db *db); /* rowid of the last insert */
bool db_in_transaction(const struct db *db);

/* Writes the whole file anew without its free pages and empties the log. ERR_RETRY while another
 * connection reads or writes. */
bool db_scrub(struct db *db, struct err *err);

void q_text(struct query *q, const char *param, const char *value); /* NULL is bound as '' */
void q_int(struct query *q, const char *param, int64_t value);
void q_blob(struct query *q, const char *param, const void *p, size_t n);

bool q_run(struct query *q, struct err *err);
/* One row more? After the last row, and on failure, the query is reset. */
bool q_next(struct query *q, bool *ret_row, struct err *err);
/* Ends a loop that is left before its last row. */
void q_end(struct query *q);
/* The first column of the first row; *ret_row false and *ret untouched when there is none. */
bool q_one_int(struct query *q, bool *ret_row, int64_t *ret, struct err *err);
bool q_one_text(struct query *q, const void *mem, bool *ret_row, const char **ret, struct err *err);

int64_t q_col_int(const struct query *q, int column);
char *q_col_text(const void *mem, const struct query *q, int column); /* "" for NULL */
char *q_col_bytes(const void *mem, const struct query *q, int column, size_t *ret_n);

#endif
