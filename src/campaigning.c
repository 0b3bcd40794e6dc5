/* campaigning.c: see campaigning.h. A request, its letter and its token become durable together; a reminder
 * is written once, since its letter has one key. Nothing is asked for twice of one unit for one section:
 * who wants more writes himself. */
#include "campaigning.h"
#include "act.h"
#include "desk/calendar.h"
#include "sys/clock.h"

/* ERR_NO, names the sections that there are. */
static bool find_section(const void *mem, const struct campaign *c, const char *wish,
                         const struct campaign_section **ret, struct err *err)
{
    struct str all = str_new(mem);
    *ret = campaign_find_section(c, wish);
    for (size_t i = 0; i < c->n_sections; i++)
        str_addf(&all, "%s%lld '%s'", i ? ", " : "", (long long)c->sections[i].number,
                 c->sections[i].title);
    return *ret || err_set(err, ERR_NO, "campaign '%s': no section '%s'; there are: %s", c->code, wish,
                           all.n ? all.s : "-");
}

static bool load(struct house *h, const void *mem, const char *code, const char *section,
                 struct campaign **ret, const struct campaign_section **ret_section, struct err *err)
{
    size_t n;
    return store_campaigns(h->store, mem, code, ret, &n, err) &&
           find_section(mem, *ret, section, ret_section, err);
}

bool campaigning_ask(struct house *h, const void *mem, const char *code, const char *section,
                     const char *unit, int64_t due, const struct actor *actor, int64_t *ret_due,
                     struct err *err)
{
    struct campaign *c;
    const struct campaign_section *s;
    if (!load(h, mem, code, section, &c, &s, err))
        return false;
    due = due == WHEN_NONE ? c->until : due;
    struct plan *p = campaign_ask(mem, c, s, unit, due, actor, &h->notify, clock_now());
    if (p->refused)
        return act_refused(h, p, NULL, err);
    const struct campaign_request r = {.code = c->code, .section = s->number, .unit = unit, .due = due};
    if (!letters_render(mem, p, h->letters, err) || !store_campaign_ask(h->store, &r, p, err))
        return false;
    *ret_due = due;
    return true;
}

bool campaigning_put(struct house *h, const void *mem, const char *code, const char *ref,
                     const char *section, const struct actor *actor, struct err *err)
{
    struct campaign *c;
    struct submission *s;
    const struct campaign_section *to;
    if (!load(h, mem, code, section, &c, &to, err) || !store_submission(h->store, mem, ref, &s, err))
        return false;
    struct plan *p = campaign_put(mem, s, c, to, actor, h->profile, clock_now());
    return p->refused ? act_refused(h, p, s, err) : act_apply(h, p, err);
}

/* ---- reminders ---- */

/* Which letter is due: that there is little time, that there is none, or "". */
static const char *which(const struct house *h, const struct campaign_request *r, int64_t now)
{
    if (r->items)
        return "";
    if (now > r->due)
        return r->told_late ? "" : "campaign-late";
    int32_t day = calendar_day_of(r->due) - 1;
    while (day > CALENDAR_FIRST && !calendar_works(&h->profile->calendar, day))
        day--;
    int64_t from = calendar_day_start(day);
    return r->reminded || now < from || r->at >= from ? "" : "campaign-reminder";
}

static bool remind_one(struct house *h, const struct campaign_request *r, const char *template, int64_t now,
                       size_t *n, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct campaign *c;
    size_t n_campaigns;
    bool is_new = false;
    if (!store_campaigns(h->store, mem, r->code, &c, &n_campaigns, err))
        return false;
    struct plan *p = campaign_remind(mem, c, r, template, &h->notify, now);
    if (!p)
        return true; /* nobody of the unit has an address: it is on the list of what a person must do */
    if (!letters_render(mem, p, h->letters, err) || !store_campaign_remind(h->store, r, p, &is_new, err))
        return false;
    *n += is_new;
    return true;
}

bool campaigning_remind(struct house *h, int64_t now, size_t *ret_n, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct campaign_request *all;
    size_t n;
    if (!store_campaign_requests(h->store, mem, "", &all, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        const char *template = which(h, &all[i], now);
        if (*template && !remind_one(h, &all[i], template, now, ret_n, err))
            return false;
    }
    return true;
}
