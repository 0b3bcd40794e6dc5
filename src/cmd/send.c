/* send.c: the send role: the outbox to the SMTP relay. */
#include "cmd/cmd.h"
#include "send/send_role.h"
#include "sys/clock.h"
#include "sys/log.h"

static void print_summary(struct context *cx, const struct send_summary *sum)
{
    void *mem = cx->mem;
    if (cx->json)
        print_json(json_pack("{s:i, s:i, s:i, s:i}", "sent", (int)sum->sent, "later", (int)sum->later,
                             "failed", (int)sum->refused, "unknown", (int)sum->unknown));
    else
        printf("%s\n", catalog_say(mem, cx->house->catalog, "send.done", "sent",
                                   mem_fmt(mem, "%zu", sum->sent), "later", mem_fmt(mem, "%zu", sum->later),
                                   "refused", mem_fmt(mem, "%zu", sum->refused), "unknown",
                                   mem_fmt(mem, "%zu", sum->unknown), NULL));
}

static bool run_send(struct context *cx, struct err *err)
{
    struct send_summary sum = {0};
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
    if (once && (ok || sum.sent + sum.later + sum.refused + sum.unknown > 0))
        print_summary(cx, &sum);
    return ok;
}

const struct command cmd_send = {"send", NEED_HOUSE | NEED_STORE, run_send};
