/* fetch.c: the fetch role: mailboxes into the spool. Opens neither rules nor case.db. With --once it says
 * how many letters came; fetch.db is closed again before the processes of the mailboxes are forked. */
#include "cmd/cmd.h"
#include "fetch_role.h"
#include "store/receipts.h"
#include "sys/clock.h"
#include "sys/log.h"

static bool count_taken(const struct context *cx, int64_t *ret, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct receipts *receipts;
    struct receipts_account *accounts;
    size_t n;
    if (!receipts_open(mem, cx->house->dir, &receipts, err) ||
        !receipts_accounts(receipts, mem, &accounts, &n, err))
        return false;
    *ret = 0;
    for (size_t i = 0; i < n; i++)
        *ret += accounts[i].taken;
    return true;
}

static void print_taken(struct context *cx, int64_t taken)
{
    size_t boxes = cx->house->conf->n_mailboxes;
    if (cx->json)
        print_json(json_pack("{s:i, s:I}", "mailboxes", (int)boxes, "taken", (json_int_t)taken));
    else
        printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "fetch.done", "n",
                                   mem_fmt(cx->mem, "%lld", (long long)taken), "mailboxes",
                                   mem_fmt(cx->mem, "%zu", boxes), NULL));
}

static bool run_fetch(struct context *cx, struct err *err)
{
    int64_t before = 0, after = 0;
    bool once = args_flag(cx, "--once");
    if (!args_done(cx, err) || (once && !count_taken(cx, &before, err)))
        return false;
    _cleanup_close_ int stop = stop_descriptor(false, err);
    log_role("fetch");
    const struct fetch_options o = {
        .house = cx->house->dir, .conf = cx->house->conf, .once = once, .stop_fd = stop, .now = clock_now};
    bool ok = stop >= 0 && fetch_run(&o, err);
    struct err ignored = {0};
    if (once && count_taken(cx, &after, ok ? err : &ignored) && (ok || after > before))
        print_taken(cx, after - before);
    return ok && !err->kind;
}

const struct command cmd_fetch = {"fetch", NEED_HOUSE, run_fetch};
