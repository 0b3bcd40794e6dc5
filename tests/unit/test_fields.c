/* What a document says of itself besides number and date, each value with its place; lists of titles; that
 * garbage costs time in proportion to its length. Rows: data/fields.tsv. */
#include "fields/document.h"
#include "fields/secrecy.h"
#include "rulings.h"
#include <time.h>

static enum field field_of(const char *name)
{
    for (enum field i = 0; i < FIELD_COUNT; i++)
        if (str_eq(field_name(i), name))
            return i;
    fail_msg("no field is called '%s'", name);
    return FIELD_COUNT;
}

static const struct page *page_called(const struct pages *pages, const char *where)
{
    for (size_t i = 0; i < pages->n; i++)
        if (str_eq(pages->v[i].where, where) && pages->v[i].kind != WHERE_NAME)
            return &pages->v[i];
    return NULL;
}

/* A value names a page, and bytes of it. */
static void check_place(const struct pages *pages, const struct value *v, const char *text)
{
    const struct page *page = page_called(pages, v->where);
    if (!*v->text || v->to == 0)
        return;
    if (!page || v->from >= v->to || v->to > page->forms.exact.n)
        fail_msg("'%s' stands nowhere (%s %zu-%zu): %s", v->text, v->where, v->from, v->to, text);
}

struct world {
    const struct document_words *words;
    int wrong;
};

static void row(char **column, void *arg)
{
    struct world *world = arg;
    _cleanup_mem_ void *mem = mem_new();
    struct pages pages = pages_make(mem, letter_with(mem, column[2], unescape(mem, column[3])));
    struct document d = document_read(mem, &pages, world->words);
    const struct value *got = &d.v[field_of(column[0])];
    if (!str_eq(str_eq(column[1], "-") ? "" : column[1], got->text)) {
        print_message("# %s: want '%s' got '%s': %s\n", column[0], column[1], got->text, column[3]);
        world->wrong++;
    }
    for (enum field i = 0; i < FIELD_COUNT; i++)
        check_place(&pages, &d.v[i], column[3]);
}

static void test_rows(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct world world = {document_words_new(mem, load_profile(mem, "mic")), 0};
    (void)state;
    each_row("tests/unit/data/fields.tsv", 4, row, &world);
    assert_int_equal(world.wrong, 0);
}

/* The very words of a value can be shown from its span. */
static void test_spans(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct document_words *w = document_words_new(mem, load_profile(mem, "mic"));
    const char *text =
        "S\u1ed1: 146/Q\u0110-BTTTT\nH\u00e0 N\u1ed9i, ng\u00e0y 16 th\u00e1ng 02 n\u0103m 2017\n"
        "N\u01a1i nh\u1eadn:\n- Nh\u01b0 tr\u00ean;\n- C\u1ed5ng TT\u0110T B\u1ed9;\n- L\u01b0u: VT.\n";
    struct pages pages = pages_make(mem, letter_with(mem, "attachment", text));
    struct document d = document_read(mem, &pages, w);
    const struct value *number = &d.v[FIELD_NUMBER], *portal = &d.v[FIELD_PORTAL];
    (void)state;
    assert_string_equal(mem_bytes(mem, text + number->from, number->to - number->from),
                        "146/Q\u0110-BTTTT");
    assert_string_equal(mem_bytes(mem, text + portal->from, portal->to - portal->from),
                        "C\u1ed5ng TT\u0110T B\u1ed9");
    assert_string_equal(number->where, "attachment:a.docx");
    assert_string_equal(mem_bytes(mem, text + d.v[FIELD_DATE].from, 5), "ng\u00e0y");
    assert_false(d.blank);
}

static size_t titles_in(const void *mem, const struct document_words *w, const char *body,
                        struct document *ret)
{
    struct pages pages = pages_make(mem, letter_with(mem, "body", body));
    *ret = document_read(mem, &pages, w);
    return ret->n_items;
}

static void test_titles(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct document_words *w = document_words_new(mem, load_profile(mem, "mic"));
    struct document d;
    (void)state;
    assert_int_equal(
        titles_in(mem, w,
                  "G\u1eedi Ban Bi\u00ean t\u1eadp c\u00e1c tin sau:\n1. Tin th\u1ee9 nh\u1ea5t;\n"
                  "2. Tin th\u1ee9 hai;\n\n3) Tin th\u1ee9 ba.\nTr\u00e2n tr\u1ecdng",
                  &d),
        3);
    assert_string_equal(d.items[1].title.text, "Tin th\u1ee9 hai");
    assert_string_equal(d.items[2].title.text, "Tin th\u1ee9 ba");
    assert_int_equal(titles_in(mem, w, "G\u1eedi tin sau:\n- Ch\u1ec9 m\u1ed9t tin th\u00f4i", &d), 0);
    assert_int_equal(
        titles_in(mem, w, "T\u00f4i y\u00eau c\u1ea7u:\n1. H\u1ee7y b\u1ecf\n2. Tr\u1ea3 l\u1ea1i", &d), 0);
    assert_int_equal(
        titles_in(
            mem, w,
            "G\u1eedi c\u00e1c tin:\n- Khai m\u1ea1c l\u1ec5 h\u1ed9i\n- B\u1ebf m\u1ea1c l\u1ec5 h\u1ed9i",
            &d),
        2);
}

/* ---- time ---- */

static double seconds_for(const struct document_words *w, const struct secrecy_words *secrets,
                          const char *unit, size_t bytes)
{
    _cleanup_mem_ void *mem = mem_new();
    struct str text = str_new(mem);
    struct timespec begin, end;
    while (text.n < bytes)
        str_add(&text, unit);
    struct pages pages = pages_make(mem, letter_with(mem, "attachment", text.s));
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    struct document d = document_read(mem, &pages, w);
    secrecy_find(&pages, secrets);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    assert_non_null(d.number);
    return (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
}

/* Pieces that each reader looks at hard, repeated to a megabyte: well below a second in the program, and
 * the sanitizers are several times slower. Whatever costs the square of the length takes minutes here. */
static void test_garbage_costs_its_length(void **state)
{
    static const char *const units[] = {"x",
                                        " ",
                                        "\n",
                                        "\f",
                                        "\t",
                                        "-",
                                        "(",
                                        "1",
                                        "1/",
                                        "1/Q\u0110-A ",
                                        "S\u1ed1: ",
                                        "S\u1ed1: /\n",
                                        "ng\u00e0y ",
                                        "t\u1eeb ng\u00e0y 1/1/2024 ",
                                        "\u0111\u1ebfn ng\u00e0y ",
                                        "N\u01a1i nh\u1eadn ",
                                        "N\u01a1i nh\u1eadn:\n",
                                        "- C\u1ed5ng TT\u0110T;",
                                        "TM. ",
                                        "TM. A\n",
                                        "KT. GI\u00c1M \u0110\u1ed0C\n",
                                        "M\u1eacT\n",
                                        "M \u1eac T \f",
                                        "V/v a\n",
                                        "QUY\u1ebeT \u0110\u1ecaNH\n",
                                        "PHI\u1ebeU \u0110\u1ec0 NGH\u1eca \u0110\u0102NG TIN\n",
                                        "\u00fd ki\u1ebfn ",
                                        "c\u00f3 hi\u1ec7u l\u1ef1c n\u00e0y ",
                                        "\u1ecda|",
                                        "\u00dd ki\u1ebfn l\u00e3nh \u0111\u1ea1o: ",
                                        "1-A/",
                                        "S\u1ed1: l",
                                        "\r\n",
                                        "ng\u00e0y hai m\u01b0\u01a1i ",
                                        "hai ngh\u00ecn kh\u00f4ng tr\u0103m ",
                                        "12/Q\u0110-UBND, ng\u00e0y 5 th\u00e1ng 3 "};
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *profile = load_profile(mem, "mic");
    const struct document_words *w = document_words_new(mem, profile);
    const struct secrecy_words *secrets = secrecy_words_new(mem, profile);
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        double seconds = seconds_for(w, secrets, units[i], 1 << 20);
        print_message("# %.3f s: 1 MB of '%s'\n", seconds, utf8_printable(mem, units[i]));
        assert_true(seconds < 3.0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_spans),
                                       cmocka_unit_test(test_titles),
                                       cmocka_unit_test(test_garbage_costs_its_length)};
    return cmocka_run_group_tests_name("fields", tests, NULL, NULL);
}
