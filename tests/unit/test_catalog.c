/* Labels: reading, later text wins, places filled, faults told apart; and the shipped files themselves. */
#include "base/utf8.h"
#include "desk/plan.h"
#include "house/profile.h"
#include "render/catalog.h"
#include "sys/file.h"
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

static struct catalog *shipped(void *mem, const char *lang)
{
    const char *root = getenv("BBT_ROOT");
    struct problems problems = {0};
    struct err err = {0};
    char *bytes;
    size_t n;
    char *path = mem_fmt(mem, "%s/conf/%s/labels", root ? root : ".", lang);
    if (!file_read(mem, path, 1u << 20, &bytes, &n, &err))
        fail_msg("%s", err.text);
    struct str all = str_new(mem);
    str_addn(&all, bytes, n);
    const char **names;
    char *dir = mem_fmt(mem, "%s.d", path);
    if (!file_names(mem, dir, &names, &n, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0, bytes_n; i < n; i++) {
        if (names[i][0] == '.')
            continue;
        if (!file_read(mem, mem_fmt(mem, "%s/%s", dir, names[i]), 1u << 20, &bytes, &bytes_n, &err))
            fail_msg("%s", err.text);
        str_addc(&all, '\n');
        str_addn(&all, bytes, bytes_n);
    }
    struct catalog *c = catalog_load(mem, path, all.s, all.n, &problems);
    for (size_t i = 0; i < problems.n; i++)
        print_error("%s:%d: %s\n", path, problems.v[i].line, problems.v[i].key);
    assert_int_equal(problems.n, 0);
    return c;
}

static void need(const struct catalog *c, const char *group, const char *name)
{
    char key[80];
    snprintf(key, sizeof key, "%s.%s", group, name);
    if (!catalog_has(c, key))
        print_error("no label %s\n", key);
    assert_true(catalog_has(c, key));
    assert_true(*catalog_text(c, key));
}

/* Every word that C can name has its text in both languages, short enough for its column. */
static void test_shipped_labels_name_every_word(void **state)
{
    (void)state;
    static const char *const langs[] = {"vi", "en"};
    static const char *const verdicts[] = {"accept", "needs-confirmation", "confirmed", "reject-spoof"};
    static const char *const holds[] = {"forged",     "confirmation", "secrecy",
                                        "unreadable", "limits",       "unsure"};
    static const char *const outbox[] = {"queued", "sending", "sent", "unknown", "failed"};
    for (size_t l = 0; l < ARRAY_LEN(langs); l++) {
        void *mem = mem_new();
        const struct catalog *c = shipped(mem, langs[l]);
        for (int i = 0; i < CATEGORY_COUNT; i++)
            need(c, "category", category_name((enum category)i));
        for (int i = EFFECT_OPEN; i <= EFFECT_TOKEN_USE; i++)
            need(c, "effect", effect_name((enum effect_kind)i));
        for (unsigned r = ROLE_CHIEF; r <= ROLE_VIEWER; r <<= 1)
            need(c, "role", role_name((enum role)r));
        for (size_t i = 0; i < ARRAY_LEN(verdicts); i++)
            need(c, "verdict", verdicts[i]);
        for (size_t i = 0; i < ARRAY_LEN(outbox); i++)
            need(c, "outbox", outbox[i]);
        for (size_t i = 0; i < ARRAY_LEN(holds); i++) {
            need(c, "hold", holds[i]);
            need(c, "held", holds[i]);
            assert_true(utf8_width(catalog_text(c, mem_fmt(mem, "held.%s", holds[i]))) <= 13);
        }
        talloc_free(mem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_and_finds), cmocka_unit_test(test_later_text_wins),
        cmocka_unit_test(test_places),          cmocka_unit_test(test_problems),
        cmocka_unit_test(test_empty),           cmocka_unit_test(test_shipped_labels_name_every_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
