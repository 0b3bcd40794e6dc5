/* profile_words.c: reads `words LIST { "TEXT" [VALUE] }` blocks. Refuses unknown lists and empty texts, so
 * that a misspelt list name is reported and not silently without effect. */
#include "house/words.h"

static const char *const names[WORDS_COUNT] = {
#define LIST(id, word, meaning) word,
    WORDS_LISTS(LIST)
#undef LIST
};

const char *words_list_name(enum words_list list)
{
    return names[list];
}

const struct word_entry *words_next(const struct profile *p, enum words_list list, size_t *cursor)
{
    while (*cursor < p->n_words) {
        const struct word_entry *e = &p->words[(*cursor)++];
        if (str_eq(e->list, names[list]))
            return e;
    }
    return NULL;
}

static const char *known_list(const char *word)
{
    for (size_t i = 0; word && i < WORDS_COUNT; i++)
        if (str_eq(names[i], word))
            return names[i];
    return NULL;
}

static void read_entry(const void *mem, struct profile *p, const char *list, const struct tree_node *node,
                       struct problems *problems)
{
    const char *text = tree_word(node, 0), *value = tree_word(node, 1);
    if (!text || !*text) {
        problem_add(mem, problems, node->file, node->line, 1, "missing", list, "TEXT");
        return;
    }
    if (node->n_words > 2) {
        problem_at(mem, problems, node, 2, "too-many-words", "");
        return;
    }
    struct word_entry *e = mem_append(p, p->words, p->n_words);
    e->list = list;
    e->text = mem_str(p, text);
    e->value = mem_str(p, value ? value : "");
    e->file = mem_str(p, node->file);
    e->line = node->line;
}

void profile_words_read(const void *mem, struct profile *p, const struct tree_node *node,
                        struct problems *problems)
{
    const char *list = known_list(tree_word(node, 1));
    if (!list) {
        const char *word = tree_word(node, 1) ? tree_word(node, 1) : "";
        problem_add(mem, problems, node->file, node->line, node->n_words > 1 ? node->words[1].column : 1,
                    *word ? "unknown-word" : "missing", *word ? word : "words",
                    tree_nearest(word, names, WORDS_COUNT));
        return;
    }
    if (!node->n_children)
        problem_at(mem, problems, node, 1, "empty-list", "\"...\"");
    for (size_t i = 0; i < node->n_children; i++)
        read_entry(mem, p, list, &node->children[i], problems);
}
