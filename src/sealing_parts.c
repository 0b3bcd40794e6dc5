/* sealing_parts.c: see sealing_parts.h. What stays is named word by word; whatever the report learns to say
 * later is blank until somebody adds it here. */
#include "sealing_parts.h"
#include "base/json_out.h"
#include <jansson.h>
#include <stdlib.h>

char *sealing_record(const void *mem, const struct submission *s, const char *entry)
{
    struct str b = str_new(mem);
    json_open(&b, NULL, '{');
    json_put(&b, "ref", s->ref);
    json_put(&b, "entry", entry);
    json_put(&b, "received", when_rfc3339(mem, s->received));
    json_put(&b, "category", s->category);
    json_put(&b, "unit", s->unit);
    json_put(&b, "name", s->from_name);
    json_put(&b, "address", s->from);
    json_put(&b, "subject", s->subject);
    json_put(&b, "message_id", s->message_id);
    json_put(&b, "sender_unit", s->sender_unit);
    json_put(&b, "sha256", s->letter_sha256);
    json_close(&b, '}');
    return b.s;
}

static void put_attachments(struct str *b, const struct letter *l)
{
    json_open(b, "attachments", '[');
    for (size_t i = 0; l && i < l->n_attachments; i++) {
        json_open(b, NULL, '{');
        json_put(b, "name", l->attachments[i].name);
        json_put(b, "type", l->attachments[i].type);
        json_put(b, "text", l->attachments[i].text);
        json_close(b, '}');
    }
    json_close(b, ']');
}

char *sealing_reading(const void *mem, const struct submission *s, const struct letter *letter,
                      const struct facts *facts, const char *report)
{
    struct str b = str_new(mem);
    json_open(&b, NULL, '{');
    json_put(&b, "facts", facts_dump(mem, facts));
    json_put(&b, "report", report);
    json_put(&b, "title", s->title);
    json_put(&b, "body", s->body);
    json_put(&b, "text", letter ? letter->body : "");
    put_attachments(&b, letter);
    json_close(&b, '}');
    return b.s;
}

/* ---- what stays ---- */

static json_t *blanked(const json_t *v)
{
    if (json_is_string(v))
        return json_string("");
    if (json_is_array(v))
        return json_array();
    if (!json_is_object(v))
        return json_null();
    json_t *o = json_object();
    for (void *i = json_object_iter((json_t *)v); i; i = json_object_iter_next((json_t *)v, i))
        json_object_set_new(o, json_object_iter_key(i), blanked(json_object_iter_value(i)));
    return o;
}

/* Of each element those members that are named; the others blank. */
static json_t *kept_of_each(const json_t *list, const char *const *keys)
{
    json_t *out = json_array();
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *e = json_array_get(list, i);
        json_t *o = blanked(e);
        for (size_t k = 0; json_is_object(o) && keys[k]; k++)
            if (json_object_get(e, keys[k]))
                json_object_set(o, keys[k], json_object_get(e, keys[k]));
        json_array_append_new(out, o);
    }
    return out;
}

static json_t *blank_member(const char *key, const json_t *value)
{
    static const char *const whole[] = {"received", "profile",      "verdict",  "kind",
                                        "category", "score",        "sha256",   "submission",
                                        "state",    "duplicate_of", "deadlines"};
    static const char *const reason[] = {"rule", "weight", "cite", NULL}, *const hold[] = {"reason", NULL},
                             *const route[] = {"to", "cite", NULL}, *const secrecy[] = {"marked", NULL};
    for (size_t i = 0; i < ARRAY_LEN(whole); i++)
        if (str_eq(key, whole[i]))
            return json_incref((json_t *)value);
    if (str_eq(key, "reasons"))
        return kept_of_each(value, reason);
    if (str_eq(key, "holds"))
        return kept_of_each(value, hold);
    if (str_eq(key, "route"))
        return kept_of_each(value, route);
    json_t *o = blanked(value);
    if (str_eq(key, "secrecy") && json_object_get(value, secrecy[0]))
        json_object_set(o, secrecy[0], json_object_get(value, secrecy[0]));
    return o;
}

char *sealing_blank_report(const void *mem, const char *report)
{
    json_t *all = json_loads(report, 0, NULL), *out = json_object();
    for (void *i = json_object_iter(all); i; i = json_object_iter_next(all, i)) {
        const char *key = json_object_iter_key(i);
        json_object_set_new(out, key, blank_member(key, json_object_iter_value(i)));
    }
    json_object_set_new(out, "sealed", json_true());
    char *text = json_dumps(out, JSON_COMPACT), *ret = mem_str(mem, text ? text : "{}");
    free(text);
    json_decref(out);
    json_decref(all);
    return ret;
}

static void blank_effect(const void *mem, struct effect *e)
{
    bool words = e->kind == EFFECT_HOLD || e->kind == EFFECT_NOTE || e->kind == EFFECT_FLAG;
    if (words && e->key && !str_eq(e->key, "recusal"))
        e->text = "";
    if (!e->confirmation)
        return;
    struct plan_confirmation *c = mem_zero(mem, struct plan_confirmation);
    *c = *e->confirmation;
    c->person = c->words = c->evidence_name = "";
    e->confirmation = c;
}

void sealing_blank_plan(const void *mem, struct plan *plan)
{
    struct opening *o = plan->opening;
    struct submission *s = &o->s;
    struct letter *l = mem_zero(mem, struct letter);
    struct facts *f = mem_zero(mem, struct facts);
    *l = *o->letter;
    l->message_id = "";
    *f = *o->facts;
    if (str_eq(f->source, "maildir") || str_eq(f->source, "file") || str_eq(f->source, "mbox"))
        f->receipt = mem_fmt(mem, "sealed:%.32s", hash_hex(mem, f->receipt, strlen(f->receipt)));
    o->letter = l;
    o->facts = f;
    o->report = sealing_blank_report(mem, o->report);
    s->from = s->from_name = s->sender_unit = s->subject = s->message_id = s->title = s->body = "";
    for (size_t i = 0; i < s->n_holds; i++)
        if (!str_eq(s->holds[i].reason, "recusal"))
            s->holds[i].detail = "";
    for (size_t i = 0; i < plan->n_effects; i++)
        blank_effect(mem, &plan->effects[i]);
}
