/* match.c: Aho-Corasick over bytes: many phrases in one pass, linear in the text whatever it says, so no
 * crafted letter can make a rule slow (abuse A27). No regular expressions here.
 *
 * Nodes are numbered in breadth order over the sorted phrases, so the children of a node stand side by
 * side: `label` holds their bytes in order and no edge list is needed. A node with few children is searched
 * and falls back over `fail`; one with many (the root above all) has a row of 256 finished transitions.
 * Memory is bounded by the number of phrase bytes: 24 bytes a node, and 1 KB for at most n/DENSE nodes.
 *
 * Refuses to report a hit that a letter or digit touches: "mat" is not in "mat kinh" + "h". Scripts that
 * are written without blanks between words touch nothing.
 */
#include "classify/match.h"
#include "base/utf8.h"

enum { DENSE = 6 /* children from which a node gets a row; a compare loop is faster below that */ };

struct item {
    const char *s;
    size_t n, id;
};

struct node {
    uint32_t first; /* first child; children are first .. first + n_children - 1 */
    uint32_t fail;
    uint32_t output;   /* this node, or the nearest on its fail path, where a phrase ends; 0 = none */
    uint32_t from, to; /* items that end here */
    uint16_t n_children;
    uint16_t row; /* 1-based row of finished transitions, 0 = none */
};

struct match_set {
    struct item *items;
    size_t n_items;
    struct node *nodes;
    uint8_t *label; /* the byte that leads to a node */
    uint32_t (*rows)[256];
    size_t n_nodes, n_rows;
};

struct match_set *match_new(const void *mem)
{
    return mem_zero(mem, struct match_set);
}

void match_add(struct match_set *set, const char *phrase, size_t n, size_t id)
{
    if (n == 0)
        return;
    struct item *item = mem_append(set, set->items, set->n_items);
    *item = (struct item){.s = mem_bytes(set, phrase, n), .n = n, .id = id};
}

static int compare_items(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    int order = memcmp(x->s, y->s, x->n < y->n ? x->n : y->n);
    if (order)
        return order;
    if (x->n != y->n)
        return x->n < y->n ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* The items below a node while the trie is laid out: [from, to) share a prefix of `depth` bytes. */
struct span {
    uint32_t from, to, depth;
};

static size_t upper_bound_nodes(const struct match_set *set)
{
    size_t n = 1;
    for (size_t i = 0; i < set->n_items; i++)
        n += set->items[i].n;
    return n;
}

/* Adds the children of `node`, one for each different byte at its depth. */
static void add_children(struct match_set *set, struct span *spans, uint32_t node)
{
    struct span s = spans[node];
    uint32_t i = s.from;
    while (i < s.to && set->items[i].n == s.depth)
        i++;
    set->nodes[node].from = s.from;
    set->nodes[node].to = i;
    set->nodes[node].first = (uint32_t)set->n_nodes;
    while (i < s.to) {
        uint8_t byte = (uint8_t)set->items[i].s[s.depth];
        uint32_t start = i;
        while (i < s.to && (uint8_t)set->items[i].s[s.depth] == byte)
            i++;
        set->label[set->n_nodes] = byte;
        spans[set->n_nodes++] = (struct span){start, i, s.depth + 1};
        set->nodes[node].n_children++;
    }
}

static uint32_t child(const struct match_set *set, const struct node *node, uint8_t byte)
{
    const uint8_t *label = set->label + node->first;
    for (uint32_t i = 0; i < node->n_children; i++)
        if (label[i] == byte)
            return node->first + i;
    return 0;
}

static uint32_t next_state(const struct match_set *set, uint32_t state, uint8_t byte)
{
    for (;;) {
        const struct node *node = &set->nodes[state];
        if (node->row)
            return set->rows[node->row - 1][byte];
        uint32_t to = child(set, node, byte);
        if (to || state == 0)
            return to;
        state = node->fail;
    }
}

/* Finishes a node whose fail link is known: its output, the row, and the fail links of its children.
 * Breadth order makes every state on the fail path finished already. */
static void finish_node(struct match_set *set, uint32_t id)
{
    struct node *node = &set->nodes[id];
    node->output = node->to > node->from ? id : id ? set->nodes[node->fail].output : 0;
    for (uint32_t i = 0; i < node->n_children; i++)
        set->nodes[node->first + i].fail =
            id ? next_state(set, node->fail, set->label[node->first + i]) : 0;
    if (id && (node->n_children < DENSE || set->n_rows >= UINT16_MAX))
        return;
    uint32_t *row = set->rows[set->n_rows++];
    if (id)
        for (unsigned byte = 0; byte < 256; byte++)
            row[byte] = next_state(set, node->fail, (uint8_t)byte);
    for (uint32_t i = 0; i < node->n_children; i++)
        row[set->label[node->first + i]] = node->first + i;
    node->row = (uint16_t)set->n_rows;
}

static size_t count_rows(const struct match_set *set)
{
    size_t n = 1;
    for (size_t i = 1; i < set->n_nodes; i++)
        n += set->nodes[i].n_children >= DENSE;
    return n < UINT16_MAX ? n : UINT16_MAX;
}

void match_build(struct match_set *set)
{
    if (set->n_items)
        qsort(set->items, set->n_items, sizeof *set->items, compare_items);
    size_t most = upper_bound_nodes(set);
    _cleanup_mem_ struct span *spans = mem_array(set, struct span, most);
    set->nodes = mem_array(set, struct node, most);
    set->label = mem_array(set, uint8_t, most);
    set->n_nodes = 1;
    spans[0] = (struct span){0, (uint32_t)set->n_items, 0};
    for (uint32_t i = 0; i < set->n_nodes; i++)
        add_children(set, spans, i);
    set->nodes = mem_grow(set, set->nodes, set->n_nodes, set->n_nodes, sizeof *set->nodes);
    set->label = mem_grow(set, set->label, set->n_nodes, set->n_nodes, sizeof *set->label);
    set->rows = (uint32_t(*)[256])(void *)mem_array(set, uint32_t, count_rows(set) * 256);
    for (uint32_t i = 0; i < set->n_nodes; i++)
        finish_node(set, i);
}

/* Does a character touch what stands beside it, so that both are one word? Chinese and Japanese are written
 * without blanks: there every character may begin or end a word. */
static bool touches(int32_t cp)
{
    bool unspaced = (cp >= 0x3040 && cp <= 0x30FF) || (cp >= 0x3400 && cp <= 0x9FFF) ||
                    (cp >= 0x20000 && cp <= 0x3FFFF);
    return utf8_word_char(cp) && !unspaced;
}

static bool touched_before(const char *text, size_t start)
{
    if (start == 0)
        return false;
    size_t i = start - 1;
    while (i > 0 && start - i < 4 && ((unsigned char)text[i] & 0xC0) == 0x80)
        i--;
    int32_t cp;
    utf8_decode(text + i, start - i, &cp);
    return touches(cp);
}

static bool touched_after(const char *text, size_t n, size_t end)
{
    if (end >= n)
        return false;
    int32_t cp;
    utf8_decode(text + end, n - end, &cp);
    return touches(cp);
}

/* Reports every phrase that ends at `end` in this state. False: the caller wants no more. */
static bool report(const struct match_set *set, uint32_t state, const char *text, size_t end, match_hit hit,
                   void *arg)
{
    for (uint32_t s = set->nodes[state].output; s; s = set->nodes[set->nodes[s].fail].output) {
        const struct node *node = &set->nodes[s];
        size_t start = end - set->items[node->from].n;
        if (touched_before(text, start))
            continue;
        for (uint32_t i = node->from; i < node->to; i++)
            if (!hit(arg, set->items[i].id, start, end))
                return false;
    }
    return true;
}

void match_run(const struct match_set *set, const char *text, size_t n, match_hit hit, void *arg)
{
    if (set->n_items == 0)
        return;
    uint32_t state = 0;
    for (size_t i = 0; i < n; i++) {
        state = next_state(set, state, (uint8_t)text[i]);
        if (set->nodes[state].output && !touched_after(text, n, i + 1) &&
            !report(set, state, text, i + 1, hit, arg))
            return;
    }
}
