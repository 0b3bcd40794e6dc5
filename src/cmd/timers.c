/* timers.c: `timers --once` does what has come due; `timers` lists what a person must look at. `bbt run`
 * does the former each minute. */
#include "timers.h"
#include "cmd/matters.h"
#include "sys/clock.h"

static bool once(struct context *cx, struct err *err)
{
    struct timers_done done;
    if (!args_done(cx, err) || !timers_run(cx->house, &done, err))
        return false;
    if (cx->json)
        print_json(json_pack("{s:i, s:i, s:i}", "reminders", (int)done.reminders, "questions",
                             (int)done.questions, "letters", (int)done.letters));
    else
        printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "timers.done", "reminders",
                                   mem_fmt(cx->mem, "%zu", done.reminders), "questions",
                                   mem_fmt(cx->mem, "%zu", done.questions), "letters",
                                   mem_fmt(cx->mem, "%zu", done.letters), NULL));
    return true;
}

static bool run_timers(struct context *cx, struct err *err)
{
    struct timer_matter *v;
    size_t n;
    if (args_flag(cx, "--once"))
        return once(cx, err);
    if (!args_done(cx, err) ||
        !timers_matters(cx->house->store, cx->mem, &cx->house->notify, clock_now(), &v, &n, err))
        return false;
    if (cx->json)
        print_json(json_pack("{s:o}", "matters", matters_json(cx, v, n)));
    else if (n)
        print_matters(cx, v, n);
    else
        printf("%s\n", say(cx, "timers.nothing"));
    return true;
}

const struct command cmd_timers = {
    "timers", NEED_HOUSE | NEED_RULES | NEED_STORE | NEED_LETTERS | NEED_TOKENS, run_timers};
