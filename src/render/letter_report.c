/* letter_report.c: values to the JSON of CONTRACT.md, "Letter report". Adds nothing and decides nothing. */
#include "render/letter_report.h"

/* "" and NULL become null. */
static json_t *text(const char *s)
{
    return s && *s ? json_string(s) : json_null();
}

static json_t *list(const struct str_list *l)
{
    json_t *a = json_array();
    for (size_t i = 0; i < l->n; i++)
        json_array_append_new(a, json_string(l->v[i]));
    return a;
}

static json_t *sender(const struct evidence *e)
{
    return json_pack("{s:o, s:o, s:s, s:o, s:o}", "address", text(e->from), "name", text(e->from_name),
                     "standing", standing_name(e->standing), "unit", text(e->unit ? e->unit->id : NULL),
                     "person_role", text(e->person ? person_role_name(e->person->role) : NULL));
}

static json_t *authentication(const struct evidence *e)
{
    return json_pack("{s:s, s:s, s:o}", "result", auth_result_name(e->auth), "by",
                     *e->auth_by ? e->auth_by : "none", "detail", text(e->auth_detail));
}

static json_t *confirmation(const struct letter_report *r)
{
    const char *verdict = r->plan->opening->s.verdict;
    bool confirmed = str_eq(verdict, "confirmed");
    const char *state = confirmed                               ? "confirmed"
                        : str_eq(verdict, "needs-confirmation") ? "needed"
                                                                : "not-needed";
    return json_pack("{s:s, s:o, s:o, s:o}", "state", state, "by",
                     text(confirmed ? r->evidence->from : NULL), "how", text(confirmed ? "sender" : NULL),
                     "evidence", text(confirmed ? r->evidence->auth_detail : NULL));
}

static json_t *reasons(const struct ruling *r)
{
    json_t *a = json_array();
    for (size_t i = 0; i < r->n_reasons; i++) {
        const struct reason *x = &r->reasons[i];
        json_array_append_new(a,
                              json_pack("{s:s, s:s, s:o, s:i, s:o}", "rule", x->rule, "where", x->where,
                                        "text", text(x->text), "weight", x->weight, "cite", text(x->cite)));
    }
    return a;
}

static json_t *fields(const struct ruling_fields *f)
{
    const struct {
        const char *name, *value;
    } rows[] = {{"doc_number", f->doc_number}, {"doc_type", f->doc_type},
                {"doc_date", f->doc_date},     {"trich_yeu", f->trich_yeu},
                {"signer", f->signer},         {"portal_recipient", f->portal_recipient},
                {"urgency", f->urgency},       {"consult_from", f->consult_from},
                {"consult_to", f->consult_to}, {"title", f->title}};
    json_t *o = json_object();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        json_object_set_new(o, rows[i].name, text(rows[i].value));
    return o;
}

static char *hold_text(const void *mem, const struct effect *e, const struct catalog *c)
{
    char *key = mem_fmt(mem, "hold.%s", e->key);
    char *text = catalog_say(mem, c, key, "detail", e->text ? e->text : "", NULL);
    return str_trim(mem, text, strlen(text));
}

static json_t *holds(const struct plan *p, const struct catalog *c)
{
    _cleanup_mem_ void *mem = mem_new();
    json_t *a = json_array();
    for (size_t i = 0; i < p->n_effects; i++) {
        const struct effect *e = &p->effects[i];
        if (e->kind == EFFECT_HOLD)
            json_array_append_new(a,
                                  json_pack("{s:s, s:s}", "reason", e->key, "text", hold_text(mem, e, c)));
    }
    return a;
}

static json_t *route(const struct letter_report *r)
{
    json_t *a = json_array();
    if (*r->ruling->kind->to)
        json_array_append_new(a, json_pack("{s:s, s:s, s:o}", "to", r->ruling->kind->to, "why",
                                           r->ruling->kind->id, "cite", text(r->ruling->kind->cite)));
    return a;
}

static json_t *attachments(const struct letter *l)
{
    json_t *a = json_array();
    for (size_t i = 0; i < l->n_attachments; i++) {
        const struct letter_attachment *x = &l->attachments[i];
        json_array_append_new(a, json_pack("{s:o, s:s, s:I, s:I, s:s, s:s, s:o}", "name", text(x->name),
                                           "type", x->type, "bytes", (json_int_t)x->bytes, "text_chars",
                                           (json_int_t)utf8_count(x->text), "how", x->how, "sha256",
                                           x->sha256, "defects", list(&x->defects)));
    }
    return a;
}

static void put_letter(json_t *o, const struct letter_report *r)
{
    _cleanup_mem_ void *mem = mem_new();
    json_object_set_new(o, "file", text(r->facts->shown));
    json_object_set_new(o, "sha256", json_string(r->letter->sha256));
    json_object_set_new(o, "message_id", text(r->letter->message_id));
    json_object_set_new(o, "received", text(when_rfc3339(mem, r->evidence->received)));
    json_object_set_new(o, "received_by", text(r->evidence->received_by));
    json_object_set_new(o, "subject", text(r->letter->subject));
    json_object_set_new(o, "profile", json_string(r->policy->profile->name));
}

static void put_ruling(json_t *o, const struct ruling *r)
{
    json_object_set_new(o, "kind", json_string(r->kind->id));
    json_object_set_new(o, "category", json_string(category_name(r->category)));
    json_object_set_new(o, "score", json_real(r->score));
    json_object_set_new(o, "reasons", reasons(r));
    json_object_set_new(o, "secrecy",
                        json_pack("{s:b, s:o, s:o}", "marked", (int)r->secrecy_marked, "level",
                                  text(r->secrecy_level), "where", text(r->secrecy_where)));
    json_object_set_new(o, "fields", fields(&r->fields));
}

static void put_plan(json_t *o, const struct letter_report *r, const struct catalog *c)
{
    bool duplicate = *r->known->duplicate_of != '\0';
    json_object_set_new(o, "holds", holds(r->plan, c));
    json_object_set_new(o, "deadlines", json_array());
    json_object_set_new(o, "route", route(r));
    json_object_set_new(o, "attachments", attachments(r->letter));
    json_object_set_new(o, "defects", list(&r->letter->defects));
    json_object_set_new(o, "submission", r->stored ? json_string(r->plan->ref) : json_null());
    json_object_set_new(o, "state",
                        r->stored && !duplicate ? text(r->plan->opening->s.state) : json_null());
    json_object_set_new(o, "duplicate_of", text(r->known->duplicate_of));
}

json_t *letter_report_json(const struct letter_report *r, const struct catalog *c)
{
    json_t *o = json_object();
    put_letter(o, r);
    json_object_set_new(o, "sender", sender(r->evidence));
    json_object_set_new(o, "authentication", authentication(r->evidence));
    json_object_set_new(o, "verdict", json_string(r->plan->opening->s.verdict));
    json_object_set_new(o, "confirmation", confirmation(r));
    put_ruling(o, r->ruling);
    put_plan(o, r, c);
    return o;
}

char *letter_report_line(const void *mem, const struct letter_report *r, const struct catalog *c)
{
    json_t *o = letter_report_json(r, c);
    char *dumped = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(4));
    if (!dumped)
        mem_exhausted();
    char *line = mem_str(mem, dumped);
    free(dumped);
    json_decref(o);
    return line;
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

static void add_reasons(struct str *out, const struct ruling *r)
{
    _cleanup_mem_ void *mem = mem_new();
    for (size_t i = 0; i < r->n_reasons && i < 8; i++) {
        const struct reason *x = &r->reasons[i];
        str_addf(out, "  %+d  \"%s\"  (%s, %s%s%s)\n", x->weight, utf8_printable(mem, x->text), x->where,
                 x->rule, *x->cite ? ", " : "", x->cite);
    }
}

static void add_holds(struct str *out, const struct letter_report *r, const struct catalog *c)
{
    _cleanup_mem_ void *mem = mem_new();
    for (size_t i = 0; i < r->plan->n_effects; i++)
        if (r->plan->effects[i].kind == EFFECT_HOLD)
            str_addf(out, "  ! %s\n", utf8_printable(mem, hold_text(mem, &r->plan->effects[i], c)));
}

static const char *sender_text(const void *mem, const struct evidence *e)
{
    if (!*e->from || !*e->from_name)
        return *e->from ? e->from : e->from_name;
    return mem_fmt(mem, "%s <%s>", e->from_name, e->from);
}

char *letter_report_text(const void *mem, const struct letter_report *r, const struct catalog *c)
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
    add_reasons(&out, r->ruling);
    row(&out, c, "explain.verdict", labelled(mem, c, "verdict", r->plan->opening->s.verdict));
    add_holds(&out, r, c);
    row(&out, c, "explain.number", r->ruling->fields.doc_number);
    row(&out, c, "explain.date", r->ruling->fields.doc_date);
    str_addf(&out, "%s:\n%s", catalog_text(c, "explain.plan"), plan_dump(mem, r->plan));
    return out.s;
}
