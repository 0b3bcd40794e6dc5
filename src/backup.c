/* backup.c: making a backup of a house that is at work.
 *
 * The order is what makes it whole. fetch.db, then case.db with its journal's head, then the spool: so
 * every receipt and every case of the copy has its letter. A letter that was applied after case.db was
 * copied lies in done/, but the copy does not know it: it goes into new/ of the copy, where intake takes it
 * again; so no letter that was durable when the backup began is missing or forgotten in it (RPO 0,
 * RELIABILITY 30).
 *
 * Copies, never hard links: the spool refuses files with two names (abuse A39). A link or a device in a
 * house makes the backup fail rather than be silently incomplete (zammad#4585). Left out are the portal's
 * pages, locks and what is being written: they are made anew. */
#include "backup.h"
#include "base/when.h"
#include "spool/spool.h"
#include "store/snapshot.h"
#include "sys/copy.h"
#include "sys/file.h"
#include "sys/progress.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>

struct making {
    void *mem;
    const struct backup_order *order;
    struct backup *b;
    const char *part; /* where it grows */
    struct spool *spool;
    struct snapshot *snapshot;
    const char **taken; /* spool entries, by open addressing */
    size_t n_taken, room;
    struct progress progress;
};

/* ---- files ---- */

static bool take_fd(struct making *m, int fd, const char *path, struct err *err)
{
    struct backup_file f = {.path = mem_str(m->mem, path)};
    char *to = file_join(m->mem, m->part, path);
    struct stat st;
    if (!file_make_parents(m->part, path, err) || !file_copy(fd, to, &f.bytes, f.sha256, err))
        return false;
    if (fstat(fd, &st) < 0)
        return err_errno(err, "look at '%s'", path);
    f.mode = st.st_mode & 0777;
    *mem_append(m->mem, m->b->files, m->b->n_files) = f;
    m->b->bytes += f.bytes;
    return true;
}

/* What already lies in the backup is only written down. */
static bool take_there(struct making *m, const char *path, unsigned mode, struct err *err)
{
    struct backup_file f = {.path = mem_str(m->mem, path), .mode = mode};
    char *full = file_join(m->mem, m->part, path);
    if (!file_exists(full))
        return true;
    _cleanup_close_ int fd = open(full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return err_errno(err, "open '%s'", full);
    if (!file_measure(fd, full, &f.bytes, f.sha256, err))
        return false;
    *mem_append(m->mem, m->b->files, m->b->n_files) = f;
    m->b->bytes += f.bytes;
    return true;
}

/* ---- the spool ---- */

static size_t slot(const struct making *m, const char *id)
{
    size_t h = 5381;
    for (const char *p = id; *p; p++)
        h = h * 33 ^ (unsigned char)*p;
    for (h &= m->room - 1; m->taken[h] && !str_eq(m->taken[h], id); h = (h + 1) & (m->room - 1))
        continue;
    return h;
}

/* False when it was taken before. */
static bool mark_taken(struct making *m, const char *id)
{
    if (m->n_taken * 2 >= m->room) {
        const char **old = m->taken;
        size_t n = m->room;
        m->room = n ? n * 2 : 1024;
        m->taken = mem_array(m->mem, const char *, m->room);
        for (size_t i = 0; i < n; i++)
            if (old[i])
                m->taken[slot(m, old[i])] = old[i];
        talloc_free(old);
    }
    size_t at = slot(m, id);
    if (m->taken[at])
        return false;
    m->taken[at] = mem_str(m->mem, id);
    m->n_taken++;
    return true;
}

/* The state that it has as far as the copy of case.db knows. */
static bool state_in_copy(struct making *m, const char *id, const char **state, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct facts facts;
    struct err unread = {0};
    bool known = false;
    if (!str_eq(*state, "done"))
        return true;
    bool read = spool_read_facts(m->spool, mem, id, &facts, &unread);
    if (!snapshot_has(m->snapshot, id, read ? facts.sha256 : "", &known, err))
        return false;
    *state = known ? "done" : "new";
    return true;
}

static bool take_part(struct making *m, const char *state, const char *id, const char *suffix, bool must,
                      struct err *err)
{
    struct err why = {0};
    int fd = -1;
    if (!spool_open_part(m->spool, id, suffix, &fd, &why)) {
        if (!must && why.kind == ERR_CONF)
            return true;
        *err = why;
        return false;
    }
    bool ok = take_fd(m, fd, spool_part_path(m->mem, state, id, suffix), err);
    close(fd);
    return ok;
}

static bool take_entry(void *arg, const char *state, const char *id, struct err *err)
{
    struct making *m = arg;
    if (!mark_taken(m, id))
        return true;
    progress_add(&m->progress, 1);
    return state_in_copy(m, id, &state, err) && take_part(m, state, id, ".eml", true, err) &&
           take_part(m, state, id, ".facts", false, err) &&
           (!str_eq(state, "held") || take_part(m, state, id, ".why", false, err));
}

/* Twice: an entry that went back from held/ to new/ while the first walk was between the two. */
static bool take_spool(struct making *m, struct err *err)
{
    return spool_walk(m->spool, take_entry, m, err) && spool_walk(m->spool, take_entry, m, err);
}

/* ---- everything else ---- */

static bool is_one_of(const char *word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(word, list[i]))
            return true;
    return false;
}

/* By name below the house: what is copied otherwise, secret, made anew, or of this moment only. */
static bool left_out(const struct file_node *n)
{
    static const char *const names[] = {
        "spool/new",     "spool/held",   "spool/done",   "spool/tmp",    "case.db",   "case.db-wal",
        "case.db-shm",   "fetch.db",     "fetch.db-wal", "fetch.db-shm", "portal.db", "portal.db-wal",
        "portal.db-shm", "journal.head", "keys",         "secret",       "site"};
    return is_one_of(n->path, names, ARRAY_LEN(names)) || str_ends(n->path, ".lock") ||
           str_ends(n->path, ".new") || str_starts(n->path, "site.") || str_ends(n->path, ".part");
}

static bool enter(void *arg, const struct file_node *n)
{
    (void)arg;
    return !left_out(n);
}

/* False with errno ENOENT in mind: a drop folder may lose a letter to fetch meanwhile, which is in the
 * spool then. */
static bool take_other(struct making *m, const struct file_node *n, struct err *err)
{
    if (n->kind == FILE_OTHER)
        return err_set(err, ERR_CONF, "'%s/%s': neither a file nor a directory; a backup would lack it",
                       m->order->house, n->path);
    if (n->kind == FILE_DIR) {
        *mem_append(m->mem, m->b->dirs, m->b->n_dirs) =
            (struct backup_file){.path = n->path, .mode = n->mode};
        return true;
    }
    char *full = file_join(m->mem, m->order->house, n->path);
    _cleanup_close_ int fd = open(full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT || err_errno(err, "open '%s'", full);
    return take_fd(m, fd, n->path, err);
}

static bool take_others(struct making *m, struct err *err)
{
    struct file_node *nodes = NULL;
    size_t n = 0;
    if (!file_tree(m->mem, m->order->house, enter, NULL, &nodes, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!take_other(m, &nodes[i], err))
            return false;
    return true;
}

/* ---- keys: one file "NAME HEX" per line, for its owner alone ---- */

static bool add_keys(struct making *m, struct str *out, const char *dir, struct err *err)
{
    const char **names;
    size_t n;
    char *path = file_join(m->mem, m->order->house, dir);
    if (!file_exists(path))
        return true;
    if (!file_names(m->mem, path, &names, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        char *bytes;
        size_t size;
        if (!file_read(m->mem, file_join(m->mem, path, names[i]), 1 << 20, &bytes, &size, err))
            return false;
        char *hex = mem_array(m->mem, char, size * 2 + 1);
        hash_to_hex((unsigned char *)bytes, size, hex);
        str_addf(out, "%s/%s %s\n", dir, names[i], hex);
    }
    return true;
}

static bool take_keys(struct making *m, struct err *err)
{
    struct str out = str_new(m->mem);
    if (!m->order->with_keys)
        return true;
    return add_keys(m, &out, "keys", err) && add_keys(m, &out, "secret", err) &&
           file_write(file_join(m->mem, m->part, BACKUP_KEYS), out.s, out.n, 0600, err) &&
           take_there(m, BACKUP_KEYS, 0600, err);
}

/* ---- the whole ---- */

static bool take_databases(struct making *m, struct err *err)
{
    struct snapshot_count *counts = NULL;
    size_t n = 0;
    char *head;
    size_t n_head;
    if (!snapshot_take(m->mem, m->order->house, m->part, &m->snapshot, err) ||
        !snapshot_counts(m->snapshot, m->mem, &counts, &n, err) ||
        !file_read(m->mem, file_join(m->mem, m->part, "journal.head"), 1u << 30, &head, &n_head, err))
        return false;
    for (size_t i = 0; i < n; i++)
        *mem_append(m->mem, m->b->counts, m->b->n_counts) =
            (struct backup_count){counts[i].name, counts[i].n};
    const char *last = n_head > 1 ? memrchr(head, '\n', n_head - 1) : NULL;
    m->b->head =
        n_head ? mem_bytes(m->mem, last ? last + 1 : head, strcspn(last ? last + 1 : head, "\n")) : "";
    return true;
}

/* Read only after the connection is closed: SQLite may still write into it. */
static bool write_down_databases(struct making *m, struct err *err)
{
    talloc_free(m->snapshot);
    m->snapshot = NULL;
    return take_there(m, "case.db", 0600, err) && take_there(m, "fetch.db", 0600, err) &&
           take_there(m, "portal.db", 0660, err) && take_there(m, "journal.head", 0600, err);
}

static bool write_manifest(struct making *m, struct err *err)
{
    char *hex;
    unsigned char key[HASH_BYTES];
    char *path = file_join(m->mem, m->order->house, "keys/journal.key");
    if (!file_read_secret(m->mem, path, &hex, err))
        return false;
    if (!hash_from_hex(hex, key, sizeof key))
        return err_set(err, ERR_CONF, "read '%s': not %d bytes in hexadecimal", path, HASH_BYTES);
    char *text = backup_manifest(m->mem, m->b, key);
    return file_sync_all(m->part, err) &&
           file_write(file_join(m->mem, m->part, "MANIFEST"), text, strlen(text), 0600, err);
}

static bool fill(struct making *m, struct err *err)
{
    *mem_append(m->mem, m->b->counts, m->b->n_counts) = (struct backup_count){"entries", 0};
    if (!spool_open(m->mem, m->order->house, &m->spool, err) || !take_databases(m, err) ||
        !take_spool(m, err) || !take_others(m, err) || !take_keys(m, err) || !write_down_databases(m, err))
        return false;
    m->b->counts[0].n = (int64_t)m->n_taken;
    return write_manifest(m, err);
}

/* ---- its name ---- */

/* Directories that a killed backup left: nobody holds their lock. */
static void sweep(const char *dir)
{
    _cleanup_mem_ void *mem = mem_new();
    struct err ignored = {0};
    const char **names;
    size_t n = 0;
    if (!file_names(mem, dir, &names, &n, &ignored))
        return;
    for (size_t i = 0; i < n; i++) {
        char *path = file_join(mem, dir, names[i]);
        if (!str_starts(names[i], BACKUP_PREFIX) || !str_ends(names[i], ".part"))
            continue;
        _cleanup_close_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
            file_remove_tree(path, &ignored);
    }
}

static const char *name_in(const void *mem, const char *dir, int64_t now)
{
    struct when_civil c = when_civil(now);
    char *first = mem_fmt(mem, "%s/" BACKUP_PREFIX "%04d%02d%02dT%02d%02d%02d", dir, c.year, c.month, c.day,
                          c.hour, c.minute, c.second);
    char *name = first;
    for (int i = 2; file_exists(name) || file_exists(mem_fmt(mem, "%s.part", name)); i++)
        name = mem_fmt(mem, "%s-%d", first, i);
    return name;
}

static bool is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static char *parent(const void *mem, const char *path)
{
    const char *slash = strrchr(path, '/');
    return !slash ? mem_str(mem, ".") : mem_bytes(mem, path, slash == path ? 1 : (size_t)(slash - path));
}

/* A directory of its own, and its lock, which says that somebody is at work in it. */
static bool begin(struct making *m, const char *name, int *ret_lock, struct err *err)
{
    if (file_exists(name))
        return err_set(err, ERR_NO, "backup '%s': it is there already", name);
    m->part = mem_fmt(m->mem, "%s.part", name);
    if (mkdir(m->part, 0700) < 0)
        return err_errno(err, "make backup '%s'", m->part);
    *ret_lock = open(m->part, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*ret_lock < 0 || flock(*ret_lock, LOCK_EX | LOCK_NB) < 0)
        return err_errno(err, "lock backup '%s'", m->part);
    return true;
}

bool backup_make(const void *mem, const struct backup_order *order, struct backup *ret, struct err *err)
{
    void *own = talloc_new(mem);
    struct backup b = {.profile = order->profile, .made = order->now, .keys = order->with_keys};
    struct making m = {.mem = own, .order = order, .b = &b};
    struct err ignored = {0};
    _cleanup_close_ int lock = -1;
    bool in_dir = is_dir(order->to);
    if (in_dir)
        sweep(order->to);
    b.path = in_dir ? name_in(own, order->to, order->now) : order->to;
    if (!begin(&m, b.path, &lock, err))
        return false;
    m.progress = progress_start("backup", 0);
    bool ok = fill(&m, err);
    progress_end(&m.progress);
    if (ok && rename(m.part, b.path) < 0)
        ok = err_errno(err, "rename '%s'", m.part);
    if (!ok) {
        file_remove_tree(m.part, &ignored);
        return false;
    }
    *ret = b;
    return file_sync_dir(parent(own, b.path), err);
}
