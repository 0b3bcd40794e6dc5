/* fetch.c: the fetch role: mailboxes into the spool. Opens neither rules nor case.db. */
#include "cmd/cmd.h"
#include "fetch_role.h"
#include "sys/clock.h"
#include "sys/log.h"

static bool run_fetch(struct context *cx, struct err *err)
{
    bool once = args_flag(cx, "--once");
    if (!args_done(cx, err))
        return false;
    _cleanup_close_ int stop = stop_descriptor(false, err);
    log_role("fetch");
    const struct fetch_options o = {
        .house = cx->house->dir, .conf = cx->house->conf, .once = once, .stop_fd = stop, .now = clock_now};
    return stop >= 0 && fetch_run(&o, err);
}

const struct command cmd_fetch = {"fetch", NEED_HOUSE, run_fetch};
