/* manifest.c: the list of a backup, written and read. It is read from a disk that may have rotted and by a
 * person who may have been lied to: every line must be exactly as it would be written, its sum must be
 * right, and no path leads out of the backup. */
#include "backup.h"
#include "base/when.h"
#include "sys/file.h"
#include <stdlib.h>

#define FIRST        "banbientap-backup 1"
#define MANIFEST_MAX (1u << 30)

/* ---- writing ---- */

char *backup_manifest(const void *mem, struct backup *b, const unsigned char key[HASH_BYTES])
{
    struct str out = str_new(mem);
    str_addf(&out, FIRST "\nmade %s\nprofile %s\nhead %s\nkeys %s\n", when_rfc3339(mem, b->made),
             b->profile, b->head, b->keys ? "yes" : "no");
    for (size_t i = 0; i < b->n_counts; i++)
        str_addf(&out, "count %s %lld\n", b->counts[i].name, (long long)b->counts[i].n);
    for (size_t i = 0; i < b->n_dirs; i++)
        str_addf(&out, "dir %o %s\n", b->dirs[i].mode, b->dirs[i].path);
    for (size_t i = 0; i < b->n_files; i++)
        str_addf(&out, "file %s %lld %o %s\n", b->files[i].sha256, (long long)b->files[i].bytes,
                 b->files[i].mode, b->files[i].path);
    char *seal = hash_hmac_hex(mem, key, out.s, out.n);
    snprintf(b->seal, sizeof b->seal, "%s", seal);
    str_addf(&out, "seal %s\n", seal);
    snprintf(b->sum, sizeof b->sum, "%s", hash_hex(mem, out.s, out.n));
    str_addf(&out, "sum %s\n", b->sum);
    return out.s;
}

/* ---- reading ---- */

struct reading {
    const void *mem;
    struct backup *b;
    const char *p; /* what is left of the line */
    int line;
    bool good;
};

/* The next word of the line, "" at its end. */
static char *word(struct reading *r)
{
    size_t n = strcspn(r->p, " ");
    char *w = mem_bytes(r->mem, r->p, n);
    r->p += n + (r->p[n] == ' ');
    return w;
}

static void read_hex(struct reading *r, char to[HASH_HEX])
{
    unsigned char bytes[HASH_BYTES];
    char *w = word(r);
    r->good = r->good && hash_from_hex(w, bytes, sizeof bytes);
    if (r->good)
        hash_to_hex(bytes, sizeof bytes, to);
}

static unsigned read_mode(struct reading *r)
{
    char *end, *w = word(r);
    unsigned long mode = strtoul(w, &end, 8);
    r->good = r->good && *w && !*end && mode <= 0777;
    return (unsigned)mode;
}

/* Below the backup, without "..", "." or an empty name, and printable. */
static const char *read_path(struct reading *r)
{
    for (const char *p = r->p; r->good; p++) {
        size_t n = strcspn(p, "/");
        r->good = n > 0 && !(p[0] == '.' && (n == 1 || (n == 2 && p[1] == '.')));
        for (size_t i = 0; i < n; i++)
            r->good = r->good && (unsigned char)p[i] >= ' ';
        p += n;
        if (!*p)
            break;
    }
    return mem_str(r->mem, r->p);
}

static void read_file(struct reading *r)
{
    struct backup_file *f = mem_append(r->mem, r->b->files, r->b->n_files);
    read_hex(r, f->sha256);
    r->good = r->good && str_int(word(r), 0, INT64_MAX, &f->bytes);
    f->mode = read_mode(r);
    f->path = read_path(r);
    r->b->bytes += f->bytes;
}

static void read_line(struct reading *r)
{
    struct backup *b = r->b;
    char *key = word(r);
    if (str_eq(key, "file")) {
        read_file(r);
    } else if (str_eq(key, "dir")) {
        struct backup_file *d = mem_append(r->mem, b->dirs, b->n_dirs);
        d->mode = read_mode(r);
        d->path = read_path(r);
    } else if (str_eq(key, "count")) {
        struct backup_count *c = mem_append(r->mem, b->counts, b->n_counts);
        c->name = word(r);
        r->good = r->good && str_int(r->p, 0, INT64_MAX, &c->n);
    } else if (str_eq(key, "made")) {
        r->good = r->good && when_parse_rfc3339(r->p, &b->made);
    } else if (str_eq(key, "profile")) {
        b->profile = mem_str(r->mem, r->p);
    } else if (str_eq(key, "head")) {
        b->head = mem_str(r->mem, r->p);
    } else if (str_eq(key, "keys")) {
        b->keys = str_eq(r->p, "yes");
    } else if (str_eq(key, "seal")) {
        read_hex(r, b->seal);
    } else {
        r->good = false;
    }
}

static int by_path(const void *a, const void *b)
{
    const struct backup_file *x = a, *y = b;
    return strcmp(x->path, y->path);
}

/* The last line is "sum HEX", over all that stands before it. */
static bool sum_right(struct backup *b, const char *text, size_t n, size_t *ret_body)
{
    _cleanup_mem_ void *mem = mem_new();
    const char *end = n && text[n - 1] == '\n' ? memrchr(text, '\n', n - 1) : NULL;
    if (!end || strlen(text) != n)
        return false;
    size_t body = (size_t)(end + 1 - text);
    snprintf(b->sum, sizeof b->sum, "%s", hash_hex(mem, text, body));
    *ret_body = body;
    return str_eq(end + 1, mem_fmt(mem, "sum %s\n", b->sum));
}

static bool parse(const void *mem, struct backup *b, const char *text, size_t body, struct err *err)
{
    struct reading r = {.mem = mem, .b = b, .good = true};
    for (const char *p = text; r.good && p < text + body; r.line++) {
        size_t n = strcspn(p, "\n");
        r.p = mem_bytes(mem, p, n);
        if (str_starts(r.p, "seal ")) {
            b->sealed = text;
            b->n_sealed = (size_t)(p - text);
        }
        if (r.line == 0)
            r.good = str_eq(r.p, FIRST);
        else
            read_line(&r);
        p += n + 1;
    }
    if (!r.good || !b->sealed || !b->head || !b->profile)
        return err_set(err, ERR_NO, "backup '%s': line %d of its manifest is not understood", b->path,
                       r.line);
    if (b->n_files)
        qsort(b->files, b->n_files, sizeof *b->files, by_path);
    return true;
}

bool backup_open(const void *mem, const char *path, struct backup *ret, struct err *err)
{
    char *text;
    size_t n, body;
    struct backup b = {.path = mem_str(mem, path)};
    if (!file_read(mem, file_join(mem, path, "MANIFEST"), MANIFEST_MAX, &text, &n, err))
        return err_prefix(err, "backup '%s'", path);
    if (!sum_right(&b, text, n, &body))
        return err_set(err, ERR_NO, "backup '%s': its manifest is damaged", path);
    if (!parse(mem, &b, text, body, err))
        return false;
    *ret = b;
    return true;
}
