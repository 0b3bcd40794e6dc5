/* campaign.c: see campaign.h. A unit is asked by the token of every answerable letter (notify.h), so what
 * comes back is known by it and by who sends it, never by what it says of itself. Refuses to put into a
 * campaign what is restricted or may be secret, what another unit sends, and anything once it is closed. */
#include "desk/campaign.h"
#include "desk/field_holds.h"
#include "desk/question.h"

#define CITE           "MIC-13.5e BCA-5.5"
#define HOLD           "campaign"
#define ANSWER_SECONDS (INT64_C(180) * 86400) /* late is better than never */
#define MAY_LEAD       (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_SECRETARY)

enum { CODE_MIN = 2, CODE_MAX = 40 };

bool campaign_code_valid(const char *code)
{
    size_t n = strlen(code);
    for (size_t i = 0; i < n; i++)
        if (!str_alpha(code[i]) && !str_digit(code[i]) && (code[i] != '-' || i == 0))
            return false;
    return n >= CODE_MIN && n <= CODE_MAX;
}

const struct campaign_section *campaign_find_section(const struct campaign *c, const char *wish)
{
    _cleanup_mem_ char *folded = utf8_fold(NULL, wish);
    int64_t number = 0;
    bool is_number = str_int(wish, 1, INT64_MAX, &number);
    for (size_t i = 0; i < c->n_sections; i++) {
        _cleanup_mem_ char *own = utf8_fold(NULL, c->sections[i].title);
        if ((is_number && c->sections[i].number == number) || str_eq(own, folded))
            return &c->sections[i];
    }
    return NULL;
}

/* ---- by hand ---- */

static struct plan *begin(const void *mem, const char *code, const char *verb, const struct actor *actor,
                          int64_t now)
{
    struct plan *p = plan_new(mem, mem_fmt(mem, "campaign/%s/%s", code, verb), code, actor, now);
    return actor->roles & MAY_LEAD ? p : plan_refuse(p, "not-allowed-role", "campaign");
}

struct plan *campaign_open(const void *mem, const char *code, const struct actor *actor, int64_t now)
{
    return begin(mem, code, "new", actor, now);
}

struct plan *campaign_close(const void *mem, const struct campaign *c, const char *reason,
                            const struct actor *actor, int64_t now)
{
    struct plan *p = begin(mem, c->code, "close", actor, now);
    if (p->refused)
        return p;
    if (c->closed != WHEN_NONE)
        return plan_refuse(p, "campaign-closed", c->code);
    return *reason ? p : plan_refuse(p, "needs-reason", "campaign");
}

/* Refused, closed or taken down: it is part of nothing any more. */
static bool is_over(const struct submission *s, const struct profile *profile)
{
    const struct track *t = profile_find_track(profile, s->track);
    return t && str_list_has(&t->finals, s->state) && !s->on_portal;
}

static const char *cannot_put(const struct submission *s, const struct campaign *c,
                              const struct actor *actor, const struct profile *profile)
{
    if (!(actor->roles & MAY_LEAD))
        return "not-allowed-role";
    if (c->closed != WHEN_NONE)
        return "campaign-closed";
    if (s->restricted || submission_is_held_for(s, "secrecy"))
        return "restricted-content";
    if (submission_is_unread(s)) /* may be a complaint */
        return "unread";
    if (str_eq(s->verdict, "reject-spoof"))
        return "campaign-forged";
    return str_eq(s->track, "aside") || is_over(s, profile) ? "wrong-state" : NULL;
}

static void join(struct plan *p, const char *code, int64_t section, int64_t request)
{
    struct effect *x = plan_add(p, EFFECT_CAMPAIGN);
    x->key = mem_str(p, code);
    x->to = mem_fmt(p, "%lld", (long long)section);
    x->from = request ? mem_fmt(p, "%lld", (long long)request) : "";
    x->cite = CITE;
}

static void end_hold(struct plan *p, const struct submission *s, const char *why)
{
    if (submission_is_held_for(s, HOLD))
        plan_release(p, HOLD, why, CITE);
}

struct plan *campaign_put(const void *mem, const struct submission *s, const struct campaign *c,
                          const struct campaign_section *section, const struct actor *actor,
                          const struct profile *profile, int64_t now)
{
    struct plan *p = plan_on(mem, s, "campaign", actor, now);
    const char *no = cannot_put(s, c, actor, profile);
    if (no)
        return plan_refuse(p, no,
                           str_eq(no, "not-allowed-role")  ? "campaign"
                           : str_eq(no, "campaign-closed") ? c->code
                           : str_eq(no, "wrong-state")     ? s->state
                                                           : s->ref);
    join(p, c->code, section->number, 0);
    end_hold(p, s, c->code);
    return p;
}

/* ---- asking a unit ---- */

/* Its tokens stand for campaign, section and unit, as those of a case stand for it and its text. */
static struct submission stands_for(const void *mem, const struct campaign *c, int64_t section,
                                    const char *unit)
{
    char *what = mem_fmt(mem, "%s\n%lld\n%s", c->code, (long long)section, unit);
    return (struct submission){
        .ref = c->code, .version = section - 1, .content_hash = hash_hex(mem, what, strlen(what))};
}

static const struct campaign_section *section_of(const struct campaign *c, int64_t number)
{
    for (size_t i = 0; i < c->n_sections; i++)
        if (c->sections[i].number == number)
            return &c->sections[i];
    return NULL;
}

static void write_to(struct plan *p, const char *template, const struct campaign *c, int64_t number,
                     const char *unit, const struct person *to, int64_t due, const struct notify_rules *r)
{
    const struct submission s = stands_for(p, c, number, unit);
    const struct campaign_section *section = section_of(c, number);
    const struct unit *of = directory_find_unit(r->directory, unit);
    struct plan_letter *l = notify_letter(p, &s, template, to->address, unit, r->profile);
    notify_param(l, "contact", to->name);
    notify_param(l, "unit", of ? of->name : unit);
    notify_param(l, "title", c->title);
    notify_param(l, "section", section ? section->title : "");
    notify_param(l, "due", when_short(l, due));
    l->answerable = true;
    l->token_purpose = TOKEN_SUPPLY;
    l->token_seconds = ANSWER_SECONDS;
    notify_issue_tokens(p, &s, r);
}

struct plan *campaign_ask(const void *mem, const struct campaign *c, const struct campaign_section *section,
                          const char *unit, int64_t due, const struct actor *actor,
                          const struct notify_rules *rules, int64_t now)
{
    struct plan *p = begin(mem, c->code, "ask", actor, now);
    const struct person *to = question_contact(unit, rules);
    if (p->refused)
        return p;
    if (c->closed != WHEN_NONE)
        return plan_refuse(p, "campaign-closed", c->code);
    if (!directory_find_unit(rules->directory, unit))
        return plan_refuse(p, "unknown-unit", unit);
    if (!to)
        return plan_refuse(p, "question-no-contact", unit);
    if (due == WHEN_NONE)
        return plan_refuse(p, "campaign-no-term", c->code);
    if (due <= now || (c->until != WHEN_NONE && due > c->until))
        return plan_refuse(p, "campaign-term", when_short(mem, due));
    write_to(p, "campaign-request", c, section->number, unit, to, due, rules);
    return p;
}

struct plan *campaign_remind(const void *mem, const struct campaign *c, const struct campaign_request *r,
                             const char *template, const struct notify_rules *rules, int64_t now)
{
    const struct person *to = question_contact(r->unit, rules);
    char *key = mem_fmt(mem, "%s/%s/%lld/%s", template, c->code, (long long)r->section, r->unit);
    struct plan *p = plan_new(mem, key, c->code, &actor_system, now);
    if (!to)
        return NULL;
    write_to(p, template, c, r->section, r->unit, to, r->due, rules);
    return p;
}

/* ---- what comes back ---- */

/* What goes another way whatever token it carries. */
static bool goes_elsewhere(const struct ruling *r)
{
    return category_is_restricted(r->category) || r->category == CATEGORY_SPAM ||
           r->category == CATEGORY_BOUNCE || r->category == CATEGORY_AUTOREPLY;
}

void campaign_admit(struct plan *p, const struct evidence *e, const struct ruling *r)
{
    const struct known_token *t = e->supplying.token;
    if (!t || goes_elsewhere(r))
        return;
    if (supplying_counts(&e->supplying) && !r->secrecy_marked)
        join(p, t->ref, t->section, t->request);
    else
        plan_hold(p, HOLD, t->ref, CITE);
}

struct plan *campaign_later(const void *mem, const struct submission *s, const struct evidence *e,
                            const char *entry, size_t attempt, int64_t now)
{
    const struct known_token *t = e->supplying.token;
    struct plan *p =
        plan_new(mem, mem_fmt(mem, "campaign/%s/%zu", entry, attempt), s->ref, &actor_system, now);
    p->version = s->version;
    if (!supplying_counts(&e->supplying) || !submission_is_held_for(s, HOLD) || s->restricted ||
        submission_is_held_for(s, "secrecy"))
        return p;
    join(p, t->ref, t->section, t->request);
    end_hold(p, s, t->ref);
    return p;
}
