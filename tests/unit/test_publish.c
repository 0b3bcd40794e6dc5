/* The static portal: valid pages from hostile items, only what was approved, swapped in whole. Uses the
 * shipped templates, a real portal.db, xmllint for the feed and tests/tools/html_check.py for the pages. */
#include "base/str.h"
#include "desk/submission.h"
#include "scratch.h"
#include "site/publish.h"
#include "site/tree.h"
#include "sys/file.h"
#include <setjmp.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#define XSS "</title></p><script>alert(1)</script><img src=x onerror=alert(2)> \" ' & ]]> <!-- --> \x01"

struct fixture {
    void *mem;
    char dir[SCRATCH_MAX];
    struct portal *portal;
    struct publish_input in;
};

static int run(const char *const argv[])
{
    pid_t pid = fork();
    if (pid == 0) {
        execvp(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static const char *root(void)
{
    const char *r = getenv("BBT_ROOT");
    return r ? r : ".";
}

static int setup(void **state)
{
    struct err err = {0};
    void *mem = mem_new();
    struct fixture *f = mem_zero(mem, struct fixture);
    f->mem = mem;
    if (!scratch_dir(f->dir, "site") || !portal_open(mem, f->dir, &f->portal, &err))
        return -1;
    f->in = (struct publish_input){.house = f->dir,
                                   .site_dir = "site",
                                   .templates = mem_fmt(mem, "%s/conf/vi", root()),
                                   .institution = "B\u1ed9 Th\u00f4ng tin & Truy\u1ec1n th\u00f4ng",
                                   .url = "https://portal.test/",
                                   .now = 1795341600};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    const char *const rm[] = {"rm", "-rf", f->dir, NULL};
    run(rm);
    talloc_free(f->mem);
    return 0;
}

static void put(struct fixture *f, const char *ref, int64_t published, const char *title, const char *body)
{
    struct err err = {0};
    const struct portal_item item = {.ref = ref,
                                     .version = 1,
                                     .category = "news",
                                     .kind_label = "mic/news", /* an internal id: not for readers */
                                     .title = title,
                                     .body = body,
                                     .unit_name = "V\u0103n ph\u00f2ng B\u1ed9",
                                     .content_hash = submission_content_hash(f->mem, title, body),
                                     .published = published,
                                     .reason = ""};
    if (!portal_put(f->portal, &item, &err))
        fail_msg("%s", err.text);
}

static bool build(struct fixture *f, size_t *ret_pages, const char **ret_index, struct err *err)
{
    *err = (struct err){0};
    *ret_pages = 99;
    *ret_index = NULL;
    return publish_build(f->mem, f->portal, &f->in, ret_pages, ret_index, err);
}

static void must_build(struct fixture *f, size_t pages)
{
    struct err err;
    size_t n;
    const char *index;
    if (!build(f, &n, &index, &err))
        fail_msg("%s", err.text);
    assert_int_equal(n, pages);
    assert_string_equal(index, mem_fmt(f->mem, "%s/site/index.html", f->dir));
}

static char *page(struct fixture *f, const char *name)
{
    struct err err = {0};
    char *text;
    size_t n;
    return file_read(f->mem, mem_fmt(f->mem, "%s/site/%s", f->dir, name), 10u << 20, &text, &n, &err)
               ? text
               : NULL;
}

static void check_site(struct fixture *f)
{
    const char *site = mem_fmt(f->mem, "%s/site/", f->dir);
    const char *const html[] = {"/usr/bin/python3", mem_fmt(f->mem, "%s/tests/tools/html_check.py", root()),
                                site, NULL};
    const char *const xml[] = {"xmllint", "--noout", "--nonet", mem_fmt(f->mem, "%satom.xml", site), NULL};
    assert_int_equal(run(html), 0);
    assert_int_equal(run(xml), 0);
}

static size_t trees(struct fixture *f)
{
    struct err err = {0};
    const char **names;
    size_t n, found = 0;
    assert_true(file_names(f->mem, f->dir, &names, &n, &err));
    for (size_t i = 0; i < n; i++)
        found += str_starts(names[i], "site.") && !str_eq(names[i], "site.lock");
    return found;
}

static void test_an_empty_site_is_valid(void **state)
{
    struct fixture *f = *state;
    must_build(f, 0);
    check_site(f);
    assert_non_null(page(f, "style.css"));
}

static void test_items_are_shown(void **state)
{
    struct fixture *f = *state;
    put(f, "BBT-2026-000001", 1795060000, "H\u1ed9i ngh\u1ecb \u0111i\u1ec7n t\u1eed",
        "M\u1ed9t\nhai\n\n \nBa\n");
    put(f, "BBT-2026-000002", 1795050000, "", "");
    must_build(f, 2);
    check_site(f);
    const char *item = page(f, "items/BBT-2026-000001.html");
    assert_non_null(strstr(item, "<h1>H\u1ed9i ngh\u1ecb \u0111i\u1ec7n t\u1eed</h1>"));
    assert_non_null(strstr(item, "<p>M\u1ed9t<br>hai</p>\n<p>Ba</p>"));
    assert_non_null(strstr(item, "19/11/2026"));
    assert_non_null(strstr(item, "V\u0103n ph\u00f2ng B\u1ed9"));
    assert_non_null(strstr(item, "BBT-2026-000001"));
    assert_non_null(strstr(item, "<dd>Tin, b\u00e0i</dd>"));
    const char *index = page(f, "index.html");
    assert_non_null(strstr(index, "items/BBT-2026-000001.html"));
    assert_non_null(strstr(page(f, "atom.xml"), "<id>https://portal.test/items/BBT-2026-000001.html</id>"));
}

static void test_hostile_text_stays_text(void **state)
{
    struct fixture *f = *state;
    put(f, "BBT-2026-000001", 1795060000, XSS, XSS "\n\n" XSS "\n{{title}}{{>head}}{{{body}}}");
    must_build(f, 1);
    check_site(f);
    static const char *const names[] = {"index.html", "items/BBT-2026-000001.html", "atom.xml"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *text = page(f, names[i]);
        assert_null(strstr(text, "<script"));
        assert_null(strstr(text, "<img"));
        assert_null(strstr(text, "\x01"));
        assert_non_null(strstr(text, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    }
    assert_non_null(strstr(page(f, names[1]), "{{title}}{{&gt;head}}{{{body}}}"));
}

static void test_only_what_was_approved(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    size_t pages;
    const char *index;
    put(f, "BBT-2026-000001", 1795060000, "Good", "text");
    const char *hash = submission_content_hash(f->mem, "Bad", "text");
    struct portal_item bad = {.ref = "BBT-2026-000002",
                              .version = 1,
                              .category = "news",
                              .kind_label = "",
                              .title = "Bad",
                              .body = "text.",
                              .unit_name = "",
                              .content_hash = hash,
                              .published = 1795060000,
                              .reason = ""};
    assert_true(portal_put(f->portal, &bad, &err));
    assert_false(build(f, &pages, &index, &err));
    assert_int_equal(err.kind, ERR_DATA);
    assert_non_null(strstr(err.text, "BBT-2026-000002"));
    assert_int_equal(pages, 1);
    assert_non_null(index);
    assert_non_null(page(f, "items/BBT-2026-000001.html"));
    assert_null(page(f, "items/BBT-2026-000002.html"));
    assert_null(strstr(page(f, "index.html"), "Bad"));
    put(f, "../../escape", 1795060000, "t", "b");
    assert_false(build(f, &pages, &index, &err));
    assert_int_equal(err.kind, ERR_DATA);
    assert_false(file_exists(mem_fmt(f->mem, "%s/../escape.html", f->dir)));
    check_site(f);
}

static void test_a_withdrawn_item_is_gone(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    put(f, "BBT-2026-000001", 1795060000, "One", "text");
    put(f, "BBT-2026-000002", 1795060001, "Two", "text");
    must_build(f, 2);
    struct portal_item gone = {.ref = "BBT-2026-000001",
                               .version = 2,
                               .category = "news",
                               .kind_label = "",
                               .title = "One",
                               .body = "text",
                               .unit_name = "",
                               .published = 1795060000,
                               .withdrawn = true,
                               .reason = "r",
                               .content_hash = submission_content_hash(f->mem, "One", "text")};
    assert_true(portal_put(f->portal, &gone, &err));
    must_build(f, 1);
    assert_null(page(f, "items/BBT-2026-000001.html"));
    assert_null(strstr(page(f, "atom.xml"), "One"));
    assert_int_equal(trees(f), 1);
}

static void test_same_items_same_bytes(void **state)
{
    struct fixture *f = *state;
    put(f, "BBT-2026-000001", 1795060000, "One", "text");
    must_build(f, 1);
    const char *index = page(f, "index.html"), *atom = page(f, "atom.xml");
    f->in.now += 86400;
    must_build(f, 1);
    assert_string_equal(index, page(f, "index.html"));
    assert_string_equal(atom, page(f, "atom.xml"));
}

static void test_many_items_are_paged(void **state)
{
    struct fixture *f = *state;
    for (int i = 1; i <= 120; i++)
        put(f, mem_fmt(f->mem, "BBT-2026-%06d", i), 1795060000 + i, mem_fmt(f->mem, "Tin %d", i), "x");
    must_build(f, 120);
    check_site(f);
    assert_non_null(strstr(page(f, "index.html"), "Tin 120<"));
    assert_null(strstr(page(f, "index.html"), "Tin 70<"));
    assert_non_null(strstr(page(f, "page-2.html"), "Tin 70<"));
    assert_non_null(strstr(page(f, "page-3.html"), "Tin 1<"));
    assert_null(page(f, "page-4.html"));
}

static void test_a_killed_build_leaves_the_old_site(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct site_tree *half;
    put(f, "BBT-2026-000001", 1795060000, "One", "text");
    must_build(f, 1);
    const char *index = page(f, "index.html");
    assert_true(site_tree_begin(f->mem, f->dir, "site", &half, &err));
    assert_true(site_tree_file(half, "index.html", "half", 4, &err));
    assert_string_equal(page(f, "index.html"), index);
    size_t pages;
    const char *path;
    assert_false(build(f, &pages, &path, &err)); /* another one is at work */
    assert_int_equal(err.kind, ERR_RETRY);
    assert_int_equal(pages, 99);
    assert_null(path);
    talloc_free(half); /* as a kill would: the half tree stays behind */
    assert_int_equal(symlink("site.77", mem_fmt(f->mem, "%s/site.link", f->dir)), 0);
    assert_int_equal(trees(f), 3);
    must_build(f, 1);
    assert_string_equal(page(f, "index.html"), index);
    assert_int_equal(trees(f), 1);
}

static void test_a_broken_template_leaves_the_old_site(void **state)
{
    struct fixture *f = *state;
    struct err err;
    size_t pages;
    const char *index;
    must_build(f, 0);
    const char *was = page(f, "index.html");
    char *own = mem_fmt(f->mem, "%s/conf", f->dir);
    const char *const copy[] = {"cp", "-r", f->in.templates, own, NULL};
    assert_int_equal(run(copy), 0);
    f->in.templates = own;
    struct err ignored = {0};
    assert_true(
        file_write(mem_fmt(f->mem, "%s/site/item.html", own), "{{#a}}\n{{{b}}}", 14, 0644, &ignored));
    assert_false(build(f, &pages, &index, &err));
    assert_int_equal(err.kind, ERR_CONF);
    assert_non_null(strstr(err.text, "item.html:2: "));
    assert_string_equal(page(f, "index.html"), was);
}

static void test_refuses_bad_places(void **state)
{
    struct fixture *f = *state;
    struct err err;
    size_t pages;
    const char *index;
    static const char *const urls[] = {"javascript:alert(1)/", "https://x.vn", "", "ftp://x.vn/"};
    for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
        f->in.url = urls[i];
        assert_false(build(f, &pages, &index, &err));
        assert_int_equal(err.kind, ERR_CONF);
    }
    f->in.url = "https://x.vn/";
    static const char *const places[] = {"", ".", "../x", "a/b"};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        f->in.site_dir = places[i];
        assert_false(build(f, &pages, &index, &err));
        assert_int_equal(err.kind, ERR_CONF);
    }
    f->in.site_dir = "site";
    char *real = mem_fmt(f->mem, "%s/site", f->dir);
    assert_int_equal(mkdir(real, 0755), 0); /* somebody's own directory: not ours to remove */
    assert_false(build(f, &pages, &index, &err));
    assert_int_equal(err.kind, ERR_CONF);
    assert_true(file_exists(real));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_an_empty_site_is_valid),
        TEST(test_items_are_shown),
        TEST(test_hostile_text_stays_text),
        TEST(test_only_what_was_approved),
        TEST(test_a_withdrawn_item_is_gone),
        TEST(test_same_items_same_bytes),
        TEST(test_many_items_are_paged),
        TEST(test_a_killed_build_leaves_the_old_site),
        TEST(test_a_broken_template_leaves_the_old_site),
        TEST(test_refuses_bad_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
