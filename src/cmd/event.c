/* event.c: the commands that are one event on one submission; each takes REF. */
#include "act.h"
#include "act_question.h"
#include "act_record.h"
#include "cmd/cmd.h"

#define NEED_ACT (NEED_HOUSE | NEED_RULES | NEED_STORE | NEED_LETTERS | NEED_TOKENS)

/* What is still needed, after an approval or a consent that was not the last one. */
static const char *still_open(struct context *cx, const struct submission *s, const struct plan *plan)
{
    for (size_t i = 0; i < plan->n_effects; i++) {
        const struct effect *e = &plan->effects[i];
        if (e->kind == EFFECT_CONSENT && submission_is_held_for(s, e->key))
            return catalog_say(cx->mem, cx->house->catalog, "consent.open", "detail",
                               say(cx, mem_fmt(cx->mem, "held.%s", e->key)), NULL);
        const char *people = e->kind == EFFECT_APPROVE ? act_approval_open(cx->house, cx->mem, s) : NULL;
        if (people)
            return catalog_say(cx->mem, cx->house->catalog, "approval.open", "detail", people, NULL);
    }
    return NULL;
}

static bool print_done(struct context *cx, const char *ref, const struct plan *plan, struct err *err)
{
    struct submission *s;
    if (!store_submission(cx->house->store, cx->mem, ref, &s, err))
        return false;
    const char *state = say(cx, mem_fmt(cx->mem, "state.%s", s->state));
    const char *open = still_open(cx, s, plan);
    if (cx->json)
        print_json(json_pack("{s:s, s:s, s:i, s:s?}", "submission", ref, "state", s->state, "version",
                             (int)s->version, "open", open));
    else
        printf("%s: %s%s%s\n", ref, state, open ? ". " : "", open ? open : "");
    return true;
}

bool do_event(struct context *cx, const char *ref, const struct event *event, struct err *err)
{
    struct actor actor;
    struct plan *plan;
    return actor_of(cx, &actor, err) && act(cx->house, cx->mem, ref, event, &actor, &plan, err) &&
           print_done(cx, ref, plan, err);
}

static struct str_list values(struct context *cx, const char *name)
{
    struct str_list list = {0};
    for (const char *v; (v = args_value(cx, name, NULL));)
        str_list_add(cx->mem, &list, v);
    return list;
}

static bool run_event(struct context *cx, struct err *err)
{
    struct str_list todo =
        str_eq(cx->command->name, "return") ? values(cx, "--todo") : (struct str_list){0};
    struct event event = {.name = cx->command->name,
                          .ground = args_value(cx, "--ground", ""),
                          .reason = args_value(cx, "--reason", ""),
                          .hold = args_value(cx, "--hold", ""),
                          .todo = &todo};
    if (!args_version(cx, &event.if_version, err))
        return false;
    const char *ref = args_word(cx);
    if (!args_need(cx, ref, "REF", err) || !args_done(cx, err))
        return false;
    return do_event(cx, ref, &event, err);
}

static bool run_approve(struct context *cx, struct err *err)
{
    struct actor actor;
    const char *ask = args_value(cx, "--ask", NULL);
    if (!ask)
        return run_event(cx, err);
    const char *ref = args_word(cx);
    if (!args_need(cx, ref, "REF", err) || !args_done(cx, err) || !actor_of(cx, &actor, err) ||
        !act_ask_staff(cx->house, cx->mem, ref, ask, &actor, err))
        return false;
    if (cx->json)
        print_json(json_pack("{s:s, s:s}", "submission", ref, "asked", ask));
    else
        printf("%s\n",
               catalog_say(cx->mem, cx->house->catalog, "approval.asked", "ref", ref, "user", ask, NULL));
    return true;
}

/* With --to: that member reviews the text (LS-12.3). */
static bool run_hand_over(struct context *cx, const char *user, struct err *err)
{
    const char *reason = args_value(cx, "--reason", ""), *ref = args_word(cx);
    struct actor actor;
    struct plan *plan;
    return args_need(cx, ref, "REF", err) && args_done(cx, err) && actor_of(cx, &actor, err) &&
           act_hand_over(cx->house, cx->mem, ref, user, reason, &actor, &plan, err) &&
           print_done(cx, ref, plan, err);
}

/* It is off the portal when the command has ended, not when somebody builds the site again. */
static bool run_withdraw(struct context *cx, struct err *err)
{
    return run_event(cx, err) && refresh_site(cx, err);
}

static bool run_assign(struct context *cx, struct err *err)
{
    const char *member = args_value(cx, "--to", NULL);
    if (member)
        return run_hand_over(cx, member, err);
    struct event event = {.name = "assign",
                          .ground = "",
                          .hold = "",
                          .unit = args_value(cx, "--unit", NULL),
                          .reason = args_value(cx, "--reason", "")};
    const char *ref = args_word(cx);
    if (!args_need(cx, ref, "REF", err) || !args_need(cx, event.unit, "--unit, --to", err) ||
        !args_done(cx, err))
        return false;
    return do_event(cx, ref, &event, err);
}

static bool run_check(struct context *cx, struct err *err)
{
    static const char *const options[] = {"--origin", "--content", "--purpose"};
    struct content_field fields[ARRAY_LEN(options)];
    struct event event = {.name = "check", .ground = "", .hold = "", .reason = "", .fields = fields};
    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        const char *v = args_value(cx, options[i], NULL);
        if (v)
            fields[event.n_fields++] = (struct content_field){options[i] + 2, v};
    }
    const char *ref = args_word(cx);
    if (!args_need(cx, ref, "REF", err) || !args_done(cx, err))
        return false;
    return do_event(cx, ref, &event, err);
}

static bool run_flag(struct context *cx, struct err *err)
{
    struct event event = {.name = "flag",
                          .ground = "",
                          .hold = "",
                          .off = args_flag(cx, "--off"),
                          .reason = args_value(cx, "--reason", "")};
    const char *ref = args_word(cx);
    event.flag = ref ? args_word(cx) : NULL;
    if (!args_need(cx, ref, "REF", err) || !args_need(cx, event.flag, "FLAG", err) || !args_done(cx, err))
        return false;
    return do_event(cx, ref, &event, err);
}

/* With --unit: that unit has to work on the answer to a question. */
static bool run_consult(struct context *cx, struct err *err)
{
    const char *unit = args_value(cx, "--unit", NULL);
    struct actor actor;
    struct plan *plan;
    if (!unit)
        return run_event(cx, err);
    const char *reason = args_value(cx, "--reason", ""), *ref = args_word(cx);
    return args_need(cx, ref, "REF", err) && args_done(cx, err) && actor_of(cx, &actor, err) &&
           act_consult(cx->house, cx->mem, ref, unit, reason, &actor, &plan, err) &&
           print_done(cx, ref, plan, err);
}

const struct command cmd_approve = {"approve", NEED_ACT, run_approve};
const struct command cmd_refuse = {"refuse", NEED_ACT, run_event};
const struct command cmd_return = {"return", NEED_ACT, run_event};
const struct command cmd_withdraw = {"withdraw", NEED_ACT, run_withdraw};
const struct command cmd_close = {"close", NEED_ACT, run_event};
const struct command cmd_note = {"note", NEED_ACT, run_event};
const struct command cmd_release = {"release", NEED_ACT, run_event};
const struct command cmd_consult = {"consult", NEED_ACT, run_consult};
const struct command cmd_assign = {"assign", NEED_ACT, run_assign};
const struct command cmd_check = {"check", NEED_ACT, run_check};
const struct command cmd_flag = {"flag", NEED_ACT, run_flag};
