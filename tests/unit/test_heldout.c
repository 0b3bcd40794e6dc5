/* Documents that were labelled before the extractor read them (data/fields_heldout.tsv, then ...2.tsv):
 * number, date, type, signer, secrecy level and whether the list of recipients names the portal. The
 * figures are printed; the bounds are what is reached, so that a rule that helps one kind of document and
 * harms another is seen.
 */
#include "fields/document.h"
#include "fields/secrecy.h"
#include "rulings.h"

enum { COLUMNS = 6, WRONG_MAX = 0 };

static const enum field fields[COLUMNS] = {
    FIELD_NUMBER, FIELD_DATE, FIELD_TYPE, FIELD_SIGNER, FIELD_COUNT /* secrecy */, FIELD_PORTAL};

struct world {
    const struct document_words *words;
    const struct secrecy_words *secrets;
    int rows, right[COLUMNS], wrong;
};

static void check_spans(const struct pages *pages, const struct document *d, const char *id)
{
    for (enum field i = 0; i < FIELD_COUNT; i++)
        for (size_t p = 0; p < pages->n && *d->v[i].text; p++)
            if (str_eq(pages->v[p].where, d->v[i].where) && pages->v[p].kind != WHERE_NAME &&
                (d->v[i].from > d->v[i].to || d->v[i].to > pages->v[p].forms.exact.n))
                fail_msg("%s: %s lies outside the text", id, field_name(i));
}

static void row(char **column, void *arg)
{
    struct world *world = arg;
    _cleanup_mem_ void *mem = mem_new();
    const char *text = unescape(mem, column[7]);
    text = utf8_nfc(mem, text, strlen(text));
    struct pages pages = pages_make(mem, letter_with(mem, "attachment", text));
    struct document d = document_read(mem, &pages, world->words);
    struct secrecy s = secrecy_find(&pages, world->secrets);
    world->rows++;
    for (size_t i = 0; i < COLUMNS; i++) {
        const char *want = str_eq(column[i + 1], "-") ? "" : column[i + 1];
        const char *got = fields[i] == FIELD_COUNT ? s.level : d.v[fields[i]].text;
        world->right[i] += str_eq(want, got);
        world->wrong += !str_eq(want, got);
        if (!str_eq(want, got))
            print_message("# %s %s: want '%s' got '%s'\n", column[0],
                          fields[i] == FIELD_COUNT ? "secrecy" : field_name(fields[i]), want, got);
    }
    check_spans(&pages, &d, column[0]);
}

static void test_held_out(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *profile = load_profile(mem, "mic");
    struct world world = {.words = document_words_new(mem, profile),
                          .secrets = secrecy_words_new(mem, profile)};
    (void)state;
    each_row("tests/data/fields_heldout.tsv", COLUMNS + 2, row, &world);
    each_row("tests/data/fields_heldout2.tsv", COLUMNS + 2, row, &world);
    for (size_t i = 0; i < COLUMNS; i++)
        print_message("# %-18s %d of %d\n", fields[i] == FIELD_COUNT ? "secrecy" : field_name(fields[i]),
                      world.right[i], world.rows);
    assert_in_range(world.wrong, 0, WRONG_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_held_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
