/* backup.c: `backup DEST` makes a backup while the house works; `backup --verify BACKUP` restores it into a
 * house of a moment, proves that, and remembers it: only such a backup counts for `status` (MIC-7.1a). */
#include "backup.h"
#include "cmd/cmd.h"
#include "store/backups.h"
#include "sys/clock.h"
#include "sys/copy.h"
#include "sys/file.h"
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/file.h>

/* Backups are made by timers as well: an account is not needed, its login is written down. */
static void who(struct context *cx, struct actor *ret)
{
    struct err none = {0};
    if (actor_of(cx, ret, &none))
        return;
    struct passwd *pw = getpwuid(getuid());
    *ret = (struct actor){.user = "system", .login = mem_str(cx->mem, pw ? pw->pw_name : "?")};
}

static json_t *backup_json(struct context *cx, const struct backup *b)
{
    json_t *counts = json_object();
    for (size_t i = 0; i < b->n_counts; i++)
        json_object_set_new(counts, b->counts[i].name, json_integer(b->counts[i].n));
    return json_pack("{s:s, s:s, s:I, s:I, s:b, s:s, s:s, s:o}", "backup", utf8_printable(cx->mem, b->path),
                     "made", when_rfc3339(cx->mem, b->made), "files", (json_int_t)b->n_files, "bytes",
                     (json_int_t)b->bytes, "keys", (int)b->keys, "head", b->head, "sum", b->sum, "counts",
                     counts);
}

static bool make(struct context *cx, const char *to, bool with_keys, struct err *err)
{
    struct backup b;
    const struct backup_order order = {.house = cx->house->dir,
                                       .to = to,
                                       .profile = cx->house->conf->profile,
                                       .now = clock_now(),
                                       .with_keys = with_keys};
    if (!backup_make(cx->mem, &order, &b, err))
        return false;
    if (cx->json)
        print_json(backup_json(cx, &b));
    else
        print_text(stdout, catalog_say(cx->mem, cx->house->catalog, "backup.made", "path", b.path, "files",
                                       mem_fmt(cx->mem, "%zu", b.n_files), "bytes",
                                       mem_fmt(cx->mem, "%lld", (long long)b.bytes), NULL));
    return true;
}

/* ---- proving one */

/* A place beside the backup, where there is room for another one; a backup made later removes what a killed
 * proof left there. */
static bool temporary(struct context *cx, const char *backup, char **ret, int *ret_lock, struct err *err)
{
    char *copy = mem_str(cx->mem, backup);
    size_t n = strlen(copy);
    while (n > 1 && copy[n - 1] == '/')
        copy[--n] = '\0';
    char *slash = strrchr(copy, '/');
    char *dir = slash ? mem_bytes(cx->mem, copy, (size_t)(slash - copy + 1)) : mem_str(cx->mem, "./");
    char *path = mem_fmt(cx->mem, "%s" BACKUP_PREFIX "verify-%d.part", dir, (int)getpid());
    struct err ignored = {0};
    file_remove_tree(path, &ignored);
    if (!file_make_dir(path, 0700, err))
        return false;
    *ret_lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*ret_lock < 0 || flock(*ret_lock, LOCK_EX | LOCK_NB) < 0)
        return err_errno(err, "lock '%s'", path);
    *ret = path;
    return true;
}

static bool prove(struct context *cx, const struct backup *b, const char *place, struct str_list *faults,
                  struct err *err)
{
    char *house = file_join(cx->mem, place, "house");
    const char *keys = b->keys ? "" : file_join(cx->mem, cx->house->dir, "keys");
    if (!backup_restore(cx->mem, b, house, keys, false, faults, err))
        return false;
    return faults->n > 0 || backup_prove(cx->mem, b, house, faults, err);
}

static bool remember(struct context *cx, const struct backup *b, struct err *err)
{
    struct actor actor;
    char *path = realpath(b->path, NULL);
    who(cx, &actor);
    bool ok = store_backup_proved(cx->house->store, b->sum, path ? path : b->path, b->made, &actor,
                                  clock_now(), err);
    free(path);
    return ok;
}

static void print_proof(struct context *cx, const struct backup *b, const struct str_list *faults)
{
    if (cx->json) {
        json_t *o = backup_json(cx, b), *list = json_array();
        for (size_t i = 0; i < faults->n; i++)
            json_array_append_new(list, json_string(utf8_printable(cx->mem, faults->v[i])));
        json_object_set_new(o, "faults", list);
        print_json(o);
        return;
    }
    for (size_t i = 0; i < faults->n; i++)
        print_text(stdout, faults->v[i]);
    if (faults->n == 0)
        print_text(stdout, catalog_say(cx->mem, cx->house->catalog, "backup.proved", "path", b->path,
                                       "files", mem_fmt(cx->mem, "%zu", b->n_files), "made",
                                       when_short(cx->mem, b->made), NULL));
}

static bool verify_backup(struct context *cx, const char *path, struct err *err)
{
    struct backup b;
    struct str_list faults = {0};
    struct err ignored = {0};
    char *place = NULL;
    _cleanup_close_ int lock = -1;
    if (!backup_open(cx->mem, path, &b, err) || !temporary(cx, path, &place, &lock, err))
        return false;
    bool ok = prove(cx, &b, place, &faults, err);
    file_remove_tree(place, &ignored);
    if (!ok || (faults.n == 0 && !remember(cx, &b, err)))
        return false;
    print_proof(cx, &b, &faults);
    return faults.n == 0 || err_set(err, ERR_NO, "backup '%s': %zu faults found", path, faults.n);
}

static bool run_backup(struct context *cx, struct err *err)
{
    const char *proof = args_value(cx, "--verify", NULL);
    bool with_keys = args_flag(cx, "--with-keys");
    const char *to = proof ? NULL : args_word(cx);
    if (!proof && !args_need(cx, to, "DEST", err))
        return false;
    if (!args_done(cx, err))
        return false;
    if (proof && with_keys)
        return err_set(err, ERR_USAGE, "--with-keys: only when a backup is made");
    return proof ? verify_backup(cx, proof, err) : make(cx, to, with_keys, err);
}

const struct command cmd_backup = {"backup", NEED_HOUSE | NEED_STORE, run_backup};
