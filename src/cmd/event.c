/* event.c: the commands that are one event on one submission; each takes REF. */
#include "act.h"
#include "cmd/cmd.h"

#define NEED_ACT (NEED_HOUSE | NEED_RULES | NEED_STORE | NEED_LETTERS | NEED_TOKENS)

static bool print_done(struct context *cx, const char *ref, struct err *err)
{
    struct submission *s;
    if (!store_submission(cx->house->store, cx->mem, ref, &s, err))
        return false;
    const char *state = say(cx, mem_fmt(cx->mem, "state.%s", s->state));
    if (cx->json)
        print_json(
            json_pack("{s:s, s:s, s:i}", "submission", ref, "state", s->state, "version", (int)s->version));
    else
        printf("%s: %s\n", ref, state);
    return true;
}

static bool run_event(struct context *cx, struct err *err)
{
    struct actor actor;
    struct event event = {.name = cx->command->name,
                          .ground = args_value(cx, "--ground", ""),
                          .reason = args_value(cx, "--reason", ""),
                          .hold = args_value(cx, "--hold", "")};
    const char *ref = args_word(cx);
    if (!args_need(cx, ref, "REF", err) || !args_done(cx, err) || !actor_of(cx, &actor, err))
        return false;
    return act(cx->house, cx->mem, ref, &event, &actor, NULL, err) && print_done(cx, ref, err);
}

const struct command cmd_approve = {"approve", NEED_ACT, run_event};
const struct command cmd_refuse = {"refuse", NEED_ACT, run_event};
const struct command cmd_return = {"return", NEED_ACT, run_event};
const struct command cmd_withdraw = {"withdraw", NEED_ACT, run_event};
const struct command cmd_close = {"close", NEED_ACT, run_event};
const struct command cmd_note = {"note", NEED_ACT, run_event};
const struct command cmd_release = {"release", NEED_ACT, run_event};
