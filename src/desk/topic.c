/* topic.c: one voice on an issue (BCA-5.9): cases are joined under the name of the issue that they speak
 * of; before one of them is approved or published, a leader says that he looked at what other units say on
 * it (guard "one-voice"). Exactly these texts: a changed one is looked at again.
 *
 * Refuses restricted cases, which speak of nothing in public, and a look without a reason. */
#include "base/utf8.h"
#include "desk/step_inside.h"

#define CITE     "BCA-5.9"
#define NAME_MAX 200 /* bytes of a name: it stands in a line of a list */
#define MAY_JOIN (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_SECRETARY | ROLE_EDITOR)
#define MAY_SEE  (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY)

static const char *topic_of(const struct submission *s)
{
    return s->topic ? s->topic : "";
}

static const char *cannot_join(const struct stepping *x, const char *name)
{
    if (!(x->actor->roles & MAY_JOIN))
        return "not-allowed-role";
    if (x->s->restricted)
        return "restricted-content";
    if (submission_is_unread(x->s) && !x->ev->off) /* may be a complaint */
        return "unread";
    if (x->ev->off)
        return *topic_of(x->s) ? (*x->ev->reason ? NULL : "needs-reason") : "no-topic";
    if (!*name || strlen(name) > NAME_MAX)
        return "topic-name";
    return str_eq(name, topic_of(x->s)) ? "topic-stands" : NULL;
}

struct plan *topic_join(const struct stepping *x)
{
    const char *name = x->ev->topic ? str_trim(x->p, x->ev->topic, strlen(x->ev->topic)) : "";
    const char *no = cannot_join(x, name);
    bool of_step = no && (str_eq(no, "not-allowed-role") || str_eq(no, "needs-reason"));
    if (no)
        return plan_refuse(x->p, no, of_step ? x->ev->name : x->s->ref);
    struct effect *e = plan_add(x->p, EFFECT_TOPIC);
    e->key = x->ev->off ? "left" : "joined";
    e->from = mem_str(x->p, topic_of(x->s));
    e->to = x->ev->off ? "" : name;
    e->text = mem_str(x->p, x->ev->reason);
    e->cite = CITE;
    return x->p;
}

struct plan *topic_seen(const struct stepping *x)
{
    if (!(x->actor->roles & MAY_SEE))
        return plan_refuse(x->p, "not-allowed-role", "topic");
    if (!*x->ev->reason)
        return plan_refuse(x->p, "needs-reason", "topic");
    for (size_t i = 0; i < x->s->n_voices; i++) {
        const struct voice *v = &x->s->voices[i];
        if (v->seen)
            continue;
        struct effect *e = plan_add(x->p, EFFECT_TOPIC_SEEN);
        e->key = mem_str(x->p, v->ref);
        e->to = mem_str(x->p, v->content_hash);
        e->text = mem_str(x->p, x->ev->reason);
        e->cite = CITE;
    }
    return x->p->n_effects ? x->p : plan_refuse(x->p, "topic-nothing", x->s->ref);
}
