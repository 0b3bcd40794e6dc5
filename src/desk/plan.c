/* plan.c: building plans and printing them. The dump shows no letter text beyond the subject, so that it
 * may be pasted into a ticket. */
#include "desk/plan.h"
#include "base/utf8.h"

const struct actor actor_system = {.user = "system", .login = "system", .roles = ROLE_SYSTEM};

struct plan *plan_new(const void *mem, const char *key, const char *ref, const struct actor *actor,
                      int64_t now)
{
    struct plan *p = mem_zero(mem, struct plan);
    p->key = mem_str(p, key);
    p->ref = mem_str(p, ref);
    p->version = -1;
    p->actor = *actor;
    p->now = now;
    return p;
}

struct plan *plan_on(const void *mem, const struct submission *s, const char *what,
                     const struct actor *actor, int64_t now)
{
    _cleanup_mem_ char *key = mem_fmt(NULL, "%s/%lld/%s", s->ref, (long long)s->version, what);
    struct plan *p = plan_new(mem, key, s->ref, actor, now);
    p->version = s->version;
    return p;
}

struct effect *plan_add(struct plan *plan, enum effect_kind kind)
{
    struct effect *e = mem_append(plan, plan->effects, plan->n_effects);
    e->kind = kind;
    return e;
}

void plan_hold(struct plan *p, const char *reason, const char *detail, const char *cite)
{
    struct effect *e = plan_add(p, EFFECT_HOLD);
    e->key = reason;
    e->text = mem_str(p, detail);
    e->cite = cite;
}

void plan_release(struct plan *p, const char *reason, const char *text, const char *cite)
{
    struct effect *e = plan_add(p, EFFECT_RELEASE);
    e->key = mem_str(p, reason);
    e->text = mem_str(p, text);
    e->cite = cite;
}

void plan_note(struct plan *p, const char *key, const char *text)
{
    struct effect *e = plan_add(p, EFFECT_NOTE);
    e->key = mem_str(p, key);
    e->text = mem_str(p, text);
}

struct plan *plan_refuse(struct plan *plan, const char *key, const char *detail)
{
    plan->refused = mem_str(plan, key);
    plan->refused_detail = mem_str(plan, detail);
    plan->n_effects = 0;
    return plan;
}

const char *effect_name(enum effect_kind k)
{
    static const char *const names[] = {
        "OPEN",     "RECEIPT",      "MOVE",     "ASSIGN",       "RECLASSIFY", "HOLD",
        "RELEASE",  "CONTENT",      "FLAG",     "CHECK",        "CONSENT",    "SCHEDULE",
        "DECISION", "APPROVE",      "LETTER",   "PUBLISH",      "WITHDRAW",   "NOTE",
        "DEADLINE", "DEADLINE-END", "LINK",     "TOKEN",        "ATTACH",     "CONFIRM",
        "ANSWER",   "EVIDENCE",     "REREAD",   "CONSULTATION", "COMMENT",    "EVENT",
        "SEAL",     "TOKEN-USE",    "CAMPAIGN", "TOPIC",        "TOPIC-SEEN", "REVIEW"};
    return names[k];
}

const char *token_purpose_name(enum token_purpose p)
{
    static const char *const names[] = {"confirm", "reply", "act", "supply"};
    return names[p];
}

/* " name=value", quoted when it holds blanks; nothing when there is no value. */
static void put(struct str *out, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    _cleanup_mem_ char *shown = utf8_printable(NULL, value);
    str_addf(out, strpbrk(shown, " \"") ? " %s=\"%s\"" : " %s=%s", name, shown);
}

static void dump_opening(struct str *out, const struct submission *s)
{
    put(out, "kind", s->kind);
    put(out, "category", s->category);
    put(out, "state", s->state);
    put(out, "verdict", s->verdict);
    put(out, "unit", s->unit);
    put(out, "restricted", s->restricted ? "yes" : NULL);
    put(out, "from", s->from);
    put(out, "subject", s->subject);
}

static void dump_effect(struct str *out, const struct plan *p, const struct effect *e)
{
    str_add(out, effect_name(e->kind));
    if (e->kind == EFFECT_OPEN)
        dump_opening(out, &p->opening->s);
    if (e->kind == EFFECT_RECEIPT || e->kind == EFFECT_OPEN || e->kind == EFFECT_ATTACH)
        put(out, "receipt", p->opening->facts->receipt);
    put(out, "key", e->key);
    put(out, "from", e->from);
    put(out, "to", e->to);
    put(out, "text", e->text);
    if (e->letter) {
        put(out, "template", e->letter->template);
        put(out, "to", e->letter->to);
        put(out, "letter", e->letter->key);
    }
    if (e->token) {
        put(out, "purpose", token_purpose_name(e->token->purpose));
        put(out, "letter", e->token->letter);
    }
    if (e->confirmation)
        put(out, "by", e->confirmation->person);
    put(out, "cite", e->cite);
    str_addc(out, '\n');
}

char *plan_dump(const void *mem, const struct plan *p)
{
    struct str out = str_new(mem);
    str_addf(&out, "plan %s by %s\n", p->ref, p->actor.user);
    if (p->refused) {
        str_add(&out, "REFUSED");
        put(&out, "why", p->refused);
        put(&out, "detail", p->refused_detail);
        str_addc(&out, '\n');
    }
    for (size_t i = 0; i < p->n_effects; i++)
        dump_effect(&out, p, &p->effects[i]);
    return out.s;
}

void plan_bind_key(struct plan *p)
{
    _cleanup_mem_ char *what = plan_dump(NULL, p);
    p->key = mem_fmt(p, "%s/%.16s", p->key, hash_hex(p, what, strlen(what)));
}
