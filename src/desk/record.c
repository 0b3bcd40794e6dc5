/* record.c: see record.h. A word is taken only when it does something: some clock begins, ends or is
 * exchanged by it. What a command does by itself (publish, assign, interim ...) is not recorded by hand,
 * for then the case would say one thing and its state another.
 *
 * Refuses a time to come, but for what is planned (MIC-6.1, BCA-5.3b, DN-3.3); an end before its
 * beginning; and, without a reason, to set right what was recorded before, or to say after a term that it
 * was kept. */
#include "desk/record.h"
#include "desk/clocks.h"
#include "desk/guard.h"

#define MAY_RECORD                                                                                         \
    (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_MEMBER | ROLE_SECRETARY | ROLE_EDITOR)
#define REQUEST "publication-request"

/* "approvd; approved, accepted": what was said, then what could be, the nearest first. */
static const char *possible(const void *mem, const char *word, const struct str_list *words)
{
    struct str out = str_new(mem);
    const char *near = tree_nearest(word, words->v, words->n);
    str_addf(&out, "%s; %s", word, near);
    for (size_t i = 0; i < words->n; i++)
        if (!str_eq(words->v[i], near))
            str_addf(&out, "%s%s", str_ends(out.s, "; ") ? "" : ", ", words->v[i]);
    return out.s;
}

static struct refusal wrong_word(const struct stepping *x, const struct str_list *words)
{
    const char *word = x->ev->word, *command = clocks_command(word);
    if (command)
        return (struct refusal){"record-command", mem_fmt(x->p, "bbt %s", command)};
    if (!words->n)
        return (struct refusal){"record-none", word};
    return (struct refusal){"record-word", possible(x->p, word, words)};
}

/* The clock that this word began, or would begin anew. */
static const struct case_deadline *begun(const struct stepping *x)
{
    for (size_t i = 0; i < x->s->n_deadlines; i++) {
        const struct case_deadline *d = &x->s->deadlines[i];
        const struct time_rule *r = profile_find_time_rule(x->profile, d->rule);
        if (r && str_list_has(&r->starts, x->ev->word) && !str_eq(d->ended_by, "reclassified"))
            return d;
    }
    return NULL;
}

/* A clock that runs, and that this would end before it began. */
static const struct case_deadline *later(const struct stepping *x)
{
    for (size_t i = 0; i < x->s->n_deadlines; i++) {
        const struct case_deadline *d = &x->s->deadlines[i];
        const struct time_rule *r = profile_find_time_rule(x->profile, d->rule);
        if (r && !*d->ended_by && !r->backward && d->start > x->ev->at &&
            str_list_has(&r->ends, x->ev->word))
            return d;
    }
    return NULL;
}

/* A clock that is overdue, and that this would end in time. */
static const struct case_deadline *kept(const struct stepping *x)
{
    for (size_t i = 0; i < x->s->n_deadlines; i++) {
        const struct case_deadline *d = &x->s->deadlines[i];
        const struct time_rule *r = profile_find_time_rule(x->profile, d->rule);
        if (r && !*d->ended_by && d->due != WHEN_NONE && x->p->now > d->due && x->ev->at <= d->due &&
            str_list_has(&r->ends, x->ev->word))
            return d;
    }
    return NULL;
}

static const char *stands_in_the_way(const struct submission *s)
{
    return submission_is_held_for(s, "forged")    ? "forged"
           : submission_is_held_for(s, "secrecy") ? "secrecy"
                                                  : NULL;
}

/* What the clocks say against that time. */
static struct refusal unlike_the_clocks(const struct stepping *x)
{
    const struct event *ev = x->ev;
    const struct case_deadline *d;
    if (!*ev->reason && (d = begun(x)))
        return (struct refusal){"record-again",
                                mem_fmt(x->p, "%s: %s", d->rule, when_short(x->p, d->start))};
    if (!*ev->reason && (d = kept(x)))
        return (struct refusal){"record-kept", mem_fmt(x->p, "%s: %s", d->rule, when_short(x->p, d->due))};
    if ((d = later(x)))
        return (struct refusal){"record-order",
                                mem_fmt(x->p, "%s: %s", d->rule, when_short(x->p, d->start))};
    return (struct refusal){0};
}

static struct refusal cannot(const struct stepping *x)
{
    const struct event *ev = x->ev;
    const struct str_list words = clocks_recordable(x->p, x->s, x->profile);
    if (!(x->actor->roles & MAY_RECORD))
        return (struct refusal){"not-allowed-role", ev->name};
    if (stands_in_the_way(x->s))
        return (struct refusal){"held", stands_in_the_way(x->s)};
    if (!str_list_has(&words, ev->word))
        return wrong_word(x, &words);
    if (ev->at > x->p->now && !clocks_planned(ev->word))
        return (struct refusal){"record-future", when_short(x->p, ev->at)};
    if (ev->about && *ev->about && !str_eq(ev->word, REQUEST))
        return (struct refusal){"record-about", REQUEST};
    if (ev->issuer == ISSUER_ANY && clocks_need_issuer(x->s, ev->word, x->profile))
        return (struct refusal){"record-issuer", ev->word};
    return unlike_the_clocks(x);
}

static void note(const struct stepping *x)
{
    const struct event *ev = x->ev;
    struct effect *e = plan_add(x->p, EFFECT_NOTE);
    e->key = "recorded";
    e->from = when_rfc3339(x->p, ev->at);
    e->to = mem_str(x->p, ev->word);
    e->text = mem_str(x->p, ev->reason);
    if (!ev->about || !*ev->about)
        return;
    e = plan_add(x->p, EFFECT_LINK);
    e->to = mem_str(x->p, ev->about);
    e->cite = "MIC-13.5d2";
}

struct plan *record_happened(const struct stepping *x)
{
    const struct refusal no = cannot(x);
    if (no.key)
        return plan_refuse(x->p, no.key, no.detail);
    clocks_recorded(x->p, x->s, x->ev->word, x->ev->at, x->ev->issuer, x->profile);
    if (!x->p->n_effects)
        return plan_refuse(x->p, "record-nothing", x->ev->word);
    if (str_eq(x->ev->word, "reviewed") && x->s->review.user && *x->s->review.user) {
        struct effect *e = plan_add(x->p, EFFECT_REVIEW);
        e->to = "";
        e->text = "reviewed";
    }
    note(x);
    return x->p;
}
