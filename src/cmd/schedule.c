/* schedule.c: `schedule REF --at TIME` sets a time of publication, without --at the opening of the draft's
 * consultation; `schedule --run` publishes whatever has come due and is still exactly what was approved
 * (A32), then builds the portal. `bbt run` does that by itself. */
#include "act.h"
#include "cmd/cmd.h"
#include "store/consultations.h"

static bool run_due(struct context *cx, struct err *err)
{
    size_t n;
    if (!args_done(cx, err) || !act_due(cx->house, &n, err))
        return false;
    if (n)
        return build_site(cx, err);
    if (cx->json)
        print_json(json_pack("{s:i}", "published", 0));
    return true;
}

/* A draft appears in the minute in which its consultation opens (MIC-13.5c). */
static bool at_opening(struct context *cx, const char *ref, int64_t *ret, struct err *err)
{
    struct consultation *c = NULL;
    if (ref && !store_consultation(cx->house->store, cx->mem, ref, &c, err))
        return false;
    if (!args_need(cx, c ? "" : NULL, "--at", err))
        return false;
    *ret = c->opens;
    return true;
}

static bool run_schedule(struct context *cx, struct err *err)
{
    struct event event = {
        .name = "schedule", .ground = "", .hold = "", .reason = args_value(cx, "--reason", "")};
    const char *at = args_value(cx, "--at", NULL);
    if (args_flag(cx, "--run"))
        return run_due(cx, err);
    const char *ref = args_word(cx);
    if (!args_need(cx, ref, "REF", err) || !args_done(cx, err) ||
        (!at && !at_opening(cx, ref, &event.at, err)))
        return false;
    if (at && !when_parse_rfc3339(at, &event.at))
        return err_set(err, ERR_USAGE, "--at '%s': not a time like 2026-11-23T08:00:00+07:00", at);
    return do_event(cx, ref, &event, err);
}

const struct command cmd_schedule = {
    "schedule", NEED_HOUSE | NEED_RULES | NEED_STORE | NEED_LETTERS | NEED_TOKENS, run_schedule};
