/* act_record.c: see act_record.h. Refuses a reviewer who is disabled, or whose roles let him read only. */
#include "act_record.h"
#include "mail/address.h"
#include "store/accounts.h"
#include "sys/clock.h"

#define MAY_REVIEW                                                                                         \
    (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_MEMBER | ROLE_SECRETARY | ROLE_EDITOR)

static bool send_and_apply(struct house *h, const void *mem, struct plan *plan, const struct submission *s,
                           struct err *err)
{
    notify_issue_tokens(plan, s, &h->notify);
    return letters_render(mem, plan, h->letters, err) && act_apply(h, plan, err);
}

bool act_hand_over(struct house *h, const void *mem, const char *ref, const char *user, const char *reason,
                   const struct actor *actor, struct plan **ret_plan, struct err *err)
{
    struct submission *s;
    struct account account;
    struct actor who = *actor;
    const struct event event = {
        .name = "hand-over", .ground = "", .reason = reason, .hold = "", .to = user};
    who.trial = h->conf->trial;
    if (!store_submission(h->store, mem, ref, &s, err) ||
        !store_account(h->store, mem, user, &account, err))
        return false;
    struct plan *plan = *ret_plan = desk_step(mem, s, &event, &who, h->profile, clock_now());
    if (!plan->refused && (account.disabled || !(account.roles & MAY_REVIEW)))
        plan_refuse(plan, "review-role", user);
    if (plan->refused)
        return act_refused(h, plan, s, err);
    if (address_sendable(account.address))
        notify_review_request(plan, s, account.name, account.address, reason, &h->notify);
    return send_and_apply(h, mem, plan, s, err);
}

bool act_interim(struct house *h, const void *mem, const char *ref, const struct interim_wish *wish,
                 const struct actor *actor, struct plan **ret_plan, struct err *err)
{
    struct submission *s;
    if (!store_submission(h->store, mem, ref, &s, err))
        return false;
    *ret_plan = interim_give(mem, s, wish, actor, &h->notify, clock_now());
    return (*ret_plan)->refused ? act_refused(h, *ret_plan, s, err)
                                : send_and_apply(h, mem, *ret_plan, s, err);
}
