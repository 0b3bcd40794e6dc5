/* restore.c: a house out of a backup, and the proof that it stands. Everything is copied aside and gets its
 * name at the end, so a house is there whole or not at all. Refuses a directory with anything in it, a file
 * that differs from the manifest by one byte, one that is missing, and one that the manifest does not know;
 * and a seal that the journal's key does not give. */
#include "backup.h"
#include "base/when.h"
#include "fsck.h"
#include "store/audit.h"
#include "store/snapshot.h"
#include "sys/copy.h"
#include "sys/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

struct restoring {
    void *mem;
    const struct backup *b;
    const char *part;
    struct str_list *faults;
    struct progress progress;
    bool durable;
};

static void fault(struct restoring *r, const char *path, const char *why)
{
    char *text = mem_fmt(r->mem, "'%s': %s", path, why);
    str_list_add(r->mem, r->faults, text);
}

/* ---- files ---- */

/* One file, checked on its way. */
static bool copy_one(struct restoring *r, const struct backup_file *f, struct err *err)
{
    int64_t bytes = 0;
    char sha256[HASH_HEX], *from = file_join(r->mem, r->b->path, f->path),
                           *to = file_join(r->mem, r->part, f->path);
    _cleanup_close_ int fd = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        fault(r, f->path, strerror(errno));
        return true;
    }
    if (!file_make_parents(r->part, f->path, err) || !file_copy(fd, to, &bytes, sha256, err))
        return false;
    if (bytes != f->bytes || !str_eq(sha256, f->sha256))
        fault(r, f->path, "differs from the manifest");
    if (chmod(to, (mode_t)f->mode) < 0)
        return err_errno(err, "set mode of '%s'", to);
    progress_add(&r->progress, 1);
    return true;
}

static bool copy_files(struct restoring *r, struct err *err)
{
    for (size_t i = 0; i < r->b->n_files; i++)
        if (!str_eq(r->b->files[i].path, BACKUP_KEYS) && !copy_one(r, &r->b->files[i], err))
            return false;
    for (size_t i = 0; i < r->b->n_dirs; i++) {
        char *to = file_join(r->mem, r->part, r->b->dirs[i].path);
        if (!file_make_parents(r->part, r->b->dirs[i].path, err) || !file_make_dir(to, 0700, err))
            return false;
    }
    return file_make_dir(file_join(r->mem, r->part, "keys"), 0700, err) &&
           file_make_dir(file_join(r->mem, r->part, "secret"), 0700, err);
}

static int by_path(const void *key, const void *f)
{
    return strcmp(key, ((const struct backup_file *)f)->path);
}

static const struct backup_file *find(const struct backup *b, const char *path)
{
    return b->n_files ? bsearch(path, b->files, b->n_files, sizeof *b->files, by_path) : NULL;
}

/* What lies there and is not in the manifest was put there by somebody else. */
static bool find_strangers(struct restoring *r, struct err *err)
{
    struct file_node *nodes = NULL;
    size_t n = 0;
    if (!file_tree(r->mem, r->b->path, NULL, NULL, &nodes, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        bool known =
            nodes[i].kind == FILE_DIR || str_eq(nodes[i].path, "MANIFEST") || find(r->b, nodes[i].path);
        if (!known)
            fault(r, nodes[i].path, "is not in the manifest");
    }
    return true;
}

/* ---- keys ---- */

static bool write_key(struct restoring *r, const char *name, const char *hex, struct err *err)
{
    size_t n = strlen(hex) / 2;
    unsigned char *bytes = mem_array(r->mem, unsigned char, n + 1);
    bool named = (str_starts(name, "keys/") || str_starts(name, "secret/")) &&
                 !strchr(strchr(name, '/') + 1, '/') && strchr(name, '/')[1] != '.';
    if (!named || !hash_from_hex(hex, bytes, n))
        return err_set(err, ERR_DATA, "backup '%s': its keys are damaged", r->b->path);
    return file_write(file_join(r->mem, r->part, name), bytes, n, 0600, err);
}

static bool keys_of_backup(struct restoring *r, struct err *err)
{
    char *text;
    size_t n;
    const struct backup_file *f = find(r->b, BACKUP_KEYS);
    if (!f)
        return true; /* check_seal says so */
    if (!file_read(r->mem, file_join(r->mem, r->b->path, BACKUP_KEYS), 16 << 20, &text, &n, err))
        return false;
    if (!str_eq(hash_hex(r->mem, text, n), f->sha256)) {
        fault(r, BACKUP_KEYS, "differs from the manifest");
        return true;
    }
    for (char *line; (line = strsep(&text, "\n")) != NULL && *line;) {
        char *name = strsep(&line, " ");
        if (!write_key(r, name, line ? line : "", err))
            return false;
    }
    return true;
}

static bool keys_of_directory(struct restoring *r, const char *keys, struct err *err)
{
    const char **names;
    size_t n;
    if (!file_names(r->mem, keys, &names, &n, err))
        return err_prefix(err, "keys");
    for (size_t i = 0; i < n; i++) {
        char *bytes, *path = file_join(r->mem, keys, names[i]);
        size_t size;
        if (!file_read(r->mem, path, 1 << 20, &bytes, &size, err) ||
            !file_write(file_join(r->mem, file_join(r->mem, r->part, "keys"), names[i]), bytes, size, 0600,
                        err))
            return false;
    }
    return true;
}

/* The seal proves that the manifest is the one that the house wrote. */
static bool check_seal(struct restoring *r, struct err *err)
{
    char *hex;
    unsigned char key[HASH_BYTES];
    struct err why = {0};
    if (r->faults->n > 0)
        return true; /* nothing will be restored; the keys may be what is damaged */
    if (!file_read_secret(r->mem, file_join(r->mem, r->part, "keys/journal.key"), &hex, &why))
        return err_set(err, ERR_CONF, "backup '%s': it has no keys; give them with --keys DIR", r->b->path);
    if (!hash_from_hex(hex, key, sizeof key))
        return err_set(err, ERR_CONF, "keys: journal.key is not %d bytes in hexadecimal", HASH_BYTES);
    if (!str_eq(hash_hmac_hex(r->mem, key, r->b->sealed, r->b->n_sealed), r->b->seal))
        fault(r, "MANIFEST", "its seal was made with another key");
    return true;
}

/* ---- the whole ---- */

static bool is_empty(const void *mem, const char *dir)
{
    struct err absent = {0};
    const char **names;
    size_t n = 0;
    return !file_names(mem, dir, &names, &n, &absent) ? !file_exists(dir) : n == 0;
}

static bool fill(struct restoring *r, const char *keys, struct err *err)
{
    if (!copy_files(r, err) || !find_strangers(r, err))
        return false;
    if (!(*keys ? keys_of_directory(r, keys, err) : keys_of_backup(r, err)))
        return false;
    return check_seal(r, err) && (!r->durable || file_sync_all(r->part, err));
}

bool backup_restore(const void *mem, const struct backup *b, const char *into, const char *keys,
                    bool durable, struct str_list *faults, struct err *err)
{
    void *own = talloc_new(mem);
    struct restoring r = {
        .mem = own, .b = b, .faults = faults, .durable = durable, .part = mem_fmt(own, "%s.part", into)};
    struct err ignored = {0};
    if (!is_empty(own, into))
        return err_set(err, ERR_NO, "restore into '%s': it is not empty", into);
    if (!file_remove_tree(r.part, err) || !file_make_dir(r.part, 0700, err))
        return false;
    r.progress = progress_start("restore", b->n_files);
    bool ok = fill(&r, keys, err);
    progress_end(&r.progress);
    if (ok && faults->n == 0 && rename(r.part, into) == 0)
        return true;
    if (ok && faults->n == 0)
        ok = err_errno(err, "rename '%s'", r.part);
    file_remove_tree(r.part, &ignored);
    return ok;
}

/* ---- the proof ---- */

static void add_fault(const void *mem, struct str_list *faults, const char *text)
{
    str_list_add(mem, faults, text);
}

static void compare_count(const void *mem, const struct backup *b, const char *name, int64_t n,
                          struct str_list *faults)
{
    for (size_t i = 0; i < b->n_counts; i++)
        if (str_eq(b->counts[i].name, name) && b->counts[i].n != n)
            add_fault(mem, faults,
                      mem_fmt(mem, "%s: %lld restored, %lld in the backup", name, (long long)n,
                              (long long)b->counts[i].n));
}

static bool prove_journal(const void *mem, const struct backup *b, const char *house,
                          struct str_list *faults, struct err *err)
{
    struct audit_report report;
    struct audit_witness witness = {0};
    if (*b->head && !audit_witness_parse(b->head, &witness))
        add_fault(mem, faults, "MANIFEST: the head of the journal is not one");
    if (!store_audit(mem, house, &witness, &report, err))
        return false;
    for (size_t i = 0; i < report.n_faults; i++)
        add_fault(mem, faults, audit_fault_text(mem, &report.faults[i]));
    return true;
}

static bool prove_counts(const void *mem, const struct backup *b, const char *house,
                         struct str_list *faults, struct err *err)
{
    struct snapshot *s;
    struct snapshot_count *counts = NULL;
    size_t n = 0;
    if (!snapshot_open(mem, house, &s, err) || !snapshot_counts(s, mem, &counts, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        compare_count(mem, b, counts[i].name, counts[i].n, faults);
    talloc_free(s);
    return true;
}

bool backup_prove(const void *mem, const struct backup *b, const char *house, struct str_list *faults,
                  struct err *err)
{
    void *own = talloc_new(mem);
    struct fsck *f = mem_zero(own, struct fsck);
    f->mem = mem;
    f->dir = house;
    bool ok = prove_journal(mem, b, house, faults, err) && prove_counts(own, b, house, faults, err) &&
              store_open(own, house, &f->store, err) && spool_open(own, house, &f->spool, err) &&
              fsck_house(f, err);
    for (size_t i = 0; i < f->faults.n; i++)
        add_fault(mem, faults, f->faults.v[i]);
    if (ok)
        compare_count(mem, b, "entries", (int64_t)(f->letters), faults);
    talloc_free(own);
    return ok;
}

/* ---- the mark ---- */

#define RESTORED "restored"

bool backup_mark_restored(const char *house, int64_t made, struct err *err)
{
    _cleanup_mem_ char *path = mem_fmt(NULL, "%s/" RESTORED, house);
    _cleanup_mem_ char *text = mem_fmt(NULL, "%s\n", when_short(path, made));
    return file_write(path, text, strlen(text), 0600, err);
}

const char *backup_restored(const void *mem, const char *house)
{
    struct err ignored = {0};
    char *text;
    size_t n;
    if (!file_read(mem, mem_fmt(mem, "%s/" RESTORED, house), 64, &text, &n, &ignored))
        return NULL;
    return str_trim(mem, text, n);
}

bool backup_looked_through(const char *house, struct err *err)
{
    _cleanup_mem_ char *path = mem_fmt(NULL, "%s/" RESTORED, house);
    return unlink(path) == 0 || errno == ENOENT || err_errno(err, "remove '%s'", path);
}
