/* attached.h: one attachment from memory or a file, read as the sandboxed child reads it; for unit tests.
 * `mem` and `x` are made anew by attached_set_up() before each test. */
#ifndef TEST_ATTACHED_H
#define TEST_ATTACHED_H

#include "files.h"
#include "reader/extract.h"
#include "reader/parse.h"
#include <time.h>

static void *mem;
static struct extract x;

static inline const char *read_typed(const char *name, const char *type, const char *bytes, size_t n)
{
    struct part_budget *budget = mem_zero(mem, struct part_budget);
    budget->left = 200u << 20;
    x = (struct extract){.mem = mem, .charset = "", .a = mem_zero(mem, struct letter_attachment)};
    x.part = part_open_bytes(mem, bytes, n, budget);
    x.a->name = name;
    x.a->type = type;
    extract_read(&x);
    return x.a->text;
}

static inline const char *read_bytes(const char *name, const char *bytes, size_t n)
{
    return read_typed(name, "application/octet-stream", bytes, n);
}

static inline bool has(const char *defect)
{
    return str_list_has(&x.a->defects, defect);
}

static inline const struct letter_attachment *inner(const char *name)
{
    for (size_t i = 0; i < x.n_inner; i++)
        if (str_eq(x.inner[i].name, name))
            return &x.inner[i];
    return NULL;
}

static inline int attached_set_up(void **state)
{
    (void)state;
    mem = mem_new();
    return 0;
}

static inline int attached_tear_down(void **state)
{
    (void)state;
    talloc_free(mem);
    return 0;
}

/* Seconds of processor time. */
static inline double seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

#define ATTACHED(f) cmocka_unit_test_setup_teardown(f, attached_set_up, attached_tear_down)

#endif
