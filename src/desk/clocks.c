/* clocks.c: the clocks of a case. Receipt opens what the rules name for its kind; publishing, refusing,
 * returning end it; a letter sent again starts anew (LS-7.4, DL-8); five days become ten only when the
 * co-operation of another unit is recorded (MIC-13.5d, DL-7). Refuses to press anybody to publish what is
 * forged or may be secret: such a case has no clock until the hold is gone. */
#include "desk/clocks.h"
#include "base/utf8.h"

size_t clocks_words(const char *event, const char *ret[2])
{
    static const struct {
        const char *event, *words[2];
    } table[] = {{"publish", {"published", NULL}}, {"refuse", {"refused", NULL}},
                 {"return", {"returned", NULL}},   {"close", {"closed", NULL}},
                 {"answer", {"answered", NULL}},   {"digest", {"forwarded", "digest-received"}},
                 {"assign", {"routed", NULL}},     {"resend", {"resent", "received"}}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (str_eq(table[i].event, event)) {
            ret[0] = table[i].words[0];
            ret[1] = table[i].words[1];
            return ret[1] ? 2 : 1;
        }
    return 0;
}

static bool concerns(const struct time_rule *r, const struct submission *s)
{
    return str_list_has(&r->kinds, s->kind) || str_list_has(&r->kinds, s->category);
}

static bool held(const struct plan *p, const struct submission *s, const char *reason)
{
    for (size_t i = 0; i < p->n_effects; i++)
        if (p->effects[i].kind == EFFECT_HOLD && str_eq(p->effects[i].key, reason))
            return true;
    return submission_is_held_for(s, reason);
}

void clocks_open(struct plan *p, const struct deadline *d)
{
    struct effect *e = plan_add(p, EFFECT_DEADLINE);
    e->key = d->rule->id;
    e->from = when_rfc3339(p, d->start);
    e->to = when_rfc3339(p, d->due);
    e->text = d->provisional ? "provisional" : "";
    e->cite = d->rule->at.cite;
}

/* Open on the case, and not ended by this plan. */
static bool runs(const struct plan *p, const struct submission *s, const char *rule)
{
    for (size_t i = 0; i < p->n_effects; i++)
        if (p->effects[i].kind == EFFECT_DEADLINE_END && str_eq(p->effects[i].key, rule))
            return false;
    for (size_t i = 0; i < s->n_deadlines; i++)
        if (str_eq(s->deadlines[i].rule, rule) && !*s->deadlines[i].ended_by)
            return true;
    return false;
}

static void add_deadline(struct plan *p, const struct time_rule *r, int64_t at,
                         const struct profile *profile)
{
    _cleanup_mem_ void *tmp = mem_new();
    clocks_open(p, deadline_compute(tmp, r, at, &profile->calendar, NULL, 0));
}

void clocks_begin(struct plan *p, const struct submission *s, const char *word, int64_t at,
                  const struct profile *profile)
{
    if (at == WHEN_NONE || held(p, s, "forged") || held(p, s, "secrecy"))
        return;
    for (size_t i = 0; i < profile->n_time_rules; i++) {
        const struct time_rule *r = &profile->time_rules[i];
        if (concerns(r, s) && str_list_has(&r->starts, word) && !runs(p, s, r->id) &&
            !runs(p, s, r->switch_to))
            add_deadline(p, r, at, profile);
    }
}

/* Every word of `a` is one of `b`. */
static bool words_in(const char *a, const char *b)
{
    for (const char *p = a; *p; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        const char *at = b;
        while (*at && !(strcspn(at, " ") == n && memcmp(at, p, n) == 0)) {
            at += strcspn(at, " ");
            at += strspn(at, " ");
        }
        if (!*at)
            return false;
        p += n;
    }
    return true;
}

/* One name has all words of the other, whatever case, marks and order: a head also names the body above. */
static bool is_own(const char *body, const struct profile *profile)
{
    _cleanup_mem_ void *tmp = mem_new();
    const char *a = utf8_bare(tmp, body), *b = utf8_bare(tmp, profile->institution);
    return words_in(a, b) || words_in(b, a);
}

static bool issued_by(const struct time_rule *r, const char *body, const struct profile *profile)
{
    if (r->issuer == ISSUER_ANY)
        return true;
    return *body && is_own(body, profile) == (r->issuer == ISSUER_OWN);
}

void clocks_document(struct plan *p, const struct submission *s, const char *date, const char *body,
                     const struct profile *profile)
{
    int64_t at;
    if (!when_parse_rfc3339(date, &at) || at > s->received || held(p, s, "forged") || held(p, s, "secrecy"))
        return;
    for (size_t i = 0; i < profile->n_time_rules; i++) {
        const struct time_rule *r = &profile->time_rules[i];
        bool starts = str_list_has(&r->starts, "signed") || str_list_has(&r->starts, "issued");
        if (!starts || !concerns(r, s) || !issued_by(r, body, profile))
            continue;
        add_deadline(p, r, at, profile);
        if (!str_list_has(&r->ends, "received"))
            continue;
        struct effect *end = plan_add(p, EFFECT_DEADLINE_END);
        end->key = r->id;
        end->text = "received";
        end->from = when_rfc3339(p, s->received);
        end->cite = r->at.cite;
    }
}

static void end_deadline(struct plan *p, const struct case_deadline *d, const char *word)
{
    struct effect *e = plan_add(p, EFFECT_DEADLINE_END);
    e->key = d->rule;
    e->text = word;
    e->cite = d->cite;
}

void clocks_happen(struct plan *p, const struct submission *s, const char *word, int64_t at,
                   const struct profile *profile)
{
    for (size_t i = 0; i < s->n_deadlines; i++) {
        const struct case_deadline *d = &s->deadlines[i];
        const struct time_rule *r = profile_find_time_rule(profile, d->rule);
        const struct time_rule *next =
            r && *r->switch_to ? profile_find_time_rule(profile, r->switch_to) : NULL;
        if (d->ended != WHEN_NONE || !r)
            continue;
        if (str_list_has(&r->ends, word))
            end_deadline(p, d, word);
        if (next && str_eq(r->switch_event, word)) {
            end_deadline(p, d, word);
            add_deadline(p, next, d->start, profile);
        }
    }
    clocks_begin(p, s, word, at, profile);
}

struct deadline *clocks_recompute(const void *mem, const struct case_deadline *d,
                                  const struct profile *profile)
{
    const struct time_rule *r = profile_find_time_rule(profile, d->rule);
    return r ? deadline_compute(mem, r, d->start, &profile->calendar, NULL, 0) : NULL;
}
