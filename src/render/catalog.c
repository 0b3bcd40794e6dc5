/* catalog.c: the labels of one language. An entry is `key "text"`; a key that stands twice has the later
 * text, so that a site can put its own words behind the shipped ones. Places are {{name}}; one that is not
 * given stays visible, because a silent gap in an official text is worse. */
#include "render/catalog.h"

struct label {
    const char *key, *text;
    size_t order;
};

struct catalog {
    struct label *v; /* by key, each once */
    size_t n;
};

static int by_key(const void *a, const void *b)
{
    const struct label *x = a, *y = b;
    int c = strcmp(x->key, y->key);
    return c ? c : (x->order > y->order) - (x->order < y->order);
}

static bool entry_ok(const void *mem, const struct tree_node *node, struct problems *problems)
{
    const char *key = tree_word(node, 0);
    if (node->block)
        problem_add(mem, problems, node->file, node->line, 1, "no-block-here", key, "");
    else if (node->n_words < 2)
        problem_add(mem, problems, node->file, node->line, 1, "missing", key, "\"...\"");
    else if (node->n_words > 2)
        problem_at(mem, problems, node, 2, "too-many-words", "\"...\"");
    else
        return true;
    return false;
}

static void keep_last_of_each(struct catalog *c)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->n; i++) {
        if (kept && strcmp(c->v[kept - 1].key, c->v[i].key) == 0)
            kept--;
        c->v[kept++] = c->v[i];
    }
    c->n = kept;
}

struct catalog *catalog_load(const void *mem, const char *file, const char *bytes, size_t n,
                             struct problems *problems)
{
    struct catalog *c = mem_zero(mem, struct catalog);
    const struct tree_node *root = tree_parse(c, file, bytes, n, problems);
    for (size_t i = 0; i < root->n_children; i++) {
        const struct tree_node *node = &root->children[i];
        if (!entry_ok(mem, node, problems))
            continue;
        size_t order = c->n;
        *mem_append(c, c->v, c->n) = (struct label){tree_word(node, 0), tree_word(node, 1), order};
    }
    if (c->n)
        qsort(c->v, c->n, sizeof *c->v, by_key);
    keep_last_of_each(c);
    return c;
}

static const struct label *find(const struct catalog *c, const char *key)
{
    size_t low = 0, high = c->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = strcmp(c->v[mid].key, key);
        if (order == 0)
            return &c->v[mid];
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

bool catalog_has(const struct catalog *c, const char *key)
{
    return find(c, key) != NULL;
}

const char *catalog_text(const struct catalog *c, const char *key)
{
    const struct label *label = find(c, key);
    return label ? label->text : key;
}

/* The value given for a place, or NULL. */
static const char *given(va_list ap, const char *name, size_t n)
{
    const char *value = NULL, *each;
    while ((each = va_arg(ap, const char *)) != NULL) {
        const char *v = va_arg(ap, const char *);
        if (!v)
            break;
        if (strlen(each) == n && memcmp(each, name, n) == 0)
            value = v;
    }
    return value;
}

char *catalog_say(const void *mem, const struct catalog *c, const char *key, ...)
{
    struct str out = str_new(mem);
    const char *at = catalog_text(c, key), *open, *close;
    while ((open = strstr(at, "{{")) != NULL && (close = strstr(open, "}}")) != NULL) {
        va_list ap;
        va_start(ap, key);
        const char *value = given(ap, open + 2, (size_t)(close - open - 2));
        va_end(ap);
        str_addn(&out, at, (size_t)(open - at));
        if (value)
            str_add(&out, value);
        else
            str_addn(&out, open, (size_t)(close + 2 - open));
        at = close + 2;
    }
    str_add(&out, at);
    return out.n ? out.s : mem_str(mem, "");
}
