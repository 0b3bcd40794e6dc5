/* A profile as a document: every row names its article, the text keeps to 80 columns, the page is
 * well-formed, has no script, and its tables and headings can be walked with a screen reader. */
#include "base/utf8.h"
#include "render/rulebook.h"
#include "rulings.h"
#include <libxml/parser.h>
#include <libxml/xpath.h>

static struct catalog *labels(const void *mem)
{
    struct str all = str_new(mem);
    struct problems problems = {0};
    struct str_list names = list_files(mem, "conf/vi/labels.d", "");
    size_t n = 0;
    str_add(&all, read_whole(mem, "conf/vi/labels", &n));
    for (size_t i = 0; i < names.n; i++)
        if (names.v[i][0] != '.')
            str_addf(&all, "\n%s", read_whole(mem, mem_fmt(mem, "conf/vi/labels.d/%s", names.v[i]), &n));
    struct catalog *c = catalog_load(mem, "labels", all.s, all.n, &problems);
    assert_non_null(c);
    return c;
}

static void test_rows_have_articles(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shipped); i++) {
        _cleanup_mem_ void *mem = mem_new();
        const struct rulebook *b = rulebook_new(mem, load_profile(mem, shipped[i]), labels(mem), "vi");
        assert_true(b->n_sections >= 14);
        for (size_t s = 0; s < b->n_sections; s++) {
            assert_false(str_starts(b->sections[s].title, "rulebook."));
            for (size_t k = 0; k < b->sections[s].n_rows; k++)
                if (!*b->sections[s].rows[k].cite || !*b->sections[s].rows[k].name)
                    fail_msg("%s: %s: row '%s' has no article", shipped[i], b->sections[s].id,
                             b->sections[s].rows[k].name);
        }
    }
}

static void test_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shipped); i++) {
        _cleanup_mem_ void *mem = mem_new();
        struct catalog *c = labels(mem);
        char *text = rulebook_text(mem, rulebook_new(mem, load_profile(mem, shipped[i]), c, "vi"), c);
        char *save = NULL;
        assert_non_null(strstr(text, "["));
        for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
            assert_true(utf8_valid(line, strlen(line)));
            if (utf8_width(line) > 80)
                fail_msg("%zu columns: %s", utf8_width(line), line);
            assert_null(strstr(line, "rulebook."));
        }
    }
}

static int count(xmlXPathContextPtr ctx, const char *expression)
{
    xmlXPathObjectPtr o = xmlXPathEvalExpression((const xmlChar *)expression, ctx);
    int n = o && o->nodesetval ? o->nodesetval->nodeNr : 0;
    xmlXPathFreeObject(o);
    return n;
}

/* The page is written so that it is also well-formed XML but for its void elements. */
static void test_html(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct catalog *c = labels(mem);
    struct profile *p = load_profile(mem, "mic");
    (void)state;
    p->institution = "<script>alert(1)</script> & \"M\"";
    char *page = rulebook_html(mem, rulebook_new(mem, p, c, "vi"), c);
    assert_null(strstr(page, "<script"));
    assert_null(strstr(page, "http"));
    assert_non_null(strstr(page, "&lt;script&gt;"));
    struct str xml = str_new(mem);
    for (const char *s = strstr(page, "<html"); *s; s++) {
        if (str_starts(s, "<meta"))
            s = strchr(s, '>');
        else
            str_addc(&xml, *s);
    }
    xmlDocPtr doc = xmlReadMemory(xml.s, (int)xml.n, "page", NULL, XML_PARSE_NONET);
    assert_non_null(doc);
    xmlXPathContextPtr ctx = xmlXPathNewContext(doc);
    assert_int_equal(count(ctx, "/html[@lang='vi']"), 1);
    assert_int_equal(count(ctx, "//title"), 1);
    assert_int_equal(count(ctx, "//h1"), 1);
    assert_int_equal(count(ctx, "//main"), 1);
    assert_true(count(ctx, "//table") >= 14);
    assert_int_equal(count(ctx, "//table[not(caption)]"), 0);
    assert_int_equal(count(ctx, "//th[not(@scope)]"), 0);
    assert_int_equal(count(ctx, "//tbody/tr[not(th) or not(td[@class='cite'][normalize-space()])]"), 0);
    assert_int_equal(count(ctx, "//a[starts-with(@href,'#')][not(substring(@href,2)=//@id)]"), 0);
    assert_int_equal(count(ctx, "//@*[starts-with(name(),'on')]"), 0);
    xmlXPathFreeContext(ctx);
    xmlFreeDoc(doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows_have_articles),
                                       cmocka_unit_test(test_text), cmocka_unit_test(test_html)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
