/* rules_test.c: `rules test [PROFILE]`: classifies the examples that stand beside the rules, says which
 * came out otherwise and which kinds have fewer than three. Stores nothing. A failed example is exit code
 * 1; too few examples are only said. */
#include "classify/example.h"
#include "cmd/rules.h"

#define ENOUGH 3

struct tested {
    const struct profile *p;
    size_t passed, failed;
    size_t *of_kind; /* examples that name it */
};

static void say_failed(struct context *cx, const struct example *x, const struct profile *p,
                       const struct ruling *got)
{
    const char *place = mem_fmt(cx->mem, "%s:%d", x->file, x->line), *want = p->kinds[x->kind].id;
    if (cx->json)
        print_json(json_pack("{s:s, s:i, s:s, s:s}", "file", x->file, "line", x->line, "kind", want, "got",
                             got->kind->id));
    else
        printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "rules.example-failed", "place", place,
                                   "kind", want, "got", got->kind->id, NULL));
}

static void try_examples(struct context *cx, struct tested *t)
{
    struct classifier *c = classifier_new(cx->mem, t->p);
    for (size_t i = 0; i < t->p->n_examples; i++) {
        _cleanup_mem_ void *mem = mem_new();
        const struct example *x = &t->p->examples[i];
        const struct ruling *got = example_rule(mem, x, t->p, c);
        bool right = got->kind == &t->p->kinds[x->kind];
        t->of_kind[x->kind]++;
        t->passed += right;
        t->failed += !right;
        if (!right)
            say_failed(cx, x, t->p, got);
    }
}

static const char *short_of_examples(struct context *cx, const struct tested *t)
{
    struct str_list few = {0};
    for (size_t i = 0; i < t->p->n_kinds; i++)
        if (t->of_kind[i] < ENOUGH)
            str_list_add(cx->mem, &few, t->p->kinds[i].id);
    return few.n ? str_list_join(cx->mem, &few, " ") : NULL;
}

static void say_sums(struct context *cx, const struct tested *t)
{
    const char *few = short_of_examples(cx, t);
    const struct catalog *c = cx->house->catalog;
    if (cx->json) {
        print_json(json_pack("{s:s, s:i, s:i, s:s*}", "profile", t->p->name, "passed", (int)t->passed,
                             "failed", (int)t->failed, "few", few));
        return;
    }
    printf("%s\n",
           catalog_say(cx->mem, c, "rules.examples", "profile", t->p->name, "passed",
                       mem_fmt(cx->mem, "%zu", t->passed), "failed", mem_fmt(cx->mem, "%zu", t->failed),
                       "few", few ? few : catalog_text(c, "rules.none"), NULL));
}

bool rules_test(struct context *cx, const char *name, struct err *err)
{
    struct profile *p;
    if (!rules_load(cx, name, &p, err))
        return false;
    struct tested t = {.p = p, .of_kind = mem_array(cx->mem, size_t, p->n_kinds + 1)};
    try_examples(cx, &t);
    say_sums(cx, &t);
    return !t.failed || err_set(err, ERR_NO, "profile '%s': examples that fail: %zu", name, t.failed);
}
