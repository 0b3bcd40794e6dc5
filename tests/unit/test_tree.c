/* The block grammar: words, nesting, every mistake with its place, and the nearest known word. */
#include "base/utf8.h"
#include "house/tree.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct tree_node *parse(const void *mem, const char *text, struct problems *problems)
{
    return tree_parse(mem, "t.rules", text, strlen(text), problems);
}

/* "line:column key 'subject'" of each problem, one a line. */
static char *say(const void *mem, const struct problems *p)
{
    struct str out = str_new(mem);
    for (size_t i = 0; i < p->n; i++)
        str_addf(&out, "%d:%d %s '%s'\n", p->v[i].line, p->v[i].column, p->v[i].key, p->v[i].subject);
    return mem_str(mem, out.n ? out.s : "");
}

static void test_words(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct problems none = {0};
    (void)state;
    const struct tree_node *root = parse(mem,
                                         "\xef\xbb\xbf# a remark\r\n"
                                         "one two \"three \\\"four\\\" \\\\\" # tail\r\n"
                                         "a; b 2;; c\n"
                                         "block x { in { deep \"\" } ; next }\n"
                                         "last",
                                         &none);
    assert_string_equal(say(mem, &none), "");
    assert_int_equal(root->n_children, 6);
    assert_int_equal(root->children[0].n_words, 3);
    assert_string_equal(tree_word(&root->children[0], 2), "three \"four\" \\");
    assert_true(root->children[0].words[2].quoted);
    assert_int_equal(root->children[0].words[2].column, 9);
    assert_int_equal(root->children[0].line, 2);
    assert_string_equal(tree_word(&root->children[2], 0), "b");
    assert_null(tree_word(&root->children[2], 2));
    const struct tree_node *block = &root->children[4];
    assert_true(block->block);
    assert_int_equal(block->n_children, 2);
    assert_string_equal(tree_word(&block->children[0].children[0], 1), "");
    assert_string_equal(tree_word(&block->children[1], 0), "next");
    assert_string_equal(tree_word(&root->children[5], 0), "last");
}

static void test_nfc_and_columns(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct problems none = {0};
    (void)state;
    /* "Ti\u0302\u0301ng" (decomposed) becomes one composed letter and is reported; columns count
     * characters as they stand */
    const struct tree_node *root = parse(mem, "\"Tie\xcc\x82\xcc\x81ng\" \xc4\x91\xe1\xba\xb9p", &none);
    assert_int_equal(none.n, 1);
    assert_string_equal(none.v[0].key, "not-nfc");
    assert_string_equal(tree_word(&root->children[0], 0), "Ti\xe1\xba\xbfng");
    assert_int_equal(root->children[0].words[1].column, 11);
}

static void test_all_mistakes_at_once(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct problems p = {0};
    (void)state;
    const struct tree_node *root = parse(mem,
                                         "a \"open\n"
                                         "b \"x\\n\"\n"
                                         "c \"x\"y\n"
                                         "} d\n"
                                         "{ e { f } }\n"
                                         "g \xff\x01\n"
                                         "h {\n"
                                         "  i {",
                                         &p);
    assert_string_equal(say(mem, &p), "1:3 unclosed-quote 'open'\n"
                                      "2:5 bad-escape '\\n'\n"
                                      "3:3 no-blank-at-quote 'x'\n"
                                      "4:1 stray-brace '}'\n"
                                      "5:1 block-without-word '{'\n"
                                      "6:3 bad-utf8 '0xff'\n"
                                      "6:4 control-character '0x01'\n"
                                      "8:5 unclosed-brace 'i'\n"
                                      "7:3 unclosed-brace 'h'\n");
    problems_sort(&p);
    assert_int_equal(p.v[7].line, 7);
    /* what could be read is there, valid and without control characters */
    assert_int_equal(root->n_children, 6);
    assert_string_equal(tree_word(&root->children[4], 1), "\xef\xbf\xbd ");
    assert_string_equal(tree_word(&root->children[5].children[0], 0), "i");
}

static void test_depth_is_bounded(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct problems p = {0};
    struct str s = str_new(mem);
    (void)state;
    for (int i = 0; i < 200000; i++)
        str_add(&s, "a{");
    const struct tree_node *root = tree_parse(mem, "t", s.s, s.n, &p);
    assert_int_equal(root->n_children, 1);
    assert_string_equal(p.v[0].key, "too-deep");
    assert_true(p.n < 20);
    p = (struct problems){0};
    parse(mem, "a{b{c{d{e{f{}}}}}} z", &p);
    assert_int_equal(p.n, 0);
}

static void test_empty(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct problems p = {0};
    (void)state;
    assert_int_equal(tree_parse(mem, "t", NULL, 0, &p)->n_children, 0);
    assert_int_equal(parse(mem, "\n;;\n# only\n", &p)->n_children, 0);
    assert_int_equal(p.n, 0);
}

static void test_nearest(void **state)
{
    static const char *const words[] = {"mailbox", "max-letter", NULL, "profile", "starttls", "poll"};
    (void)state;
    assert_string_equal(tree_nearest("mialbox", words, 6), "mailbox"); /* neighbours swapped: one slip */
    assert_string_equal(tree_nearest("Profil", words, 6), "profile");
    assert_string_equal(tree_nearest("starttl", words, 6), "starttls");
    assert_string_equal(tree_nearest("max_leter", words, 6), "max-letter");
    assert_string_equal(tree_nearest("pal", words, 6), ""); /* two of three letters differ */
    assert_string_equal(tree_nearest("elephant", words, 6), "");
    assert_string_equal(tree_nearest("", words, 6), "");
    assert_string_equal(
        tree_nearest("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", words, 6), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_nfc_and_columns),
        cmocka_unit_test(test_all_mistakes_at_once),
        cmocka_unit_test(test_depth_is_bounded),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
