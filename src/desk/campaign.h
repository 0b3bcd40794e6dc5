/* campaign.h: a campaign (MIC-13.5e, BCA-5.5): a structure of sections that was agreed on, units that are
 * asked for something by a time, and the cases in it. Pure and total: what the rules refuse is a plan with
 * `refused` set. */
#ifndef DESK_CAMPAIGN_H
#define DESK_CAMPAIGN_H

#include "desk/notify.h"

struct campaign_section {
    int64_t number; /* from 1, in the order in which they were agreed */
    const char *title;
};

struct campaign {
    const char *code, *title;
    int64_t until;  /* the last second in which anything is asked for; WHEN_NONE: no end is named */
    int64_t closed; /* WHEN_NONE: it is open */
    const char *user, *closed_by, *reason; /* who made it; who closed it, and why; "" */
    int64_t at;
    struct campaign_section *sections; /* by number */
    size_t n_sections;
};

/* One unit was asked for one section. */
struct campaign_request {
    int64_t id; /* row of the store */
    const char *code;
    int64_t section;
    const char *title; /* of the section */
    const char *unit, *user;
    int64_t due, at;
    int64_t items;  /* cases that answer it */
    bool reminded;  /* was sent the letter that its time ends soon */
    bool told_late; /* and the one that it has ended */
};

/* A case in it. A secret one has no title, a restricted one is never in it. */
struct campaign_item {
    const char *ref;
    int64_t section, request; /* request 0: put in by the staff */
    const char *unit, *title, *state, *user;
    int64_t received;
};

/* "tet-2027": letters, digits and '-', 2 to 40 of them, a letter or digit first. */
bool campaign_code_valid(const char *code);

/* By its number or its title (case and accents of capitals do not matter); NULL when there is none. */
const struct campaign_section *campaign_find_section(const struct campaign *c, const char *wish);

/* May the actor open a campaign, or close `c`? A plan without effects. */
struct plan *campaign_open(const void *mem, const char *code, const struct actor *actor, int64_t now);
struct plan *campaign_close(const void *mem, const struct campaign *c, const char *reason,
                            const struct actor *actor, int64_t now);

/* Asks the unit's contact (else its leader) for a section until `due`: the letter, with a token by which
 * the answer is known (notify_issue_tokens() has been called). */
struct plan *campaign_ask(const void *mem, const struct campaign *c, const struct campaign_section *section,
                          const char *unit, int64_t due, const struct actor *actor,
                          const struct notify_rules *rules, int64_t now);

/* The same unit again, once each: template "campaign-reminder" while there is time, "campaign-late" when
 * there is none. NULL when nobody of the unit has an address. */
struct plan *campaign_remind(const void *mem, const struct campaign *c, const struct campaign_request *r,
                             const char *template, const struct notify_rules *rules, int64_t now);

/* For the plan of a new case: it is part of the campaign when the unit that was asked answers, proved, and
 * brings something; else the hold "campaign", for a person. Nothing for letters that carry no such token,
 * and for those that go another way (complaints, secrets, machines). */
void campaign_admit(struct plan *p, const struct evidence *e, const struct ruling *r);

/* The same for a case that waits in that hold, since its sender was proved only later. No effects: nothing
 * has changed. */
struct plan *campaign_later(const void *mem, const struct submission *s, const struct evidence *e,
                            const char *entry, size_t attempt, int64_t now);

/* A person puts a case in; what has ended, and is not on the portal, is part of nothing. */
struct plan *campaign_put(const void *mem, const struct submission *s, const struct campaign *c,
                          const struct campaign_section *section, const struct actor *actor,
                          const struct profile *profile, int64_t now);

#endif
