/* The learned model: what is counted, what is written and read back, how it votes, that it never rules
 * alone, that the shipped one loads and votes in time, and that a damaged file is an error. */
#include "classify/classify.h"
#include "classify/model.h"
#include "rulings.h"
#include <math.h>
#include <time.h>

static struct pages pages_of(const void *mem, const char *text)
{
    return pages_make(mem, new_letter(mem, "", text));
}

static void learn(const void *mem, struct model *m, enum category c, const char *text)
{
    struct pages pages = pages_of(mem, text);
    model_learn(m, c, &pages);
}

static struct model *two_sides(const void *mem)
{
    struct model *m = model_new(mem);
    for (int i = 0; i < 5; i++) {
        learn(mem, m, CATEGORY_NEWS, "alpha beta gamma alpha beta");
        learn(mem, m, CATEGORY_SPAM, "delta epsilon gamma 20 30");
    }
    return m;
}

static struct model_vote vote(const void *mem, const struct model *m, const char *text)
{
    struct pages pages = pages_of(mem, text);
    return model_vote(mem, m, &pages);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The pages of a letter go when it is classified, and its vote is shown afterwards: no word of it may point
 * there. */
static void test_vote_outlives_the_pages(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct model *m = two_sides(mem);
    void *letter = mem_new();
    (void)state;
    model_finish(m);
    struct pages pages = pages_of(letter, "Alpha beta, gamma alpha");
    struct model_vote v = model_vote(mem, m, &pages);
    talloc_free(letter);
    assert_true(v.n_words > 1);
    for (size_t i = 0; i < v.n_words; i++)
        assert_string_equal(v.words[i].where, "body");
}

static void test_counts(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    const char *text = model_write(mem, two_sides(mem), 1, NULL);
    assert_string_equal(text, "model 1\nletters news 5\nletters spam 5\n"
                              "0\tspam:5\n0 0\tspam:5\nalpha\tnews:5\nalpha beta\tnews:5\nbeta\tnews:5\n"
                              "beta gamma\tnews:5\ndelta\tspam:5\ndelta epsilon\tspam:5\nepsilon\tspam:5\n"
                              "epsilon gamma\tspam:5\ngamma\tnews:5 spam:5\ngamma 0\tspam:5\n"
                              "gamma alpha\tnews:5\n");
}

static void test_round_trip(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct err err = {0};
    (void)state;
    const char *text = model_write(mem, two_sides(mem), 1, NULL);
    struct model *m = model_new(mem);
    assert_true(model_read(m, "a", text, strlen(text), &err));
    assert_string_equal(model_write(mem, m, 1, NULL), text);
    assert_true(model_read(m, "b", text, strlen(text), &err)); /* a second file adds up */
    assert_int_equal(model_letters(m, CATEGORY_NEWS), 10);
    assert_non_null(strstr(model_write(mem, m, 1, NULL), "gamma\tnews:10 spam:10\n"));
}

/* A name that one letter holds is not written down, unless everybody knows the word. */
static void test_privacy(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct model *m = model_new(mem), *known = two_sides(mem);
    (void)state;
    learn(mem, m, CATEGORY_DENUNCIATION, "alpha hieronymus");
    const char *text = model_write(mem, m, 3, known);
    assert_non_null(strstr(text, "\nalpha\tdenunciation:1\n"));
    assert_null(strstr(text, "hieronymus"));
    learn(mem, m, CATEGORY_DENUNCIATION, "hieronymus");
    learn(mem, m, CATEGORY_COMPLAINT, "hieronymus");
    assert_non_null(strstr(model_write(mem, m, 3, known), "\nhieronymus\tcomplaint:1 denunciation:2\n"));
}

static void test_bad_files(void **state)
{
    static const char *const bad[][2] = {{"model 2\n", "f:1: "},
                                         {"letters news 1\n", "f:1: "},
                                         {"model 1\nletters nonsense 1\n", "f:2: "},
                                         {"model 1\nletters news\n", "f:2: "},
                                         {"model 1\nletters news -1\n", "f:2: "},
                                         {"model 1\n\n# x\nword\n", "f:4: "},
                                         {"model 1\nword\tnews\n", "f:2: "},
                                         {"model 1\nword\tnews:0\n", "f:2: "},
                                         {"model 1\nword\tnews:1 weather:1\n", "f:2: "},
                                         {"model 1\n\tnews:1\n", "f:2: "},
                                         {"model 1\nword\tnews:99999999999999999999\n", "f:2: "}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        _cleanup_mem_ void *mem = mem_new();
        struct err err = {0};
        assert_false(model_read(model_new(mem), "f", bad[i][0], strlen(bad[i][0]), &err));
        assert_int_equal(err.kind, ERR_CONF);
        if (!str_starts(err.text, bad[i][1]))
            fail_msg("%zu: %s", i, err.text);
    }
}

static void test_vote(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct model *m = two_sides(mem);
    (void)state;
    model_finish(m);
    struct model_vote v = vote(mem, m, "Alpha beta, gamma alpha");
    double sum = 0;
    assert_true(v.any && v.best == CATEGORY_NEWS && v.second == CATEGORY_SPAM && v.n_words > 0);
    assert_string_equal(v.words[0].where, "body");
    for (size_t i = 0; i < v.n_words; i++)
        assert_true(v.words[i].weight > 0 && !str_eq(v.words[i].text, "gamma"));
    for (enum category c = 0; c < CATEGORY_COUNT; c++)
        sum += v.share[c];
    assert_true(fabs(sum - 1) < 1e-9);
    assert_true(v.share[CATEGORY_DOCUMENT] == 0); /* never seen */
    v = vote(mem, m, "delta 7 unknown words epsilon gamma");
    assert_true(v.any && v.best == CATEGORY_SPAM);
    assert_false(vote(mem, m, "alpha zzz").any); /* too little to say anything */
    assert_false(vote(mem, model_new(mem), "alpha beta gamma").any);
}

static struct model *shipped_model(const void *mem)
{
    struct err err = {0};
    size_t n;
    char *bytes = read_whole(mem, "rules/common/start.model", &n);
    struct model *m = model_new(mem);
    assert_true(n > 10000 && n < 1000000);
    assert_true(model_read(m, "start.model", bytes, n, &err));
    model_finish(m);
    return m;
}

static void test_shipped(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    double from = seconds();
    struct model *m = shipped_model(mem);
    double spent = seconds() - from;
    (void)state;
    print_message("# start.model: %zu words, read in %.1f ms\n", model_size(m), spent * 1e3);
    assert_true(spent < 0.2); /* under ASan; 2 ms without */
    for (enum category c = 0; c <= CATEGORY_SPAM; c++)
        assert_true(model_letters(m, c) >= 20);
    struct str s = str_new(mem);
    while (s.n < 1000000)
        str_add(&s, "aa bb ");
    from = seconds();
    vote(mem, m, s.s);
    assert_true(seconds() - from < 2); /* of that, all but a little is making the pages */
}

/* The model is heard, and rules nothing alone: not even a strong vote makes a kind without a rule. */
static void test_second_voice(void **state)
{
    static const char *const text =
        "T\u00f4i \u1edf \u1ea5p 3, \u00f4ng tr\u01b0\u1edfng th\u00f4n thu ti\u1ec1n, "
        "c\u00f3 gi\u1ea5y vi\u1ebft tay, kh\u00f4ng c\u00f3 bi\u00ean lai.";
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = load_profile(mem, "mic");
    struct classifier *c = classifier_new(mem, p);
    struct model *m = model_new(mem);
    (void)state;
    const struct letter *l = new_letter(mem, "Zzz", "qqq www eee rrr ttt");
    const struct ruling *r = classify(mem, l, sender(mem, p, "outside"), c);
    assert_true(r->unsure && !r->vote.any && r->second == NULL);
    for (int i = 0; i < 9; i++) {
        learn(mem, m, CATEGORY_DENUNCIATION, "qqq www eee rrr ttt");
        learn(mem, m, CATEGORY_NEWS, "aaa sss ddd fff ggg");
    }
    model_finish(m);
    classifier_use_model(c, m);
    r = classify(mem, l, sender(mem, p, "outside"), c);
    assert_int_equal(r->category, CATEGORY_OTHER);
    assert_true(r->unsure && r->vote.best == CATEGORY_DENUNCIATION);
    assert_int_equal(r->second->category, CATEGORY_DENUNCIATION);
    classifier_use_model(c, shipped_model(mem)); /* both voices */
    r = classify(mem, new_letter(mem, "G\u00f3p \u00fd", text), sender(mem, p, "outside"), c);
    assert_int_equal(r->category, CATEGORY_DENUNCIATION);
    bool said = false;
    for (size_t i = 0; i < r->n_reasons; i++)
        said = said || str_eq(r->reasons[i].rule, "model");
    assert_true(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vote_outlives_the_pages),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_privacy),
        cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_vote),
        cmocka_unit_test(test_shipped),
        cmocka_unit_test(test_second_voice),
    };
    return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
