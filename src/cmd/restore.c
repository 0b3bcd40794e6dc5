/* restore.c: a house out of a backup. Letters that were waiting to be sent when it was made may have gone
 * out since: they become "unknown", which a person settles with `bbt outbox`; nobody gets a letter twice
 * because a disk died. */
#include "backup.h"
#include "cmd/cmd.h"
#include "sys/clock.h"

struct restored {
    struct backup backup;
    struct str_list faults;
    int64_t unknown; /* letters of unknown fate */
};

static bool settle_outbox(struct context *cx, const char *house, struct restored *r, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct store *store;
    struct outgoing *one;
    int64_t recovered = 0, far = INT64_C(1) << 40;
    if (!store_open(mem, house, &store, err))
        return false;
    do { /* each that might be due one day, as a sender that died with it in its hands */
        if (!store_outbox_claim(store, cx->mem, far, &one, err))
            return false;
        if (one && !store_outbox_recover(store, clock_now(), &recovered, err))
            return false;
        r->unknown += one ? recovered : 0;
    } while (one);
    return store_outbox_recover(store, clock_now(), &recovered, err);
}

static void print_restored(struct context *cx, const struct restored *r, const char *into)
{
    if (cx->json) {
        json_t *list = json_array();
        for (size_t i = 0; i < r->faults.n; i++)
            json_array_append_new(list, json_string(utf8_printable(cx->mem, r->faults.v[i])));
        print_json(json_pack("{s:s, s:s, s:I, s:I, s:o}", "house", utf8_printable(cx->mem, into), "made",
                             when_rfc3339(cx->mem, r->backup.made), "files", (json_int_t)r->backup.n_files,
                             "outbox_unknown", (json_int_t)r->unknown, "faults", list));
        return;
    }
    for (size_t i = 0; i < r->faults.n; i++)
        print_text(stdout, r->faults.v[i]);
    if (r->faults.n == 0)
        print_text(stdout, catalog_say(cx->mem, cx->house->catalog, "restore.done", "dir", into, "made",
                                       when_short(cx->mem, r->backup.made), "files",
                                       mem_fmt(cx->mem, "%zu", r->backup.n_files), "unknown",
                                       mem_fmt(cx->mem, "%lld", (long long)r->unknown), NULL));
}

static bool run_restore(struct context *cx, struct err *err)
{
    struct restored r = {.unknown = 0};
    const char *into = args_value(cx, "--into", NULL), *keys = args_value(cx, "--keys", "");
    bool keep = args_flag(cx, "--keep-outbox");
    const char *path = args_word(cx);
    if (!args_need(cx, path, "BACKUP", err) || !args_done(cx, err) ||
        !args_need(cx, into, "--into DIR", err))
        return false;
    if (!backup_open(cx->mem, path, &r.backup, err) ||
        !backup_restore(cx->mem, &r.backup, into, keys, true, &r.faults, err))
        return false;
    if (r.faults.n == 0 && !backup_prove(cx->mem, &r.backup, into, &r.faults, err))
        return false;
    if (r.faults.n == 0 && !backup_mark_restored(into, r.backup.made, err))
        return false;
    if (r.faults.n == 0 && !keep && !settle_outbox(cx, into, &r, err))
        return false;
    print_restored(cx, &r, into);
    return r.faults.n == 0 || err_set(err, ERR_NO, "backup '%s': %zu faults found", path, r.faults.n);
}

const struct command cmd_restore = {"restore", NEED_RULES_FILES, run_restore};
