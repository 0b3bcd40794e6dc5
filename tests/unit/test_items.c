/* Several items in one letter (CL-7, DN-10.1): titles, texts and attachments that belong together, and what
 * is left to a person. Rows: data/items.tsv. */
#include "fields/document.h"
#include "rulings.h"

/* "a.docx=text" parted by "&": attachments of the letter. */
static void attach_all(const void *mem, struct letter *l, char *list)
{
    if (str_eq(list, "-"))
        return;
    for (char *one; (one = strsep(&list, "&"));) {
        char *text = strchr(one, '=');
        if (text)
            *text++ = '\0';
        attach(mem, l, one, text ? text : "");
    }
}

/* "title {text} [a, b] / title ..." */
static char *shown(const void *mem, const struct pages *pages, const struct document *d)
{
    struct str out = str_new(mem);
    for (size_t i = 0; i < d->n_items; i++) {
        const struct item *item = &d->items[i];
        str_addf(&out, "%s%s", i ? " / " : "", item->title.text);
        for (size_t p = 0; p < pages->n && item->text.to; p++)
            if (str_eq(pages->v[p].where, item->text.where)) {
                assert_in_range(item->text.to, item->text.from + 1, pages->v[p].forms.exact.n);
                str_addf(&out, " {%s}",
                         mem_bytes(mem, pages->v[p].forms.exact.s + item->text.from,
                                   item->text.to - item->text.from));
            }
        for (size_t k = 0; k < item->attachments.n; k++)
            str_addf(&out, " [%s]", strchr(item->attachments.v[k], ':') + 1);
    }
    return out.n ? out.s : mem_str(mem, "-");
}

struct world {
    const struct document_words *words;
    int wrong;
};

static void row(char **column, void *arg)
{
    struct world *world = arg;
    _cleanup_mem_ void *mem = mem_new();
    struct letter *l = new_letter(mem, "", unescape(mem, column[1]));
    attach_all(mem, l, unescape(mem, column[2]));
    struct pages pages = pages_make(mem, l);
    struct document d = document_read(mem, &pages, world->words);
    const char *got = shown(mem, &pages, &d), *want = unescape(mem, column[3]);
    if (!str_eq(want, got)) {
        print_message("# %s: want '%s' got '%s'\n", column[0], want, got);
        world->wrong++;
    }
}

static void test_rows(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct world world = {document_words_new(mem, load_profile(mem, "mic")), 0};
    (void)state;
    each_row("tests/unit/data/items.tsv", 4, row, &world);
    assert_int_equal(world.wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
