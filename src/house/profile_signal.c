/* profile_signal.c: structure signals and examples of a kind. Refuses a signal that signals.h does not
 * list: a misspelt one would silently never fire. A signal of the profile's own files replaces the same one
 * of rules/common for that kind; weight 0 takes it away. */
#include "house/profile_load.h"
#include "house/signals.h"

static const char *const signal_words[] = {
#define SIGNAL(id, word, meaning) word,
    SIGNALS(SIGNAL)
#undef SIGNAL
};

static size_t signal_number(const char *word)
{
    size_t i = 0;
    while (i < ARRAY_LEN(signal_words) && !str_eq(signal_words[i], word))
        i++;
    return i;
}

static void load_signal(struct loader *l, const struct tree_node *node, struct terms t)
{
    size_t i = signal_number(tree_word(node, 0));
    if (i == ARRAY_LEN(signal_words)) {
        loader_problem(l, node, 0, "unknown-signal",
                       tree_nearest(tree_word(node, 0), signal_words, ARRAY_LEN(signal_words)));
        return;
    }
    if (!load_weight(l, node, 1, &t.weight))
        return;
    if (node->n_words > 2 && !loader_bare_word(node, 2, "cite")) {
        loader_problem(l, node, 2, "too-many-words", "cite");
        return;
    }
    if (!load_places(l, node, 2, &t))
        return;
    struct signal_rule s = {t.kind, signal_words[i], t.weight, t.cite, node->file, node->line};
    size_t n = l->p->n_signals;
    *mem_append(l->p, l->p->signals, l->p->n_signals) = s;
    *mem_append(l->mem, l->signal_places, n) =
        (struct place){loader_common(node->file), node->words[0].column};
}

void load_signals(struct loader *l, const struct tree_node *node)
{
    if (!option_word_count(l->mem, node, 2, 2, l->problems))
        return;
    struct terms t = {.kind = load_target(l, node)};
    if (t.kind == NO_KIND)
        return;
    t.cite = load_block_cite(l, node, t.kind);
    if (!node->n_children)
        loader_problem(l, node, 0, "empty-list", signal_words[0]);
    for (size_t i = 0; i < node->n_children; i++)
        if (!loader_bare_word(&node->children[i], 0, "cite"))
            load_signal(l, &node->children[i], t);
}

/* ---- examples ---- */

static const char *const from_words[] = {"outside", "own", "leader", "daemon", "automatic", NULL};

struct raw_example {
    struct example e;
    struct str_list body, attached;
    int from;
};

static const struct option example_table[] = {
    {"subject", OPTION_TEXT0, offsetof(struct raw_example, e.subject), .required = true, .help = "subject"},
    {"body", OPTION_TEXTS, offsetof(struct raw_example, body), .required = true, .help = "paragraphs"},
    {"from", OPTION_CHOICE, offsetof(struct raw_example, from), .choices = from_words, .def = "outside",
     .help = "a stranger, an own account, a unit's leader, a mail server, a machine"},
    {"attached", OPTION_TEXTS, offsetof(struct raw_example, attached), .help = "name and text of a file"},
};

void load_example(struct loader *l, const struct tree_node *node)
{
    struct raw_example raw = {0};
    if (!option_word_count(l->mem, node, 2, 2, l->problems))
        return;
    raw.e.kind = load_target(l, node);
    option_defaults(l->p, example_table, ARRAY_LEN(example_table), &raw);
    option_read(l->p, node, example_table, ARRAY_LEN(example_table), &raw, l->problems);
    raw.e.body = str_list_join(l->p, &raw.body, "\n\n");
    raw.e.from = (enum example_from)raw.from;
    raw.e.from_own = raw.e.from == EXAMPLE_OWN || raw.e.from == EXAMPLE_LEADER;
    raw.e.attached = raw.attached.n ? raw.attached.v[0] : "";
    raw.e.attached_text = raw.attached.n > 1 ? raw.attached.v[1] : "";
    raw.e.file = node->file;
    raw.e.line = node->line;
    if (raw.e.kind != NO_KIND)
        *mem_append(l->p, l->p->examples, l->p->n_examples) = raw.e;
}

/* There are few signals: each is compared with each. */
static bool signal_replaced(struct loader *l, size_t i)
{
    const struct signal_rule *s = l->p->signals;
    const struct place *at = l->signal_places;
    bool other = false;
    for (size_t k = 0; k < l->p->n_signals; k++) {
        if (k == i || s[k].kind != s[i].kind || !str_eq(s[k].signal, s[i].signal))
            continue;
        if (at[i].common && !at[k].common)
            return true;
        if (k < i && at[i].common == at[k].common)
            problem_add(l->mem, l->problems, s[i].file, s[i].line, at[i].column, "duplicate", s[i].signal,
                        mem_fmt(l->mem, "%s:%d", s[k].file, s[k].line));
        other = true;
    }
    if (s[i].weight == 0 && !other)
        problem_add(l->mem, l->problems, s[i].file, s[i].line, at[i].column, "weight-zero", s[i].signal,
                    "");
    return s[i].weight == 0;
}

void signals_finish(struct loader *l)
{
    size_t n = l->p->n_signals, kept = 0;
    bool *drop = mem_array(l->mem, bool, n + 1);
    for (size_t i = 0; i < n; i++)
        drop[i] = signal_replaced(l, i);
    for (size_t i = 0; i < n; i++)
        if (!drop[i])
            l->p->signals[kept++] = l->p->signals[i];
    l->p->n_signals = kept;
}
