/* send.c: the send role: the outbox to the SMTP relay. */
#include "cmd/cmd.h"
#include "send/send_role.h"
#include "sys/clock.h"
#include "sys/log.h"

static bool run_send(struct context *cx, struct err *err)
{
    struct send_summary sum;
    bool once = args_flag(cx, "--once");
    if (!args_done(cx, err))
        return false;
    _cleanup_close_ int stop = stop_descriptor(false, err);
    log_role("send");
    const struct send_options o = {.store = cx->house->store,
                                   .conf = cx->house->conf,
                                   .house = cx->house->dir,
                                   .once = once,
                                   .stop_fd = stop,
                                   .now = clock_now};
    bool ok = stop >= 0 && send_run(&o, &sum, err);
    if (stop >= 0 && once && cx->json)
        print_json(json_pack("{s:i, s:i, s:i, s:i}", "sent", (int)sum.sent, "later", (int)sum.later,
                             "failed", (int)sum.refused, "unknown", (int)sum.unknown));
    return ok;
}

const struct command cmd_send = {"send", NEED_HOUSE | NEED_STORE, run_send};
