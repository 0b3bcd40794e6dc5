/* sealing_source.c: the copy of a sealed letter that a drop folder of the house itself still holds. A
 * Maildir keeps what it was given, which is right for letters that anybody may read; of a complaint it
 * would be a plain copy beside the sealed one.
 *
 * Refuses to touch a folder outside the house, which has an owner of its own, and a file that is not the
 * very bytes that were sealed. */
#include "sealing_source.h"
#include "sys/file.h"
#include <errno.h>

#define LETTER_MAX ((size_t)1 << 30)

/* The Maildir below the house that the letter came through, or NULL. */
static char *folder_of(const struct house *h, const void *mem, const struct facts *f)
{
    char *inside = mem_fmt(mem, "%s/", h->dir);
    for (size_t i = 0; i < h->conf->n_mailboxes; i++) {
        const struct conf_mailbox *m = &h->conf->mailboxes[i];
        if (m->protocol != CONF_MAILDIR || !str_eq(m->name, f->account))
            continue;
        char *path = file_join(mem, h->dir, m->path);
        return str_starts(path, inside) && !strstr(path, "/../") ? path : NULL;
    }
    return NULL;
}

static bool same_letter(const void *mem, const char *path, const struct facts *f)
{
    char *bytes;
    size_t n;
    struct err gone = {0};
    if (!file_read(mem, path, LETTER_MAX, &bytes, &n, &gone))
        return false;
    bool same = str_eq(hash_hex(mem, bytes, n), f->sha256);
    talloc_free(bytes);
    return same;
}

/* Names are UNIQUE or UNIQUE:2,FLAGS; the receipt is the unique part. */
static bool remove_from(const void *mem, const char *dir, const struct facts *f, struct err *err)
{
    const char **names;
    size_t n, length = strlen(f->receipt);
    if (!file_exists(dir))
        return true;
    if (!file_names(mem, dir, &names, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        char *path = file_join(mem, dir, names[i]);
        bool named = str_starts(names[i], f->receipt) && (!names[i][length] || names[i][length] == ':');
        if (named && same_letter(mem, path, f) && unlink(path) < 0 && errno != ENOENT)
            return err_errno(err, "remove sealed letter '%s'", names[i]);
    }
    return file_sync_dir(dir, err);
}

bool sealing_remove_source(const struct house *h, const char *entry, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct facts facts;
    struct err gone = {0};
    if (!spool_read_facts(h->spool, mem, entry, &facts, &gone) || !str_eq(facts.source, "maildir"))
        return true;
    const char *folder = folder_of(h, mem, &facts);
    return !folder || (remove_from(mem, mem_fmt(mem, "%s/cur", folder), &facts, err) &&
                       remove_from(mem, mem_fmt(mem, "%s/new", folder), &facts, err));
}

/* ---- repetitions: entries of the same bytes that are no receipt (the same file given twice) */

struct repeats {
    struct house *h;
    struct str_list sha256; /* of the letters that are sealed now */
};

static bool drop_repeat(void *arg, const char *state, const char *id, struct err *err)
{
    struct repeats *r = arg;
    _cleanup_mem_ void *mem = mem_new();
    struct facts facts;
    struct err unread = {0};
    const char *ref;
    (void)state;
    if (!spool_read_facts(r->h->spool, mem, id, &facts, &unread) || !str_list_has(&r->sha256, facts.sha256))
        return true;
    if (!store_entry_ref(r->h->store, mem, id, &ref, err))
        return false;
    return *ref || spool_purge(r->h->spool, id, err);
}

bool sealing_drop_repeats(struct house *h, const void *mem, const struct store_sealed *rows, size_t n,
                          struct err *err)
{
    struct repeats r = {.h = h};
    for (size_t i = 0; i < n; i++) {
        struct facts facts;
        struct err gone = {0};
        if (rows[i].scrub && spool_read_facts(h->spool, mem, rows[i].entry, &facts, &gone))
            str_list_add(mem, &r.sha256, facts.sha256);
    }
    return !r.sha256.n || spool_walk(h->spool, drop_repeat, &r, err);
}
