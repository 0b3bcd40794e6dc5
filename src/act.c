/* act.c: STORY 2. A click, a command, a reply, a timer: all events, all the same four steps. */
#include "act.h"
#include "desk/calendar.h"
#include "desk/question.h"
#include "mail/address.h"
#include "recusing.h"
#include "sealing.h"
#include "store/accounts.h"
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

/* "2 chief deputy" and "chief deputy" in words. */
static const char *people_in_words(const void *mem, const struct catalog *c, const char *detail)
{
    struct str roles = str_new(mem);
    char *rest = mem_str(mem, detail);
    const char *n = str_digit(*rest) ? strsep(&rest, " ") : NULL;
    for (char *role; rest && (role = strsep(&rest, " "));)
        str_addf(&roles, "%s%s", roles.n ? ", " : "", catalog_text(c, mem_fmt(mem, "role.%s", role)));
    return n ? catalog_say(mem, c, "approval.people", "n", n, "roles", roles.s, NULL) : roles.s;
}

const char *act_approval_open(const struct house *h, const void *mem, const struct submission *s)
{
    const struct actor anybody = {.user = "", .login = "", .trial = h->conf->trial};
    const char *detail = "", *key = desk_approval_open(mem, s, &anybody, h->profile, &detail);
    bool of_people = str_eq(key, "needs-approval") || str_eq(key, "needs-each");
    return of_people ? people_in_words(mem, h->catalog, detail) : NULL;
}

/* Who may do what this actor may not. */
static const char *who_may(const struct house *h, const void *mem, const struct plan *plan,
                           const struct submission *s)
{
    struct str roles = str_new(mem);
    const struct track *track = s ? profile_find_track(h->profile, s->track) : NULL;
    const struct transition *t = track ? track_find(track, s->state, plan->refused_detail) : NULL;
    if (!t || !str_eq(plan->refused, "not-allowed-role"))
        return "";
    for (size_t i = 0; i < t->roles.n; i++)
        str_addf(&roles, "%s%s", i ? ", " : "",
                 catalog_text(h->catalog, mem_fmt(mem, "role.%s", t->roles.v[i])));
    return mem_fmt(mem, " %s", catalog_say(mem, h->catalog, "who.may", "roles", roles.s, NULL));
}

/* What can be done with a case in this state, when what was asked for cannot. */
static const char *steps_now(const struct house *h, const void *mem, const struct plan *plan,
                             const struct submission *s)
{
    struct str steps = str_new(mem);
    const struct track *track = s ? profile_find_track(h->profile, s->track) : NULL;
    if (!track || !str_eq(plan->refused, "wrong-state"))
        return "";
    for (size_t i = 0; i < track->n_transitions; i++) {
        const struct transition *t = &track->transitions[i];
        bool by_people = t->roles.n != 1 || !str_eq(t->roles.v[0], "system");
        if (by_people && track_find(track, s->state, t->event) == t)
            str_addf(&steps, "%s%s", steps.n ? ", " : "", t->event);
    }
    return steps.n ? mem_fmt(mem, " %s", catalog_say(mem, h->catalog, "steps.now", "steps", steps.s, NULL))
                   : "";
}

bool act_refused(const struct house *h, const struct plan *plan, const struct submission *s,
                 struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    char *key = mem_fmt(mem, "refusal.%s", plan->refused);
    const char *detail = in_words(mem, h->catalog, plan);
    if (str_eq(plan->refused, "needs-approval") || str_eq(plan->refused, "needs-each"))
        detail = people_in_words(mem, h->catalog, plan->refused_detail);
    char *text = catalog_say(mem, h->catalog, key, "detail", detail, "ref", plan->ref, NULL);
    return err_set(err, ERR_NO, "'%s': %s%s%s", plan->ref, text, who_may(h, mem, plan, s),
                   steps_now(h, mem, plan, s));
}

bool act_apply(struct house *h, const struct plan *plan, struct err *err)
{
    if (!store_begin(h->store, err))
        return false;
    if (store_apply(h->store, plan, err) && store_commit(h->store, err))
        return true;
    store_rollback(h->store);
    return false;
}

bool act_barred(struct house *h, const struct submission *s, const struct actor *who, const char **ret,
                struct err *err)
{
    bool recused = false;
    if (s->restricted && !store_recused(h->store, s->ref, who, &recused, err))
        return false;
    *ret = recused || (s->restricted && !actor_reads_restricted(who)) ? "restricted"
           : submission_is_unread(s) && !actor_reads_unread(who)      ? "unread"
                                                                      : NULL;
    return true;
}

bool act_try(struct house *h, const void *mem, const char *ref, const struct event *event,
             const struct actor *actor, struct plan **ret_plan, struct err *err)
{
    struct submission *s;
    if (!store_submission(h->store, mem, ref, &s, err))
        return false;
    struct actor who = *actor;
    who.trial = h->conf->trial;
    if (event->unit && *event->unit && !directory_find_unit(h->directory, event->unit))
        return act_refused(h, plan_refuse(plan_new(mem, "", ref, actor, 0), "unknown-unit", event->unit), s,
                           err);
    const char *barred = NULL;
    if (!act_barred(h, s, &who, &barred, err))
        return false;
    if (barred)
        return act_refused(h, plan_refuse(plan_new(mem, "", ref, actor, 0), barred, ref), s, err);
    struct event whole = *event;
    struct document_says says;
    whole.directory = h->directory;
    if (event->kind && !store_document_says(h->store, mem, ref, &says, err))
        return false;
    whole.document = event->kind ? &says : NULL;
    *ret_plan = desk_step(mem, s, &whole, &who, h->profile, clock_now());
    if ((*ret_plan)->refused)
        return act_refused(h, *ret_plan, s, err);
    question_after(*ret_plan, s, event, &h->notify);
    notify_issue_tokens(*ret_plan, s, &h->notify);
    return letters_render(mem, *ret_plan, h->letters, err);
}

/* What becomes a complaint is opened by none of the staff whom it names (A35). */
static bool apply_event(struct house *h, const struct plan *plan, const struct str_list *recused,
                        struct err *err)
{
    if (!store_begin(h->store, err))
        return false;
    if (store_apply(h->store, plan, err) && recusing_record(h, plan, recused, err) &&
        store_commit(h->store, err))
        return true;
    store_rollback(h->store);
    return false;
}

bool act(struct house *h, const void *mem, const char *ref, const struct event *event,
         const struct actor *actor, struct plan **ret_plan, struct err *err)
{
    struct plan *plan;
    struct submission *s;
    struct str_list recused = {0};
    size_t sealed;
    if (!act_try(h, mem, ref, event, actor, &plan, err) || !store_submission(h->store, mem, ref, &s, err) ||
        !recusing_reclassified(h, mem, plan, s, &recused, err))
        return false;
    if (ret_plan)
        *ret_plan = plan;
    return apply_event(h, plan, &recused, err) && sealing_sweep(h, &sealed, err);
}

/* ---- asking a leader ---- */

#define MAY_ASK                                                                                            \
    (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_SECRETARY | ROLE_EDITOR | ROLE_SYSTEM)

static bool ask(struct house *h, const void *mem, const struct submission *s, const char *template,
                const struct actor *actor, struct err *err)
{
    struct plan *plan = plan_on(mem, s, template, actor, clock_now());
    const char *no = actor->roles & MAY_ASK ? notify_cannot_ask(s, &h->notify) : "not-allowed-role";
    if (s->restricted && !actor_reads_restricted(actor))
        no = "restricted";
    if (no)
        return act_refused(h, plan_refuse(plan, no, str_eq(no, "not-allowed-role") ? "confirm" : s->ref), s,
                           err);
    notify_ask(plan, s, template, &h->notify);
    notify_issue_tokens(plan, s, &h->notify);
    return letters_render(mem, plan, h->letters, err) && act_apply(h, plan, err);
}

/* Which unit a letter from another mailbox is of (MIC-P.1) can only be said by a person: the request then
 * goes to that unit's leader, and his answer by token is what counts. What was proved is not overruled. */
static bool name_unit(struct house *h, struct submission *s, const char *unit, const struct actor *actor,
                      struct err *err)
{
    const char *no = !(actor->roles & MAY_ASK)                                     ? "not-allowed-role"
                     : !directory_find_unit(h->directory, unit)                    ? "unknown-unit"
                     : *s->sender_unit && !str_eq(s->sender_unit, unit)            ? "unit-proved"
                     : s->restricted || !submission_is_held_for(s, "confirmation") ? "not-waiting"
                     : submission_is_unread(s)                                     ? "unread"
                                                                                   : NULL;
    struct plan *plan = plan_on(s, s, "unit", actor, clock_now());
    if (no)
        return act_refused(h, plan_refuse(plan, no, str_eq(no, "not-allowed-role") ? "confirm" : unit), s,
                           err);
    struct effect *x = plan_add(plan, EFFECT_EVIDENCE);
    x->from = x->to = s->verdict;
    x->key = s->authenticated ? "authenticated" : "unauthenticated";
    x->text = unit;
    return act_apply(h, plan, err);
}

bool act_ask(struct house *h, const void *mem, const char *ref, const char *unit, const struct actor *actor,
             struct err *err)
{
    struct submission *s;
    if (!store_submission(h->store, mem, ref, &s, err))
        return false;
    if (!*unit)
        return ask(h, mem, s, "confirm-request", actor, err);
    if (!name_unit(h, s, unit, actor, err) || !store_submission(h->store, mem, ref, &s, err))
        return false;
    s->authenticated =
        true; /* for the question alone: a person vouches for whom to ask, not for the sender */
    return ask(h, mem, s, "confirm-request", actor, err);
}

/* Would the account's approval be taken as things are? */
static bool may_approve(struct house *h, const void *mem, const struct submission *s, const char *user,
                        struct err *err)
{
    const struct event event = {.name = "approve", .ground = "", .reason = "", .hold = ""};
    struct actor who;
    if (!store_actor(h->store, mem, NULL, user, clock_now(), &who, err))
        return err_prefix(err, "staff account '%s'", user);
    who.trial = h->conf->trial;
    struct plan *plan = desk_step(mem, s, &event, &who, h->profile, clock_now());
    return !plan->refused || act_refused(h, plan, s, err);
}

bool act_ask_staff(struct house *h, const void *mem, const char *ref, const char *user,
                   const struct actor *actor, struct err *err)
{
    struct submission *s;
    struct account account;
    if (!store_submission(h->store, mem, ref, &s, err) || !may_approve(h, mem, s, user, err) ||
        !store_account(h->store, mem, user, &account, err))
        return false;
    struct plan *plan = plan_on(mem, s, mem_fmt(mem, "act-request/%s", user), actor, clock_now());
    const char *no = !(actor->roles & MAY_ASK)            ? "not-allowed-role"
                     : !address_sendable(account.address) ? "no-address"
                                                          : NULL;
    if (no)
        return act_refused(h, plan_refuse(plan, no, str_eq(no, "no-address") ? user : "approve"), s, err);
    notify_act_request(plan, s, account.name, account.address, &h->notify);
    notify_issue_tokens(plan, s, &h->notify);
    return letters_render(mem, plan, h->letters, err) && act_apply(h, plan, err);
}

bool act_remind(struct house *h, size_t *ret_n, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct str_list refs = {0};
    int64_t now = clock_now(), after = h->notify.remind_seconds;
    *ret_n = 0;
    if (!after || !calendar_open(&h->profile->calendar, now))
        return true;
    if (!store_unanswered(h->store, mem, now - after, &refs, err))
        return false;
    for (size_t i = 0; i < refs.n; i++) {
        struct submission *s;
        if (!store_submission(h->store, mem, refs.v[i], &s, err))
            return false;
        if (notify_cannot_ask(s, &h->notify))
            continue;
        if (!ask(h, mem, s, "confirm-reminder", &actor_system, err))
            return false;
        ++*ret_n;
    }
    return true;
}

/* ---- publishing at a time ---- */

/* Its time came, and it may not be published: a person must look, and it is not tried again meanwhile. */
static bool hold_due(struct house *h, const void *mem, const char *ref, const char *why, struct err *err)
{
    struct submission *s;
    if (!store_submission(h->store, mem, ref, &s, err))
        return false;
    struct plan *plan = plan_on(mem, s, "schedule-missed", &actor_system, clock_now());
    plan_hold(plan, "schedule", why, NULL);
    return act_apply(h, plan, err);
}

bool act_due(struct house *h, size_t *ret_n, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct str_list refs = {0};
    const struct event event = {.name = "publish", .ground = "", .reason = "", .hold = ""};
    *ret_n = 0;
    if (!store_schedules_due(h->store, mem, clock_now(), &refs, err))
        return false;
    for (size_t i = 0; i < refs.n; i++) {
        struct err why = {0};
        if (act(h, mem, refs.v[i], &event, &actor_system, NULL, &why)) {
            ++*ret_n;
        } else if (why.kind != ERR_NO) {
            *err = why;
            return false;
        } else if (!hold_due(h, mem, refs.v[i], why.text, err)) {
            return false;
        }
    }
    return true;
}
