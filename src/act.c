/* act.c: STORY 2. A click, a command, a reply, a timer: all events, all the same four steps. */
#include "act.h"
#include "sys/clock.h"

static bool refused(const struct house *h, const struct plan *plan, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    char *key = mem_fmt(mem, "refusal.%s", plan->refused);
    char *text = catalog_say(mem, h->catalog, key, "detail", plan->refused_detail, "ref", plan->ref, NULL);
    return err_set(err, ERR_NO, "'%s': %s", plan->ref, text);
}

static bool apply(struct house *h, const struct plan *plan, struct err *err)
{
    if (!store_begin(h->store, err))
        return false;
    if (store_apply(h->store, plan, err) && store_commit(h->store, err))
        return true;
    store_rollback(h->store);
    return false;
}

bool act(struct house *h, const void *mem, const char *ref, const struct event *event,
         const struct actor *actor, struct plan **ret_plan, struct err *err)
{
    struct submission *s;
    if (!store_submission(h->store, mem, ref, &s, err))
        return false;
    struct plan *plan = desk_step(mem, s, event, actor, h->profile, clock_now());
    if (ret_plan)
        *ret_plan = plan;
    if (plan->refused)
        return refused(h, plan, err);
    return letters_render(mem, plan, h->letters, err) && apply(h, plan, err);
}
