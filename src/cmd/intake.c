/* intake.c: the intake role: spooled letters become applied plans. */
#include "intake.h"
#include "cmd/cmd.h"
#include "sys/log.h"

static bool run_intake(struct context *cx, struct err *err)
{
    size_t applied;
    bool once = args_flag(cx, "--once");
    if (!args_done(cx, err))
        return false;
    _cleanup_close_ int stop = stop_descriptor(false, err);
    log_role("intake");
    if (stop < 0 || !intake_run(cx->house, once, stop, &applied, err))
        return false;
    if (once && cx->json)
        print_json(json_pack("{s:I}", "applied", (json_int_t)applied));
    else if (once)
        printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "intake.done", "n",
                                   mem_fmt(cx->mem, "%zu", applied), NULL));
    return true;
}

const struct command cmd_intake = {
    "intake", NEED_HOUSE | NEED_RULES | NEED_READER | NEED_SPOOL | NEED_STORE | NEED_LETTERS | NEED_TOKENS,
    run_intake};
