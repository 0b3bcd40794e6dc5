/* tally.c: counts what speaks for each kind.
 *
 * A phrase counts once per place (subject, body, attachment, name), doubled in the subject. Letters written
 * without Vietnamese marks are matched with the phrases' bare forms. Quoted text does not count. The model
 * adds a few points to one category and takes none away: what a rule found cannot be voted down, and a vote
 * alone is less than what structure needs to carry a kind (choose.c). */
#include "classify/tally.h"

enum {
    REASON_BYTES = 200, /* of the words shown */
    UNIT_HEAD = 6000,   /* bytes of a unit's attachment that count: a decree speaks of everything */
};

struct tally tally_new(const void *mem, void *tmp, const struct profile *profile,
                       const struct evidence *evidence)
{
    struct tally t = {.mem = mem, .profile = profile, .tmp = tmp};
    t.unit = evidence->auth == AUTH_AUTHENTICATED &&
             (evidence->own_domain || evidence->unit || evidence->person) && !evidence->impersonates;
    t.sums = mem_array(tmp, int, profile->n_kinds);
    t.worded = mem_array(tmp, bool, profile->n_kinds);
    t.places = mem_array(tmp, uint8_t, profile->n_phrases + 1);
    return t;
}

static const char *place(const void *mem, const char *file, int line)
{
    return mem_fmt(mem, "%s:%d", file, line);
}

static void count(struct tally *t, size_t kind, struct reason reason)
{
    t->sums[kind] += reason.weight;
    struct hit *hit = mem_append(t->mem, t->hits, t->n_hits);
    *hit = (struct hit){&t->profile->kinds[kind], reason};
}

/* ---- phrases ---- */

static bool phrase_hit(void *arg, size_t id, size_t start, size_t end)
{
    struct tally *t = arg;
    const struct phrase *phrase = &t->profile->phrases[id];
    unsigned here = t->page->kind;
    if (!(phrase->where & here) || (t->places[id] & here))
        return true;
    t->places[id] = (uint8_t)(t->places[id] | here);
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

/* ---- signals ---- */

static void count_signals(struct tally *t, const struct classifier *c, const struct signal_input *input)
{
    signal_see(input, t->seen);
    for (size_t i = 0; i < t->profile->n_signals; i++) {
        const struct signal_rule *rule = &t->profile->signals[i];
        if (c->signals[i] == SIGNAL_COUNT || !t->seen[c->signals[i]])
            continue;
        struct reason reason = {.rule = place(t->mem, rule->file, rule->line),
                                .where = signal_where(t->mem, input, c->signals[i]),
                                .text = signal_shown(t->mem, input, c->signals[i]),
                                .weight = rule->weight,
                                .cite = mem_str(t->mem, rule->cite)};
        t->worded[rule->kind] |= rule->weight > 0 && signal_is_words(c->signals[i]);
        count(t, rule->kind, reason);
    }
}

/* ---- the vote ---- */

/* Points for the category that the model prefers, by how sure it is; never more than one good phrase has.
 */
static int points(double share)
{
    static const struct {
        double share;
        int points;
    } steps[] = {{0.9, 5}, {0.75, 4}, {0.5, 2}};
    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        if (share >= steps[i].share)
            return steps[i].points;
    return 0;
}

/* The kind of a category that has most so far; its main kind when none has anything. */
static size_t leading_kind(const struct tally *t, enum category category)
{
    size_t best = t->profile->main_kind[category];
    for (size_t k = 0; k < t->profile->n_kinds; k++)
        if (t->profile->kinds[k].category == category && t->sums[k] > t->sums[best])
            best = k;
    return best;
}

static void count_vote(struct tally *t, const struct classifier *c, const struct pages *pages)
{
    if (!c->model)
        return;
    t->vote = model_vote(t->mem, c->model, pages);
    int weight = t->vote.any ? points(t->vote.share[t->vote.best]) : 0;
    if (!weight)
        return;
    struct str words = str_new(t->mem);
    for (size_t i = 0; i < t->vote.n_words; i++)
        str_addf(&words, "%s%s", i ? ", " : "", t->vote.words[i].text);
    struct reason reason = {.rule = "model",
                            .where = t->vote.n_words ? mem_str(t->mem, t->vote.words[0].where) : "body",
                            .text = words.s,
                            .weight = weight,
                            .cite = ""};
    count(t, leading_kind(t, t->vote.best), reason);
}

void tally_letter(struct tally *t, const struct classifier *c, const struct signal_input *input)
{
    count_signals(t, c, input);
    count_phrases(t, c, input->pages);
    count_vote(t, c, input->pages);
}
