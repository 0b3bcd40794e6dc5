/* clocks.c: the clocks of a case. Receipt opens what the rules name for its kind; publishing, refusing,
 * returning end it; a letter sent again starts anew (LS-7.4, DL-8); five days become ten only when the
 * co-operation of another unit is recorded (MIC-13.5d, DL-7). What a unit had to supply is there when its
 * letter is: a term that the receipt ends is kept as it ended, so that everybody sees how late it came
 * (MIC-11.2, BCA-5), and where the rules name a flag for that it is raised (BCA-5.3b). Refuses to press
 * anybody to publish what is forged or may be secret: such a case has no clock until the hold is gone. */
#include "desk/clocks.h"
#include "base/utf8.h"

size_t clocks_words(const char *event, const char *ret[2])
{
    static const struct {
        const char *event, *words[2];
    } table[] = {{"publish", {"published", NULL}}, {"refuse", {"refused", NULL}},
                 {"return", {"returned", NULL}},   {"close", {"closed", NULL}},
                 {"answer", {"answered", NULL}},   {"digest", {"forwarded", "digest-received"}},
                 {"assign", {"routed", NULL}},     {"resend", {"resent", "received"}},
                 {"withdraw", {"removed", NULL}}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (str_eq(table[i].event, event)) {
            ret[0] = table[i].words[0];
            ret[1] = table[i].words[1];
            return ret[1] ? 2 : 1;
        }
    return 0;
}

static bool one_of(const struct str_list *targets, const struct submission *s)
{
    return str_list_has(targets, s->kind) || str_list_has(targets, s->category);
}

static bool concerns(const struct time_rule *r, const struct submission *s)
{
    return one_of(&r->kinds, s);
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

static bool has_open(const struct submission *s, const char *rule)
{
    for (size_t i = 0; i < s->n_deadlines; i++)
        if (str_eq(s->deadlines[i].rule, rule) && !*s->deadlines[i].ended_by)
            return true;
    return false;
}

/* Open on the case, and not ended by this plan. */
static bool runs(const struct plan *p, const struct submission *s, const char *rule)
{
    for (size_t i = 0; i < p->n_effects; i++)
        if (p->effects[i].kind == EFFECT_DEADLINE_END && str_eq(p->effects[i].key, rule))
            return false;
    return has_open(s, rule);
}

static const struct deadline *add_deadline(struct plan *p, const struct time_rule *r, int64_t at,
                                           const struct profile *profile)
{
    const struct deadline *d = deadline_compute(p, r, at, &profile->calendar, NULL, 0);
    clocks_open(p, d);
    return d;
}

static struct effect *end_deadline(struct plan *p, const char *rule, const char *cite, const char *word,
                                   int64_t at)
{
    struct effect *e = plan_add(p, EFFECT_DEADLINE_END);
    e->key = mem_str(p, rule);
    e->text = mem_str(p, word);
    e->from = at == p->now ? "" : when_rfc3339(p, at);
    e->cite = mem_str(p, cite);
    return e;
}

/* ---- what the receipt itself ends ---- */

static bool flagged(const struct plan *p, const struct submission *s, const char *flag)
{
    for (size_t i = 0; i < s->n_flags; i++)
        if (str_eq(s->flags[i].name, flag))
            return true;
    for (size_t i = 0; i < p->n_effects; i++)
        if (p->effects[i].kind == EFFECT_FLAG && str_eq(p->effects[i].key, flag))
            return true;
    return false;
}

/* The letter came after the last second at which it would have been in time. */
static void flag_late(struct plan *p, const struct submission *s, const struct deadline *d)
{
    const struct time_rule *r = d->rule;
    if (!*r->late_flag || d->due == WHEN_NONE || s->received <= d->due || flagged(p, s, r->late_flag))
        return;
    struct effect *e = plan_add(p, EFFECT_FLAG);
    e->key = r->late_flag;
    e->to = "raised";
    e->text = mem_fmt(p, "%s (%s): %s", r->label, r->at.cite, when_short(p, d->due));
    e->cite = r->at.cite;
}

/* A term for supplying something ends with the letter that brings it: of a thing that was before the
 * letter, or that should have been told of before it happened. */
static void end_by_receipt(struct plan *p, const struct submission *s, const struct deadline *d)
{
    const struct time_rule *r = d->rule;
    if (!str_list_has(&r->ends, "received") || (!r->backward && d->start > s->received))
        return;
    end_deadline(p, r->id, r->at.cite, "received", s->received)->from = when_rfc3339(p, s->received);
    flag_late(p, s, d);
}

/* ---- beginning ---- */

/* The case has had this very clock, for what it is. */
static bool had(const struct submission *s, const char *rule, int64_t start)
{
    for (size_t i = 0; i < s->n_deadlines; i++)
        if (str_eq(s->deadlines[i].rule, rule) && s->deadlines[i].start == start &&
            !str_eq(s->deadlines[i].ended_by, "reclassified"))
            return true;
    return false;
}

enum begin_how {
    BEGIN_ITSELF, /* something happened on the case; a clock that runs is not wound up again */
    BEGIN_BY_HAND /* staff say when it was: also what opens by their word only, and what runs is set right
                   */
};

/* Does the word begin this rule on this case? What depends on who issued a document is begun by a person
 * who says so, or by clocks_document(). */
static bool begins(const struct time_rule *r, const struct submission *s, const char *word,
                   enum begin_how how, enum issuer issuer)
{
    bool ours = concerns(r, s) || (how == BEGIN_BY_HAND && one_of(&r->by_hand, s));
    return ours && str_list_has(&r->starts, word) && (r->issuer == ISSUER_ANY || r->issuer == issuer);
}

/* What people date may be said twice; the same time twice is one clock. */
static bool said_before(const struct time_rule *r, enum begin_how how)
{
    return how == BEGIN_BY_HAND || str_list_has(&r->ends, "received");
}

static void begin(struct plan *p, const struct submission *s, const char *word, int64_t at,
                  const struct profile *profile, enum begin_how how, enum issuer issuer)
{
    if (at == WHEN_NONE || held(p, s, "forged") || held(p, s, "secrecy"))
        return;
    for (size_t i = 0; i < profile->n_time_rules; i++) {
        const struct time_rule *r = &profile->time_rules[i];
        bool again = how == BEGIN_ITSELF && runs(p, s, r->id);
        if (!begins(r, s, word, how, issuer) || again || runs(p, s, r->switch_to) ||
            (said_before(r, how) && had(s, r->id, at)))
            continue;
        const struct deadline *d = add_deadline(p, r, at, profile);
        if (!str_eq(word, "received"))
            end_by_receipt(p, s, d);
    }
}

void clocks_begin(struct plan *p, const struct submission *s, const char *word, int64_t at,
                  const struct profile *profile)
{
    begin(p, s, word, at, profile, BEGIN_ITSELF, ISSUER_ANY);
}

/* ---- documents ---- */

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

/* It runs from that date, or ended with the letter that said it. */
static bool dated(const struct submission *s, const char *rule, int64_t start)
{
    for (size_t i = 0; i < s->n_deadlines; i++) {
        const struct case_deadline *d = &s->deadlines[i];
        if (str_eq(d->rule, rule) && d->start == start &&
            (!*d->ended_by || str_eq(d->ended_by, "received")))
            return true;
    }
    return false;
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
        if (!starts || !concerns(r, s) || !issued_by(r, body, profile) || dated(s, r->id, at))
            continue;
        end_by_receipt(p, s, add_deadline(p, r, at, profile));
    }
}

/* ---- ending, exchanging ---- */

static void end_or_switch(struct plan *p, const struct submission *s, const char *word, int64_t at,
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
            end_deadline(p, d->rule, d->cite, word, at);
        if (next && str_eq(r->switch_event, word)) {
            end_deadline(p, d->rule, d->cite, word, at);
            add_deadline(p, next, d->start, profile);
        }
    }
}

void clocks_happen(struct plan *p, const struct submission *s, const char *word, int64_t at,
                   const struct profile *profile)
{
    end_or_switch(p, s, word, at, profile);
    begin(p, s, word, at, profile, BEGIN_ITSELF, ISSUER_ANY);
}

/* ---- by the word of the staff ---- */

void clocks_recorded(struct plan *p, const struct submission *s, const char *word, int64_t at,
                     enum issuer issuer, const struct profile *profile)
{
    end_or_switch(p, s, word, at, profile);
    begin(p, s, word, at, profile, BEGIN_BY_HAND, issuer);
}

bool clocks_need_issuer(const struct submission *s, const char *word, const struct profile *profile)
{
    for (size_t i = 0; i < profile->n_time_rules; i++) {
        const struct time_rule *r = &profile->time_rules[i];
        if (r->issuer != ISSUER_ANY && begins(r, s, word, BEGIN_BY_HAND, r->issuer))
            return true;
    }
    return false;
}

const char *clocks_command(const char *word)
{
    static const struct {
        const char *word, *command;
    } table[] = {{"received", "ingest"},   {"resent", "ingest"},     {"routed", "assign"},
                 {"answered", "answer"},   {"returned", "return"},   {"refused", "refuse"},
                 {"published", "publish"}, {"removed", "withdraw"},  {"closed", "close"},
                 {"forwarded", "digest"},  {"interim", "interim"},   {"digest-received", "digest"},
                 {"promised", "interim"},  {"handed-over", "assign"}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (str_eq(table[i].word, word))
            return table[i].command;
    return NULL;
}

bool clocks_planned(const char *word)
{
    static const char *const table[] = {"planned-downtime", "event", "meeting", "expired"};
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (str_eq(table[i], word))
            return true;
    return false;
}

/* It was published, and is there or is being corrected. */
static bool on_portal(const struct submission *s)
{
    return str_eq(s->state, "published") || str_eq(s->state, "correcting") || str_eq(s->state, "corrected");
}

/* `all`: also those that a command brings about. */
static void add_words(const void *mem, struct str_list *ret, const struct str_list *words, bool all)
{
    for (size_t i = 0; i < words->n; i++)
        if (!str_list_has(ret, words->v[i]) && (all || !clocks_command(words->v[i])))
            str_list_add(mem, ret, words->v[i]);
}

struct str_list clocks_recordable(const void *mem, const struct submission *s,
                                  const struct profile *profile)
{
    struct str_list list = {0};
    for (size_t i = 0; i < profile->n_time_rules; i++) {
        const struct time_rule *r = &profile->time_rules[i];
        bool by_hand = one_of(&r->by_hand, s);
        const char *exchange[] = {r->switch_event};
        const struct str_list exchanges = {.v = exchange, .n = *r->switch_event != '\0'};
        if (concerns(r, s) || by_hand)
            add_words(mem, &list, &r->starts, by_hand && on_portal(s));
        if (!concerns(r, s) && !by_hand && !has_open(s, r->id))
            continue;
        add_words(mem, &list, &r->ends, false);
        add_words(mem, &list, &exchanges, false);
    }
    return list;
}

struct deadline *clocks_recompute(const void *mem, const struct case_deadline *d,
                                  const struct profile *profile)
{
    const struct time_rule *r = profile_find_time_rule(profile, d->rule);
    return r ? deadline_compute(mem, r, d->start, &profile->calendar, NULL, 0) : NULL;
}
