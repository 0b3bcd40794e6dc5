/* act.c: STORY 2. A click, a command, a reply, a timer: all events, all the same four steps. */
#include "act.h"
#include "sys/clock.h"

/* What the detail of a refusal names, where a person has another word for it: a state, a hold, a command.
 */
static const char *in_words(const void *mem, const struct catalog *c, const struct plan *plan)
{
    static const struct {
        const char *refusal, *group;
    } groups[] = {{"wrong-state", "state"},        {"held", "held"},
                  {"hold-needs-proof", "held"},    {"no-such-hold", "held"},
                  {"not-allowed-role", "summary"}, {"needs-reason", "summary"}};
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        const char *key = mem_fmt(mem, "%s.%s", groups[i].group, plan->refused_detail);
        if (str_eq(groups[i].refusal, plan->refused) && catalog_has(c, key))
            return catalog_text(c, key);
    }
    return plan->refused_detail;
}

static bool refused(const struct house *h, const struct plan *plan, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    char *key = mem_fmt(mem, "refusal.%s", plan->refused);
    const char *detail = in_words(mem, h->catalog, plan);
    char *text = catalog_say(mem, h->catalog, key, "detail", detail, "ref", plan->ref, NULL);
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
