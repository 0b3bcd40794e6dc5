/* rulebook.c: gathers a profile into sections of rows. Each row names its article; what has none in the
 * rules (lists of words that the readers look for) is not part of the document. Decides nothing. */
#include "render/rulebook.h"
#include "render/deadline_text.h"

struct making {
    const void *mem;
    const struct profile *p;
    const struct catalog *c;
    struct rulebook *book;
    struct rulebook_section *section; /* being filled */
};

static const char *say(const struct making *m, const char *key)
{
    return catalog_text(m->c, key);
}

/* The label group.word, or the word itself. */
static const char *label(const struct making *m, const char *group, const char *word)
{
    const char *key = mem_fmt(m->mem, "%s.%s", group, word);
    return catalog_has(m->c, key) ? catalog_text(m->c, key) : word;
}

static void begin(struct making *m, const char *id)
{
    m->section = mem_append(m->book, m->book->sections, m->book->n_sections);
    m->section->id = id;
    m->section->title = say(m, mem_fmt(m->mem, "rulebook.%s", id));
}

/* `what` is built with parts that may be empty: add(", ") between those that are not. */
static void part(struct str *b, const char *text)
{
    if (*text)
        str_addf(b, "%s%s", b->n ? "; " : "", text);
}

static void labelled_part(const struct making *m, struct str *b, const char *key, const char *text)
{
    if (text && *text)
        part(b, catalog_say(m->mem, m->c, mem_fmt(m->mem, "rulebook.%s", key), "text", text, NULL));
}

static void row(struct making *m, const char *name, const char *what, const char *cite, const char *file,
                int line)
{
    *mem_append(m->book, m->section->rows, m->section->n_rows) =
        (struct rulebook_row){name, what ? what : "", cite, file, line};
}

static struct str none_yet(const struct making *m)
{
    struct str b = str_new(m->mem);
    str_add(&b, "");
    return b;
}

static const char *done(const struct str *b)
{
    return b->n ? b->s : "";
}

static const char *day_text(const struct making *m, int32_t day)
{
    return when_date(m->mem, (int64_t)day * 86400 - WHEN_VN_SHIFT);
}

/* ---- who ---- */

static void add_identity(struct making *m)
{
    const struct profile *p = m->p;
    const struct {
        const char *key, *what;
    } rows[] = {
        {"mailbox", p->mailbox},
        {"own-domains", str_list_join(m->mem, &p->own_domains, ", ")},
        {"portal-names", str_list_join(m->mem, &p->portal_names, "; ")},
        {"inspectorate", p->inspectorate},
        {"confirm", say(m, p->own_accounts_suffice ? "rulebook.confirm-others" : "rulebook.confirm-all")},
        {"form", say(m, p->form_confirms ? "rulebook.form-yes" : "rulebook.form-no")},
    };
    begin(m, "institution");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (*rows[i].what)
            row(m, say(m, mem_fmt(m->mem, "rulebook.%s", rows[i].key)), rows[i].what, p->cite, "", 0);
}

static void add_roles(struct making *m)
{
    begin(m, "roles");
    for (size_t i = 0; i < m->p->office.n_roles; i++) {
        const struct role_rule *r = &m->p->office.roles[i];
        struct str what = none_yet(m);
        part(&what, r->label);
        labelled_part(m, &what, "holder", r->holder);
        labelled_part(m, &what, "stands-in", *r->stands_in_for ? label(m, "role", r->stands_in_for) : "");
        row(m, label(m, "role", r->role), done(&what), r->at.cite, r->at.file, r->at.line);
    }
}

static void add_units(struct making *m)
{
    begin(m, "units");
    for (size_t i = 0; i < m->p->office.n_units; i++) {
        const struct office_unit *u = &m->p->office.units[i];
        struct str what = none_yet(m);
        part(&what, u->name);
        part(&what, u->inspectorate ? say(m, "rulebook.gets-complaints") : "");
        labelled_part(m, &what, "alternate", u->alternate);
        row(m, u->id, done(&what), u->at.cite, u->at.file, u->at.line);
    }
}

/* ---- what ---- */

static const char *roles_text(const struct making *m, const struct str_list *roles)
{
    struct str_list shown = {0};
    for (size_t i = 0; i < roles->n; i++)
        str_list_add(m->mem, &shown, label(m, "role", roles->v[i]));
    return str_list_join(m->mem, &shown, ", ");
}

static void add_kinds(struct making *m)
{
    begin(m, "kinds");
    for (size_t i = 0; i < m->p->n_kinds; i++) {
        const struct kind *k = &m->p->kinds[i];
        struct str what = none_yet(m);
        part(&what, k->label);
        labelled_part(m, &what, "category", label(m, "category", category_name(k->category)));
        labelled_part(m, &what, "track", k->track);
        part(&what, k->confirm == CONFIRM_LEADER_ALWAYS ? say(m, "rulebook.leader-always") : "");
        labelled_part(m, &what, "to", k->to);
        part(&what, k->priority ? say(m, "rulebook.priority") : "");
        labelled_part(m, &what, "alert", k->alert.n ? roles_text(m, &k->alert) : "");
        row(m, k->id, done(&what), k->cite, k->file, k->line);
    }
}

static void add_metadata(struct making *m)
{
    begin(m, "metadata");
    for (size_t i = 0; i < m->p->office.n_metadata; i++) {
        const struct metadata_rule *r = &m->p->office.metadata[i];
        for (size_t k = 0; k < r->n_items; k++) {
            const struct metadata_item *x = &r->items[k];
            const char *what = x->labels.v[0];
            if (x->column)
                what = catalog_say(m->mem, m->c, "rulebook.column", "text",
                                   str_list_join(m->mem, &x->labels, " / "), NULL);
            row(m, m->p->kinds[r->kind].id, what, r->at.cite, r->at.file, x->line);
        }
    }
}

static void add_fields(struct making *m)
{
    begin(m, "fields");
    for (size_t i = 0; i < m->p->office.n_topics; i++) {
        const struct topic *t = &m->p->office.topics[i];
        struct str words = none_yet(m), what = none_yet(m);
        for (size_t k = 0; k < t->n_phrases; k++)
            str_addf(&words, "%s%s (%d)", k ? ", " : "", t->phrases[k].shown, t->phrases[k].weight);
        part(&what, t->label);
        labelled_part(m, &what, "group", t->group);
        labelled_part(m, &what, "words", done(&words));
        row(m, t->id, done(&what), t->at.cite, t->at.file, t->at.line);
    }
}

static void add_routes(struct making *m)
{
    begin(m, "routes");
    for (size_t i = 0; i < m->p->office.n_routes; i++) {
        const struct route_rule *r = &m->p->office.routes[i];
        const struct office_unit *u = office_find_unit(&m->p->office, r->to);
        struct str what = none_yet(m);
        part(&what, u ? mem_fmt(m->mem, "%s (%s)", u->name, u->id) : r->to);
        part(&what, r->shared ? say(m, "rulebook.shared") : "");
        labelled_part(m, &what, "deputy", r->deputy);
        labelled_part(m, &what, "from", r->from == OFFICE_NO_DAY ? "" : day_text(m, r->from));
        labelled_part(m, &what, "until", r->until == OFFICE_NO_DAY ? "" : day_text(m, r->until));
        for (size_t k = 0; k < r->n_away; k++)
            labelled_part(
                m, &what, "away",
                mem_fmt(m->mem, "%s - %s", day_text(m, r->away[k].from), day_text(m, r->away[k].until)));
        row(m, m->p->office.topics[r->topic].label, done(&what), r->at.cite, r->at.file, r->at.line);
    }
}

static void add_grounds(struct making *m)
{
    begin(m, "grounds");
    for (size_t i = 0; i < m->p->n_grounds; i++)
        row(m, m->p->grounds[i].code, m->p->grounds[i].text, m->p->grounds[i].cite, m->p->grounds[i].file,
            m->p->grounds[i].line);
}

/* ---- how ---- */

static void add_steps(struct making *m, const struct track *t)
{
    for (size_t i = 0; i < t->n_transitions; i++) {
        const struct transition *x = &t->transitions[i];
        struct str what = none_yet(m);
        part(&what, mem_fmt(m->mem, "%s: %s > %s", label(m, "step", x->event), label(m, "state", x->from),
                            label(m, "state", x->to)));
        labelled_part(m, &what, "by", roles_text(m, &x->roles));
        part(&what, x->needs_ground ? say(m, "rulebook.needs-ground") : "");
        labelled_part(m, &what, "only-grounds", str_list_join(m->mem, &x->grounds, ", "));
        part(&what, x->needs_reason ? say(m, "rulebook.needs-reason") : "");
        labelled_part(m, &what, "letter", x->letter);
        row(m, t->name, done(&what), x->cite, x->file, x->line);
    }
}

static void add_tracks(struct making *m)
{
    begin(m, "tracks");
    for (size_t i = 0; i < m->p->n_tracks; i++)
        add_steps(m, &m->p->tracks[i]);
}

static void add_deadlines(struct making *m)
{
    begin(m, "deadlines");
    for (size_t i = 0; i < m->p->n_time_rules; i++) {
        const struct time_rule *r = &m->p->time_rules[i];
        struct str what = none_yet(m);
        part(&what, r->label);
        part(&what, deadline_term(m->mem, r, m->c));
        labelled_part(m, &what, "by", label(m, "owner", r->owner));
        part(&what, remind_text(m->mem, &r->remind, "after", m->c));
        part(&what, r->note);
        row(m, r->id, done(&what), r->at.cite, r->at.file, r->at.line);
    }
}

static void add_duties(struct making *m)
{
    begin(m, "duties");
    for (size_t i = 0; i < m->p->n_duties; i++) {
        const struct duty *d = &m->p->duties[i];
        struct str what = none_yet(m);
        part(&what, d->label);
        part(&what, duty_term(m->mem, d, m->c));
        labelled_part(m, &what, "by", label(m, "owner", d->owner));
        labelled_part(m, &what, "each-of", str_list_join(m->mem, &d->units, ", "));
        part(&what, d->each ? say(m, "rulebook.each") : "");
        part(&what, d->proof ? say(m, mem_fmt(m->mem, "duty.proof.%s", timing_proof_words[d->proof])) : "");
        part(&what, remind_text(m->mem, &d->remind, "before", m->c));
        part(&what, d->note);
        row(m, d->id, done(&what), d->at.cite, d->at.file, d->at.line);
    }
}

/* The article of a day is what its line cites, else the announcement that says so. */
static void add_days(struct making *m)
{
    const struct calendar_rules *c = &m->p->calendar;
    begin(m, "days");
    for (size_t i = 0; i < c->n_days; i++) {
        const struct marked_day *d = &c->days[i];
        struct str what = none_yet(m);
        part(&what, d->name);
        part(&what, say(m, d->works ? "rulebook.works" : "rulebook.off"));
        part(&what, d->provisional ? say(m, "rulebook.provisional") : "");
        row(m, day_text(m, d->day), done(&what), *d->at.cite ? d->at.cite : d->source, d->at.file,
            d->at.line);
    }
}

static const char *keep_text(const struct making *m, const struct retention_rule *r)
{
    static const char *const keys[] = {"keep-forever", "keep-years", "keep-months"};
    const char *n = mem_fmt(m->mem, "%d", r->length);
    const char *term = catalog_say(m->mem, m->c, mem_fmt(m->mem, "rulebook.%s", keys[r->keep]), "n", n,
                                   "after", label(m, "since", r->after), NULL);
    return r->least ? catalog_say(m->mem, m->c, "rulebook.at-least", "text", term, NULL) : term;
}

static void add_retention(struct making *m)
{
    begin(m, "retention");
    for (size_t i = 0; i < m->p->office.n_retention; i++) {
        const struct retention_rule *r = &m->p->office.retention[i];
        struct str what = none_yet(m);
        part(&what, keep_text(m, r));
        labelled_part(m, &what, "of", str_list_join(m->mem, &r->of, ", "));
        row(m, r->label, done(&what), r->at.cite, r->at.file, r->at.line);
    }
}

/* ---- words ---- */

static bool same_row(const struct phrase *a, const struct phrase *b)
{
    return a->kind == b->kind && a->weight == b->weight && a->line == b->line && str_eq(a->file, b->file) &&
           str_eq(a->cite, b->cite);
}

/* The phrases of one line of a file stand in one row. */
static void add_phrases(struct making *m)
{
    const struct profile *p = m->p;
    begin(m, "phrases");
    for (size_t i = 0, end; i < p->n_phrases; i = end) {
        const struct phrase *f = &p->phrases[i];
        struct str what = none_yet(m);
        str_addf(&what, "%+d: ", f->weight);
        for (end = i; end < p->n_phrases && same_row(f, &p->phrases[end]); end++)
            str_addf(&what, "%s%s", end > i ? ", " : "", p->phrases[end].shown);
        row(m, p->kinds[f->kind].id, done(&what), f->cite, f->file, f->line);
    }
}

static void add_signals(struct making *m)
{
    const struct profile *p = m->p;
    begin(m, "signals");
    for (size_t i = 0; i < p->n_signals; i++) {
        const struct signal_rule *s = &p->signals[i];
        row(m, p->kinds[s->kind].id, mem_fmt(m->mem, "%+d: %s", s->weight, s->signal), s->cite, s->file,
            s->line);
    }
}

static void drop_empty(struct rulebook *book)
{
    size_t kept = 0;
    for (size_t i = 0; i < book->n_sections; i++)
        if (book->sections[i].n_rows)
            book->sections[kept++] = book->sections[i];
    book->n_sections = kept;
}

struct rulebook *rulebook_new(const void *mem, const struct profile *profile, const struct catalog *catalog,
                              const char *lang)
{
    static void (*const parts[])(struct making *) = {add_identity,  add_roles,     add_units,  add_kinds,
                                                     add_metadata,  add_fields,    add_routes, add_grounds,
                                                     add_tracks,    add_deadlines, add_duties, add_days,
                                                     add_retention, add_phrases,   add_signals};
    struct rulebook *book = mem_zero(mem, struct rulebook);
    struct making m = {book, profile, catalog, book, NULL};
    book->title = catalog_say(book, catalog, "rulebook.title", "institution", profile->institution, NULL);
    book->lang = mem_str(book, lang);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        parts[i](&m);
    drop_empty(book);
    return book;
}
