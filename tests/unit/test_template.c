/* Mustache core in our own words (after the published specification's sections: interpolation, sections,
 * inverted, comments, partials, standalone lines), escaping by target, and the templates that are refused.
 */
#include "base/str.h"
#include "render/template.h"
#include <setjmp.h>

#include <cmocka.h>

struct sample {
    const char *what, *text, *data, *want;
};

/* Partials of the tests: pairs name, text. */
static const char *const partials[] = {
    "text",      "from partial", "empty",   "",
    "inner",     "*{{text}}*",   "node",    "{{content}}<{{#nodes}}{{>node}}{{/nodes}}>",
    "two-lines", "one\ntwo\n",   "content", "|\n{{content}}\n|\n",
    "tail",      ">\n>",         "endless", "x{{>endless}}",
    NULL};

static const char *partial(void *arg, const char *name)
{
    (void)arg;
    for (size_t i = 0; partials[i]; i += 2)
        if (strcmp(partials[i], name) == 0)
            return partials[i + 1];
    return NULL;
}

static char *render(void *mem, const char *text, const char *data, enum template_target target)
{
    json_error_t je;
    json_t *json = json_loads(data, JSON_DECODE_ANY, &je);
    assert_non_null(json);
    struct err err = {0};
    char *out = NULL;
    if (!template_render(mem, "t", text, json, target, partial, NULL, &out, &err))
        print_error("%s\n", err.text);
    json_decref(json);
    return out;
}

static void run(const struct sample *s, size_t n, enum template_target target)
{
    void *mem = mem_new();
    for (size_t i = 0; i < n; i++) {
        char *got = render(mem, s[i].text, s[i].data, target);
        if (!got || strcmp(got, s[i].want) != 0)
            print_error("case: %s\n", s[i].what);
        assert_non_null(got);
        assert_string_equal(got, s[i].want);
    }
    talloc_free(mem);
}

static void test_interpolation(void **state)
{
    (void)state;
    static const struct sample s[] = {
        {"nothing to fill", "Plain {text} }} here\n", "{}", "Plain {text} }} here\n"},
        {"one value", "Hello, {{name}}!", "{\"name\":\"world\"}", "Hello, world!"},
        {"no second reading of a value", "{{a}}: {{b}}", "{\"a\":\"{{b}}\",\"b\":\"x\"}", "{{b}}: x"},
        {"integer", "{{n}} days", "{\"n\":85}", "85 days"},
        {"negative", "{{n}}", "{\"n\":-3}", "-3"},
        {"real", "{{n}} litres", "{\"n\":1.21}", "1.21 litres"},
        {"whole real", "{{n}}", "{\"n\":2.0}", "2"},
        {"null", "({{n}})", "{\"n\":null}", "()"},
        {"missing", "({{n}})", "{}", "()"},
        {"true", "{{n}}", "{\"n\":true}", "true"},
        {"blanks inside the braces", "|{{  a\t}}|", "{\"a\":\"-\"}", "|-|"},
        {"blanks around stay", "| {{a}} |", "{\"a\":\"-\"}", "| - |"},
        {"alone on a line, a value keeps its line", "  {{a}}\n", "{\"a\":\"-\"}", "  -\n"},
        {"raw by three braces", "{{{a}}}", "{\"a\":\"<&>\"}", "<&>"},
        {"raw by ampersand", "{{& a }}", "{\"a\":\"<&>\"}", "<&>"},
        {"dotted", "{{a.b.c}}", "{\"a\":{\"b\":{\"c\":\"deep\"}}}", "deep"},
        {"dotted through a missing part", "({{a.b.c}})", "{\"a\":{}}", "()"},
        {"the first part decides", "{{#a}}({{b.c}}){{/a}}", "{\"a\":{\"b\":{}},\"b\":{\"c\":\"outer\"}}",
         "()"},
        {"dotted from outside", "{{#a}}{{b.c}}{{/a}}", "{\"a\":{\"x\":1},\"b\":{\"c\":\"outer\"}}",
         "outer"},
        {"the value itself", "{{.}}", "\"top\"", "top"},
    };
    run(s, ARRAY_LEN(s), TEMPLATE_TEXT);
}

static void test_sections(void **state)
{
    (void)state;
    static const struct sample s[] = {
        {"true", "{{#a}}yes{{/a}}", "{\"a\":true}", "yes"},
        {"false", "({{#a}}yes{{/a}})", "{\"a\":false}", "()"},
        {"null", "({{#a}}yes{{/a}})", "{\"a\":null}", "()"},
        {"missing", "({{#a}}yes{{/a}})", "{}", "()"},
        {"empty text is no", "({{#a}}yes{{/a}})", "{\"a\":\"\"}", "()"},
        {"nought is yes", "{{#a}}yes{{/a}}", "{\"a\":0}", "yes"},
        {"object", "{{#a}}{{b}}{{/a}}", "{\"a\":{\"b\":\"in\"},\"b\":\"out\"}", "in"},
        {"outer name from inside", "{{#a}}{{b}}{{/a}}", "{\"a\":{},\"b\":\"out\"}", "out"},
        {"inner hides outer", "{{#a}}{{#b}}{{x}}{{/b}}{{/a}}", "{\"a\":{\"x\":1},\"b\":{\"x\":2}}", "2"},
        {"list", "{{#l}}{{i}},{{/l}}", "{\"l\":[{\"i\":1},{\"i\":2},{\"i\":3}]}", "1,2,3,"},
        {"empty list", "({{#l}}x{{/l}})", "{\"l\":[]}", "()"},
        {"list of texts", "{{#l}}({{.}}){{/l}}", "{\"l\":[\"a\",\"b\"]}", "(a)(b)"},
        {"list of lists", "{{#l}}({{#.}}{{.}}{{/.}}){{/l}}", "{\"l\":[[1,2],[3]]}", "(12)(3)"},
        {"text as context", "{{#a}}<{{.}}>{{/a}}", "{\"a\":\"v\"}", "<v>"},
        {"same name nested", "{{#a}}1{{#a}}2{{/a}}3{{/a}}", "{\"a\":true}", "123"},
        {"nested, inner off", "1{{#a}}2{{#b}}3{{/b}}4{{/a}}5", "{\"a\":true}", "1245"},
        {"dotted", "{{#a.b}}yes{{/a.b}}", "{\"a\":{\"b\":true}}", "yes"},
        {"inverted false", "{{^a}}no{{/a}}", "{\"a\":false}", "no"},
        {"inverted missing", "{{^a}}no{{/a}}", "{}", "no"},
        {"inverted empty list", "{{^a}}none{{/a}}", "{\"a\":[]}", "none"},
        {"inverted list", "({{^a}}none{{/a}})", "{\"a\":[1]}", "()"},
        {"both ways", "{{#a}}y{{/a}}{{^a}}n{{/a}}", "{\"a\":true}", "y"},
    };
    run(s, ARRAY_LEN(s), TEMPLATE_TEXT);
}

static void test_standalone_lines(void **state)
{
    (void)state;
    static const struct sample s[] = {
        {"section lines vanish", "a\n{{#x}}\nb\n{{/x}}\nc\n", "{\"x\":true}", "a\nb\nc\n"},
        {"indented ones too", "a\n  {{#x}}  \nb\n\t{{/x}}\nc", "{\"x\":true}", "a\nb\nc"},
        {"CRLF", "a\r\n{{#x}}\r\nb\r\n{{/x}}\r\nc", "{\"x\":true}", "a\r\nb\r\nc"},
        {"first line", "{{#x}}\nb{{/x}}\nc", "{\"x\":true}", "b\nc"},
        {"last line without end", "a\n{{#x}}\nb\n  {{/x}}", "{\"x\":true}", "a\nb\n"},
        {"not alone: blanks stay", " | {{#x}}b{{/x}} |\n", "{\"x\":true}", " | b |\n"},
        {"two tags on a line are not alone", " {{#x}} {{/x}}\n", "{\"x\":true}", "  \n"},
        {"inverted", "a\n{{^x}}\nb\n{{/x}}\n", "{}", "a\nb\n"},
        {"comment", "a{{! nothing }}b", "{}", "ab"},
        {"comment over lines", "a{{!\n one\n two\n}}b", "{}", "ab"},
        {"comment alone", "a\n  {{! x }}\nb", "{}", "a\nb"},
        {"comment alone over lines", "a\n{{!\nx\n}}\nb", "{}", "a\nb"},
        {"comment hides tags", "a{{! {{#x }}b", "{}", "ab"},
        {"comment beside text", "a {{! x }}\n", "{}", "a \n"},
    };
    run(s, ARRAY_LEN(s), TEMPLATE_TEXT);
}

static void test_partials(void **state)
{
    (void)state;
    static const struct sample s[] = {
        {"basic", "\"{{>text}}\"", "{}", "\"from partial\""},
        {"empty one", "({{>empty}})", "{}", "()"},
        {"sees the data", "{{> inner }}", "{\"text\":\"v\"}", "*v*"},
        {"calls itself", "{{>node}}", "{\"content\":\"X\",\"nodes\":[{\"content\":\"Y\",\"nodes\":[]}]}",
         "X<Y<>>"},
        {"not alone: no indent", "| {{>tail}} |\n", "{}", "| >\n> |\n"},
        {"alone: every line indented", "\\\n  {{>two-lines}}\n/\n", "{}", "\\\n  one\n  two\n/\n"},
        {"a value's own lines are not", "\\\n {{>content}}\n/\n", "{\"content\":\"<\\n->\"}",
         "\\\n |\n <\n->\n |\n/\n"},
        {"alone without a line end", "  {{>tail}}", "{}", "  >\n  >"},
    };
    run(s, ARRAY_LEN(s), TEMPLATE_TEXT);
}

/* "Bộ Thông tin và Truyền thông: điện tử", precomposed, and a decomposed e + circumflex + dot below. */
#define VIETNAMESE                                                                                         \
    "B\u1ed9 Th\u00f4ng tin v\u00e0 Truy\u1ec1n th\u00f4ng: \u0111i\u1ec7n t\u1eed, e\u0302\u0323 "        \
    "\U0001f4e8"

static void test_vietnamese_is_untouched(void **state)
{
    (void)state;
    void *mem = mem_new();
    for (int t = TEMPLATE_TEXT; t <= TEMPLATE_HEADER; t++) {
        char *got =
            render(mem, "\u0110\u01a1n: {{v}}.", "{\"v\":\"" VIETNAMESE "\"}", (enum template_target)t);
        assert_string_equal(got, "\u0110\u01a1n: " VIETNAMESE ".");
    }
    talloc_free(mem);
}

static void test_escapes_by_target(void **state)
{
    (void)state;
    void *mem = mem_new();
    const char *nasty =
        "{\"v\":\"<script>alert('x')</script>\\\" onload=\\\"&amp;\\u0000\\u001b\\u0085\\ufffe\"}";
    const char *escaped = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot; onload=&quot;&amp;amp;";
    json_error_t je;
    json_t *json = json_loads(nasty, JSON_ALLOW_NUL, &je);
    struct err err = {0};
    char *out = NULL;
    assert_true(template_render(mem, "t", "{{v}}", json, TEMPLATE_HTML, NULL, NULL, &out, &err));
    assert_string_equal(out, escaped);
    assert_true(template_render(mem, "t", "{{v}}", json, TEMPLATE_XML, NULL, NULL, &out, &err));
    assert_string_equal(out, escaped);
    assert_true(template_render(mem, "t", "{{v}}", json, TEMPLATE_TEXT, NULL, NULL, &out, &err));
    assert_string_equal(out, "<script>alert('x')</script>\" onload=\"&amp;");
    json_decref(json);
    talloc_free(mem);
}

static void test_header_stays_one_line(void **state)
{
    (void)state;
    void *mem = mem_new();
    const char *data = "{\"v\":\"a\\r\\nBcc: x@evil.vn\\tz\\u2028q\\u2029\\u202e\\u0085\"}";
    assert_string_equal(render(mem, "Subject {{v}}!", data, TEMPLATE_HEADER),
                        "Subject a  Bcc: x@evil.vn z q   !");
    assert_string_equal(render(mem, "{{{v}}}", data, TEMPLATE_HEADER), "a  Bcc: x@evil.vn z q   ");
    talloc_free(mem);
}

static void refused(const char *text, enum template_target target, const char *place, const char *why)
{
    struct err err = {0};
    assert_false(template_check("site/item.html", text, target, &err));
    assert_int_equal(err.kind, ERR_CONF);
    assert_ptr_equal(strstr(err.text, place), err.text);
    assert_non_null(strstr(err.text, why));
}

static void test_refuses_with_the_line(void **state)
{
    (void)state;
    refused("a\n{{b", TEMPLATE_TEXT, "site/item.html:2: ", "not closed");
    refused("{{{b}}", TEMPLATE_TEXT, "site/item.html:1: ", "not closed");
    refused("a\n\n{{#b}}\n", TEMPLATE_TEXT, "site/item.html:3: ", "section is not closed");
    refused("{{/b}}", TEMPLATE_TEXT, "site/item.html:1: ", "did not begin");
    refused("{{#a}}\n{{#b}}\n{{/a}}{{/b}}", TEMPLATE_TEXT, "site/item.html:3: ", "another section");
    refused("{{ }}", TEMPLATE_TEXT, "site/item.html:1: ", "no name");
    refused("{{=<% %>=}}", TEMPLATE_TEXT, "site/item.html:1: ", "delimiters");
    refused("\n{{{b}}}", TEMPLATE_HTML, "site/item.html:2: ", "unescaped");
    refused("{{&b}}", TEMPLATE_XML, "site/item.html:1: ", "unescaped");
    struct str deep = str_new(NULL);
    for (int i = 0; i < 1000; i++)
        str_add(&deep, "{{#a}}");
    refused(deep.s, TEMPLATE_TEXT, "site/item.html:1: ", "too deep");
    talloc_free(deep.s);
}

static void test_partial_faults(void **state)
{
    (void)state;
    void *mem = mem_new();
    json_t *json = json_object();
    struct err err = {0};
    char *out = NULL;
    assert_false(
        template_render(mem, "p", "a\n{{>nowhere}}", json, TEMPLATE_TEXT, partial, NULL, &out, &err));
    assert_string_equal(err.text, "p:2: there is no partial 'nowhere'");
    assert_false(template_render(mem, "p", "{{>endless}}", json, TEMPLATE_TEXT, partial, NULL, &out, &err));
    assert_non_null(strstr(err.text, "too deep"));
    assert_null(out);
    json_decref(json);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interpolation),           cmocka_unit_test(test_sections),
        cmocka_unit_test(test_standalone_lines),        cmocka_unit_test(test_partials),
        cmocka_unit_test(test_vietnamese_is_untouched), cmocka_unit_test(test_escapes_by_target),
        cmocka_unit_test(test_header_stays_one_line),   cmocka_unit_test(test_refuses_with_the_line),
        cmocka_unit_test(test_partial_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
