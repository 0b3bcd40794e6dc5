/* outbox.c: outgoing letters and where each of them is. */
#include "cmd/cmd.h"

static bool run_outbox(struct context *cx, struct err *err)
{
    struct outgoing *list;
    size_t n;
    const struct column columns[] = {{say(cx, "outbox.at"), 16},
                                     {say(cx, "outbox.state"), 10},
                                     {say(cx, "outbox.to"), 24},
                                     {say(cx, "outbox.letter"), 0}};
    if (!args_done(cx, err) || !store_outbox_list(cx->house->store, cx->mem, &list, &n, err))
        return false;
    const char **cells = mem_array(cx->mem, const char *, n * 4 + 1);
    for (size_t i = 0; i < n; i++) {
        const struct outgoing *o = &list[i];
        if (cx->json)
            print_json(json_pack("{s:I, s:s, s:s, s:s, s:s, s:I, s:s, s:s}", "id", (json_int_t)o->id, "key",
                                 o->key, "to", o->to, "state", o->state, "message_id", o->message_id,
                                 "attempts", (json_int_t)o->attempts, "queued",
                                 when_rfc3339(cx->mem, o->queued), "error", o->error ? o->error : ""));
        cells[i * 4] = when_short(cx->mem, o->queued);
        cells[i * 4 + 1] = say(cx, mem_fmt(cx->mem, "outbox.%s", o->state));
        cells[i * 4 + 2] = o->to;
        cells[i * 4 + 3] = o->key;
    }
    if (!cx->json && n)
        print_table(columns, 4, cells, n);
    else if (!cx->json)
        printf("%s\n", say(cx, "outbox.empty"));
    return true;
}

const struct command cmd_outbox = {"outbox", NEED_HOUSE | NEED_STORE, run_outbox};
