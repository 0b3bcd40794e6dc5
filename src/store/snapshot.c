/* snapshot.c: copying the databases of a working house. The journal and its head must be of one instant,
 * and the head follows the commit: so the head is read after the copy of case.db is made and every commit
 * in it has written its line (the head's lock says so), and is cut behind the copy's last row. */
#include "store/snapshot.h"
#include "store/inside.h"
#include "sys/file.h"
#include <errno.h>
#include <fcntl.h>

#define HEAD_MAX (1u << 30)

struct snapshot {
    struct db *db;
};

static bool copy_db(const char *house, const char *name, const char *schema, unsigned mode, const char *to,
                    struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct db *db;
    char *path = file_join(mem, house, mem_fmt(mem, "%s.db", name));
    if (!file_exists(path))
        return true;
    return db_open(mem, path, schema, mode, &db, err) &&
           db_snapshot(db, file_join(mem, to, mem_fmt(mem, "%s.db", name)), err);
}

static bool last_row(struct snapshot *s, int64_t *ret_n, struct err *err)
{
    bool row = false;
    *ret_n = 0;
    return q_one_int(db_query(s->db, "journal_last"), &row, ret_n, err);
}

/* Bytes of the lines up to the one for row n; lines behind it are of later commits. */
static size_t head_length(const char *text, int64_t n)
{
    const char *p = text;
    for (const char *end; (end = strchr(p, '\n')) != NULL; p = end + 1) {
        struct journal_head h;
        if (journal_head_parse(p, (size_t)(end - p), &h) && h.n > n)
            break;
    }
    return (size_t)(p - text);
}

static bool read_head(const void *mem, const char *house, char **ret, struct err *err)
{
    char *path = file_join(mem, house, "journal.head");
    size_t n;
    struct journal j = {.fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC)};
    _cleanup_close_ int fd = j.fd;
    if (fd < 0)
        return err_errno(err, "open '%s'", path);
    if (!journal_lock(&j, err))
        return false;
    bool ok = file_read(mem, path, HEAD_MAX, ret, &n, err);
    journal_unlock(&j);
    return ok;
}

static bool copy_head(struct snapshot *s, const char *house, const char *to, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    char *text;
    int64_t n;
    if (!last_row(s, &n, err) || !read_head(mem, house, &text, err))
        return false;
    return file_write(file_join(mem, to, "journal.head"), text, head_length(text, n), 0600, err);
}

bool snapshot_open(const void *mem, const char *dir, struct snapshot **ret, struct err *err)
{
    struct snapshot *s = mem_zero(mem, struct snapshot);
    if (!db_open(s, file_join(s, dir, "case.db"), "case", 0600, &s->db, err)) {
        talloc_free(s);
        return false;
    }
    *ret = s;
    return true;
}

bool snapshot_take(const void *mem, const char *house, const char *to, struct snapshot **ret,
                   struct err *err)
{
    struct snapshot *s;
    if (!copy_db(house, "fetch", "fetch", 0600, to, err) ||
        !copy_db(house, "case", "case", 0600, to, err) ||
        !copy_db(house, "portal", "portal", 0660, to, err) || !snapshot_open(mem, to, &s, err))
        return false;
    if (!copy_head(s, house, to, err)) {
        talloc_free(s);
        return false;
    }
    *ret = s;
    return true;
}

bool snapshot_has(struct snapshot *s, const char *entry, const char *sha256, bool *ret, struct err *err)
{
    int64_t one;
    struct query *q = db_query(s->db, "snapshot_has");
    q_text(q, ":entry", entry);
    q_text(q, ":sha256", sha256);
    return q_one_int(q, ret, &one, err);
}

bool snapshot_counts(struct snapshot *s, const void *mem, struct snapshot_count **ret, size_t *ret_n,
                     struct err *err)
{
    struct snapshot_count *all = NULL;
    size_t n = 0;
    bool row = true;
    struct query *q = db_query(s->db, "snapshot_counts");
    while (q_next(q, &row, err)) {
        if (!row) {
            *ret = all;
            *ret_n = n;
            return true;
        }
        *mem_append(mem, all, n) =
            (struct snapshot_count){.name = q_col_text(mem, q, 0), .n = q_col_int(q, 1)};
    }
    return false;
}

int64_t snapshot_schema(struct snapshot *s)
{
    return db_version(s->db);
}
