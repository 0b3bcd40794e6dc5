/* sheet.c: see sheet.h. Rules are found by the last part of their selector (id, class or element) in a hash
 * table, so that an element is compared with the few rules that may mean it. Known are elements, classes,
 * ids, attributes, descendants and children, @media without conditions on the screen or with such that a
 * desktop fulfils. A rule whose selector says more (:first-child, a + b) may show text but never hide it:
 * to call text hidden on a guess would take it away from what the letter says.
 *
 * Bounds: MAX_RULES rules, MAX_WORK bytes compared and read in all (abuse: 50,000 elements and 100,000
 * rules that mean them all). */
#include "reader/sheet.h"
#include "reader/sheet_parse.h"
#include <stdlib.h>

enum {
    MAX_WORK = 30000000,
    MAX_MATCHES = 300, /* rules that mean one element */
    MAX_CLASSES = 40   /* of one element */
};

struct sheet *sheet_new(const void *mem)
{
    return mem_zero(mem, struct sheet);
}

bool sheet_over(const struct sheet *sheet)
{
    return sheet->over;
}

/* ---- does a rule mean an element? ---- */

static const char *attribute(const xmlNode *node, const char *name)
{
    for (const xmlAttr *a = node->properties; a; a = a->next)
        if (str_ieq((const char *)a->name, name))
            return a->children && a->children->content ? (const char *)a->children->content : "";
    return NULL;
}

static bool work(struct sheet *s, size_t n)
{
    s->work += n + 1;
    s->over |= s->work > MAX_WORK;
    return !s->over;
}

static bool has_word(const char *list, const char *word)
{
    size_t n = strlen(word);
    while (*list) {
        size_t len = strcspn(list, " \t\r\n\f");
        if (len == n && str_ieqn(list, word, n))
            return true;
        list += len;
        list += strspn(list, " \t\r\n\f");
    }
    return false;
}

static bool holds_value(const char *value, const struct simple *t)
{
    switch (t->op) {
    case '=':
        return str_ieq(value, t->value);
    case '~':
        return has_word(value, t->value);
    case '^':
        return str_istarts(value, t->value);
    case '$':
        return str_iends(value, t->value);
    case '*':
        return str_ifind(value, strlen(value), t->value) != NULL;
    case '|':
        return str_istarts(value, t->value);
    default:
        return true;
    }
}

static bool simple_means(struct sheet *s, const struct simple *t, const xmlNode *node)
{
    if (t->kind == 'e')
        return work(s, 8) && str_ieq((const char *)node->name, t->name);
    const char *value = attribute(node, t->kind == '#' ? "id" : t->kind == '.' ? "class" : t->name);
    if (!value || !work(s, strlen(value)))
        return false;
    return t->kind == '#'   ? str_ieq(value, t->name)
           : t->kind == '.' ? has_word(value, t->name)
                            : holds_value(value, t);
}

static const xmlNode *parent_of(const xmlNode *node)
{
    return node->parent && node->parent->type == XML_ELEMENT_NODE ? node->parent : NULL;
}

/* Parts [0..i] of the selector, the last of them being the element. */
static bool means(struct sheet *s, const struct rule *r, size_t i, const xmlNode *node)
{
    const struct compound *c = &r->parts[i];
    for (size_t k = 0; k < c->n; k++)
        if (!simple_means(s, &c->v[k], node))
            return false;
    if (i == 0)
        return work(s, 1);
    for (node = parent_of(node); node && work(s, 1); node = parent_of(node)) {
        if (means(s, r, i - 1, node))
            return true;
        if (c->combinator == '>')
            break;
    }
    return false;
}

/* ---- all rules of an element ---- */

struct matches {
    const struct rule *v[MAX_MATCHES];
    size_t n;
};

static void add_matches(struct sheet *s, struct matches *m, char kind, const char *name, size_t name_n,
                        const xmlNode *node)
{
    for (const struct rule *r = sheet_bucket(s, kind, name, name_n); r && work(s, 4); r = r->next) {
        if (r->kind != kind || strlen(r->key) != name_n || !str_ieqn(r->key, name, name_n) ||
            !means(s, r, r->n_parts - 1, node))
            continue;
        if (m->n == MAX_MATCHES)
            s->over = true;
        else
            m->v[m->n++] = r;
    }
}

static void find_matches(struct sheet *s, struct matches *m, const xmlNode *node)
{
    const char *id = attribute(node, "id"), *list = attribute(node, "class");
    const char *name = (const char *)node->name;
    add_matches(s, m, '*', "", 0, node);
    add_matches(s, m, 'e', name, strlen(name), node);
    if (id)
        add_matches(s, m, '#', id, strlen(id), node);
    for (size_t i = 0; list && *list && i < MAX_CLASSES; i++) {
        list += strspn(list, " \t\r\n\f");
        size_t n = strcspn(list, " \t\r\n\f");
        if (n > 0)
            add_matches(s, m, '.', list, n, node);
        list += n;
    }
}

static int by_weight(const void *a, const void *b)
{
    const struct rule *x = *(const struct rule *const *)a, *y = *(const struct rule *const *)b;
    if (x->weight != y->weight)
        return x->weight < y->weight ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static void declare(struct sheet *s, const struct matches *m, bool unsure, const char *own,
                    struct style *style)
{
    struct str css = str_new(s);
    struct declared mine = sheet_declarations(s, own, strlen(own));
    for (size_t k = 0; k < m->n; k++)
        if (!m->v[k]->unsure || unsure)
            str_addf(&css, "%s;", m->v[k]->declared->normal);
    str_addf(&css, "%s;", mine.normal);
    for (size_t k = 0; k < m->n; k++)
        if (!m->v[k]->unsure || unsure)
            str_addf(&css, "%s;", m->v[k]->declared->important);
    str_add(&css, mine.important);
    work(s, css.n * 2);
    style_declare(style, css.s);
    talloc_free(css.s);
    talloc_free(mine.normal);
    talloc_free(mine.important);
}

void sheet_apply(struct sheet *s, const xmlNode *node, const char *own, struct style *style)
{
    struct matches m;
    m.n = 0;
    if (s->n_rules > 0 && !s->over)
        find_matches(s, &m, node);
    if (m.n == 0 && !*own)
        return;
    if (m.n > 1)
        qsort(m.v, m.n, sizeof m.v[0], by_weight);
    bool unsure = false;
    for (size_t i = 0; i < m.n; i++)
        unsure |= m.v[i]->unsure;
    struct style around = *style;
    declare(s, &m, false, own, style);
    if (!unsure || !style_hides(style))
        return;
    declare(s, &m, true, own, &around);
    if (!style_hides(&around))
        *style = around;
}
