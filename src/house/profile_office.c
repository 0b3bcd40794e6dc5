/* profile_office.c: roles, what a kind must come with, how long it is kept:
 *
 *     role chief { label "..."; holder "..."; cite MIC-5.2 }
 *     metadata document { item doc_number "..."; column licence-no "..." "..."; cite DN-8.1d }
 *     retention law { label "..."; of document; keep 1 years after expired; cite MIC-15.2b }
 *
 * Refuses words that nothing would ever look at: a role that the desk does not know, an item that no reader
 * reads, an event that never happens. A profile's role and retention class replace those of rules/common
 * with the same name. */
#include "house/office.h"
#include "house/profile_load.h"

/* ---- roles ---- */

static const struct option role_table[] = {
    {"label", OPTION_TEXT, offsetof(struct role_rule, label), .required = true, .help = "title"},
    {"holder", OPTION_TEXT, offsetof(struct role_rule, holder), .help = "who it is by office"},
    {"stands-in-for", OPTION_TEXT, offsetof(struct role_rule, stands_in_for),
     .help = "role, in its absence"},
    {"cite", OPTION_CITE, offsetof(struct role_rule, at.cite), .required = true, .help = "article"},
};

static bool known(const char *word, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(words[i], word))
            return true;
    return false;
}

static size_t count_words(const char *const *words)
{
    size_t n = 0;
    while (words[n])
        n++;
    return n;
}

static void check_word(struct loader *l, const struct tree_node *line, size_t i, const char *key,
                       const char *const *words)
{
    size_t n = count_words(words);
    if (!known(tree_word(line, i), words, n))
        option_unknown(l->mem, line, i, key, words, n, l->problems);
}

/* Of two entries with one name: true when the new one may take the place of the old one. */
static bool may_replace(struct loader *l, const struct tree_node *node, const struct office_source *old)
{
    bool good = loader_common(old->file) && !loader_common(node->file);
    if (!good)
        loader_problem(l, node, 1, "duplicate", mem_fmt(l->mem, "%s:%d", old->file, old->line));
    return good;
}

void load_role(struct loader *l, const struct tree_node *node)
{
    struct office_rules *o = &l->p->office;
    struct role_rule r = {.at = {"", node->file, node->line}};
    if (!option_word_count(l->mem, node, 2, 2, l->problems))
        return;
    option_defaults(l->p, role_table, ARRAY_LEN(role_table), &r);
    option_read(l->p, node, role_table, ARRAY_LEN(role_table), &r, l->problems);
    r.role = tree_word(node, 1);
    check_word(l, node, 1, "unknown-role", loader_role_words);
    if (*r.stands_in_for)
        check_word(l, loader_line(node, "stands-in-for"), 1, "unknown-role", loader_role_words);
    for (size_t i = 0; i < o->n_roles; i++)
        if (str_eq(o->roles[i].role, r.role)) {
            if (may_replace(l, node, &o->roles[i].at))
                o->roles[i] = r;
            return;
        }
    *mem_append(l->p, o->roles, o->n_roles) = r;
}

/* ---- metadata ---- */

const char *const metadata_words[] = {
    "doc_number", "doc_type",   "doc_date",     "trich_yeu",  "issuing_body", "effective",
    "signer",     "recipients", "consult_from", "consult_to", "title",        "file",
    "full-text",  "source",     "author",       "consent",    "form",         NULL};

/* item NAME "LABEL" | column NAME "LABEL" ["HEADING"...] */
static void read_item(struct loader *l, struct metadata_rule *m, const struct tree_node *line)
{
    struct metadata_item x = {.column = str_eq(tree_word(line, 0), "column"), .line = line->line};
    if (!option_word_count(l->mem, line, 3, x.column ? SIZE_MAX : 3, l->problems))
        return;
    x.name = tree_word(line, 1);
    if (!x.column)
        check_word(l, line, 1, "unknown-item", metadata_words);
    else if (!option_name_valid(x.name))
        loader_problem(l, line, 1, "not-a-name", "a-z 0-9 -");
    for (size_t i = 0; i < m->n_items; i++)
        if (str_eq(m->items[i].name, x.name)) {
            loader_problem(l, line, 1, "duplicate", "");
            return;
        }
    for (size_t i = 2; i < line->n_words; i++)
        if (!*tree_word(line, i))
            loader_problem(l, line, i, "empty", x.name);
        else
            str_list_add(l->p, &x.labels, tree_word(line, i));
    *mem_append(l->p, m->items, m->n_items) = x;
}

static void read_metadata_line(struct loader *l, struct metadata_rule *m, const struct tree_node *line)
{
    static const char *const words[] = {"item", "column", "cite"};
    const char *word = tree_word(line, 0);
    if (str_eq(word, "cite"))
        option_cite(l->p, line, 1, line->n_words, l->problems, &m->at.cite);
    else if (line->block)
        loader_problem(l, line, 0, "not-a-block", "");
    else if (known(word, words, ARRAY_LEN(words)))
        read_item(l, m, line);
    else
        option_unknown(l->mem, line, 0, "unknown-word", words, ARRAY_LEN(words), l->problems);
}

void load_metadata(struct loader *l, const struct tree_node *node)
{
    struct office_rules *o = &l->p->office;
    struct metadata_rule m = {.at = {"", node->file, node->line}};
    if (!option_word_count(l->mem, node, 2, 2, l->problems))
        return;
    m.kind = load_target(l, node);
    for (size_t i = 0; i < node->n_children; i++)
        read_metadata_line(l, &m, &node->children[i]);
    if (!m.n_items)
        loader_problem(l, node, 0, "empty-list", "item");
    if (!*m.at.cite)
        loader_missing(l, node, "cite");
    if (m.kind == NO_KIND)
        return;
    for (size_t i = 0; i < o->n_metadata; i++)
        if (o->metadata[i].kind == m.kind) {
            if (may_replace(l, node, &o->metadata[i].at))
                o->metadata[i] = m;
            return;
        }
    *mem_append(l->p, o->metadata, o->n_metadata) = m;
}

/* ---- retention ---- */

const char *const retention_event_words[] = {"received", "published", "expired", "closed", NULL};

static const struct option retention_table[] = {
    {"label", OPTION_TEXT, offsetof(struct retention_rule, label), .required = true, .help = "what it is"},
    {"of", OPTION_TEXTS, offsetof(struct retention_rule, of), .required = true,
     .help = "kinds, categories, or everything"},
    {"keep", OPTION_WORDS, 0, .required = true, .help = "forever | [at-least] N years|months after EVENT"},
    {"cite", OPTION_CITE, offsetof(struct retention_rule, at.cite), .required = true, .help = "article"},
};

/* forever | [at-least] N years|months after EVENT */
static void read_keep(struct loader *l, const struct tree_node *line, struct retention_rule *r)
{
    static const char *const units[] = {"years", "months", NULL};
    int64_t n = 0;
    size_t i = 1;
    r->after = "";
    if (str_eq(tree_word(line, 1), "forever")) {
        option_word_count(l->mem, line, 2, 2, l->problems);
        return;
    }
    r->least = str_eq(tree_word(line, 1), "at-least");
    i += r->least;
    if (!option_word_count(l->mem, line, i + 4, i + 4, l->problems))
        return;
    if (!str_int(tree_word(line, i), 1, 1200, &n))
        loader_problem(l, line, i, "out-of-range", "1 .. 1200");
    check_word(l, line, i + 1, "not-a-choice", units);
    if (!str_eq(tree_word(line, i + 2), "after"))
        loader_problem(l, line, i + 2, "unknown-word", "after");
    check_word(l, line, i + 3, "unknown-event", retention_event_words);
    r->keep = str_eq(tree_word(line, i + 1), "months") ? KEEP_MONTHS : KEEP_YEARS;
    r->length = (int)n;
    r->after = tree_word(line, i + 3);
}

static void check_of(struct loader *l, const struct tree_node *line)
{
    for (size_t i = 1; i < line->n_words; i++) {
        const char *word = tree_word(line, i);
        enum category c;
        if (str_eq(word, "everything") || category_parse(word, &c) || profile_find_kind(l->p, word))
            continue;
        loader_problem(l, line, i, "unknown-kind", tree_nearest(word, l->targets, l->n_targets));
    }
}

void load_retention(struct loader *l, const struct tree_node *node)
{
    struct office_rules *o = &l->p->office;
    struct retention_rule r = {.after = "", .at = {"", node->file, node->line}};
    if (!option_word_count(l->mem, node, 2, 2, l->problems))
        return;
    option_defaults(l->p, retention_table, ARRAY_LEN(retention_table), &r);
    option_read(l->p, node, retention_table, ARRAY_LEN(retention_table), &r, l->problems);
    r.id = tree_word(node, 1);
    if (!option_name_valid(r.id))
        loader_problem(l, node, 1, "not-a-name", "a-z 0-9 -");
    const struct tree_node *keep = loader_line(node, "keep"), *of = loader_line(node, "of");
    if (keep != node && keep->n_words > 1)
        read_keep(l, keep, &r);
    if (of != node)
        check_of(l, of);
    for (size_t i = 0; i < o->n_retention; i++)
        if (str_eq(o->retention[i].id, r.id)) {
            if (may_replace(l, node, &o->retention[i].at))
                o->retention[i] = r;
            return;
        }
    *mem_append(l->p, o->retention, o->n_retention) = r;
}
