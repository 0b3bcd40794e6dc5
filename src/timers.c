/* timers.c: see timers.h. A letter about a term or a duty goes to its owner before it is late (once it is
 * more than half over, or when its rule says), again when it has passed, to the secretary a working day
 * later, to the chief after another; each once. Its key names case, rule, instant, level and person, so a
 * second run, a second daemon or a clock that jumps back write no second letter.
 *
 * Refuses to put anything of a case into such a letter but its number and the rule; of a complaint only
 * inspector and chief hear. */
#include "timers.h"
#include "act_question.h"
#include "campaigning.h"
#include "desk/calendar.h"
#include "desk/question.h"
#include "mail/address.h"
#include "store/accounts.h"
#include "sys/clock.h"

struct timing {
    struct house *h;
    const void *mem;
    int64_t now;
    const struct account *staff;
    size_t n_staff;
    struct timers_done *done;
};

/* ---- one letter */

static const char *template_of(const struct timer_matter *m)
{
    static const struct {
        const char *what, *template;
    } table[] = {{"freshness", "freshness"},
                 {"duty-overdue", "duty-overdue"},
                 {"duty-soon", "duty-reminder"},
                 {"term-soon", "term-reminder"}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (str_eq(table[i].what, m->what))
            return table[i].template;
    return "overdue";
}

/* Whose it is tells two letters of one duty apart: those of two units go to one secretary. */
static char *key_of(const struct timing *t, const struct timer_matter *m, const char *level,
                    const char *address)
{
    char *person = hash_hex(t->mem, address, strlen(address));
    const char *of = *m->period && *m->person ? m->person : *m->period ? m->who : m->ref;
    return mem_fmt(t->mem, "timer/%s/%s/%s/%lld/%s/%.12s", m->what, of, m->rule, (long long)m->since, level,
                   person);
}

static const struct account *account_of(const struct timing *t, const char *user)
{
    for (size_t i = 0; i < t->n_staff; i++)
        if (*user && str_eq(t->staff[i].user, user) && !t->staff[i].disabled)
            return &t->staff[i];
    return NULL;
}

static void add_params(struct timing *t, const struct timer_matter *m, struct plan_letter *l)
{
    const struct directory *d = t->h->directory;
    const struct unit *unit = d ? directory_find_unit(d, m->who) : NULL;
    const struct account *one = account_of(t, m->person);
    notify_param(l, "ref", m->ref);
    notify_param(l, "label", m->label);
    notify_param(l, "due", when_short(l, m->since));
    notify_param(l, "institution", t->h->profile->institution);
    notify_param(l, "period", m->period);
    notify_param(l, "cite", m->cite);
    notify_param(l, "rule", m->rule);
    notify_param(l, "whose", one ? one->name : unit ? unit->name : "");
}

static bool send_to(struct timing *t, const struct timer_matter *m, const char *level, const char *address,
                    struct err *err)
{
    const char *at = strchr(t->h->profile->mailbox, '@');
    char *key = key_of(t, m, level, address);
    struct plan *p = plan_new(t->mem, key, m->ref, &actor_system, t->now);
    struct plan_letter *l = mem_zero(p, struct plan_letter);
    l->template = template_of(m);
    l->to = mem_str(l, address);
    l->key = key;
    l->message_id = mem_fmt(l, "%.32s%s", hash_hex(t->mem, key, strlen(key)), at ? at : "@localhost");
    l->date = t->now;
    add_params(t, m, l);
    plan_add(p, EFFECT_LETTER)->letter = l;
    bool is_new = false;
    if (!letters_render(t->mem, p, t->h->letters, err) ||
        !store_outbox_queue(t->h->store, l, "", t->now, &is_new, err))
        return false;
    t->done->letters += is_new;
    return true;
}

/* Who is named in a complaint does not hear of it, nor does the inspectorate that it accuses (A35). */
static bool kept_from(struct timing *t, const struct timer_matter *m, const struct account *a, bool *ret,
                      struct err *err)
{
    const struct actor who = {.user = a->user, .login = a->login, .roles = a->roles};
    *ret = false;
    return !m->restricted || store_recused(t->h->store, m->ref, &who, ret, err);
}

static bool send_to_role(struct timing *t, const struct timer_matter *m, const char *level, unsigned roles,
                         struct err *err)
{
    for (size_t i = 0; i < t->n_staff; i++) {
        const struct account *a = &t->staff[i];
        bool kept = false;
        if (a->disabled || !(a->roles & roles) || !address_sendable(a->address))
            continue;
        if (!kept_from(t, m, a, &kept, err) || (!kept && !send_to(t, m, level, a->address, err)))
            return false;
    }
    return true;
}

/* ---- who hears of it */

static bool send_to_owner(struct timing *t, const struct timer_matter *m, struct err *err)
{
    enum role role;
    const struct person *contact = question_contact(m->who, &t->h->notify);
    const struct account *one = account_of(t, m->person);
    if (m->restricted)
        return send_to_role(t, m, "owner", ROLE_INSPECTOR, err);
    if (one && address_sendable(one->address))
        return send_to(t, m, "owner", one->address, err);
    if (contact)
        return send_to(t, m, "owner", contact->address, err);
    return send_to_role(t, m, "owner", role_parse(m->who, &role) ? role : ROLE_SECRETARY, err);
}

/* Working days after the day on which it was due, today included. */
static int days_late(const struct timing *t, int64_t due)
{
    int n = 0;
    int32_t today = calendar_day_of(t->now);
    for (int32_t d = calendar_day_of(due) + 1; d <= today && n < 2; d++)
        n += calendar_works(&t->h->profile->calendar, d);
    return n;
}

static bool tell(struct timing *t, const struct timer_matter *m, struct err *err)
{
    if (str_eq(m->what, "freshness"))
        return send_to_role(t, m, "owner", ROLE_SECRETARY | ROLE_EDITOR, err);
    if (!str_eq(m->what, "overdue") && !str_eq(m->what, "duty-overdue") &&
        !str_eq(m->what, "campaign-late"))
        return true; /* the list is enough: whoever runs the desk looks at it each day */
    int late = days_late(t, m->since);
    bool told = str_eq(m->what, "campaign-late"); /* the unit, by campaigning_remind() */
    return (told || send_to_owner(t, m, err)) &&
           (late < 1 || m->restricted || send_to_role(t, m, "secretary", ROLE_SECRETARY, err)) &&
           (late < 2 || send_to_role(t, m, "chief", ROLE_CHIEF, err));
}

/* Once for each owner, and to nobody else: it is not late yet. */
static bool remind(struct timing *t, struct err *err)
{
    struct timer_matter *v;
    size_t n;
    if (!timers_reminders(t->h->store, t->mem, &t->h->notify, t->now, &v, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!send_to_owner(t, &v[i], err))
            return false;
    return true;
}

bool timers_run(struct house *h, struct timers_done *ret, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct timing t = {.h = h, .mem = mem, .now = clock_now(), .done = ret};
    struct timer_matter *matters;
    struct question_left *left;
    struct account *staff;
    size_t n, n_left;
    *ret = (struct timers_done){0};
    if (!calendar_open(&h->profile->calendar, t.now))
        return true;
    if (!act_remind(h, &ret->reminders, err) ||
        !act_questions_route(h, mem, &ret->questions, &left, &n_left, err) ||
        !campaigning_remind(h, t.now, &ret->reminders, err) ||
        !store_accounts(h->store, mem, &staff, &t.n_staff, err) ||
        !timers_matters(h->store, mem, &h->notify, t.now, &matters, &n, err))
        return false;
    t.staff = staff;
    for (size_t i = 0; i < n; i++)
        if (!tell(&t, &matters[i], err))
            return false;
    return remind(&t, err);
}
