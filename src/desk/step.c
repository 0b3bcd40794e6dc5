/* step.c: what a person may do with a case. The track's table says which events exist, who may take them
 * and what they need; desk/guard.c holds the conditions and the walls; desk/step_free.c what needs no
 * track.
 *
 * An approval alone moves nothing: the case moves when all whose approval the track demands have given it
 * for exactly the present content (MIC-13.5a, DN-9.1, LS-12.2). Every change of the text is a new version,
 * which takes a case back to where the track says and voids what was approved (LS-14.2).
 *
 * Refuses by plan (refused = catalogue key), never by failing. */
#include "desk/clocks.h"
#include "desk/field_holds.h"
#include "desk/flag.h"
#include "desk/guard.h"
#include "desk/notify.h"
#include "desk/review.h"
#include "desk/step_inside.h"
#include "fields/secrecy.h"
#include "mail/address.h"

#define ANSWER_SECONDS (INT64_C(180) * 86400) /* an answer to a letter of ours joins its case */

/* ---- letters ---- */

/* "MIC-14.4a": article 14, clause 4, point a, so that a letter can cite it in words. */
static void cite_params(struct plan_letter *l, const char *cite)
{
    const char *at = strchr(cite, '-'), *article = at ? at + 1 : "";
    size_t n = strcspn(article, ". ");
    const char *clause = article[n] == '.' ? article + n + 1 : "", *point = clause;
    while (str_digit(*point))
        point++;
    notify_param(l, "point", mem_bytes(l, point, strcspn(point, ". ")));
    notify_param(l, "clause", mem_bytes(l, clause, (size_t)(point - clause)));
    notify_param(l, "article", mem_bytes(l, article, n));
}

static char *numbered(const void *mem, const struct str_list *list)
{
    struct str out = str_new(mem);
    for (size_t i = 0; list && i < list->n; i++)
        str_addf(&out, "%s%zu. %s", i ? "\n    " : "", i + 1, list->v[i]);
    return out.n ? out.s : mem_str(mem, "");
}

/* A letter to the sender: only to an address that was authenticated (SV-9), with nothing quoted. He may
 * answer it; the token brings the answer into the case. */
static void add_letter(struct plan *p, const struct submission *s, const struct event *ev,
                       const struct transition *t, const struct profile *profile)
{
    if (!*t->letter || !s->authenticated || !address_sendable(s->from))
        return;
    const struct ground *ground = profile_find_ground(profile, ev->ground);
    struct plan_letter *l = notify_letter(p, s, t->letter, s->from, "", profile);
    notify_param(l, "title", s->title);
    notify_param(l, "reason", ev->reason);
    notify_param(l, "todo", numbered(l, ev->todo));
    notify_param(l, "ground", ground ? ground->text : "");
    cite_params(l, ground ? ground->cite : "");
    l->answerable = true;
    l->token_purpose = TOKEN_REPLY;
    l->token_seconds = ANSWER_SECONDS;
}

/* ---- what each event does beside the move ---- */

static void move(struct plan *p, const struct event *ev, const struct transition *t)
{
    if (str_eq(t->from, t->to))
        return;
    struct effect *e = plan_add(p, EFFECT_MOVE);
    e->from = mem_str(p, t->from);
    e->to = mem_str(p, t->to);
    e->key = mem_str(p, t->event);
    e->text = mem_str(p, *ev->ground ? ev->ground : ev->reason);
    e->cite = t->cite;
}

/* The approval is recorded; true when it was the last one that was needed. */
static bool approve(struct plan *p, const struct guarding *g)
{
    struct effect *e = plan_add(p, EFFECT_APPROVE);
    const struct approval mine = {.user = g->actor->user,
                                  .login = g->actor->login,
                                  .content_hash = g->s->content_hash,
                                  .roles = g->actor->roles};
    e->to = mem_str(p, g->s->content_hash);
    e->cite = g->t->cite;
    return !guard_approved(g, &mine).key;
}

static bool same(const char *a, const char *b)
{
    return str_eq(a ? a : "", b ? b : "");
}

static bool changes(const struct guarding *g)
{
    const struct event *ev = g->event;
    if ((ev->title && !same(ev->title, g->s->title)) || (ev->body && !same(ev->body, g->s->body)))
        return true;
    for (size_t i = 0; i < ev->n_fields; i++)
        if (!same(ev->fields[i].value, content_field(g->mem, g->s->extra, ev->fields[i].name)))
            return true;
    return false;
}

static void edit(struct plan *p, const struct guarding *g)
{
    const struct event *ev = g->event;
    const struct submission *s = g->s;
    struct plan_content *c = mem_zero(p, struct plan_content);
    c->title = mem_str(c, ev->title ? ev->title : s->title);
    c->body = mem_str(c, ev->body ? ev->body : s->body);
    c->extra = content_next(c, s->extra, ev->fields, ev->n_fields);
    struct effect *e = plan_add(p, EFFECT_CONTENT);
    e->from = mem_str(p, s->content_hash);
    e->to = submission_whole_hash(p, c->title, c->body, c->extra);
    e->text = mem_str(p, ev->reason);
    e->content = c;
    e->cite = g->t->cite;
    flag_new_text(p, s, c->title, c->body, g->profile);
    plan_hold_unconfirmed(p, s);
    hold_what_passed(p, s, NULL);
}

/* Origin, content and purpose, as a person established them (MIC-13.2). */
static void check(struct plan *p, const struct guarding *g)
{
    for (size_t i = 0; i < g->event->n_fields; i++) {
        struct effect *e = plan_add(p, EFFECT_CHECK);
        e->key = mem_str(p, g->event->fields[i].name);
        e->text = mem_str(p, g->event->fields[i].value);
        e->cite = g->t->cite;
    }
}

static void schedule(struct plan *p, const struct guarding *g, int64_t at)
{
    struct effect *e = plan_add(p, EFFECT_SCHEDULE);
    e->key = at ? when_rfc3339(p, at) : "";
    e->to = mem_str(p, g->s->content_hash);
}

static void publish(struct plan *p, const struct guarding *g)
{
    const struct kind *kind = profile_find_kind(g->profile, g->s->kind);
    struct effect *e = plan_add(p, EFFECT_PUBLISH);
    e->to = mem_str(p, g->s->content_hash);
    e->text = mem_str(p, kind ? kind->label : "");
}

static void count_decision(struct plan *p, const struct event *ev, const struct transition *t)
{
    if (!str_eq(t->event, "refuse") && !str_eq(t->event, "return"))
        return;
    struct effect *e = plan_add(p, EFFECT_DECISION);
    e->key = mem_str(p, t->event);
    e->to = mem_str(p, ev->ground);
    e->text = mem_str(p, *ev->reason ? ev->reason : ev->todo && ev->todo->n ? ev->todo->v[0] : "");
    e->cite = t->cite;
}

/* ---- one step of the track ---- */

static void before_move(struct plan *p, const struct guarding *g)
{
    const char *event = g->t->event;
    if (str_eq(event, "edit"))
        edit(p, g);
    else if (str_eq(event, "check"))
        check(p, g);
    else if (str_eq(event, "assign") && g->event->unit && *g->event->unit)
        plan_add(p, EFFECT_ASSIGN)->to = mem_str(p, g->event->unit);
}

static void clocks(struct plan *p, const struct guarding *g)
{
    const char *words[2];
    size_t n = clocks_words(g->t->event, words);
    for (size_t i = 0; i < n; i++)
        clocks_happen(p, g->s, words[i], p->now, g->profile);
}

static void after_move(struct plan *p, const struct guarding *g)
{
    const struct transition *t = g->t;
    if (str_eq(t->effect, "publish"))
        publish(p, g);
    if (str_eq(t->effect, "withdraw"))
        plan_add(p, EFFECT_WITHDRAW)->text = mem_str(p, g->event->reason);
    if (str_eq(t->effect, "schedule"))
        schedule(p, g, g->event->at);
    else if (g->s->scheduled && !str_eq(t->from, t->to))
        schedule(p, g, 0);
    count_decision(p, g->event, t);
    clocks(p, g);
    add_letter(p, g->s, g->event, t, g->profile);
}

static void take(struct plan *p, const struct guarding *g)
{
    bool moves = true;
    if (str_eq(g->t->event, "approve"))
        moves = approve(p, g);
    before_move(p, g);
    if (!moves)
        return;
    move(p, g->event, g->t);
    after_move(p, g);
}

/* A text with a mark of secrecy is taken from nobody: what is not written is in no index, copy or page
 * (A31). */
static bool brings_secret(const struct guarding *g)
{
    _cleanup_mem_ void *tmp = mem_new();
    const struct event *ev = g->event;
    if (!ev->title && !ev->body)
        return false;
    struct pages pages = pages_make(
        tmp, content_as_letter(tmp, ev->title ? ev->title : g->s->title, ev->body ? ev->body : g->s->body));
    return secrecy_find(&pages, secrecy_words_new(tmp, g->profile)).marked;
}

/* What an event must bring, whatever the track says. */
static struct refusal incomplete(const struct guarding *g)
{
    static const char *const established[] = {"origin", "content", "purpose"};
    const struct event *ev = g->event;
    if (ev->if_version && ev->if_version != g->s->version)
        return (struct refusal){"edited-meanwhile",
                                g->s->n_authors ? g->s->authors[g->s->n_authors - 1].user : g->s->ref};
    if (str_eq(ev->name, "edit") && !changes(g))
        return (struct refusal){"nothing-changed", g->s->ref};
    if (brings_secret(g))
        return (struct refusal){"secret-text", g->s->ref};
    if (!str_eq(ev->name, "check"))
        return (struct refusal){0};
    for (size_t i = 0; i < ev->n_fields; i++) {
        bool known = false;
        for (size_t k = 0; k < ARRAY_LEN(established); k++)
            known = known || str_eq(ev->fields[i].name, established[k]);
        if (!known || utf8_blank(ev->fields[i].value))
            return (struct refusal){"needs-field", ev->fields[i].name};
    }
    if (!ev->n_fields)
        return (struct refusal){"nothing-changed", g->s->ref};
    return (struct refusal){0};
}

static struct plan *on_track(const struct stepping *x, int64_t now)
{
    const struct track *track = profile_find_track(x->profile, x->s->track);
    if (!track)
        return plan_refuse(x->p, "no-track", x->s->kind);
    const struct guarding g = {.mem = x->p,
                               .s = x->s,
                               .event = x->ev,
                               .t = track_find(track, x->s->state, x->ev->name),
                               .track = track,
                               .actor = x->actor,
                               .profile = x->profile,
                               .now = now};
    struct refusal no = guard_step(&g);
    if (!no.key)
        no = incomplete(&g);
    if (no.key)
        return plan_refuse(x->p, no.key, no.detail);
    take(x->p, &g);
    return x->p;
}

struct plan *desk_step(const void *mem, const struct submission *s, const struct event *event,
                       const struct actor *actor, const struct profile *profile, int64_t now)
{
    char *key = mem_fmt(mem, "%s/%lld/%s", s->ref, (long long)s->version, event->name);
    struct event said = *event;
    if (utf8_blank(said.reason))
        said.reason = ""; /* nobody can read it */
    const struct stepping x = {.p = plan_new(mem, key, s->ref, actor, now),
                               .s = s,
                               .ev = &said,
                               .actor = actor,
                               .profile = profile};
    x.p->version = s->version;
    if (s->restricted && !actor_reads_restricted(actor))
        return plan_refuse(x.p, "restricted", s->ref);
    const struct free_event *one = step_free(event->name);
    if (one)
        one->take(&x);
    else
        on_track(&x, now);
    review_after(&x);
    plan_bind_key(x.p);
    return x.p;
}

const char *desk_approval_open(const void *mem, const struct submission *s, const struct actor *actor,
                               const struct profile *profile, const char **ret_detail)
{
    const struct track *track = profile_find_track(profile, s->track);
    const struct event none = {.name = "approve", .ground = "", .reason = "", .hold = ""};
    const struct guarding g = {
        .mem = mem, .s = s, .event = &none, .track = track, .actor = actor, .profile = profile};
    if (!track)
        return NULL;
    const struct refusal no = guard_approved(&g, NULL);
    *ret_detail = no.detail;
    return no.key;
}
