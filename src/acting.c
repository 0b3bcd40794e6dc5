/* acting.c: see acting.h. Who may what is asked where a command asks it: store_actor() says which roles the
 * account has at this moment, act_barred() what is kept from it, desk_step() the rest. An address that is
 * no enabled account's, or two accounts' at once, is nobody.
 *
 * Refuses nothing by failing: what may not be done is a note and a hold, for people to see. */
#include "acting.h"
#include "act.h"
#include "desk/act_letter.h"
#include "store/accounts.h"

bool acting_by_letter(struct house *h, void *mem, struct plan *plan, const struct submission *about,
                      const struct evidence *evidence, struct err *err)
{
    const char *user = "", *barred = NULL;
    struct actor who;
    if (!store_account_at(h->store, mem, evidence->from, &user, err))
        return false;
    if (*user) {
        if (!store_actor(h->store, mem, NULL, user, plan->now, &who, err))
            return false;
        who.trial = h->conf->trial;
        if (!act_barred(h, about, &who, &barred, err))
            return false;
    }
    desk_act_by_letter(plan, about, evidence, *user && !barred ? &who : NULL, h->profile);
    return true;
}
