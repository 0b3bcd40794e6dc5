/* campaigns.h: campaigns, what units were asked for, and the cases in them. */
#ifndef STORE_CAMPAIGNS_H
#define STORE_CAMPAIGNS_H

#include "desk/campaign.h"
#include "store/portal.h"
#include "store/store.h"

/* All of them, those that are open first; with `code` that one: ERR_NO when there is none. */
bool store_campaigns(struct store *s, const void *mem, const char *code, struct campaign **ret,
                     size_t *ret_n, struct err *err);
/* Of that campaign; with "" of all that are open. */
bool store_campaign_requests(struct store *s, const void *mem, const char *code,
                             struct campaign_request **ret, size_t *ret_n, struct err *err);
/* By section, oldest first. */
bool store_campaign_items(struct store *s, const void *mem, const char *code, struct campaign_item **ret,
                          size_t *ret_n, struct err *err);

/* In which campaign a case is, and in which section of it; *ret_code "" for none. */
bool store_campaign_of(struct store *s, const void *mem, const char *ref, const char **ret_code,
                       struct campaign_section *ret, struct err *err);

/* Each in one transaction, with its line in the journal. ERR_NO: there is one of that code already. */
bool store_campaign_new(struct store *s, const struct campaign *c, const struct actor *actor, int64_t now,
                        struct err *err);
bool store_campaign_close(struct store *s, const char *code, const char *reason, const struct actor *actor,
                          int64_t now, struct err *err);
/* The request with letter and token of the plan. ERR_NO: that unit was asked for that section, or the
 * campaign is closed. */
bool store_campaign_ask(struct store *s, const struct campaign_request *r, const struct plan *plan,
                        struct err *err);
/* One more letter about it, with its token; *ret_new false: that letter was there. */
bool store_campaign_remind(struct store *s, const struct campaign_request *r, const struct plan *plan,
                           bool *ret_new, struct err *err);
/* The portal learns where what was published stands. */
bool store_campaigns_to_portal(struct store *s, struct portal *portal, struct err *err);

#endif
