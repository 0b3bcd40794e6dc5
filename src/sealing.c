/* sealing.c: see sealing.h. Refuses to remove a plain letter before it has read the sealed file back and
 * found the bytes that the transaction named; and to seal what accuses the inspectorate to the inspectorate
 * when somebody else is there to receive it (A35). */
#include "sealing.h"
#include "sealing_inside.h"
#include "sealing_parts.h"
#include "sealing_source.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/log.h"
#include "sys/seal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

struct sealing {
    struct seal_keys keys;
    const char *dir; /* HOUSE/sealed */
    bool unsynced;   /* parts were written since the last sync */
};

/* ---- keys ---- */

static bool add_key(struct house *h, const char *name, const char *file, struct err *err)
{
    struct seal_key key = {.name = name};
    if (!file || !*file)
        return true;
    if (!seal_read_public(file_join(h, h->dir, file), &key, err)) {
        err->kind = ERR_CONF;
        return err_prefix(err, "seal %s", name);
    }
    *mem_append(h->sealing, h->sealing->keys.v, h->sealing->keys.n) = key;
    return true;
}

static bool read_keys(struct house *h, struct err *err)
{
    const struct conf_seal *c = &h->conf->seal;
    if (*c->chief && h->profile && !h->profile->chief_opens)
        return err_set(err, ERR_CONF,
                       "seal chief '%s': the profile '%s' does not let the chief open "
                       "complaints (chief-opens)",
                       c->chief, h->profile->name);
    return add_key(h, "inspectorate", c->inspectorate, err) && add_key(h, "recovery", c->recovery, err) &&
           add_key(h, "chief", c->chief, err) && add_key(h, "alternate", c->alternate, err) &&
           file_make_dir(h->sealing->dir, 0700, err);
}

bool sealing_ready(struct house *h, struct err *err)
{
    if (h->sealing || !h->conf->seal.set)
        return true;
    h->sealing = mem_zero(h, struct sealing);
    h->sealing->dir = file_join(h->sealing, h->dir, "sealed");
    if (read_keys(h, err) && (h->spool || spool_open(h, h->dir, &h->spool, err)))
        return true;
    talloc_free(h->sealing);
    h->sealing = NULL;
    return false;
}

bool sealing_on(const struct house *h)
{
    return h->sealing != NULL;
}

/* All keys, but the inspectorate's for what accuses it when an alternate has one. A later letter of a case
 * goes to those that have its first. */
static bool recipients(struct house *h, const void *mem, const char *ref, bool recused,
                       struct seal_keys *ret, struct err *err)
{
    const struct seal_keys *all = &h->sealing->keys;
    struct store_sealed *before;
    size_t n;
    bool alternate = false;
    if (!store_sealed_of(h->store, mem, ref, &before, &n, err))
        return false;
    for (size_t i = 0; i < all->n; i++)
        alternate = alternate || str_eq(all->v[i].name, "alternate");
    *ret = (struct seal_keys){0};
    for (size_t i = 0; i < all->n; i++) {
        const char *name = all->v[i].name;
        bool as_before = n && strstr(before[0].recipients, name);
        bool accused = recused && alternate && str_eq(name, "inspectorate");
        bool only = !recused && str_eq(name, "alternate");
        if (n ? as_before : !accused && !only)
            *mem_append(mem, ret->v, ret->n) = all->v[i];
    }
    return ret->n || err_set(err, ERR_CONF, "seal '%s': none of the keys may open it", ref);
}

static char *names(const void *mem, const struct seal_keys *keys)
{
    struct str_list list = {0};
    for (size_t i = 0; i < keys->n; i++)
        str_list_add(mem, &list, keys->v[i].name);
    return str_list_join(mem, &list, " ");
}

/* ---- writing ---- */

#define RAW_MAX ((size_t)1 << 30) /* as large as the configuration lets a letter be */

static bool read_raw(struct house *h, const void *mem, const char *entry, struct seal_part *ret,
                     struct err *err)
{
    _cleanup_close_ int fd = -1;
    struct str out = str_new(mem);
    char buf[65536];
    ssize_t n;
    if (!spool_open_raw(h->spool, entry, &fd, err))
        return false;
    while ((n = read(fd, buf, sizeof buf)) != 0) {
        if (n < 0 && errno != EINTR)
            return err_errno(err, "read letter '%s'", entry);
        str_addn(&out, buf, n > 0 ? (size_t)n : 0);
        if (out.n > RAW_MAX)
            return err_set(err, ERR_DATA, "read letter '%s': too large", entry);
    }
    *ret = (struct seal_part){"letter", out.n ? out.s : "", out.n};
    return true;
}

static struct seal_part text_part(const char *name, const char *text)
{
    return (struct seal_part){name, text, strlen(text)};
}

/* More parts than these two make a letter that nobody can handle; what is beyond stays where it is. */
#define PARTS_MAX 64

static bool add_evidence(struct house *h, const void *mem, const struct sealed_letter *l,
                         struct seal_part *parts, size_t *n, struct err *err)
{
    for (size_t i = 0; l->evidence && i < l->evidence->n; i++) {
        char *bytes, *path = sealing_evidence_path(h, mem, l->evidence->v[i]);
        size_t size;
        if (!file_exists(path))
            continue;
        if (*n == PARTS_MAX)
            return err_set(err, ERR_DATA, "seal '%s': too many files beside it", l->s->ref);
        if (!file_read(mem, path, RAW_MAX, &bytes, &size, err))
            return false;
        parts[(*n)++] = (struct seal_part){"evidence", bytes, size};
    }
    return true;
}

static bool close_letter(struct house *h, const void *mem, const struct sealed_letter *l, char **ret,
                         size_t *ret_n, char **ret_names, struct err *err)
{
    struct seal_keys keys;
    struct seal_part *parts = mem_array(mem, struct seal_part, PARTS_MAX);
    size_t n = 3;
    if (!recipients(h, mem, l->s->ref, l->recused, &keys, err) ||
        !read_raw(h, mem, l->entry, &parts[1], err))
        return false;
    parts[0] = text_part("record", sealing_record(mem, l->s, l->entry));
    parts[2] = text_part("reading", sealing_reading(mem, l->s, l->letter, l->facts, l->report));
    if (l->rows)
        parts[n++] = text_part("case", l->rows);
    if (!add_evidence(h, mem, l, parts, &n, err))
        return false;
    *ret = seal_close(mem, l->s->ref, &keys, parts, n, ret_n);
    *ret_names = names(mem, &keys);
    return true;
}

static char *part_path(const struct house *h, const void *mem, const char *entry)
{
    return mem_fmt(mem, "%s/%s.part", h->sealing->dir, entry);
}

/* Not synced here: one sync for the batch. */
static bool write_part(struct house *h, const char *entry, const char *bytes, size_t n, struct err *err)
{
    _cleanup_mem_ char *path = part_path(h, NULL, entry);
    _cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_errno(err, "create '%s'", path);
    h->sealing->unsynced = true;
    return file_write_all(fd, bytes, n, err) || err_prefix(err, "'%s'", path);
}

bool sealing_sync(struct house *h, struct err *err)
{
    if (!h->sealing || !h->sealing->unsynced)
        return true;
    _cleanup_close_ int fd = open(h->sealing->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || syncfs(fd) < 0)
        return err_errno(err, "sync '%s'", h->sealing->dir);
    h->sealing->unsynced = false;
    return true;
}

bool sealing_write(struct house *h, const void *mem, const struct sealed_letter *l,
                   struct store_sealed *ret, struct err *err)
{
    char *bytes, *who;
    size_t n;
    if (!close_letter(h, mem, l, &bytes, &n, &who, err) || !write_part(h, l->entry, bytes, n, err))
        return false;
    *ret = (struct store_sealed){
        .ref = l->s->ref, .entry = l->entry, .sha256 = hash_hex(mem, bytes, n), .recipients = who};
    talloc_free(bytes);
    return true;
}

/* ---- admission ---- */

static bool holds_recusal(const struct plan *p)
{
    for (size_t i = 0; i < p->n_effects; i++)
        if (p->effects[i].kind == EFFECT_HOLD && str_eq(p->effects[i].key, "recusal"))
            return true;
    return false;
}

/* The row that the entry has already: its plan is applied again after a crash. */
static bool sealed_before(struct house *h, const void *mem, const struct plan *p,
                          const struct store_sealed **ret, struct err *err)
{
    struct store_sealed *rows;
    size_t n;
    *ret = NULL;
    if (!store_sealed_of(h->store, mem, p->ref, &rows, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (str_eq(rows[i].entry, p->opening->entry))
            *ret = &rows[i];
    return true;
}

static bool concerns_restricted(struct house *h, const struct plan *p, bool *ret, struct err *err)
{
    *ret = false;
    if (!p->opening || !p->n_effects || p->refused)
        return true;
    if (p->effects[0].kind != EFFECT_OPEN)
        return store_is_restricted(h->store, p->ref, ret, err);
    *ret = p->opening->s.restricted;
    return true;
}

bool sealing_letter(struct house *h, const void *mem, struct plan *plan, struct err *err)
{
    bool restricted = false;
    const struct store_sealed *before = NULL;
    struct store_sealed row;
    if (!h->sealing)
        return true;
    if (!concerns_restricted(h, plan, &restricted, err))
        return false;
    if (!restricted)
        return true;
    if (!sealed_before(h, mem, plan, &before, err))
        return false;
    struct submission s = plan->opening->s;
    s.ref = plan->ref;
    const struct sealed_letter l = {.s = &s,
                                    .letter = plan->opening->letter,
                                    .facts = plan->opening->facts,
                                    .entry = plan->opening->entry,
                                    .report = plan->opening->report,
                                    .recused = holds_recusal(plan)};
    if (before)
        row = *before;
    else if (!sealing_write(h, mem, &l, &row, err))
        return false;
    sealing_blank_plan(mem, plan);
    struct effect *e = plan_add(plan, EFFECT_SEAL);
    e->key = mem_str(plan, row.sha256);
    e->text = mem_str(plan, row.recipients);
    e->cite = "MIC-13.5d";
    return true;
}

bool sealing_is_sealed(const struct plan *plan)
{
    for (size_t i = 0; plan && i < plan->n_effects; i++)
        if (plan->effects[i].kind == EFFECT_SEAL)
            return true;
    return false;
}

bool sealing_settle(struct house *h, const char *entry, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    bool named = false;
    if (!store_is_sealed(h->store, entry, &named, err))
        return false;
    if (named)
        return true;
    (void)unlink(part_path(h, mem, entry));
    return sealing_remove_source(h, entry, err) && spool_purge(h->spool, entry, err);
}

/* ---- after the commit ---- */

bool sealing_read(struct house *h, const void *mem, const struct store_sealed *row, char **ret,
                  size_t *ret_n, struct err *err)
{
    char *path = mem_fmt(mem, "%s/sealed/%s", h->dir, row->file);
    if (!file_read(mem, path, SEAL_MAX, ret, ret_n, err))
        return false;
    return str_eq(hash_hex(mem, *ret, *ret_n), row->sha256) ||
           err_set(err, ERR_DATA, "sealed file '%s': not the bytes that were sealed", row->file);
}

/* From ENTRY.part to its name, when it has not got it. */
static bool name_file(struct house *h, const struct store_sealed *row, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    char *part = part_path(h, mem, row->entry), *to = mem_fmt(mem, "%s/%s", h->sealing->dir, row->file);
    if (!file_exists(to) && rename(part, to) < 0 && !file_exists(to))
        return err_errno(err, "name sealed file '%s'", row->file);
    char *bytes;
    size_t n;
    if (!sealing_read(h, mem, row, &bytes, &n, err))
        return false;
    (void)unlink(part); /* of a plan that was made again */
    return true;
}

/* Those whose sealed file is whole. The others stay plain and open, and a person sees it (status). */
static size_t name_files(struct house *h, struct store_sealed *rows, size_t n)
{
    size_t good = 0;
    for (size_t i = 0; i < n; i++) {
        struct err why = {0};
        if (name_file(h, &rows[i], &why))
            rows[good++] = rows[i];
        else
            log_warn("%s: not sealed: %s", rows[i].ref, why.text);
    }
    return good;
}

char *sealing_evidence_path(const struct house *h, const void *mem, const char *hash)
{
    return mem_fmt(mem, "%s/evidence/%s", h->dir, hash);
}

/* What people put beside the case, and its text on the publisher's side. */
static bool remove_beside(struct house *h, const void *mem, const char *ref, struct err *err)
{
    struct str_list evidence = {0};
    if (!store_evidence_of(h->store, mem, ref, &evidence, err))
        return false;
    for (size_t i = 0; i < evidence.n; i++) {
        const char *path = sealing_evidence_path(h, mem, evidence.v[i]);
        if (unlink(path) < 0 && errno != ENOENT)
            return err_errno(err, "remove sealed evidence '%s'", evidence.v[i]);
    }
    return store_unpublish(h->store, ref, err);
}

/* Counts of words, of this letter too: a name that three letters have stands in it. `bbt learn` makes it
 * anew without them. */
static bool remove_learned(struct house *h, const void *mem, struct err *err)
{
    const char *path = file_join(mem, h->dir, "learned.model");
    if (unlink(path) == 0)
        log_warn("learned.model held words of a letter that is sealed now, and is removed; see: bbt learn");
    else if (errno != ENOENT)
        return err_errno(err, "remove '%s'", path);
    return true;
}

static bool remove_plain(struct house *h, const struct store_sealed *rows, size_t n, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    bool scrub = false;
    if (!sealing_drop_repeats(h, mem, rows, n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        scrub = scrub || rows[i].scrub;
        if (!sealing_remove_source(h, rows[i].entry, err) || !spool_purge(h->spool, rows[i].entry, err) ||
            (rows[i].scrub && !remove_beside(h, mem, rows[i].ref, err)))
            return false;
    }
    return spool_sync(h->spool, err) &&
           (!scrub || (remove_learned(h, mem, err) && store_scrub(h->store, err)));
}

bool sealing_complete(struct house *h, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct store_sealed *rows;
    size_t n;
    if (!h->sealing)
        return true;
    if (!store_sealed_open(h->store, mem, &rows, &n, err))
        return false;
    if (n == 0)
        return true;
    n = name_files(h, rows, n);
    return file_sync_dir(h->sealing->dir, err) && remove_plain(h, rows, n, err) &&
           store_sealed_done(h->store, rows, n, err);
}

/* Parts of batches that never were: their letters are in the spool and are sealed again. The caller holds
 * the write lock, so no batch is under way. */
static bool drop_parts(struct house *h, const void *mem, struct err *err)
{
    const char **names_there;
    size_t n, n_open;
    struct store_sealed *rows;
    if (!file_names(mem, h->sealing->dir, &names_there, &n, err) ||
        !store_sealed_open(h->store, mem, &rows, &n_open, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        bool open = false;
        struct err gone = {0};
        if (!str_ends(names_there[i], ".part"))
            continue;
        char *entry = mem_bytes(mem, names_there[i], strlen(names_there[i]) - strlen(".part"));
        for (size_t k = 0; k < n_open; k++)
            open = open || str_eq(rows[k].entry, entry);
        _cleanup_close_ int fd = -1;
        if (!open && spool_open_raw(h->spool, entry, &fd, &gone))
            (void)unlink(part_path(h, mem, entry));
    }
    return true;
}

bool sealing_recover(struct house *h, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    if (!store_begin(h->store, err))
        return false;
    bool ok = drop_parts(h, mem, err);
    spool_sweep_abandoned(h->spool);
    store_rollback(h->store);
    return ok && sealing_complete(h, err);
}

/* ---- for a digest ---- */

bool sealing_now(struct house *h, const void *mem, const struct submission *s, const char **ret,
                 size_t *ret_n, struct err *err)
{
    struct facts facts;
    const char *report;
    char *bytes, *who;
    if (!s->n_receipts)
        return err_set(err, ERR_BUG, "submission '%s' has no receipt", s->ref);
    if (!spool_read_facts(h->spool, mem, s->receipts[0].entry, &facts, err) ||
        !store_report(h->store, mem, s->ref, &report, err))
        return false;
    const struct sealed_letter l = {.s = s,
                                    .facts = &facts,
                                    .entry = s->receipts[0].entry,
                                    .report = report,
                                    .recused = submission_is_held_for(s, "recusal")};
    if (!close_letter(h, mem, &l, &bytes, ret_n, &who, err))
        return false;
    *ret = bytes;
    return true;
}
