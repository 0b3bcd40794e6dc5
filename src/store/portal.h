/* portal.h: portal.db, the approved versions only. Written by the case side after its own commit, read by
 * the publisher, which never opens case.db. */
#ifndef STORE_PORTAL_H
#define STORE_PORTAL_H

#include "base/err.h"
#include "base/when.h"

struct portal;

struct portal_item {
    const char *ref;
    int64_t version;
    const char *category, *kind_label;
    const char *title, *body; /* plain text, NFC, LF */
    const char *unit_name;
    const char *content_hash; /* compared again before publishing */
    int64_t published;
    bool withdrawn;
    const char *reason;    /* of a withdrawal */
    const char *extra;     /* what the hash covers beside title and body: desk/content.h; NULL as "" */
    int64_t opens, closes; /* of the consultation on it; 0: there is none. portal_window() sets them */
    const char *campaign, *campaign_title; /* it is part of; "". portal_place() sets these */
    int64_t section;                       /* its number */
    const char *section_title;
};

bool portal_open(const void *mem, const char *house, struct portal **ret, struct err *err);
/* Idempotent per (ref, version). */
bool portal_put(struct portal *p, const struct portal_item *item, struct err *err);
/* When the consultation on an item (published or not yet) is open. */
bool portal_window(struct portal *p, const char *ref, int64_t opens, int64_t closes, struct err *err);
/* Where an item (published or not yet) stands in a campaign. */
bool portal_place(struct portal *p, const char *ref, const char *code, const char *title, int64_t section,
                  const char *section_title, struct err *err);
/* Newest first; withdrawn ones are left out unless asked for. */
bool portal_items(struct portal *p, const void *mem, bool withdrawn_too, struct portal_item **ret,
                  size_t *ret_n, struct err *err);
/* Nothing of the item stays, nor in free pages. Fine when there is none. */
bool portal_forget(struct portal *p, const char *ref, struct err *err);

#endif
