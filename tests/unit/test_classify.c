/* What a letter is: the examples inside the shipped rules, rows of data/classify.tsv, and the promises of
 * classify.h: reasons with file and line and the words as written, automatic letters before phrases,
 * complaints never passed on as news, bounded time. */
#include "classify/classify.h"
#include "classify/example.h"
#include "classify/signal.h"
#include "rulings.h"
#include <time.h>

static void test_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shipped); i++) {
        _cleanup_mem_ void *mem = mem_new();
        const struct profile *p = load_profile(mem, shipped[i]);
        const struct classifier *c = classifier_new(mem, p);
        assert_true(p->n_examples >= 10);
        for (size_t k = 0; k < p->n_examples; k++) {
            const struct example *x = &p->examples[k];
            const struct ruling *r = example_rule(mem, x, p, c);
            if (r->kind != &p->kinds[x->kind])
                fail_msg("%s %s:%d: want %s got %s", shipped[i], x->file, x->line, p->kinds[x->kind].id,
                         r->kind->id);
        }
    }
}

/* The classifier of a shipped profile, made once for all its rows. */
static const struct classifier *classifier_of(const char *name)
{
    static const struct classifier *of[ARRAY_LEN(shipped)];
    size_t i = 0;
    while (!str_eq(shipped[i], name)) /* shipped_profile() has found it */
        i++;
    if (!of[i])
        of[i] = classifier_new(shipped_profile(name), shipped_profile(name));
    return of[i];
}

static void row(char **column, void *arg)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = shipped_profile(column[0]);
    const struct letter *l = new_letter(mem, column[4], unescape(mem, column[5]));
    const struct ruling *r = classify(mem, l, sender(mem, p, column[1]), classifier_of(column[0]));
    (void)arg;
    if (!str_eq(category_name(r->category), column[2]))
        fail_msg("want %s got %s: %s", column[2], category_name(r->category), column[4]);
    if (!str_eq(column[3], "any"))
        assert_int_equal(r->unsure, str_eq(column[3], "yes"));
    assert_true(r->score >= 0 && r->score <= 1);
}

static void test_rows(void **state)
{
    (void)state;
    each_row("tests/unit/data/classify.tsv", 6, row, NULL);
}

static void test_reasons(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = profile_with(mem, "phrases complaint { cite MIC-13.5d\n"
                                                "\"khi\u1ebfu n\u1ea1i\" 3\n\"h\u00f2a gi\u1ea3i\" 1 }\n"
                                                "phrases news { \"tin m\u1edbi\" 2 }\n");
    const struct letter *l =
        new_letter(mem, "KHI\u1ebeU  N\u1ea0I",
                   "T\u00f4i Khi\u1ebfu n\u1ea1i, khi\u1ebfu n\u1ea1i. Ho\u00e0 gi\u1ea3i.");
    const struct ruling *r = classify(mem, l, sender(mem, p, "outside"), classifier_new(mem, p));
    (void)state;
    assert_int_equal(r->category, CATEGORY_COMPLAINT);
    assert_int_equal(r->n_reasons, 3); /* once per place, though the body says it twice */
    assert_int_equal(r->reasons[0].weight, 6);
    assert_string_equal(r->reasons[0].where, "subject");
    assert_string_equal(r->reasons[0].text, "KHI\u1ebeU  N\u1ea0I"); /* as written, two blanks and all */
    assert_string_equal(r->reasons[0].rule, "t/own.rules:2");
    assert_string_equal(r->reasons[0].cite, "MIC-13.5d");
    assert_string_equal(r->reasons[1].text, "Khi\u1ebfu n\u1ea1i");
    assert_string_equal(r->reasons[2].text, "Ho\u00e0 gi\u1ea3i");
    assert_true(r->score > 0.99 && !r->unsure && r->second == NULL);
}

static void test_quotes_do_not_count(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p =
        profile_with(mem, "phrases news { \"alpha beta\" 5 }\nphrases complaint { \"gamma\" 2 }\n");
    const struct classifier *c = classifier_new(mem, p);
    const struct evidence *e = sender(mem, p, "outside");
    (void)state;
    const struct letter *l = new_letter(mem, "x", "gamma\n\n> alpha beta\n");
    assert_int_equal(classify(mem, l, e, c)->category, CATEGORY_COMPLAINT);
    l = new_letter(mem, "x", "> alpha beta\n"); /* nothing but a quote: better than nothing */
    assert_int_equal(classify(mem, l, e, c)->category, CATEGORY_NEWS);
}

/* A complaint close behind news from a stranger is not published as news; from a proved unit it is news. */
static void test_strict(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p =
        profile_with(mem, "phrases news { \"alpha\" 6 }\nphrases complaint { \"beta\" 4 }\n"
                          "phrases denunciation { \"delta\" 3 }\n");
    const struct classifier *c = classifier_new(mem, p);
    const struct letter *both = new_letter(mem, "", "alpha beta");
    const struct ruling *r = classify(mem, both, sender(mem, p, "outside"), c);
    (void)state;
    assert_int_equal(r->category, CATEGORY_COMPLAINT);
    assert_true(r->unsure);
    assert_int_equal(r->second->category, CATEGORY_NEWS);
    assert_int_equal(classify(mem, both, sender(mem, p, "own"), c)->category, CATEGORY_NEWS);
    const struct letter *two = new_letter(mem, "", "beta delta"); /* both in one: the stricter handling */
    assert_int_equal(classify(mem, two, sender(mem, p, "outside"), c)->category, CATEGORY_DENUNCIATION);
}

static void test_automatic(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = load_profile(mem, "mic");
    const struct classifier *c = classifier_new(mem, p);
    struct evidence *e = sender(mem, p, "outside");
    const struct letter *l = new_letter(mem, "x", "T\u00f4i t\u1ed1 c\u00e1o");
    (void)state;
    e->bounce = true;
    const struct ruling *r = classify(mem, l, e, c);
    assert_int_equal(r->category, CATEGORY_BOUNCE);
    assert_int_equal(r->n_reasons, 1);
    e->bounce = false;
    e->automatic = true;
    assert_int_equal(classify(mem, l, e, c)->category, CATEGORY_AUTOREPLY);
    const struct letter *edoc = /* machine mail that carries a document is no automatic reply */
        new_letter(mem, "V\u0103n b\u1ea3n \u0111\u1ebfn",
                   "S\u1ed1, k\u00fd hi\u1ec7u: 512/TTg-KSTT\nNg\u00e0y ban h\u00e0nh: 28/6/2024\n");
    e->own_domain = true;
    r = classify(mem, edoc, e, c);
    assert_int_equal(r->category, CATEGORY_DOCUMENT);
    assert_string_equal(r->fields.doc_number, "512/TTg-KSTT");
    assert_string_equal(r->fields.doc_date, "2024-06-28");
}

/* A number that a question or complaint cites is not the letter's own. */
static void test_fields_gated(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = load_profile(mem, "mic");
    const struct letter *l =
        new_letter(mem, "Khi\u1ebfu n\u1ea1i Quy\u1ebft \u0111\u1ecbnh 09/Q\u0110-XPHC",
                   "T\u00f4i khi\u1ebfu n\u1ea1i Quy\u1ebft \u0111\u1ecbnh s\u1ed1 09/Q\u0110-XPHC "
                   "ng\u00e0y 12/3/2024.");
    const struct ruling *r = classify(mem, l, sender(mem, p, "outside"), classifier_new(mem, p));
    (void)state;
    assert_int_equal(r->category, CATEGORY_COMPLAINT);
    assert_string_equal(r->fields.doc_number, "");
    assert_string_equal(r->fields.doc_date, "");
}

static void test_signal_names(void **state)
{
    enum signal_id id = SIGNAL_COUNT;
    (void)state;
    for (enum signal_id i = 0; i < SIGNAL_COUNT; i++) {
        assert_true(signal_known(signal_name(i), &id));
        assert_int_equal(id, i);
        assert_true(*signal_meaning(i));
    }
    assert_false(signal_known("no-such-signal", &id));
}

/* 20 MB of what the rules look for: cut at PAGES_MAX_BYTES, so a second is plenty even under ASan. */
static void test_bounded(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = load_profile(mem, "mic");
    const struct classifier *c = classifier_new(mem, p);
    static const char *const floods[] = {"khi\u1ebfu n\u1ea1i ",
                                         "s\u1ed1: ",
                                         "1/",
                                         "\u0111\u1ed9 m\u1eadt: ",
                                         "ng\u00e0y ",
                                         "?",
                                         "|",
                                         "(",
                                         "V/v ",
                                         "\u0103",
                                         "\n",
                                         "12/QD-"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(floods); i++) {
        struct str s = str_new(mem);
        while (s.n < 20000000)
            str_add(&s, floods[i]);
        struct letter *l = new_letter(mem, "x", "y");
        attach(mem, l, "a.txt", s.s);
        struct timespec a, b;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
        talloc_free(classify(mem, l, sender(mem, p, "outside"), c));
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
        double spent = (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
        if (spent > 4)
            fail_msg("flood %zu took %.2f s", i, spent);
        talloc_free(s.s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),     cmocka_unit_test(test_rows),
        cmocka_unit_test(test_reasons),      cmocka_unit_test(test_quotes_do_not_count),
        cmocka_unit_test(test_strict),       cmocka_unit_test(test_automatic),
        cmocka_unit_test(test_fields_gated), cmocka_unit_test(test_signal_names),
        cmocka_unit_test(test_bounded),
    };
    return cmocka_run_group_tests_name("classify", tests, NULL, NULL);
}
