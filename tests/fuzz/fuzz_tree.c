/* fuzz_tree.c: any bytes as a configuration or rule file: parsed to a tree and problems, never a crash;
 * every problem has a place, and every word is valid UTF-8. The same bytes also go through the option
 * tables. */
#include "base/utf8.h"
#include "house/conf.h"
#include "house/tree.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_node(const struct tree_node *node, int depth)
{
    for (size_t i = 0; i < node->n_words; i++)
        if (!utf8_valid(node->words[i].text, strlen(node->words[i].text)))
            abort();
    for (size_t i = 0; depth < 200 && i < node->n_children; i++)
        check_node(&node->children[i], depth + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_mem_ void *mem = mem_new();
    struct problems problems = {0};
    struct tree_node *root = tree_parse(mem, "fuzz", (const char *)data, size, &problems);
    if (!root)
        abort();
    check_node(root, 0);
    for (size_t i = 0; i < problems.n; i++)
        if (problems.v[i].line < 1 || problems.v[i].column < 1 || !problems.v[i].key)
            abort();
    conf_parse(mem, "fuzz", (const char *)data, size, &problems);
    return 0;
}
