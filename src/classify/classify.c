/* classify.c: what a letter is, by content and not by title (TT 05/2021 art. 6), and why.
 *
 * Story: pages with three forms -> fields (document, secrecy) -> structure signals -> phrases in one pass
 * per form -> sums per kind -> winner. A phrase counts once per place (subject, body, attachment, name),
 * doubled in the subject. Letters written without Vietnamese marks are matched with the phrases' bare
 * forms. Quoted text does not count, but forwarded text does, when little stands above it.
 *
 * Refuses to let a complaint or a denunciation pass as something publishable: when one is near the winner
 * and the sender is no authenticated unit, the stricter kind wins or a person must look (abuse A1, law on
 * denunciations art. 23, 25). Automatic letters are told by evidence, before any phrase; machine mail that
 * carries a document's fields is not an automatic reply (DOMAIN 7.22). */
#include "classify/classify.h"
#include "classify/signal.h"
#include "fields/secrecy.h"

enum {
    REASONS_MAX = 32,
    REASON_BYTES = 200, /* of the words shown */
    WEAK = 2,           /* a winner of less is no winner */
    ALONE = 6,          /* what structure alone must reach, when no word speaks for a kind */
    STRICT_MARGIN = 3,  /* how near a complaint may come to a publishable winner */
    UNIT_HEAD = 6000,   /* bytes of a unit's attachment that count: a decree speaks of everything */
    FORWARD_OWN = 400,  /* bytes of own text above a forwarded letter that are mere cover */
    AUTOMATIC_WEIGHT = 100
};

struct classifier {
    const struct profile *profile;
    struct match_set *exact, *folded, *bare; /* phrases by the form their editor chose */
    struct match_set *plain;                 /* folded and bare ones, all bare: for unaccented pages */
    struct secrecy_words *secrecy;
    struct document_words *document;
    struct topic_words *topics;
    enum signal_id *signals; /* beside profile->signals; SIGNAL_COUNT: not known to this program */
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
    return c;
}

/* ---- collecting ---- */

struct hit {
    size_t kind;
    struct reason reason;
};

struct tally {
    const void *mem; /* owns what the ruling keeps */
    const struct profile *profile;
    int *sums;    /* per kind */
    bool *worded; /* per kind: some word speaks for it */
    struct hit *hits;
    size_t n_hits;
    uint8_t *seen; /* per phrase: places it has counted in */
    const struct page *page;
    const struct utf8_form *form;
    void *tmp;
    bool unit;           /* sent by a proved unit: the head of a long attachment says what it is */
    bool subject_quoted; /* the subject of a reply is the other one's words */
};

static const char *place(const void *mem, const char *file, int line)
{
    return mem_fmt(mem, "%s:%d", file, line);
}

static void count(struct tally *t, size_t kind, struct reason reason)
{
    t->sums[kind] += reason.weight;
    struct hit *hit = mem_append(t->tmp, t->hits, t->n_hits);
    *hit = (struct hit){kind, reason};
}

static bool phrase_hit(void *arg, size_t id, size_t start, size_t end)
{
    struct tally *t = arg;
    const struct phrase *phrase = &t->profile->phrases[id];
    unsigned here = t->page->kind;
    if (!(phrase->where & here) || (t->seen[id] & here))
        return true;
    t->seen[id] = (uint8_t)(t->seen[id] | here);
    const struct utf8_form *form = t->form;
    size_t from = form->at ? form->at[start] : start, to = form->at ? form->at[end] : end;
    const char *text = t->page->forms.exact.s + from;
    while (to > from && str_space(t->page->forms.exact.s[to - 1]))
        to--;
    size_t n = to - from > REASON_BYTES ? REASON_BYTES : to - from;
    struct reason reason = {.rule = place(t->mem, phrase->file, phrase->line),
                            .where = mem_str(t->mem, t->page->where),
                            .text = mem_bytes(t->mem, text, n),
                            .weight = here == WHERE_SUBJECT ? phrase->weight * 2 : phrase->weight,
                            .cite = mem_str(t->mem, phrase->cite)};
    t->worded[phrase->kind] |= reason.weight > 0;
    count(t, phrase->kind, reason);
    return true;
}

static bool from_proved_unit(const struct evidence *e)
{
    return e->auth == AUTH_AUTHENTICATED && (e->own_domain || e->unit || e->person) && !e->impersonates;
}

static void run_form(struct tally *t, const struct match_set *set, const struct utf8_form *form,
                     size_t until)
{
    size_t n = form->at ? page_form_offset(form, until) : until < form->n ? until : form->n;
    t->form = form;
    match_run(set, form->s, n, phrase_hit, t);
}

static void count_phrases(struct tally *t, const struct classifier *c, const struct pages *pages)
{
    for (size_t i = 0; i < pages->n; i++) {
        const struct page *page = &pages->v[i];
        if (page->kind == WHERE_SUBJECT && t->subject_quoted)
            continue;
        size_t until = page->kind == WHERE_BODY ? pages->fresh : page->forms.exact.n;
        if (page->kind == WHERE_ATTACHMENT && t->unit && until > UNIT_HEAD)
            until = UNIT_HEAD;
        t->page = page;
        run_form(t, c->exact, &page->forms.exact, until);
        if (page->unaccented) {
            run_form(t, c->plain, &page->forms.bare, until);
        } else {
            run_form(t, c->folded, &page->forms.folded, until);
            run_form(t, c->bare, &page->forms.bare, until);
        }
    }
}

static void count_signals(struct tally *t, const struct classifier *c, const struct signal_input *input)
{
    bool seen[SIGNAL_COUNT];
    signal_see(input, seen);
    for (size_t i = 0; i < t->profile->n_signals; i++) {
        const struct signal_rule *rule = &t->profile->signals[i];
        if (c->signals[i] == SIGNAL_COUNT || !seen[c->signals[i]])
            continue;
        struct reason reason = {.rule = place(t->mem, rule->file, rule->line),
                                .where = signal_where(t->mem, input, c->signals[i]),
                                .text = mem_str(t->mem, rule->signal),
                                .weight = rule->weight,
                                .cite = mem_str(t->mem, rule->cite)};
        count(t, rule->kind, reason);
    }
}

/* ---- choosing ---- */

struct choice {
    size_t kind, second; /* SIZE_MAX: none */
    bool unsure;
    double score;
};

static enum category category_of(const struct profile *p, size_t kind)
{
    return p->kinds[kind].category;
}

/* Structure supports words and seldom stands for them: a letter in a foreign language from a private
 * address is no denunciation, however well that fits one. Complaints and denunciations need words in any
 * case. */
static bool carried(const struct tally *t, size_t kind)
{
    if (t->worded[kind])
        return t->sums[kind] > 0;
    return t->sums[kind] >= ALONE && !category_is_restricted(category_of(t->profile, kind));
}

/* The best kind of each category that has a positive sum; the first of equals, so that a category's main
 * kind yields only to a finer one that has more. */
static void best_of_categories(const struct tally *t, size_t ret[CATEGORY_COUNT])
{
    for (size_t c = 0; c < CATEGORY_COUNT; c++)
        ret[c] = SIZE_MAX;
    for (size_t k = 0; k < t->profile->n_kinds; k++) {
        size_t *best = &ret[category_of(t->profile, k)];
        if (carried(t, k) && (*best == SIZE_MAX || t->sums[k] > t->sums[*best]))
            *best = k;
    }
}

static int sum_of(const struct tally *t, size_t kind)
{
    return kind == SIZE_MAX ? 0 : t->sums[kind];
}

/* The stricter of complaint and denunciation when both have been named: TT 05/2021 lets a person split
 * them. */
static size_t stricter(const struct tally *t, const size_t best[])
{
    size_t complaint = best[CATEGORY_COMPLAINT], denunciation = best[CATEGORY_DENUNCIATION];
    if (denunciation == SIZE_MAX || complaint == SIZE_MAX)
        return denunciation == SIZE_MAX ? complaint : denunciation;
    return t->sums[denunciation] + STRICT_MARGIN >= t->sums[complaint] ? denunciation : complaint;
}

static void prefer_strict(const struct tally *t, const size_t best[], const struct evidence *e,
                          struct choice *choice)
{
    size_t strict = stricter(t, best);
    if (sum_of(t, strict) < WEAK || from_proved_unit(e))
        return;
    enum category winner = category_of(t->profile, choice->kind);
    bool citizens = category_is_citizens(winner) || winner == CATEGORY_SPAM;
    int gap = t->sums[choice->kind] - t->sums[strict];
    if (category_is_restricted(winner) && strict != choice->kind && gap <= STRICT_MARGIN) {
        choice->second = choice->kind;
        choice->kind = strict;
    } else if (!citizens && gap <= STRICT_MARGIN) {
        choice->second = choice->kind;
        choice->kind = strict;
        choice->unsure = true;
    } else if (!category_is_restricted(winner) && t->sums[strict] * 2 >= t->sums[choice->kind]) {
        choice->unsure = true;
    }
}

static struct choice choose(const struct tally *t, const struct evidence *e)
{
    size_t best[CATEGORY_COUNT];
    struct choice choice = {.kind = SIZE_MAX, .second = SIZE_MAX};
    int total = 0;
    best_of_categories(t, best);
    for (size_t c = 0; c < CATEGORY_COUNT; c++) {
        total += sum_of(t, best[c]);
        if (sum_of(t, best[c]) > sum_of(t, choice.kind)) {
            choice.second = choice.kind;
            choice.kind = best[c];
        } else if (sum_of(t, best[c]) > sum_of(t, choice.second)) {
            choice.second = best[c];
        }
    }
    if (sum_of(t, choice.kind) < WEAK)
        return (struct choice){.kind = t->profile->fallback_kind, .second = SIZE_MAX, .unsure = true};
    int first = sum_of(t, choice.kind), second = sum_of(t, choice.second);
    choice.unsure = second * 4 > first * 3;
    prefer_strict(t, best, e, &choice);
    choice.score = (double)t->sums[choice.kind] / total;
    return choice;
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

static void give_reasons(const void *mem, struct ruling *r, const struct tally *t, size_t kind)
{
    for (size_t i = 0; i < t->n_hits; i++)
        if (t->hits[i].kind == kind)
            *mem_append(mem, r->reasons, r->n_reasons) = t->hits[i].reason;
    if (r->n_reasons)
        qsort(r->reasons, r->n_reasons, sizeof *r->reasons, strongest_first);
    if (r->n_reasons > REASONS_MAX)
        r->n_reasons = REASONS_MAX;
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
        (struct reason){.rule = place(mem, r->kind->file, r->kind->line),
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
        struct tally tally = {.mem = r, .profile = c->profile, .tmp = tmp};
        tally.unit = from_proved_unit(evidence);
        tally.subject_quoted = marks.reply && *letter->fresh;
        tally.sums = mem_array(tmp, int, c->profile->n_kinds);
        tally.worded = mem_array(tmp, bool, c->profile->n_kinds);
        tally.seen = mem_array(tmp, uint8_t, c->profile->n_phrases + 1);
        struct signal_input input = {letter, evidence, &pages, &document, title, marks, c->profile};
        count_signals(&tally, c, &input);
        count_phrases(&tally, c, &pages);
        struct choice choice = choose(&tally, evidence);
        set_kind(r, c->profile, &choice);
        give_reasons(r, r, &tally, choice.kind);
    }
    set_fields(r, r, &document, title);
    r->topics = topics_find(r, c->topics, &pages, &r->n_topics);
    return r;
}
