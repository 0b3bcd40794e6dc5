/* profile_route.c: units, fields and whose each field is (MIC-10.1, MIC-13.3, DN-8.2):
 *
 *     unit SCT { name "..."; also "..."; alternate VPUB; cite DN-8.2k }
 *     field food { label "..."; weight 3 { "..." }; cite DN-8.2k }
 *     route food { to SCT; deputy SYT; from 2019-12-27; shared yes; away 2026-11-02 2026-11-13; cite
 * DN-8.2k }
 *
 * Refuses a field that nobody owns, since a letter about it would lie in nobody's hands, and two owners at
 * one time that do not both say `shared yes`: one of them is a forgotten `until`. */
#include "base/when.h"
#include "house/office.h"
#include "house/profile_load.h"

#define DAY_SECONDS 86400

bool load_date(struct loader *l, const struct tree_node *node, size_t i, int32_t *ret)
{
    int64_t t;
    const char *word = tree_word(node, i);
    if (!word || strlen(word) != 10 || !when_parse_rfc3339(word, &t)) {
        loader_problem(l, node, i, "not-a-date", "2026-11-22");
        return false;
    }
    *ret = (int32_t)((t + WHEN_VN_SHIFT) / DAY_SECONDS);
    return true;
}

const struct tree_node *loader_line(const struct tree_node *block, const char *word)
{
    for (size_t i = 0; i < block->n_children; i++)
        if (str_eq(tree_word(&block->children[i], 0), word))
            return &block->children[i];
    return block;
}

/* ---- units ---- */

static const struct option unit_table[] = {
    {"name", OPTION_TEXT, offsetof(struct office_unit, name), .required = true, .help = "full name"},
    {"also", OPTION_TEXTS, offsetof(struct office_unit, also), .help = "other names in letters"},
    {"alternate", OPTION_TEXT, offsetof(struct office_unit, alternate),
     .help = "unit that gets what this one may not"},
    {"inspectorate", OPTION_YES, offsetof(struct office_unit, inspectorate), .def = "no",
     .help = "gets complaints and denunciations"},
    {"cite", OPTION_CITE, offsetof(struct office_unit, at.cite), .required = true, .help = "article"},
};

/* "STTTT-HG": as units are called in the directory. */
static bool unit_id_valid(const char *s)
{
    size_t n = strlen(s);
    bool good = n > 0 && n <= 20 && str_alpha(s[0]);
    for (size_t i = 0; i < n; i++)
        good = good && (str_alpha(s[i]) || str_digit(s[i]) || s[i] == '-');
    return good;
}

void load_unit(struct loader *l, const struct tree_node *node)
{
    struct office_rules *o = &l->p->office;
    struct office_unit u = {.at = {"", node->file, node->line}};
    if (!option_word_count(l->mem, node, 2, 2, l->problems))
        return;
    option_defaults(l->p, unit_table, ARRAY_LEN(unit_table), &u);
    option_read(l->p, node, unit_table, ARRAY_LEN(unit_table), &u, l->problems);
    u.id = tree_word(node, 1);
    if (!unit_id_valid(u.id))
        loader_problem(l, node, 1, "not-a-name", "A-Z 0-9 -");
    const struct office_unit *first = office_find_unit(o, u.id);
    if (first) {
        loader_problem(l, node, 1, "duplicate", mem_fmt(l->mem, "%s:%d", first->at.file, first->at.line));
        return;
    }
    size_t n = o->n_units;
    *mem_append(l->p, o->units, o->n_units) = u;
    *mem_append(l->mem, l->unit_nodes, n) = node;
}

static void unknown_unit(struct loader *l, const struct tree_node *line)
{
    const struct office_rules *o = &l->p->office;
    const char **ids = mem_array(l->mem, const char *, o->n_units + 1);
    for (size_t i = 0; i < o->n_units; i++)
        ids[i] = o->units[i].id;
    option_unknown(l->mem, line, 1, "unknown-unit", ids, o->n_units, l->problems);
}

/* ---- fields ---- */

static const struct option topic_table[] = {
    {"label", OPTION_TEXT, offsetof(struct topic, label), .required = true, .help = "shown to people"},
    {"group", OPTION_TEXT, offsetof(struct topic, group), .help = "heading it stands under"},
    {"weight", OPTION_BLOCKS, 0, .required = true, .help = "words by which it is known"},
    {"cite", OPTION_CITE, offsetof(struct topic, at.cite), .required = true, .help = "article"},
};

static bool has_phrase(const struct topic *t, const char *text)
{
    for (size_t i = 0; i < t->n_phrases; i++)
        if (str_eq(t->phrases[i].text, text))
            return true;
    return false;
}

static void add_topic_phrase(struct loader *l, struct topic *t, const struct tree_node *line, size_t w,
                             int weight)
{
    const char *shown = tree_word(line, w), *text = utf8_fold(l->p, shown);
    if (!line->words[w].quoted)
        loader_problem(l, line, w, "phrase-needs-quotes", "");
    else if (!*str_trim(l->mem, text, strlen(text)))
        loader_problem(l, line, w, "phrase-without-word", "");
    else if (has_phrase(t, text))
        loader_problem(l, line, w, "duplicate", "");
    else
        *mem_append(l->p, t->phrases, t->n_phrases) =
            (struct topic_phrase){text, shown, weight, line->line};
}

/* weight N { "TEXT" ... } */
static void read_topic_phrases(struct loader *l, struct topic *t, const struct tree_node *block)
{
    int weight = 0;
    size_t before = t->n_phrases;
    if (!option_word_count(l->mem, block, 2, 2, l->problems) || !load_weight(l, block, 1, &weight))
        return;
    for (size_t i = 0; i < block->n_children; i++)
        for (size_t w = 0; w < block->children[i].n_words; w++)
            add_topic_phrase(l, t, &block->children[i], w, weight);
    if (t->n_phrases == before)
        loader_problem(l, block, 0, "empty-list", "\"...\"");
}

void load_field(struct loader *l, const struct tree_node *node)
{
    struct office_rules *o = &l->p->office;
    struct topic t = {.at = {"", node->file, node->line}};
    if (!option_word_count(l->mem, node, 2, 2, l->problems))
        return;
    option_defaults(l->p, topic_table, ARRAY_LEN(topic_table), &t);
    option_read(l->p, node, topic_table, ARRAY_LEN(topic_table), &t, l->problems);
    t.id = tree_word(node, 1);
    if (!option_name_valid(t.id))
        loader_problem(l, node, 1, "not-a-name", "a-z 0-9 -");
    const struct topic *first = office_find_topic(o, t.id);
    if (first) {
        loader_problem(l, node, 1, "duplicate", mem_fmt(l->mem, "%s:%d", first->at.file, first->at.line));
        return;
    }
    for (size_t i = 0; i < node->n_children; i++)
        if (str_eq(tree_word(&node->children[i], 0), "weight") && node->children[i].block)
            read_topic_phrases(l, &t, &node->children[i]);
    size_t n = o->n_topics;
    *mem_append(l->p, o->topics, o->n_topics) = t;
    *mem_append(l->mem, l->topic_nodes, n) = node;
}

/* ---- routes ---- */

static const struct option route_table[] = {
    {"to", OPTION_TEXT, offsetof(struct route_rule, to), .required = true, .help = "unit or address"},
    {"deputy", OPTION_TEXT, offsetof(struct route_rule, deputy), .help = "stands in for it"},
    {"from", OPTION_WORDS, 0, .help = "first day"},
    {"until", OPTION_WORDS, 0, .help = "last day"},
    {"shared", OPTION_YES, offsetof(struct route_rule, shared), .def = "no",
     .help = "one of several owners"},
    {"away", OPTION_WORDS, 0, .help = "first and last day of an absence, any number of times"},
    {"cite", OPTION_CITE, offsetof(struct route_rule, at.cite), .required = true, .help = "article"},
};

static void check_receiver(struct loader *l, const struct tree_node *line)
{
    const char *to = tree_word(line, 1);
    if (!to || !*to)
        return; /* reported by the table */
    if (strchr(to, '@')) {
        if (!option_address_valid(to))
            loader_problem(l, line, 1, "not-an-address", "");
    } else if (!office_find_unit(&l->p->office, to)) {
        unknown_unit(l, line);
    }
}

static void read_bounds(struct loader *l, const struct tree_node *node, struct route_rule *r)
{
    const struct tree_node *from = loader_line(node, "from"), *until = loader_line(node, "until");
    r->from = r->until = OFFICE_NO_DAY;
    if (from != node && option_word_count(l->mem, from, 2, 2, l->problems))
        load_date(l, from, 1, &r->from);
    if (until != node && option_word_count(l->mem, until, 2, 2, l->problems) &&
        load_date(l, until, 1, &r->until) && r->until < r->from)
        loader_problem(l, until, 1, "dates-not-in-order", tree_word(from, 1));
}

static void read_away(struct loader *l, const struct tree_node *node, struct route_rule *r)
{
    const struct tree_node *line = loader_line(node, "away");
    struct office_absence a = {0, 0};
    if (line == node)
        return;
    if (line->n_words % 2 == 0)
        loader_problem(l, line, line->n_words - 1, "dates-not-paired", "2026-11-02 2026-11-13");
    for (size_t i = 1; i + 1 < line->n_words; i += 2) {
        if (!load_date(l, line, i, &a.from) || !load_date(l, line, i + 1, &a.until))
            continue;
        if (a.until < a.from)
            loader_problem(l, line, i + 1, "dates-not-in-order", tree_word(line, i));
        else
            *mem_append(l->p, r->away, r->n_away) = a;
    }
    if (!*r->deputy)
        loader_problem(l, line, 0, "away-without-deputy", "deputy");
}

static bool topic_index(struct loader *l, const struct tree_node *node, size_t *ret)
{
    const struct office_rules *o = &l->p->office;
    const struct topic *t = office_find_topic(o, tree_word(node, 1));
    const char **ids = mem_array(l->mem, const char *, o->n_topics + 1);
    for (size_t i = 0; i < o->n_topics; i++)
        ids[i] = o->topics[i].id;
    if (!t)
        option_unknown(l->mem, node, 1, "unknown-field", ids, o->n_topics, l->problems);
    else
        *ret = (size_t)(t - o->topics);
    return t != NULL;
}

void load_route(struct loader *l, const struct tree_node *node)
{
    struct office_rules *o = &l->p->office;
    struct route_rule r = {.at = {"", node->file, node->line}};
    if (!option_word_count(l->mem, node, 2, 2, l->problems))
        return;
    option_defaults(l->p, route_table, ARRAY_LEN(route_table), &r);
    option_read(l->p, node, route_table, ARRAY_LEN(route_table), &r, l->problems);
    bool known = topic_index(l, node, &r.topic);
    check_receiver(l, loader_line(node, "to"));
    if (*r.deputy)
        check_receiver(l, loader_line(node, "deputy"));
    if (*r.deputy && str_eq(r.deputy, r.to))
        loader_problem(l, loader_line(node, "deputy"), 1, "same-as-owner", "");
    read_bounds(l, node, &r);
    read_away(l, node, &r);
    if (!known)
        return;
    size_t n = o->n_routes;
    *mem_append(l->p, o->routes, o->n_routes) = r;
    *mem_append(l->mem, l->route_nodes, n) = node;
}

/* ---- once all is read ---- */

static bool overlap(const struct route_rule *a, const struct route_rule *b)
{
    bool a_first = a->until != OFFICE_NO_DAY && b->from != OFFICE_NO_DAY && a->until < b->from;
    bool b_first = b->until != OFFICE_NO_DAY && a->from != OFFICE_NO_DAY && b->until < a->from;
    return a->topic == b->topic && !a_first && !b_first;
}

static void check_overlaps(struct loader *l)
{
    const struct office_rules *o = &l->p->office;
    for (size_t i = 0; i < o->n_routes; i++)
        for (size_t k = 0; k < i; k++) {
            const struct route_rule *a = &o->routes[k], *b = &o->routes[i];
            bool same = str_eq(a->to, b->to);
            if (!overlap(a, b) || (!same && a->shared && b->shared))
                continue;
            loader_problem(l, l->route_nodes[i], 1, same ? "duplicate" : "routes-overlap",
                           mem_fmt(l->mem, "%s:%d", a->at.file, a->at.line));
            break;
        }
}

static void check_owned(struct loader *l)
{
    const struct office_rules *o = &l->p->office;
    for (size_t i = 0; i < o->n_topics; i++) {
        bool owned = false;
        for (size_t k = 0; k < o->n_routes; k++)
            owned = owned || o->routes[k].topic == i;
        if (!owned)
            loader_problem(l, l->topic_nodes[i], 1, "field-without-route",
                           mem_fmt(l->mem, "route %s { to ... }", o->topics[i].id));
    }
}

static void check_alternates(struct loader *l)
{
    const struct office_rules *o = &l->p->office;
    for (size_t i = 0; i < o->n_units; i++) {
        const struct tree_node *line = loader_line(l->unit_nodes[i], "alternate");
        if (!*o->units[i].alternate)
            continue;
        if (!office_find_unit(o, o->units[i].alternate))
            unknown_unit(l, line);
        else if (str_eq(o->units[i].alternate, o->units[i].id))
            loader_problem(l, line, 1, "same-as-owner", "");
    }
}

/* Complaints and denunciations go to an inspectorate and nowhere else (MIC-13.5d). */
static void check_kinds(struct loader *l)
{
    const struct office_rules *o = &l->p->office;
    for (size_t i = 0; i < l->p->n_kinds; i++) {
        const struct kind *k = &l->p->kinds[i];
        const struct office_unit *u = *k->to ? office_find_unit(o, k->to) : NULL;
        const struct tree_node *line = loader_line(l->kind_nodes[i], "to");
        if (*k->to && !u)
            unknown_unit(l, line);
        else if (u && category_is_restricted(k->category) && !u->inspectorate)
            loader_problem(l, line, 1, "not-inspectorate", "inspectorate yes");
    }
}

void routes_finish(struct loader *l)
{
    check_overlaps(l);
    check_owned(l);
    check_alternates(l);
    check_kinds(l);
}
