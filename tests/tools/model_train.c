/* model_train: makes a model file of texts whose category is known, or says how good one would be.
 *
 *     model_train LEAST < LINES         the model on standard output; words of fewer letters are left out
 *     model_train --cross K < LINES     leaves out each K-th part in turn and asks about it
 *
 * Each line is a JSON object with "category", "subject" and "text", and for --cross "group": what is made
 * of one pattern is left out together. Words are taken by the same code that reads letters. */
#include "../unit/rulings.h"
#include "classify/model.h"
#include <jansson.h>

struct sample {
    struct sample *next;
    enum category category;
    long group;
    struct pages pages;
};

static const char *member(json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    return s ? s : "";
}

static struct sample *read_samples(const void *mem)
{
    struct sample *first = NULL, **last = &first;
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        json_t *o = json_loads(line, 0, NULL);
        struct sample *s = mem_zero(mem, struct sample);
        if (!o || !category_parse(member(o, "category"), &s->category)) {
            fputs("model_train: a line is no object with a category\n", stderr);
            exit(65);
        }
        const char *text = member(o, "text"), *subject = member(o, "subject");
        s->group = (long)json_integer_value(json_object_get(o, "group"));
        s->pages = pages_make(
            s, new_letter(s, utf8_nfc(s, subject, strlen(subject)), utf8_nfc(s, text, strlen(text))));
        *last = s;
        last = &s->next;
        json_decref(o);
    }
    free(line);
    return first;
}

static struct model *train(const void *mem, const struct sample *first, long cross, long part)
{
    struct model *m = model_new(mem);
    for (const struct sample *s = first; s; s = s->next)
        if (!cross || s->group % cross != part)
            model_learn(m, s->category, &s->pages);
    model_finish(m);
    return m;
}

static int cross_validate(const struct sample *first, long cross)
{
    size_t table[CATEGORY_COUNT][CATEGORY_COUNT] = {0}, right = 0, n = 0, bins[11] = {0}, good[11] = {0};
    for (long part = 0; part < cross; part++) {
        _cleanup_mem_ void *mem = mem_new();
        struct model *m = train(mem, first, cross, part);
        for (const struct sample *s = first; s; s = s->next) {
            if (s->group % cross != part)
                continue;
            struct model_vote v = model_vote(mem, m, &s->pages);
            size_t bin = v.any ? (size_t)(v.share[v.best] * 10) : 0;
            bins[bin]++;
            good[bin] += v.any && v.best == s->category;
            table[s->category][v.any ? v.best : CATEGORY_OTHER]++;
            right += v.any && v.best == s->category;
            n++;
        }
    }
    printf("%zu of %zu = %.1f %%\n", right, n, 100.0 * (double)right / (double)n);
    for (size_t b = 0; b < 11; b++)
        printf("share %.1f: %zu of %zu right\n", (double)b / 10, good[b], bins[b]);
    for (enum category c = 0; c < CATEGORY_COUNT; c++) {
        printf("%-13s", category_name(c));
        for (enum category d = 0; d < CATEGORY_COUNT; d++)
            printf(" %4zu", table[c][d]);
        printf("\n");
    }
    return 0;
}

int main(int argc, char **argv)
{
    _cleanup_mem_ void *mem = mem_new();
    int64_t n = 0;
    bool cross = argc == 3 && str_eq(argv[1], "--cross");
    if (argc < 2 || !str_int(argv[argc - 1], 1, 1000, &n)) {
        fputs("usage: model_train LEAST | --cross K\n", stderr);
        return 64;
    }
    struct sample *first = read_samples(mem);
    if (cross)
        return cross_validate(first, (long)n);
    fputs(model_write(mem, train(mem, first, 0, 0), (unsigned)n, NULL), stdout);
    return 0;
}
