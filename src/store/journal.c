/* journal.c: the append-only record of who did what, linked by HMAC-SHA-256 under a key that is not in the
 * database (HOUSE/keys/journal.key, 32 bytes in hex).
 *
 * A plain chain that is cut at its tail still verifies; therefore each commit appends "count link" to
 * HOUSE/journal.head and syncs it. A process may die between COMMIT and that line, so the next batch finds
 * the head one batch behind and completes it; each row carries the count before its batch, so "one batch"
 * is exact. Anything else is left as it stands and reported by store_check(). The head is locked from BEGIN
 * to the line, hence its lines are in the order of the commits. */
#include "store/inside.h"
#include "sys/file.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* ---- links ---- */

static void add_field(struct str *b, const char *s)
{
    str_addn(b, s, strlen(s) + 1);
}

/* Every field ends in NUL, so that no two different rows give the same bytes. */
char *journal_link(const void *mem, const struct journal *j, const char *previous,
                   const struct journal_row *r)
{
    struct str b = str_new(mem);
    add_field(&b, previous);
    str_addf(&b, "%lld %lld %lld ", (long long)r->n, (long long)r->batch, (long long)r->at);
    add_field(&b, r->ref);
    add_field(&b, r->user);
    add_field(&b, r->login);
    add_field(&b, r->what);
    add_field(&b, r->detail);
    return hash_hmac_hex(mem, j->key, b.s, b.n);
}

bool journal_add(struct store *s, int64_t at, const char *ref, const struct actor *actor, const char *what,
                 const char *detail, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct journal *j = &s->journal;
    if (actor->on_behalf)
        detail = mem_fmt(tmp, "%s%son-behalf-of=%s", detail, *detail ? " " : "", actor->on_behalf);
    struct journal_row r = {j->n + 1, j->batch, at, ref, actor->user, actor->login ? actor->login : "",
                            what,     detail};
    char *link = journal_link(tmp, j, j->link, &r);
    struct query *q = db_query(s->db, "journal_insert");
    q_int(q, ":n", r.n);
    q_int(q, ":batch", r.batch);
    q_int(q, ":at", r.at);
    q_text(q, ":ref", r.ref);
    q_text(q, ":user", r.user);
    q_text(q, ":login", r.login);
    q_text(q, ":what", r.what);
    q_text(q, ":detail", r.detail);
    q_text(q, ":link", link);
    if (!q_run(q, err))
        return false;
    j->n = r.n;
    journal_set_link(j->link, link);
    return true;
}

/* ---- the head file ---- */

/* "123 0f3a..."; false for anything else, a torn line among it. */
bool journal_head_parse(const char *line, size_t n, struct journal_head *ret)
{
    _cleanup_mem_ char *copy = mem_bytes(NULL, line, n);
    char *space = strchr(copy, ' ');
    unsigned char bytes[HASH_BYTES];
    struct journal_head h;
    if (!space)
        return false;
    *space = '\0';
    if (!str_int(copy, 1, INT64_MAX, &h.n) || !hash_from_hex(space + 1, bytes, sizeof bytes))
        return false;
    hash_to_hex(bytes, sizeof bytes, h.link);
    *ret = h;
    return true;
}

/* The last whole line; n = 0 when there is none. */
static bool head_read(const struct journal *j, struct journal_head *ret, struct err *err)
{
    struct stat st;
    char buf[JOURNAL_LINE_MAX * 2];
    *ret = (struct journal_head){0};
    if (fstat(j->fd, &st) < 0)
        return err_errno(err, "read 'journal.head'");
    off_t from = st.st_size > (off_t)sizeof buf ? st.st_size - (off_t)sizeof buf : 0;
    ssize_t n = pread(j->fd, buf, sizeof buf, from);
    if (n < 0)
        return err_errno(err, "read 'journal.head'");
    size_t end = (size_t)n;
    while (end > 0 && ret->n == 0) {
        size_t start = end - 1; /* buf[end - 1] is a line end, or the last byte of a torn line */
        while (start > 0 && buf[start - 1] != '\n')
            start--;
        if (buf[end - 1] == '\n')
            journal_head_parse(buf + start, end - 1 - start, ret);
        end = start;
    }
    return true;
}

/* The beginning of `line` that a process died in is taken back; anything else without a line end was put
 * there by somebody else, and stays for the audit to find. *ret_torn: something stays. */
static bool head_mend(struct journal *j, const char *line, bool *ret_torn, struct err *err)
{
    struct stat st;
    char buf[JOURNAL_LINE_MAX * 2];
    if (fstat(j->fd, &st) < 0)
        return err_errno(err, "read 'journal.head'");
    off_t from = st.st_size > (off_t)sizeof buf ? st.st_size - (off_t)sizeof buf : 0;
    ssize_t n = pread(j->fd, buf, sizeof buf, from);
    if (n < 0)
        return err_errno(err, "read 'journal.head'");
    const char *end = memrchr(buf, '\n', (size_t)n), *torn = end ? end + 1 : buf;
    size_t left = (size_t)(buf + n - torn);
    bool ours = (end || from == 0) && left < strlen(line) && memcmp(torn, line, left) == 0;
    *ret_torn = left > 0 && !ours;
    if (left > 0 && ours && ftruncate(j->fd, st.st_size - (off_t)left) < 0)
        return err_errno(err, "mend 'journal.head'");
    return true;
}

static bool head_append(struct journal *j, int64_t n, const char *link, struct err *err)
{
    bool torn = false;
    char line[JOURNAL_LINE_MAX];
    int len = snprintf(line, sizeof line, "%lld %s\n", (long long)n, link);
    if (!head_mend(j, line, &torn, err))
        return false;
    if ((torn && !file_write_all(j->fd, "\n", 1, err)) || !file_write_all(j->fd, line, (size_t)len, err))
        return err_prefix(err, "journal.head");
    if (fdatasync(j->fd) < 0)
        return err_errno(err, "sync 'journal.head'");
    return true;
}

static bool open_head(struct store *s, struct err *err)
{
    char *path = file_join(s, s->house, "journal.head");
    bool new_file = !file_exists(path);
    s->journal.fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (s->journal.fd < 0)
        return err_errno(err, "open '%s'", path);
    return !new_file || file_sync_dir(s->house, err);
}

bool journal_read_key(struct store *s, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    char *path = file_join(tmp, file_join(tmp, s->house, "keys"), "journal.key"), *hex;
    if (!file_read_secret(tmp, path, &hex, err))
        return false;
    if (!hash_from_hex(hex, s->journal.key, HASH_BYTES))
        return err_set(err, ERR_CONF, "read '%s': not %d bytes in hexadecimal", path, HASH_BYTES);
    return true;
}

bool journal_open(struct store *s, struct err *err)
{
    return journal_read_key(s, err) && open_head(s, err);
}

/* ---- batches ---- */

static bool read_tail(struct store *s, struct journal_row *ret, char link[HASH_HEX], struct err *err)
{
    bool row = false;
    struct query *q = db_query(s->db, "journal_last");
    *ret = (struct journal_row){0};
    link[0] = '\0';
    if (!q_next(q, &row, err))
        return false;
    if (row) {
        _cleanup_mem_ char *text = q_col_text(NULL, q, 2);
        ret->n = q_col_int(q, 0);
        ret->batch = q_col_int(q, 1);
        journal_set_link(link, text);
    }
    q_end(q);
    return true;
}

static bool link_matches(struct store *s, int64_t n, const char *link, bool *ret, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    const char *found = "";
    bool row = false;
    struct query *q = db_query(s->db, "journal_link");
    q_int(q, ":n", n);
    if (!q_one_text(q, tmp, &row, &found, err))
        return false;
    *ret = n == 0 || (row && str_eq(found, link));
    return true;
}

/* Completes a head that ends exactly where the last batch began. */
static bool settle_head(struct store *s, const struct journal_row *tail, struct err *err)
{
    struct journal_head head;
    bool matches = false;
    if (!head_read(&s->journal, &head, err))
        return false;
    if (head.n == tail->n || head.n != tail->batch)
        return true;
    if (!link_matches(s, head.n, head.link, &matches, err))
        return false;
    return !matches || head_append(&s->journal, tail->n, s->journal.link, err);
}

bool journal_lock(struct journal *j, struct err *err)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    while (fcntl(j->fd, F_OFD_SETLKW, &whole) < 0)
        if (errno != EINTR)
            return err_errno(err, "lock 'journal.head'");
    return true;
}

bool journal_begin(struct store *s, struct err *err)
{
    struct journal_row tail;
    if (!journal_lock(&s->journal, err) || !read_tail(s, &tail, s->journal.link, err))
        return false;
    s->journal.n = s->journal.batch = tail.n;
    return settle_head(s, &tail, err);
}

void journal_unlock(struct journal *j)
{
    struct flock whole = {.l_type = F_UNLCK, .l_whence = SEEK_SET};
    fcntl(j->fd, F_OFD_SETLK, &whole);
}

bool journal_committed(struct store *s, struct err *err)
{
    struct journal *j = &s->journal;
    bool ok = j->n == j->batch || head_append(j, j->n, j->link, err);
    journal_unlock(j);
    return ok;
}

bool journal_head_current(struct store *s, bool *ret_current, struct err *err)
{
    struct journal_row tail;
    struct journal_head head;
    char link[HASH_HEX];
    if (!read_tail(s, &tail, link, err) || !head_read(&s->journal, &head, err))
        return false;
    *ret_current = head.n == tail.n;
    return true;
}
