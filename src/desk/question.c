/* question.c: see question.h. The unit sees what is asked and not who asks; the asker hears nothing of it
 * until the answer is published, or is refused to him at an address that was proved. A first answer ends
 * the term; what the unit writes later is kept as a follow-up, for a person to look at.
 *
 * News goes to a unit for its opinion, and back, in the same way; what the unit says is a note, no text
 * (MIC-13.4).
 *
 * Refuses to pass on what is held, restricted, or nobody's: it is listed for a person (QC-1). */
#include "desk/question.h"
#include "desk/clocks.h"
#include "desk/content.h"
#include "desk/mask.h"
#include "house/words.h"
#include "mail/address.h"

#define ANSWER_SECONDS (INT64_C(180) * 86400)
#define FORWARD        "question-forward"
#define CONSULT        "question-consult"
#define OPINION        "consult"
#define MAY_CONSULT                                                                                        \
    (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_MEMBER | ROLE_SECRETARY | ROLE_EDITOR)

enum {
    COVER_WORDS = 40, /* an attached answer comes with a covering note of at most so many */
    NOTE_BYTES = 4000 /* of an opinion in the journal; the letter that brought it is kept whole */
};

bool question_is(const struct submission *s)
{
    return str_eq(s->category, "question") && !str_ends(s->kind, "/answer");
}

/* ---- to the unit ---- */

const struct person *question_contact(const char *unit, const struct notify_rules *r)
{
    static const enum person_role order[] = {PERSON_CONTACT, PERSON_LEADER, PERSON_DEPUTY};
    const struct directory *d = r->directory;
    for (size_t k = 0; d && *unit && k < ARRAY_LEN(order); k++)
        for (size_t i = 0; i < d->n_people; i++)
            if (d->people[i].role == order[k] && str_eq(d->people[i].unit, unit) &&
                address_sendable(d->people[i].address))
                return &d->people[i];
    return NULL;
}

const char *question_cannot_pass(const struct submission *s, const struct notify_rules *r,
                                 const char **ret_detail)
{
    *ret_detail = s->ref;
    if (!question_is(s) || s->restricted || !str_eq(s->state, "received"))
        return "wrong-state";
    if (s->n_holds) {
        *ret_detail = s->holds[0].reason;
        return "held";
    }
    if (!*s->unit)
        return "question-no-unit";
    *ret_detail = s->unit;
    return question_contact(s->unit, r) ? NULL : "question-no-contact";
}

/* When the unit must have answered, as the plan or the case says; "" when no clock runs. */
static const char *due(const void *mem, const struct plan *p, const struct submission *s)
{
    int64_t t = WHEN_NONE;
    for (size_t i = 0; i < s->n_deadlines; i++)
        if (!*s->deadlines[i].ended_by)
            t = s->deadlines[i].due;
    for (size_t i = 0; i < p->n_effects; i++)
        if (p->effects[i].kind == EFFECT_DEADLINE)
            when_parse_rfc3339(p->effects[i].to, &t);
    return t == WHEN_NONE ? "" : when_short(mem, t);
}

static void write_to(struct plan *p, const struct submission *s, const char *template, const char *unit,
                     const char *reason, const struct notify_rules *r)
{
    const struct person *to = question_contact(unit, r);
    const struct unit *of = directory_find_unit(r->directory, unit);
    if (!to)
        return;
    struct plan_letter *l = notify_letter(p, s, template, to->address, unit, r->profile);
    bool asked = question_is(s); /* by a citizen, whom the unit does not hear of */
    const char *text = asked ? mask_asker(l, s->body, s->from_name, r->profile) : s->body;
    notify_param(l, "contact", to->name);
    notify_param(l, "unit", of ? of->name : unit);
    notify_param(l, "received", when_short(l, s->received));
    notify_param(l, "title", asked ? mask_asker(l, s->title, s->from_name, r->profile) : s->title);
    notify_param(l, "text", notify_framed(l, text, strlen(text)));
    notify_param(l, "files", s->extra && strstr(s->extra, "file ") ? "yes" : "");
    notify_param(l, "reason", reason);
    notify_param(l, "due", due(l, p, s));
    l->answerable = true;
    l->token_purpose = TOKEN_REPLY;
    l->token_seconds = ANSWER_SECONDS;
}

/* ---- the answer ---- */

static const char *heading(const struct profile *profile, enum words_list list)
{
    size_t cursor = 0;
    const struct word_entry *e = words_next(profile, list, &cursor);
    return e ? e->text : "";
}

/* Question and answer are one text, so that one approval covers both (MIC-13.5d3). */
static void new_version(struct plan *p, const struct submission *s, const char *answer, const char *note,
                        const struct profile *profile)
{
    struct plan_content *c = mem_zero(p, struct plan_content);
    c->title = mask_asker(c, s->title, s->from_name, profile);
    c->body =
        mem_fmt(c, "%s:\n\n%s\n\n%s:\n\n%s\n", heading(profile, WORDS_QA_ASKED),
                mask_asker(c, s->body, s->from_name, profile), heading(profile, WORDS_QA_ANSWERED), answer);
    c->extra = content_next(c, s->extra ? s->extra : "", NULL, 0);
    struct effect *e = plan_add(p, EFFECT_CONTENT);
    e->from = mem_str(p, s->content_hash);
    e->to = submission_whole_hash(p, c->title, c->body, c->extra);
    e->text = mem_str(p, note);
    e->content = c;
    e->cite = "MIC-3.4";
}

static void note(struct plan *p, const char *key, const char *text)
{
    plan_note(p, key, mem_bytes(p, text, utf8_prefix(text, SIZE_MAX, NOTE_BYTES)));
}

void question_after(struct plan *p, const struct submission *s, const struct event *ev,
                    const struct notify_rules *r)
{
    if (p->refused || s->restricted)
        return;
    if (!question_is(s)) {
        if (str_eq(ev->name, "answer") && ev->body)
            note(p, "opinion", ev->body);
        return;
    }
    if (str_eq(ev->name, "assign") && ev->unit && *ev->unit)
        write_to(p, s, FORWARD, ev->unit, ev->reason ? ev->reason : "", r);
    if (str_eq(ev->name, "answer") && ev->body)
        new_version(p, s, ev->body, ev->reason ? ev->reason : "", r->profile);
}

/* What he wrote; or what he attached, under a covering note. "" when there is neither. */
static const char *answer_of(const void *mem, const struct letter *l)
{
    const char *fresh = l->fresh ? str_trim(mem, l->fresh, strlen(l->fresh)) : "";
    for (size_t i = 0; i < l->n_attachments && str_words(fresh) < COVER_WORDS; i++) {
        const char *text = l->attachments[i].text;
        if (text && *l->attachments[i].real && !str_eq(l->attachments[i].real, "image") &&
            str_words(text) > str_words(fresh))
            return str_trim(mem, text, strlen(text));
    }
    return fresh;
}

static const struct known_token *asked_by(const struct known *known, const char *ref, const char *template)
{
    for (size_t i = 0; i < known->n_tokens; i++) {
        const struct known_token *t = &known->tokens[i];
        size_t n = strlen(template);
        if (t->purpose == TOKEN_REPLY && str_eq(t->ref, ref) && str_starts(t->letter_key, template) &&
            t->letter_key[n] == '/')
            return t;
    }
    return NULL;
}

static bool is_of_unit(const struct evidence *e, const char *unit)
{
    const char *own = e->person ? e->person->unit : "";
    return *unit && str_eq(own, unit);
}

/* A letter that asks for an opinion has the unit at the end of its key. */
static const char *unit_asked(const struct known_token *token)
{
    const char *last = strrchr(token->letter_key, '/');
    return last ? last + 1 : "";
}

void question_answered(struct plan *p, const struct submission *s, const struct letter *l,
                       const struct evidence *e, const struct known *known, const struct profile *profile)
{
    const struct track *track = profile_find_track(profile, s->track);
    const struct transition *t = track ? track_find(track, s->state, "answer") : NULL;
    bool asked = question_is(s);
    const struct known_token *token = asked_by(known, s->ref, asked ? FORWARD : OPINION);
    if (!t || !str_list_has(&t->roles, "system") || !str_eq(e->joins, s->ref) || !token ||
        e->received > token->expires || !is_of_unit(e, asked ? s->unit : unit_asked(token)))
        return;
    const char *answer = answer_of(p, l);
    if (!*answer)
        return;
    if (asked)
        new_version(p, s, answer, e->unit ? e->unit->name : s->unit, profile);
    else
        note(p, "opinion", answer);
    struct effect *x = plan_add(p, EFFECT_MOVE);
    x->from = mem_str(p, t->from);
    x->to = mem_str(p, t->to);
    x->key = "answer";
    x->text = mem_str(p, asked ? s->unit : unit_asked(token));
    x->cite = t->cite;
    clocks_happen(p, s, "answered", p->now, profile);
}

/* ---- another unit ---- */

static const char *cannot_consult(const struct submission *s, const char *unit, const struct actor *actor,
                                  const struct notify_rules *r)
{
    if (!(actor->roles & MAY_CONSULT))
        return "not-allowed-role";
    if (s->restricted || (!str_eq(s->state, "received") && !str_eq(s->state, "routed")))
        return "wrong-state";
    if (!directory_find_unit(r->directory, unit))
        return "unknown-unit";
    return str_eq(unit, s->unit) ? "question-same-unit" : NULL;
}

/* The text stays what it is; the unit says what it thinks of it (MIC-13.4). */
static struct plan *ask_opinion(const void *mem, const struct submission *s, const char *unit,
                                const char *reason, const struct actor *actor, const struct notify_rules *r,
                                int64_t now)
{
    const struct event ev = {.name = "consult", .ground = "", .hold = "", .reason = reason, .unit = unit};
    struct plan *p = desk_step(mem, s, &ev, actor, r->profile, now);
    if (p->refused)
        return p;
    if (!directory_find_unit(r->directory, unit))
        return plan_refuse(p, "unknown-unit", unit);
    if (!question_contact(unit, r))
        return plan_refuse(p, "question-no-contact", unit);
    note(p, "co-operation", mem_fmt(p, "%s%s%s", unit, *reason ? ": " : "", reason));
    write_to(p, s, OPINION, unit, reason, r);
    return p;
}

struct plan *question_consult(const void *mem, const struct submission *s, const char *unit,
                              const char *reason, const struct actor *actor, const struct notify_rules *r,
                              int64_t now)
{
    if (!question_is(s))
        return ask_opinion(mem, s, unit, reason, actor, r, now);
    struct plan *p = plan_on(mem, s, "co-operation", actor, now);
    const char *no = cannot_consult(s, unit, actor, r);
    if (no)
        return plan_refuse(p, no,
                           str_eq(no, "not-allowed-role") ? "consult"
                           : str_eq(no, "wrong-state")    ? s->state
                                                          : unit);
    clocks_happen(p, s, "co-operation", now, r->profile);
    note(p, "co-operation", mem_fmt(p, "%s%s%s", unit, *reason ? ": " : "", reason));
    write_to(p, s, CONSULT, unit, reason, r);
    plan_bind_key(p);
    return p;
}
