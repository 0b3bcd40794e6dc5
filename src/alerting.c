/* alerting.c: see alerting.h. A warning of a crime is to be published at once, also at night: the letter
 * goes into the outbox with the case, in the same transaction, whatever the office hours. It holds no word
 * of what came, since that may be false or secret; and it waits, but is not lost, where a sender who writes
 * many warnings would fill the mailboxes of the staff (alerts-a-day, an-hour). */
#include "alerting.h"
#include "mail/address.h"
#include "store/accounts.h"

/* His own roles, and those that others handed over to him. */
static bool holds(struct house *h, const void *mem, const struct account *a, unsigned roles, int64_t now,
                  bool *ret, struct err *err)
{
    struct actor who;
    *ret = false;
    if (a->disabled || !address_sendable(a->address))
        return true;
    if (!store_actor(h->store, mem, NULL, a->user, now, &who, err))
        return false;
    *ret = (who.roles & roles) != 0;
    return true;
}

bool alerting(struct house *h, const void *mem, struct plan *plan, struct err *err)
{
    unsigned roles = notify_alert_roles(plan, h->profile);
    struct account *staff;
    size_t n, called = 0;
    if (!roles)
        return true;
    if (!store_accounts(h->store, mem, &staff, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        bool yes;
        if (!holds(h, mem, &staff[i], roles, plan->now, &yes, err))
            return false;
        if (yes)
            notify_alert(plan, staff[i].address, &h->notify);
        called += yes;
    }
    if (!called)
        plan_add(plan, EFFECT_NOTE)->key = "alert-nobody";
    return true;
}
