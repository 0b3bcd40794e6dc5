/* profile_phrase.c: phrases. A phrase is brought into its form once, here,
 * so that matching compares bytes. What stands in the profile's own files replaces the same phrase of
 * rules/common (weight 0 takes it away); the same phrase twice in one place is a mistake, since one of the
 * two weights would be what the editor sees and the other what counts. */
#include "house/profile_load.h"

#define WEIGHT_MOST 100
#define PHRASE_LONG 200 /* characters; longer texts are pasted by mistake and never match */
#define WHERE_USUAL (WHERE_SUBJECT | WHERE_BODY | WHERE_ATTACHMENT)

static const char *const form_words[] = {"exact", "folded", "bare"};
static const char *const where_words[] = {"subject", "body", "attachment", "name", "anywhere"};
static const unsigned where_bits[] = {WHERE_SUBJECT, WHERE_BODY, WHERE_ATTACHMENT, WHERE_NAME,
                                      WHERE_USUAL | WHERE_NAME};

static size_t find_word(const char *word, const char *const *words, size_t n)
{
    size_t i = 0;
    while (i < n && !str_eq(words[i], word))
        i++;
    return i;
}

bool loader_bare_word(const struct tree_node *node, size_t i, const char *word)
{
    return i < node->n_words && !node->words[i].quoted && str_eq(node->words[i].text, word);
}

bool load_weight(struct loader *l, const struct tree_node *node, size_t i, int *ret)
{
    int64_t v = 0;
    const char *word = tree_word(node, i);
    if (!word) {
        loader_problem(l, node, i, "missing-value", "weight");
        return false;
    }
    if (node->words[i].quoted || !str_int(word[0] == '+' ? word + 1 : word, INT32_MIN, INT32_MAX, &v)) {
        loader_problem(l, node, i, "not-a-number", "-100 .. 100");
        return false;
    }
    if (v < -WEIGHT_MOST || v > WEIGHT_MOST) {
        loader_problem(l, node, i, "out-of-range", "-100 .. 100");
        return false;
    }
    if (v == 0 && loader_common(node->file)) {
        loader_problem(l, node, i, "weight-zero", "");
        return false;
    }
    *ret = (int)v;
    return true;
}

bool load_places(struct loader *l, const struct tree_node *node, size_t i, struct terms *t)
{
    unsigned where = 0;
    for (; i < node->n_words && !loader_bare_word(node, i, "cite"); i++) {
        size_t w = find_word(tree_word(node, i), where_words, ARRAY_LEN(where_words));
        if (node->words[i].quoted || w == ARRAY_LEN(where_words)) {
            option_unknown(l->mem, node, i, "unknown-place", where_words, ARRAY_LEN(where_words),
                           l->problems);
            return false;
        }
        where |= where_bits[w];
    }
    if (where)
        t->where = where;
    return i >= node->n_words || option_cite(l->p, node, i + 1, node->n_words, l->problems, &t->cite);
}

/* ---- phrases ---- */

static bool has_word_char(const char *s)
{
    for (size_t n = strlen(s); n > 0;) {
        int32_t cp = 0;
        size_t step = utf8_decode(s, n, &cp);
        if (utf8_word_char(cp))
            return true;
        s += step;
        n -= step;
    }
    return false;
}

static const char *in_form(const void *mem, enum utf8_form_name form, const char *text)
{
    char *made = form == UTF8_BARE     ? utf8_bare(mem, text)
                 : form == UTF8_FOLDED ? utf8_fold(mem, text)
                                       : utf8_nfc(mem, text, strlen(text));
    return str_trim(mem, made, strlen(made));
}

static void add_phrase(struct loader *l, const struct tree_node *node, size_t i, const struct terms *t)
{
    const char *shown = tree_word(node, i);
    if (!has_word_char(shown)) {
        loader_problem(l, node, i, "phrase-without-word", "");
        return;
    }
    if (utf8_count(shown) > PHRASE_LONG) {
        loader_problem(l, node, i, "phrase-too-long", "200");
        return;
    }
    struct phrase f = {
        t->kind,   in_form(l->p, t->form, shown), shown, t->form, t->where, t->weight, t->cite, node->file,
        node->line};
    size_t n = l->p->n_phrases;
    *mem_append(l->p, l->p->phrases, l->p->n_phrases) = f;
    *mem_append(l->mem, l->phrase_places, n) =
        (struct place){loader_common(node->file), node->words[i].column};
}

/* [FORM] "TEXT" WEIGHT [WHERE...] [cite ID...] */
static void load_phrase(struct loader *l, const struct tree_node *node, struct terms t)
{
    size_t i = 0, form = find_word(tree_word(node, 0), form_words, ARRAY_LEN(form_words));
    if (!node->words[0].quoted && form < ARRAY_LEN(form_words)) {
        t.form = (enum utf8_form_name)form;
        i = 1;
    }
    if (i >= node->n_words) {
        loader_problem(l, node, i, "missing-value", "\"...\"");
        return;
    }
    if (!node->words[i].quoted) {
        static const char *const starts[] = {"exact", "folded", "bare", "weight", "cite"};
        const char *near = tree_nearest(tree_word(node, i), starts, ARRAY_LEN(starts));
        loader_problem(l, node, i, "phrase-needs-quotes", near);
        return;
    }
    if (node->block)
        loader_problem(l, node, i, "not-a-block", "");
    else if (load_weight(l, node, i + 1, &t.weight) && load_places(l, node, i + 2, &t))
        add_phrase(l, node, i, &t);
}

/* weight N [FORM] [WHERE...] [cite ID...] { "TEXT" ... } */
static void load_weight_block(struct loader *l, const struct tree_node *node, struct terms t)
{
    size_t i = 2;
    if (!node->block) {
        loader_problem(l, node, 0, "needs-block", "{ }");
        return;
    }
    if (!load_weight(l, node, 1, &t.weight))
        return;
    if (i < node->n_words) {
        size_t form = find_word(tree_word(node, i), form_words, ARRAY_LEN(form_words));
        if (form < ARRAY_LEN(form_words)) {
            t.form = (enum utf8_form_name)form;
            i++;
        }
    }
    if (!load_places(l, node, i, &t))
        return;
    if (!node->n_children)
        loader_problem(l, node, 0, "empty-list", "\"...\"");
    for (size_t k = 0; k < node->n_children; k++) {
        const struct tree_node *line = &node->children[k];
        for (size_t w = 0; w < line->n_words; w++)
            if (line->words[w].quoted)
                add_phrase(l, line, w, &t);
            else
                loader_problem(l, line, w, "phrase-needs-quotes", "");
    }
}

const char *load_block_cite(struct loader *l, const struct tree_node *node, size_t kind)
{
    const char *cite = l->p->kinds[kind].cite;
    bool seen = false;
    for (size_t i = 0; i < node->n_children; i++) {
        const struct tree_node *line = &node->children[i];
        if (!loader_bare_word(line, 0, "cite"))
            continue;
        if (seen)
            loader_problem(l, line, 0, "duplicate", "");
        seen = true;
        option_cite(l->p, line, 1, line->n_words, l->problems, &cite);
    }
    return cite;
}

void load_phrases(struct loader *l, const struct tree_node *node)
{
    if (!option_word_count(l->mem, node, 2, 2, l->problems))
        return;
    struct terms t = {.kind = load_target(l, node), .form = UTF8_FOLDED, .where = WHERE_USUAL};
    if (t.kind == NO_KIND)
        return;
    t.cite = load_block_cite(l, node, t.kind);
    if (!node->n_children)
        loader_problem(l, node, 0, "empty-list", "\"...\" 3");
    for (size_t i = 0; i < node->n_children; i++) {
        const struct tree_node *line = &node->children[i];
        if (loader_bare_word(line, 0, "weight"))
            load_weight_block(l, line, t);
        else if (!loader_bare_word(line, 0, "cite"))
            load_phrase(l, line, t);
    }
}

/* ---- the profile over rules/common ---- */

struct rule_ref {
    const struct phrase *f;
    size_t i;
    bool common;
    int column;
};

static int same_phrase_order(const struct rule_ref *x, const struct rule_ref *y)
{
    if (x->f->kind != y->f->kind)
        return x->f->kind < y->f->kind ? -1 : 1;
    if (x->f->form != y->f->form)
        return x->f->form < y->f->form ? -1 : 1;
    return strcmp(x->f->text, y->f->text);
}

static int rule_order(const void *a, const void *b)
{
    const struct rule_ref *x = a, *y = b;
    int order = same_phrase_order(x, y);
    if (order)
        return order;
    if (x->common != y->common)
        return x->common ? 1 : -1; /* the profile's own first */
    return (x->i > y->i) - (x->i < y->i);
}

static void complain(struct loader *l, const struct rule_ref *at, const char *key, const char *hint)
{
    problem_add(l->mem, l->problems, at->f->file, at->f->line, at->column, key, at->f->shown, hint);
}

/* Marks what is replaced in `drop`; reports what stands twice for the same place, and a weight of 0 that
 * takes nothing away. */
static void compare_run(struct loader *l, const struct rule_ref *run, size_t n, bool *drop)
{
    bool any_own = !run[0].common, any_common = run[n - 1].common;
    for (size_t i = 0; i < n; i++) {
        drop[run[i].i] = (any_own && run[i].common) || run[i].f->weight == 0;
        if (run[i].f->weight == 0 && !any_common)
            complain(l, &run[i], "weight-zero", "");
        for (size_t k = 0; k < i; k++) {
            const struct phrase *first = run[k].f;
            if (run[k].common == run[i].common && (first->where & run[i].f->where)) {
                complain(l, &run[i], "duplicate", mem_fmt(l->mem, "%s:%d", first->file, first->line));
                break;
            }
        }
    }
}

static void merge_phrases(struct loader *l)
{
    size_t n = l->p->n_phrases, kept = 0;
    struct rule_ref *v = mem_array(l->mem, struct rule_ref, n + 1);
    bool *drop = mem_array(l->mem, bool, n + 1);
    for (size_t i = 0; i < n; i++)
        v[i] =
            (struct rule_ref){&l->p->phrases[i], i, l->phrase_places[i].common, l->phrase_places[i].column};
    qsort(v, n, sizeof *v, rule_order);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && same_phrase_order(&v[i], &v[end]) == 0;)
            end++;
        compare_run(l, &v[i], end - i, drop);
    }
    for (size_t i = 0; i < n; i++)
        if (!drop[i])
            l->p->phrases[kept++] = l->p->phrases[i];
    l->p->n_phrases = kept;
}

void phrases_finish(struct loader *l)
{
    merge_phrases(l);
    signals_finish(l);
}
