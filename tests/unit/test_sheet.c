/* Text that a style sheet hides is kept apart; text that it only seems to hide stays where a reader sees
 * it; a page made to cost much costs little. */
#include "reader/html.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#define WORDS "one two three four five six seven"

static void *mem;
static char *hidden;
static struct str_list defects;

static const char *read_page(const char *html)
{
    defects = (struct str_list){0};
    return html_read(mem, html, strlen(html), &hidden, &defects);
}

static int set_up(void **state)
{
    (void)state;
    mem = mem_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    talloc_free(mem);
    return 0;
}

struct page {
    const char *css, *tag; /* of the element that holds the words */
    bool hides;
};

static const struct page pages[] = {
    {".x{display:none}", "<p class='a x b'>", true},
    {"#x{visibility:hidden}", "<p id=x>", true},
    {"p{font-size:0}", "<p>", true},
    {"P.X{font-size:1px}", "<p class=x>", true},
    {"p.x , p.y {opacity:0}", "<p class=y>", true},
    {".x{color:#fff;background:#fefefe}", "<p class=x>", true},
    {"body{background:white} .x{color:#FFFFFF}", "<p class=x>", true},
    {".x{position:absolute;left:-9999px}", "<p class=x>", true},
    {".x{max-height:0;overflow:hidden}", "<p class=x>", true},
    {".x{height:0;overflow:hidden}", "<p class=x>", true},
    {".x{mso-hide:all}", "<p class=x>", true},
    {".x{color:rgba(0,0,0,0)}", "<p class=x>", true},
    {".x{color:#12345600}", "<p class=x>", true},
    {".x{color:rgb(100%,100%,100%);background-color:#fff}", "<p class=x>", true},
    {"*{display:none}", "<p>", true},
    {"div p{display:none}", "<div><b><p>", true},
    {"div>p{display:none}", "<div><p>", true},
    {"[data-x]{display:none}", "<p data-x=1>", true},
    {"p[class=\"x\"]{display:none}", "<p class=x>", true},
    {"p[class^=pre]{display:none}", "<p class=preheader>", true},
    {"@media all{.x{display:none}}", "<p class=x>", true},
    {"@media only screen and (min-width:1px){.x{display:none}}", "<p class=x>", true},
    {"@charset \"utf-8\"; .x{display:none}", "<p class=x>", true},
    {"@import url(x.css);.x{display:none}", "<p class=x>", true},
    {"@font-face{font-family:a;src:url(b)} .x{display:none}", "<p class=x>", true},
    {"<!-- .x{display:none} -->", "<p class=x>", true},
    {"/* a */ .x/* b */{dis/* c */play:none}", "<p class=x>", true},
    {".x{d\\69splay:n\\6f ne}", "<p class=x>", true},
    {".x{display:none!important} .x{display:block}", "<p class=x style='display:block'>", true},
    {"#a{display:block} p#a.x{display:none}", "<p class=x id=a>", true},
    {"}.x{display:none}", "<p class=x>", true},
    {".x{color:red;}}{.y{} .x{display:none}", "<p class=x>", false}, /* as browsers read it */
    {"a:link{display:none}", "<a href=b>", true},
    /* what stays to be seen */
    {".x{display:none}", "<p class=xx>", false},
    {".x{display:none} .x{display:block}", "<p class=x>", false},
    {".x{display:none}", "<p class=x style='display:block'>", false},
    {".x{opacity:0} #a{opacity:1}", "<p class=x id=a>", false},
    {".x{max-height:0} #a{max-height:none}", "<p class=x id=a>", false},
    {"#a{display:block} p.x{display:none}", "<p class=x id=a>", false},
    {".x:hover{display:none}", "<p class=x>", false},
    {"p:not(.y){display:none}", "<p class=x>", false},
    {"div p{display:none}", "<p>", false},
    {"div>p{display:none}", "<div><b><i>", false},
    {"td+p{display:none}", "<p>", false},
    {"@media only screen and (max-width:480px){.x{display:none}}", "<p class=x>", false},
    {"@media print{.x{display:none}}", "<p class=x>", false},
    {"@media (prefers-color-scheme:dark){.x{color:#fff;background:#fff}}", "<p class=x>", false},
    {"@keyframes a{from{opacity:0}to{opacity:1}}", "<p class=x>", false},
    {".b{background:#00f} .x{color:#fff}", "<p class='b x'>", false},
    {"body{background:#fff} .x:first-child{background:#00f} .x{color:#fff}", "<p class=x>", false},
    {".x{color:#fff}", "<p class=x>", false}, /* nothing is known of the ground */
    {".x{display:none", "<p class=y>", false},
    {"{display:none}", "<p>", false},
    {",{display:none}", "<p>", false},
};

static void hides_or_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        const struct page *p = &pages[i];
        const char *seen = read_page(
            mem_fmt(mem, "<html><head><style>%s</style></head><body>seen %s" WORDS "</body></html>", p->css,
                    p->tag));
        bool kept_apart =
            strstr(hidden, WORDS) && !strstr(seen, WORDS) && str_list_has(&defects, "hidden-text");
        bool shown = !*hidden && strstr(seen, WORDS) && defects.n == 0;
        if (!(p->hides ? kept_apart : shown))
            fail_msg("%s %s: seen '%s' hidden '%s'", p->css, p->tag, seen, hidden);
    }
}

static void sheets_anywhere(void **state)
{
    (void)state;
    read_page("<body>seen<style>.x{display:none}</style><p class=x>" WORDS "</body>");
    assert_string_equal(hidden, WORDS);
    read_page("<style media=print>.x{display:none}</style><p class=x>" WORDS);
    assert_string_equal(hidden, "");
    read_page("<style>.x{</style><style>.x{display:none}</style><p class=x>" WORDS);
    assert_string_equal(hidden, WORDS);
    /* what is inside may be seen again, but not in what is gone */
    assert_string_equal(read_page("<style>.x{visibility:hidden}.y{visibility:visible}</style>"
                                  "<div class=x>" WORDS "<p class=y>shown</div>"),
                        "shown");
    assert_string_equal(read_page("<style>.x{display:none}.y{display:block}</style>"
                                  "<div class=x>" WORDS "<p class=y>gone</div>"),
                        "");
}

/* ---- pages that are made to cost ---- */

static double cost(const struct str *page)
{
    clock_t from = clock();
    read_page(page->s);
    return (double)(clock() - from) / CLOCKS_PER_SEC;
}

static void many_rules(void **state)
{
    (void)state;
    struct str page = str_new(mem);
    str_add(&page, "<style>");
    for (size_t i = 0; i < 100000; i++)
        str_add(&page, "p{top:1px}");
    str_add(&page, "</style>");
    for (size_t i = 0; i < 50000; i++)
        str_add(&page, "<p>a");
    assert_true(cost(&page) < 4.0);
    assert_true(str_list_has(&defects, "limit-html"));
}

/* Not more rules than are kept, but each of them means each element. */
static void much_work(void **state)
{
    (void)state;
    struct str page = str_new(mem);
    str_add(&page, "<style>");
    for (size_t i = 0; i < 250; i++)
        str_addf(&page, "p{top:1px;left:2px;color:#%03zu;width:10px;height:10px;opacity:1}", i);
    str_add(&page, "</style>");
    for (size_t i = 0; i < 50000; i++)
        str_add(&page, "<p style='color:red;top:2px'>a");
    assert_true(cost(&page) < 4.0);
    assert_true(str_list_has(&defects, "limit-html"));
    assert_non_null(strstr(read_page(page.s), "a\n\na\n\na"));
}

static void many_ancestors(void **state)
{
    (void)state;
    struct str page = str_new(mem);
    str_add(&page, "<style>");
    for (size_t i = 0; i < 1000; i++)
        str_add(&page, "i b i b i b i b{top:1px} ");
    str_add(&page, "</style>");
    for (size_t i = 0; i < 150; i++)
        str_add(&page, "<b>");
    for (size_t i = 0; i < 3000; i++)
        str_add(&page, "<b>a</b>");
    assert_true(cost(&page) < 4.0);
    assert_non_null(strstr(read_page(page.s), "a"));
}

static void long_pieces(void **state)
{
    (void)state;
    static const char *const pieces[] = {"{", "}",     "@media all{", "a,",         "/*",
                                         "[", ":not(", "\\",          "a{top:1px;", "<!--"};
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        struct str page = str_new(mem);
        str_add(&page, "seen<style>");
        while (page.n < 1000000)
            str_add(&page, pieces[i]);
        str_add(&page, "</style>seen");
        assert_true(cost(&page) < 4.0);
    }
    struct str page = str_new(mem);
    str_add(&page, "<style>.x{display:none}</style>");
    for (size_t i = 0; i < 2000; i++) {
        str_add(&page, "<p class='");
        for (size_t k = 0; k < 300; k++)
            str_add(&page, "x ");
        str_add(&page, "'>a");
    }
    assert_true(cost(&page) < 4.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(hides_or_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sheets_anywhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_rules, set_up, tear_down),
        cmocka_unit_test_setup_teardown(much_work, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_ancestors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_pieces, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
