/* guard.c: see guard.h. Walls that no rule takes away: a restricted case is for inspector and chief;
 * nothing that is held is approved or published (A31, A32); a confirmation and an approval are for exactly
 * the present content (LS-14.2, A11); who wrote a text does not approve it, and the system approves nothing
 * (WF-2); what is scheduled does not appear before its time (A32). */
#include "desk/guard.h"
#include "desk/content.h"
#include "house/guards.h"

static const struct refusal nothing = {0};

static bool publishes(const struct transition *t)
{
    return str_eq(t->effect, "publish");
}

/* Steps by which content comes nearer to the public. */
static bool releases_content(const struct transition *t)
{
    return publishes(t) || str_eq(t->effect, "schedule") || str_eq(t->event, "approve");
}

/* ---- persons ---- */

bool guard_same_person(const char *user, const char *login, const char *other, const char *other_login,
                       bool trial)
{
    return str_eq(user, other) || (!trial && *login && str_eq(login, other_login));
}

/* The account whose own mailbox sent the text. */
static bool sent_it(const struct submission *s, const char *user, const char *login)
{
    const char *at = strrchr(s->from, '@');
    size_t n = at ? (size_t)(at - s->from) : 0;
    return n && ((strlen(user) == n && str_ieqn(user, s->from, n)) ||
                 (strlen(login) == n && str_ieqn(login, s->from, n)));
}

bool guard_wrote(const struct submission *s, const char *user, const char *login, bool trial)
{
    for (size_t i = 0; i < s->n_authors; i++)
        if (guard_same_person(user, login, s->authors[i].user, s->authors[i].login, trial))
            return true;
    return sent_it(s, user, trial ? user : login);
}

static bool has_role(unsigned roles, const char *word)
{
    enum role r;
    return role_parse(word, &r) && (roles & r);
}

static bool has_any(unsigned roles, const struct str_list *words)
{
    for (size_t i = 0; i < words->n; i++)
        if (has_role(roles, words->v[i]))
            return true;
    return false;
}

/* One person for each role from roles[at] on, of those that are not taken yet: tries them in turn. Roles
 * are few (a track names at most nine), so this ends. */
static bool assign_each(const struct agreed *who, size_t n, const struct str_list *roles, size_t at,
                        uint64_t taken)
{
    if (at == roles->n)
        return true;
    for (size_t i = 0; i < n; i++)
        if (!(taken >> i & 1) && has_role(who[i].roles, roles->v[at]) &&
            assign_each(who, n, roles, at + 1, taken | UINT64_C(1) << i))
            return true;
    return false;
}

bool guard_enough(const struct agreed *who, size_t n, const struct str_list *roles, int people, bool each)
{
    int count = 0;
    n = n > 16 ? 16 : n;
    if (each)
        return assign_each(who, n, roles, 0, 0);
    for (size_t i = 0; i < n; i++)
        count += has_any(who[i].roles, roles);
    return count >= people;
}

/* ---- approvals ---- */

static void add_person(const void *mem, struct agreed **who, size_t *n, const struct approval *a,
                       bool trial)
{
    for (size_t i = 0; i < *n; i++)
        if (guard_same_person(a->user, a->login, (*who)[i].user, (*who)[i].login, trial)) {
            (*who)[i].roles |= a->roles;
            return;
        }
    *mem_append(mem, *who, *n) = (struct agreed){a->user, a->login, a->roles};
}

static bool counts(const struct guarding *g, const struct approval *a)
{
    return str_eq(a->content_hash, g->s->content_hash) && !(a->roles & ROLE_SYSTEM) &&
           !str_eq(a->user, actor_system.user) && !guard_wrote(g->s, a->user, a->login, g->actor->trial);
}

static bool flagged(const struct submission *s, const char *flag)
{
    for (size_t i = 0; i < s->n_flags; i++)
        if (str_eq(s->flags[i].name, flag))
            return true;
    return !*flag;
}

static char *demand_text(const void *mem, const struct approval_rule *d)
{
    struct str out = str_new(mem);
    if (!d->each)
        str_addf(&out, "%d", d->people);
    for (size_t i = 0; i < d->roles.n; i++)
        str_addf(&out, "%s%s", out.n ? " " : "", d->roles.v[i]);
    return out.s;
}

struct refusal guard_approved(const struct guarding *g, const struct approval *also)
{
    struct agreed *who = NULL;
    size_t n = 0;
    bool trial = g->actor->trial;
    for (size_t i = 0; i < g->s->n_approvals; i++)
        if (counts(g, &g->s->approvals[i]))
            add_person(g->mem, &who, &n, &g->s->approvals[i], trial);
    if (also && counts(g, also))
        add_person(g->mem, &who, &n, also, trial);
    for (size_t i = 0; i < g->track->n_approvals; i++) {
        const struct approval_rule *d = &g->track->approvals[i];
        if (flagged(g->s, d->flag) && !guard_enough(who, n, &d->roles, d->people, d->each))
            return (struct refusal){d->each ? "needs-each" : "needs-approval", demand_text(g->mem, d)};
    }
    return n ? nothing : (struct refusal){"content-changed", g->s->ref};
}

/* ---- guards that rules name ---- */

static const char *checked(const struct submission *s, const char *name)
{
    for (size_t i = 0; i < s->n_checks; i++)
        if (str_eq(s->checks[i].name, name) && *s->checks[i].value)
            return s->checks[i].value;
    return NULL;
}

/* A proved sender of a registered unit is an origin; else a person says what it is. */
static struct refusal guard_origin(const struct guarding *g)
{
    bool known = g->s->authenticated && g->s->sender_unit && *g->s->sender_unit;
    return known || checked(g->s, "origin") ? nothing : (struct refusal){"needs-origin", g->s->ref};
}

static struct refusal guard_content(const struct guarding *g)
{
    bool doubt = submission_is_held_for(g->s, "unsure") || str_eq(g->s->category, "other");
    return !doubt || checked(g->s, "content") ? nothing : (struct refusal){"needs-content", g->s->ref};
}

/* What kind of letter it is says what it is for, but for two: a notice of an event may ask for a visit or
 * for a publication, and of what is nothing in particular nobody knows. */
static struct refusal guard_purpose(const struct guarding *g)
{
    bool doubt = str_eq(g->s->category, "event-notice") || str_eq(g->s->category, "other");
    return !doubt || checked(g->s, "purpose") ? nothing : (struct refusal){"needs-purpose", g->s->ref};
}

/* Verdicts that wait for the unit's leader are worth a publication only with his word for this very text.
 */
static struct refusal guard_confirmed(const struct guarding *g)
{
    bool must = str_eq(g->s->verdict, "confirmed") || str_eq(g->s->verdict, "needs-confirmation");
    if (str_eq(g->s->verdict, "reject-spoof"))
        return (struct refusal){"held", "forged"};
    return !must || submission_is_confirmed(g->s) ? nothing
                                                  : (struct refusal){"confirmation-void", g->s->ref};
}

static struct refusal guard_not_drafter(const struct guarding *g)
{
    bool wrote = guard_wrote(g->s, g->actor->user, g->actor->login, g->actor->trial);
    return wrote ? (struct refusal){"own-text", g->actor->user} : nothing;
}

static bool blank(const char *s)
{
    return !s || utf8_blank(s);
}

static struct refusal guard_text(const struct guarding *g)
{
    return blank(g->s->title) || blank(g->s->body) ? (struct refusal){"needs-text", g->s->ref} : nothing;
}

static struct refusal guard_assigned(const struct guarding *g)
{
    return g->s->unit && *g->s->unit ? nothing : (struct refusal){"needs-unit", g->s->ref};
}

/* A text that is quoted says so in its field `quoted-from`; then source, author and written consent of the
 * source stand beside it (MIC-9.3). */
static struct refusal guard_sourced(const struct guarding *g)
{
    static const char *const fields[] = {"source", "author", "consent"};
    const char *quoted = content_field(g->mem, g->s->extra, "quoted-from");
    for (size_t i = 0; quoted && i < ARRAY_LEN(fields); i++)
        if (blank(content_field(g->mem, g->s->extra, fields[i])))
            return (struct refusal){"needs-field", fields[i]};
    return nothing;
}

static struct refusal guard_todo(const struct guarding *g)
{
    const struct str_list *todo = g->event->todo;
    bool said = todo && todo->n;
    for (size_t i = 0; said && i < todo->n; i++)
        said = !blank(todo->v[i]);
    return said ? nothing : (struct refusal){"needs-todo", g->t->event};
}

static struct refusal guard_time(const struct guarding *g)
{
    return g->event->at > g->now ? nothing : (struct refusal){"needs-time", g->t->event};
}

static struct refusal guard_is_approved(const struct guarding *g)
{
    return guard_approved(g, NULL);
}

/* What another unit says on the same issue, still or already, is looked at first; of two texts of nobody
 * known nobody knows that they are one voice. */
static struct refusal guard_one_voice(const struct guarding *g)
{
    const struct submission *s = g->s;
    const char *own = s->sender_unit && *s->sender_unit ? s->sender_unit : s->unit;
    for (size_t i = 0; i < s->n_voices; i++) {
        const struct voice *v = &s->voices[i];
        bool same = own && *own && str_eq(own, v->unit);
        if (!same && !v->seen)
            return (struct refusal){"one-voice", v->ref};
    }
    return nothing;
}

static struct refusal (*const guards[GUARD_COUNT])(const struct guarding *) = {
    [GUARD_ORIGIN] = guard_origin,
    [GUARD_CONTENT] = guard_content,
    [GUARD_PURPOSE] = guard_purpose,
    [GUARD_CONFIRMED] = guard_confirmed,
    [GUARD_TEXT] = guard_text,
    [GUARD_NOT_DRAFTER] = guard_not_drafter,
    [GUARD_SOURCED] = guard_sourced,
    [GUARD_ASSIGNED] = guard_assigned,
    [GUARD_TODO] = guard_todo,
    [GUARD_TIME] = guard_time,
    [GUARD_APPROVED] = guard_is_approved,
    [GUARD_ONE_VOICE] = guard_one_voice};

static struct refusal named_guards(const struct guarding *g)
{
    for (size_t i = 0; i < GUARD_COUNT; i++) {
        struct refusal no = g->t->needs & 1u << i ? guards[i](g) : nothing;
        if (no.key)
            return no;
    }
    return nothing;
}

/* ---- walls ---- */

static struct refusal guard_words(const struct guarding *g)
{
    const struct event *ev = g->event;
    if (g->t->needs_ground && !*ev->ground)
        return (struct refusal){"needs-ground", g->t->event};
    if (*ev->ground && !profile_find_ground(g->profile, ev->ground))
        return (struct refusal){"unknown-ground", ev->ground};
    if (*ev->ground && g->t->grounds.n && !str_list_has(&g->t->grounds, ev->ground))
        return (struct refusal){"other-ground", ev->ground};
    if (g->t->needs_reason && !*ev->reason)
        return (struct refusal){"needs-reason", g->t->event};
    return nothing;
}

/* Nothing but the move is missing: the case came back to an earlier state with its text as it was approved.
 */
static bool only_moves(const struct guarding *g)
{
    return !str_eq(g->t->from, g->t->to) && !guard_approved(g, NULL).key;
}

/* Whose second approval of the same text it would be. */
static struct refusal approves_again(const struct guarding *g)
{
    const struct submission *s = g->s;
    const struct actor *a = g->actor;
    if (a->roles & ROLE_SYSTEM)
        return (struct refusal){"not-allowed-role", g->t->event};
    if (guard_wrote(s, a->user, a->login, a->trial))
        return (struct refusal){"own-text", a->user};
    for (size_t i = 0; i < s->n_approvals; i++) {
        const struct approval *x = &s->approvals[i];
        if (!str_eq(x->content_hash, s->content_hash))
            continue;
        /* Who was given another's powers since (LS-12.2) speaks anew, with these. */
        if (str_eq(x->user, a->user))
            return only_moves(g) || (a->roles & ~x->roles) ? nothing
                                                           : (struct refusal){"approved-already", a->user};
        if (guard_same_person(x->user, x->login, a->user, a->login, a->trial))
            return (struct refusal){"four-eyes", x->user};
    }
    return nothing;
}

static struct refusal walls(const struct guarding *g)
{
    const struct submission *s = g->s;
    if (!releases_content(g->t))
        return nothing;
    if (s->restricted)
        return (struct refusal){"restricted-content", s->ref};
    if (s->n_holds)
        return (struct refusal){"held", s->holds[0].reason};
    struct refusal no = guard_confirmed(g);
    if (no.key)
        return no;
    if (str_eq(g->t->event, "approve"))
        return approves_again(g);
    if (publishes(g->t) && s->scheduled > g->now)
        return (struct refusal){"too-early", when_short(g->mem, s->scheduled)};
    return guard_approved(g, NULL);
}

struct refusal guard_step(const struct guarding *g)
{
    if (!g->t)
        return (struct refusal){"wrong-state", g->s->state};
    if (!actor_has_any(g->actor, &g->t->roles))
        return (struct refusal){"not-allowed-role", g->t->event};
    struct refusal no = walls(g);
    if (!no.key)
        no = named_guards(g);
    return no.key ? no : guard_words(g);
}
