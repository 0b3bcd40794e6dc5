/* Labels: reading, later text wins, places filled, faults told apart; and the shipped files themselves. */
#include "base/str.h"
#include "render/catalog.h"
#include <setjmp.h>

#include <cmocka.h>

static struct catalog *load(void *mem, const char *text, struct problems *problems)
{
    *problems = (struct problems){0};
    return catalog_load(mem, "labels", text, strlen(text), problems);
}

static void test_reads_and_finds(void **state)
{
    (void)state;
    void *mem = mem_new();
    struct problems problems;
    struct catalog *c =
        load(mem, "# words\nstate.closed \"\u0110\u00e3 k\u1ebft th\u00fac\"\na.b plain\n", &problems);
    assert_int_equal(problems.n, 0);
    assert_string_equal(catalog_text(c, "state.closed"), "\u0110\u00e3 k\u1ebft th\u00fac");
    assert_string_equal(catalog_text(c, "a.b"), "plain");
    assert_true(catalog_has(c, "a.b"));
    assert_false(catalog_has(c, "a"));
    assert_string_equal(catalog_text(c, "no.such"), "no.such");
    talloc_free(mem);
}

static void test_later_text_wins(void **state)
{
    (void)state;
    void *mem = mem_new();
    struct problems problems;
    struct catalog *c = load(mem, "b one\na x\nb two\nc y\nb three\n", &problems);
    assert_int_equal(problems.n, 0);
    assert_string_equal(catalog_text(c, "b"), "three");
    assert_string_equal(catalog_text(c, "a"), "x");
    assert_string_equal(catalog_text(c, "c"), "y");
    talloc_free(mem);
}

static void test_places(void **state)
{
    (void)state;
    void *mem = mem_new();
    struct problems problems;
    struct catalog *c =
        load(mem, "hold.x \"{{n}} letters of {{who}}, {{n}}{{who\"\nbare \"{{gone}}\"\n", &problems);
    assert_string_equal(catalog_say(mem, c, "hold.x", "who", "{{n}}", "n", "3", NULL),
                        "3 letters of {{n}}, 3{{who");
    assert_string_equal(catalog_say(mem, c, "bare", "n", "3", NULL), "{{gone}}");
    assert_string_equal(catalog_say(mem, c, "nothing.here", "n", "3", NULL), "nothing.here");
    talloc_free(mem);
}

static void test_problems(void **state)
{
    (void)state;
    void *mem = mem_new();
    struct problems problems;
    struct catalog *c =
        load(mem, "ok fine\nlonely\ntoo many words\nblock { x y }\nlast \"good\"\n", &problems);
    assert_int_equal(problems.n, 3);
    assert_int_equal(problems.v[0].line, 2);
    assert_string_equal(problems.v[0].key, "missing");
    assert_string_equal(problems.v[0].subject, "lonely");
    assert_int_equal(problems.v[1].line, 3);
    assert_int_equal(problems.v[2].line, 4);
    assert_string_equal(catalog_text(c, "last"), "good");
    assert_string_equal(catalog_text(c, "ok"), "fine");
    talloc_free(mem);
}

static void test_empty(void **state)
{
    (void)state;
    void *mem = mem_new();
    struct problems problems;
    struct catalog *c = load(mem, "", &problems);
    assert_int_equal(problems.n, 0);
    assert_string_equal(catalog_text(c, "x"), "x");
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_and_finds), cmocka_unit_test(test_later_text_wins),
        cmocka_unit_test(test_places),          cmocka_unit_test(test_problems),
        cmocka_unit_test(test_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
