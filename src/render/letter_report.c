/* letter_report.c: values to the JSON of CONTRACT.md, "Letter report". Decides nothing. */
#include "render/letter_report.h"
#include "base/json_out.h"
#include "desk/form_evidence.h"
#include "desk/metadata.h"
#include "desk/route.h"
#include "render/effect_text.h"
#include "render/fields_text.h"
#include "render/signature_text.h"

static void put_letter(struct str *b, const struct letter_report *r)
{
    _cleanup_mem_ char *received = when_rfc3339(NULL, r->evidence->received);
    json_put_text(b, "file", r->facts->shown);
    json_put(b, "sha256", r->letter->sha256);
    json_put_text(b, "message_id", r->letter->message_id);
    json_put_text(b, "received", received);
    json_put_text(b, "received_by", r->evidence->received_by);
    json_put_text(b, "subject", r->letter->subject);
    json_put(b, "profile", r->policy->profile->name);
}

static void put_sender(struct str *b, const struct evidence *e)
{
    json_open(b, "sender", '{');
    json_put_text(b, "address", e->from);
    json_put_text(b, "name", e->from_name);
    json_put(b, "standing", standing_name(e->standing));
    json_put_text(b, "unit", e->unit ? e->unit->id : NULL);
    json_put_text(b, "person_role", e->person ? person_role_name(e->person->role) : NULL);
    json_close(b, '}');
}

static void put_authentication(struct str *b, const struct evidence *e)
{
    json_open(b, "authentication", '{');
    json_put(b, "result", auth_result_name(e->auth));
    json_put(b, "by", *e->auth_by ? e->auth_by : "none");
    json_put_text(b, "detail", e->auth_detail);
    json_close(b, '}');
}

/* What this letter says of a confirmation; NULL when it says nothing. */
static const struct effect *said_of(const struct plan *p)
{
    for (size_t i = 0; i < p->n_effects; i++)
        if (p->effects[i].kind == EFFECT_CONFIRM || p->effects[i].kind == EFFECT_ANSWER)
            return &p->effects[i];
    return NULL;
}

static bool asks_leader(const struct plan *p)
{
    for (size_t i = 0; i < p->n_effects; i++)
        if (p->effects[i].kind == EFFECT_LETTER && str_eq(p->effects[i].letter->purpose, "request"))
            return true;
    return false;
}

/* As it stands after the plan: of the submission that the letter opens or joins. */
static struct confirmation_state confirmation_after(const struct letter_report *r)
{
    const struct effect *said = said_of(r->plan);
    struct confirmation_state c = submission_confirmation(&r->plan->opening->s);
    bool settles = said && (said->kind == EFFECT_CONFIRM || str_eq(said->key, "refused") ||
                            str_eq(said->key, "withdrawn"));
    if (asks_leader(r->plan))
        c.state = "requested";
    const struct form_evidence form = form_evidence(r->plan, r->evidence, r->ruling);
    if (!said && form.leader) /* evidence, whether or not this profile takes it for a confirmation */
        return (struct confirmation_state){c.state, form.leader->address, "form", form.words};
    if (!said)
        return c;
    const char *words = said->confirmation->words;
    c.state = settles ? said->key : c.state;
    c.by = said->confirmation->person;
    c.how = said->text;
    c.evidence = *words ? words : r->evidence->auth_detail;
    return c;
}

static void put_confirmation(struct str *b, const struct letter_report *r)
{
    const struct confirmation_state c = confirmation_after(r);
    json_open(b, "confirmation", '{');
    json_put(b, "state", c.state);
    json_put_text(b, "by", c.by);
    json_put_text(b, "how", c.how);
    json_put_text(b, "evidence", c.evidence);
    json_close(b, '}');
}

static void put_reasons(struct str *b, const struct ruling *r)
{
    json_open(b, "reasons", '[');
    for (size_t i = 0; i < r->n_reasons; i++) {
        const struct reason *x = &r->reasons[i];
        json_open(b, NULL, '{');
        json_put(b, "rule", x->rule);
        json_put(b, "where", x->where);
        json_put_text(b, "text", x->text);
        json_put_int(b, "weight", x->weight);
        json_put_text(b, "cite", x->cite);
        json_close(b, '}');
    }
    json_close(b, ']');
}

/* Where a value was read: page and bytes of its text, so that a page can show the very words. */
static void put_source(struct str *b, enum field field, const struct value *v)
{
    if (!v->text || !*v->text || !v->where || !*v->where || v->to <= v->from)
        return;
    json_open(b, field_name(field), '{');
    json_put(b, "where", v->where);
    json_put_int(b, "from", (int64_t)v->from);
    json_put_int(b, "to", (int64_t)v->to);
    json_close(b, '}');
}

/* One of several items: title, where its text is (null: nowhere), its attachments, whether it has either.
 */
static void put_item(struct str *b, const struct item *item)
{
    json_open(b, NULL, '{');
    json_put(b, "title", item->title.text);
    if (item->text.to > item->text.from) {
        json_open(b, "text", '{');
        json_put(b, "where", item->text.where);
        json_put_int(b, "from", (int64_t)item->text.from);
        json_put_int(b, "to", (int64_t)item->text.to);
        json_close(b, '}');
    } else {
        json_put_text(b, "text", NULL);
    }
    json_put_list(b, "attachments", &item->attachments);
    json_put_bool(b, "found", item_found(item));
    json_close(b, '}');
}

static void put_items(struct str *b, const struct ruling_fields *f)
{
    json_open(b, "items", '[');
    for (size_t i = 0; i < f->n_items; i++)
        put_item(b, &f->items[i]);
    json_close(b, ']');
}

/* "issued" is true, false or null; the rest are words. */
static void put_fields(struct str *b, const struct ruling_fields *f)
{
    json_open(b, "fields", '{');
    for (enum field i = 0; i < FIELD_COUNT; i++)
        if (i == FIELD_ISSUED && f->v[i].text && *f->v[i].text)
            json_put_bool(b, field_name(i), str_eq(f->v[i].text, "yes"));
        else
            json_put_text(b, field_name(i), f->v[i].text);
    json_put_text(b, "title", f->title);
    json_open(b, "titles", '[');
    for (size_t i = 0; i < f->n_items; i++)
        json_put(b, NULL, f->items[i].title.text);
    json_close(b, ']');
    json_open(b, "sources", '{');
    for (enum field i = 0; i < FIELD_COUNT; i++)
        put_source(b, i, &f->v[i]);
    json_close(b, '}');
    json_close(b, '}');
}

static void put_ruling(struct str *b, const struct ruling *r)
{
    json_put(b, "kind", r->kind->id);
    json_put(b, "category", category_name(r->category));
    json_put_real(b, "score", r->score);
    put_reasons(b, r);
    json_open(b, "secrecy", '{');
    json_put_bool(b, "marked", r->secrecy_marked);
    json_put_text(b, "level", r->secrecy_level);
    json_put_text(b, "where", r->secrecy_where);
    json_close(b, '}');
    put_fields(b, &r->fields);
    put_items(b, &r->fields);
}

static void put_holds(struct str *b, const struct plan *p, const struct catalog *c)
{
    _cleanup_mem_ void *mem = mem_new();
    json_open(b, "holds", '[');
    for (size_t i = 0; i < p->n_effects; i++) {
        const struct effect *e = &p->effects[i];
        if (e->kind != EFFECT_HOLD)
            continue;
        json_open(b, NULL, '{');
        json_put(b, "reason", e->key);
        json_put(b, "text", hold_says(mem, c, e->key, e->text));
        json_close(b, '}');
    }
    json_close(b, ']');
}

/* Why somebody is proposed, in words. */
static const char *route_says(const void *mem, const struct catalog *c, const struct route *r)
{
    return catalog_say(mem, c, mem_fmt(mem, "route.%s", r->why), "detail", r->detail, "instead", r->instead,
                       NULL);
}

static void put_route(struct str *b, const struct plan *p, const struct catalog *c)
{
    _cleanup_mem_ void *mem = mem_new();
    json_open(b, "route", '[');
    for (size_t i = 0; i < p->opening->n_routes; i++) {
        const struct route *r = &p->opening->routes[i];
        json_open(b, NULL, '{');
        json_put(b, "to", r->to);
        json_put(b, "why", route_says(mem, c, r));
        json_put_text(b, "cite", r->cite);
        json_close(b, '}');
    }
    json_close(b, ']');
}

/* What its kind must come with and does not. */
static void put_missing(struct str *b, const struct letter_report *r)
{
    _cleanup_mem_ void *mem = mem_new();
    struct str_list missing = metadata_missing(mem, r->letter, r->ruling, r->policy->profile);
    json_put_list(b, "missing", &missing);
}

/* The contract names these ways; other formats were read as text, and `real` says which they are. */
static const char *contract_how(const char *how)
{
    static const char *const ways[] = {"docx", "odt", "pdf",  "doc",  "rtf",
                                       "xlsx", "ocr", "tnef", "text", "none"};
    for (size_t i = 0; i < ARRAY_LEN(ways); i++)
        if (str_eq(ways[i], how))
            return how;
    return "text";
}

static void put_attachments(struct str *b, const struct letter *l)
{
    json_open(b, "attachments", '[');
    for (size_t i = 0; i < l->n_attachments; i++) {
        const struct letter_attachment *x = &l->attachments[i];
        json_open(b, NULL, '{');
        json_put_text(b, "name", x->name);
        json_put(b, "type", x->type);
        json_put_int(b, "bytes", (int64_t)x->bytes);
        json_put_int(b, "text_chars", (int64_t)utf8_count(x->text));
        json_put(b, "how", contract_how(x->how));
        json_put_text(b, "real", x->real);
        json_put(b, "sha256", x->sha256);
        json_put_list(b, "defects", &x->defects);
        signature_put(b, x);
        json_close(b, '}');
    }
    json_close(b, ']');
}

/* The letter's own, and that nobody knows when it came. */
static void put_defects(struct str *b, const struct letter_report *r)
{
    const struct str_list *own = &r->letter->defects;
    json_open(b, "defects", '[');
    for (size_t i = 0; i < own->n; i++)
        json_put(b, NULL, own->v[i]);
    if (str_eq(r->evidence->received_by, "now"))
        json_put(b, NULL, "no-receipt-time");
    json_close(b, ']');
}

static bool ends_here(const struct plan *p, const char *rule)
{
    for (size_t i = 0; i < p->n_effects; i++)
        if (p->effects[i].kind == EFFECT_DEADLINE_END && str_eq(p->effects[i].key, rule))
            return true;
    return false;
}

/* What this letter opens; those of a case that it joins are the case's. */
static void put_deadlines(struct str *b, const struct plan *p)
{
    json_open(b, "deadlines", '[');
    for (size_t i = 0; i < p->n_effects; i++) {
        const struct effect *e = &p->effects[i];
        if (e->kind != EFFECT_DEADLINE || ends_here(p, e->key))
            continue;
        json_open(b, NULL, '{');
        json_put(b, "rule", e->key);
        json_put_text(b, "due", e->to);
        json_put(b, "cite", e->cite);
        json_put_bool(b, "provisional", *e->text != '\0');
        json_close(b, '}');
    }
    json_close(b, ']');
}

static void put_plan(struct str *b, const struct letter_report *r, const struct catalog *c)
{
    bool duplicate = *r->known->duplicate_of != '\0';
    put_holds(b, r->plan, c);
    put_deadlines(b, r->plan);
    put_route(b, r->plan, c);
    put_missing(b, r);
    put_attachments(b, r->letter);
    put_defects(b, r);
    json_put_text(b, "submission", r->stored ? r->plan->ref : NULL);
    json_put_text(b, "state", r->stored && !duplicate ? r->plan->opening->s.state : NULL);
    json_put_text(b, "duplicate_of", r->known->duplicate_of);
}

char *letter_report_line(const void *mem, const struct letter_report *r, const struct catalog *c)
{
    struct str b = str_new(mem);
    json_open(&b, NULL, '{');
    put_letter(&b, r);
    put_sender(&b, r->evidence);
    put_authentication(&b, r->evidence);
    json_put(&b, "verdict", r->plan->opening->s.verdict);
    put_confirmation(&b, r);
    put_ruling(&b, r->ruling);
    put_plan(&b, r, c);
    json_close(&b, '}');
    return b.s;
}

/* ---- for a person ---- */

static void row(struct str *out, const struct catalog *c, const char *key, const char *value)
{
    if (!value || !*value)
        return;
    _cleanup_mem_ void *mem = mem_new();
    const char *label = catalog_text(c, key);
    str_addf(out, "%s:", label);
    for (size_t w = utf8_width(label); w < 18; w++)
        str_addc(out, ' ');
    str_addf(out, " %s\n", utf8_printable(mem, value));
}

static const char *labelled(const void *mem, const struct catalog *c, const char *group, const char *name)
{
    return catalog_text(c, mem_fmt(mem, "%s.%s", group, name));
}

static void add_findings(struct str *out, const struct letter_report *r, const struct catalog *c)
{
    _cleanup_mem_ void *mem = mem_new();
    static const char *const marks[] = {"-", "+", "!"};
    for (size_t i = 0; i < r->evidence->n_findings; i++) {
        const struct finding *f = &r->evidence->findings[i];
        char *said = catalog_say(mem, c, mem_fmt(mem, "finding.%s", f->key), "detail", f->detail, NULL);
        str_addf(out, "  %s %s\n", marks[f->mark], utf8_printable(mem, said));
    }
}

static void add_reasons(struct str *out, const struct ruling *r, const struct catalog *c)
{
    _cleanup_mem_ void *mem = mem_new();
    for (size_t i = 0; i < r->n_reasons && i < 8; i++) {
        const struct reason *x = &r->reasons[i];
        str_addf(out, "  %+d  %s  (%s, %s%s%s)\n", x->weight,
                 utf8_printable(mem, reason_says(mem, c, x->text)), x->where, x->rule, *x->cite ? ", " : "",
                 x->cite);
    }
}

static void add_holds(struct str *out, const struct letter_report *r, const struct catalog *c)
{
    _cleanup_mem_ void *mem = mem_new();
    for (size_t i = 0; i < r->plan->n_effects; i++) {
        const struct effect *e = &r->plan->effects[i];
        if (e->kind == EFFECT_HOLD)
            str_addf(out, "  ! %s\n", utf8_printable(mem, hold_says(mem, c, e->key, e->text)));
    }
}

static void add_missing(struct str *out, const struct letter_report *r, const struct catalog *c)
{
    _cleanup_mem_ void *mem = mem_new();
    struct str_list missing = metadata_missing(mem, r->letter, r->ruling, r->policy->profile);
    if (missing.n)
        row(out, c, "explain.missing", str_list_join(mem, &missing, "; "));
}

static void add_routes(struct str *out, const struct letter_report *r, const struct catalog *c)
{
    _cleanup_mem_ void *mem = mem_new();
    for (size_t i = 0; i < r->plan->opening->n_routes; i++) {
        const struct route *x = &r->plan->opening->routes[i];
        const char *said = utf8_printable(mem, route_says(mem, c, x));
        row(out, c, "explain.route",
            mem_fmt(mem, "%s (%s%s%s)", x->to, said, *x->cite ? ", " : "", x->cite));
    }
}

static void add_signatures(struct str *out, const struct letter_report *r, const struct catalog *c)
{
    _cleanup_mem_ void *mem = mem_new();
    char *said;
    for (size_t i = 0; (said = signature_of_letter(mem, c, r->letter, i)); i++)
        row(out, c, "explain.signature", said);
}

static const char *sender_text(const void *mem, const struct evidence *e)
{
    if (!*e->from || !*e->from_name)
        return *e->from ? e->from : e->from_name;
    return mem_fmt(mem, "%s <%s>", e->from_name, e->from);
}

char *letter_report_text(const void *mem, const struct letter_report *r, const struct catalog *c,
                         bool exact_plan)
{
    struct str out = str_new(mem);
    const struct evidence *e = r->evidence;
    row(&out, c, "explain.letter", r->facts->shown);
    row(&out, c, "explain.subject", r->letter->subject);
    row(&out, c, "explain.from", sender_text(mem, e));
    row(&out, c, "explain.received", when_short(mem, e->received));
    row(&out, c, "explain.authentication", labelled(mem, c, "auth", auth_result_name(e->auth)));
    add_findings(&out, r, c);
    row(&out, c, "explain.category", labelled(mem, c, "category", category_name(r->ruling->category)));
    row(&out, c, "explain.kind", r->ruling->kind->id);
    add_reasons(&out, r->ruling, c);
    row(&out, c, "explain.verdict", labelled(mem, c, "verdict", r->plan->opening->s.verdict));
    add_holds(&out, r, c);
    add_signatures(&out, r, c);
    add_routes(&out, r, c);
    add_missing(&out, r, c);
    struct form_evidence form = form_evidence(mem, e, r->ruling);
    fields_text(&out, r->ruling, &form, c);
    str_addf(&out, "%s:\n%s", catalog_text(c, "explain.plan"),
             exact_plan ? plan_dump(mem, r->plan) : plan_says(mem, c, r->plan));
    return out.s;
}
