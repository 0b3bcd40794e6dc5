/* classify.c: what a letter is, by content and not by title (TT 05/2021 art. 6), and why.
 *
 * Story: pages with three forms -> fields (document, secrecy) -> tally (phrases, signals, the model's vote)
 * -> choice (choose.c). Forwarded text counts as the letter's own when little stands above it. Automatic
 * letters are told by evidence, before any phrase; machine mail that carries a document's fields is not an
 * automatic reply (DOMAIN 7.22). */
#include "classify/classify.h"
#include "classify/tally.h"

enum {
    REASONS_MAX = 32,
    FORWARD_OWN = 400, /* bytes of own text above a forwarded letter that are mere cover */
    AUTOMATIC_WEIGHT = 100
};

static void add_phrase(struct classifier *c, const struct phrase *phrase, size_t id)
{
    struct match_set *set = phrase->form == UTF8_EXACT  ? c->exact
                            : phrase->form == UTF8_BARE ? c->bare
                                                        : c->folded;
    match_add(set, phrase->text, strlen(phrase->text), id);
    if (phrase->form == UTF8_EXACT)
        return;
    _cleanup_mem_ void *tmp = mem_new();
    const char *bare = utf8_bare(tmp, phrase->text);
    match_add(c->plain, bare, strlen(bare), id);
}

struct classifier *classifier_new(const void *mem, const struct profile *profile)
{
    struct classifier *c = mem_zero(mem, struct classifier);
    c->profile = profile;
    c->exact = match_new(c);
    c->folded = match_new(c);
    c->bare = match_new(c);
    c->plain = match_new(c);
    for (size_t i = 0; i < profile->n_phrases; i++)
        add_phrase(c, &profile->phrases[i], i);
    match_build(c->exact);
    match_build(c->folded);
    match_build(c->bare);
    match_build(c->plain);
    c->signals = mem_array(c, enum signal_id, profile->n_signals + 1);
    for (size_t i = 0; i < profile->n_signals; i++)
        if (!signal_known(profile->signals[i].signal, &c->signals[i]))
            c->signals[i] = SIGNAL_COUNT;
    c->secrecy = secrecy_words_new(c, profile);
    c->document = document_words_new(c, profile);
    c->topics = topic_words_new(c, profile);
    c->cues = cue_words_new(c, profile);
    return c;
}

void classifier_use_model(struct classifier *c, const struct model *model)
{
    c->model = model;
}

/* ---- the ruling ---- */

static int strongest_first(const void *a, const void *b)
{
    const struct reason *x = a, *y = b;
    int wx = x->weight < 0 ? -x->weight : x->weight, wy = y->weight < 0 ? -y->weight : y->weight;
    if (wx != wy)
        return wx > wy ? -1 : 1;
    int order = strcmp(x->rule, y->rule);
    return order ? order : strcmp(x->where, y->where);
}

/* All that spoke for or against any kind is kept (`bbt why`); the winner's come as the letter's reasons. */
static void give_reasons(const void *mem, struct ruling *r, const struct tally *t)
{
    for (size_t i = 0; i < t->n_hits; i++)
        if (t->hits[i].kind == r->kind)
            *mem_append(mem, r->reasons, r->n_reasons) = t->hits[i].reason;
    if (r->n_reasons)
        qsort(r->reasons, r->n_reasons, sizeof *r->reasons, strongest_first);
    if (r->n_reasons > REASONS_MAX)
        r->n_reasons = REASONS_MAX;
    r->hits = t->hits;
    r->n_hits = t->n_hits;
    r->vote = t->vote;
}

static void set_kind(struct ruling *r, const struct profile *p, const struct choice *choice)
{
    r->kind = &p->kinds[choice->kind];
    r->category = r->kind->category;
    r->second = choice->second == SIZE_MAX ? NULL : &p->kinds[choice->second];
    r->score = choice->score;
    r->unsure = choice->unsure;
}

/* Fields of a document belong to letters that submit one, a request form and a list of titles to whatever
 * is meant for publication, urgency to all. A citizen's letter gives nothing away here. */
static bool field_applies(enum category category, enum field field)
{
    bool submits = category == CATEGORY_DOCUMENT || category == CATEGORY_DRAFT;
    if (field == FIELD_URGENCY)
        return true;
    if (field >= FIELD_FORM && field <= FIELD_FORM_APPROVED)
        return submits || category == CATEGORY_NEWS || category == CATEGORY_THEMATIC ||
               category == CATEGORY_EVENT_NOTICE || category == CATEGORY_OTHER;
    return submits;
}

static struct value own_value(const void *mem, const struct value *v)
{
    return (struct value){mem_str(mem, v->text), mem_str(mem, v->where ? v->where : ""), v->from, v->to};
}

static struct item own_item(const void *mem, const struct item *item)
{
    struct item own = {own_value(mem, &item->title), own_value(mem, &item->text), {0}};
    for (size_t i = 0; i < item->attachments.n; i++)
        str_list_add(mem, &own.attachments, item->attachments.v[i]);
    return own;
}

static void set_fields(const void *mem, struct ruling *r, const struct document *d, const char *title)
{
    struct ruling_fields *f = &r->fields;
    for (enum field i = 0; i < FIELD_COUNT; i++)
        f->v[i] = field_applies(r->category, i) ? own_value(mem, &d->v[i]) : (struct value){"", "", 0, 0};
    for (size_t i = 0; field_applies(r->category, FIELD_FORM) && i < d->n_items; i++)
        *mem_append(mem, f->items, f->n_items) = own_item(mem, &d->items[i]);
    f->title = title;
    f->doc_number = f->v[FIELD_NUMBER].text;
    f->doc_type = f->v[FIELD_TYPE].text;
    f->doc_date = f->v[FIELD_DATE].text;
    f->trich_yeu = f->v[FIELD_SUMMARY].text;
    f->signer = f->v[FIELD_SIGNER].text;
    f->portal_recipient = f->v[FIELD_PORTAL].text;
    f->urgency = f->v[FIELD_URGENCY].text;
    f->consult_from = f->v[FIELD_CONSULT_FROM].text;
    f->consult_to = f->v[FIELD_CONSULT_TO].text;
}

/* Bounces and automatic replies are known by evidence; no phrase can make or unmake them. */
static bool rule_automatic(const void *mem, struct ruling *r, const struct classifier *c,
                           const struct letter *letter, const struct evidence *e, const struct document *d)
{
    bool carries_document = (*d->number || d->blank) && (*d->date || *d->summary);
    if (!e->bounce && (!e->automatic || carries_document))
        return false;
    enum category category = e->bounce ? CATEGORY_BOUNCE : CATEGORY_AUTOREPLY;
    const struct letter_header *mark = letter_header_find(letter, "Auto-Submitted", 0);
    struct choice choice = {.kind = c->profile->main_kind[category], .second = SIZE_MAX, .score = 1.0};
    set_kind(r, c->profile, &choice);
    *mem_append(mem, r->reasons, r->n_reasons) =
        (struct reason){.rule = mem_fmt(mem, "%s:%d", r->kind->file, r->kind->line),
                        .where = mark        ? "header:Auto-Submitted"
                                 : e->bounce ? "header:Return-Path"
                                             : "header:From",
                        .text = mark ? mem_str(mem, mark->value) : category_name(category),
                        .weight = AUTOMATIC_WEIGHT,
                        .cite = r->kind->cite};
    return true;
}

/* Forwarded text speaks for itself when what stands above it is mere cover; so does a lone quote. */
static void widen_to_forward(struct pages *pages, bool forwarded)
{
    for (size_t i = 0; i < pages->n; i++)
        if (pages->v[i].kind == WHERE_BODY && forwarded && pages->fresh < FORWARD_OWN)
            pages->fresh = pages->v[i].forms.exact.n;
}

struct ruling *classify(const void *mem, const struct letter *letter, const struct evidence *evidence,
                        const struct classifier *c)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct ruling *r = mem_zero(mem, struct ruling);
    struct title_marks marks;
    const char *title = document_title(r, letter->subject, c->document, &marks);
    struct pages pages = pages_make(tmp, letter);
    widen_to_forward(&pages, marks.forward);
    struct document document = document_read(tmp, &pages, c->document);
    struct secrecy secrecy = secrecy_find(&pages, c->secrecy);
    r->secrecy_marked = secrecy.marked;
    r->secrecy_level = mem_str(r, secrecy.level);
    r->secrecy_where = mem_str(r, secrecy.where);
    if (!rule_automatic(r, r, c, letter, evidence, &document)) {
        struct tally tally = tally_new(r, tmp, c->profile, evidence);
        tally.subject_quoted = marks.reply && *letter->fresh;
        struct cues cues = cues_see(tmp, &pages, c->cues, tally.unit, c->document, evidence->received);
        struct signal_input input = {letter, evidence, &pages, &document, &cues, title, marks, c->profile};
        tally_letter(&tally, c, &input);
        struct choice choice = choose(&tally);
        set_kind(r, c->profile, &choice);
        give_reasons(r, r, &tally);
    }
    set_fields(r, r, &document, title);
    r->topics = topics_find(r, c->topics, &pages, &r->n_topics);
    return r;
}
