/* Golden bad files: tests/grammar/CASE.rules gives exactly the problems of CASE.problems, all at once. A
 * case stands beside the right profile of tests/grammar/base, unless its first line is "# alone". With
 * BBT_GOLDEN_WRITE=1 the expectation files are written instead (read the difference before committing).
 * Every problem key must have a text in both languages. */
#include "files.h"
#include "house/profile.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static char *say(const void *mem, const struct problems *p)
{
    struct str out = str_new(mem);
    for (size_t i = 0; i < p->n; i++)
        str_addf(&out, "%s:%d:%d: %s '%s' [%s]\n", p->v[i].file, p->v[i].line, p->v[i].column, p->v[i].key,
                 p->v[i].subject, p->v[i].hint);
    return mem_str(mem, out.n ? out.s : "");
}

static void check_texts(const void *mem, const struct problems *p)
{
    static const char *const languages[] = {"conf/vi/labels.d/problems", "conf/en/labels.d/problems"};
    for (size_t k = 0; k < ARRAY_LEN(languages); k++) {
        size_t n = 0;
        const char *labels = read_whole(mem, languages[k], &n);
        for (size_t i = 0; i < p->n; i++)
            if (!strstr(labels, mem_fmt(mem, "\nproblem.%s \"", p->v[i].key)))
                fail_msg("%s has no text for %s", languages[k], p->v[i].key);
    }
}

static void run_case(const void *mem, const char *name)
{
    struct profile_file *files = NULL;
    struct problems problems = {0};
    size_t n_files = 0;
    struct profile_file *own = mem_append(mem, files, n_files);
    own->name = mem_fmt(mem, "t/%s", name);
    own->bytes = read_whole(mem, mem_fmt(mem, "tests/grammar/%s", name), &own->n);
    if (!str_starts(own->bytes, "# alone"))
        add_files(mem, "tests/grammar", "base", &files, &n_files);
    assert_null(profile_load(mem, "t", files, n_files, &problems));
    check_texts(mem, &problems);
    char *expected =
        mem_fmt(mem, "tests/grammar/%.*s.problems", (int)(strlen(name) - strlen(".rules")), name);
    if (getenv("BBT_GOLDEN_WRITE")) {
        FILE *f = fopen(expected, "wb");
        fputs(say(mem, &problems), f);
        fclose(f);
    }
    size_t n = 0;
    assert_string_equal(say(mem, &problems), read_whole(mem, expected, &n));
}

static void test_golden(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    struct str_list names = list_files(mem, "tests/grammar", ".rules");
    assert_true(names.n >= 8);
    for (size_t i = 0; i < names.n; i++)
        run_case(mem, names.v[i]);
}

static void test_base_is_right(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct profile_file *files = NULL;
    struct problems problems = {0};
    size_t n = 0;
    (void)state;
    add_files(mem, "tests/grammar", "base", &files, &n);
    assert_non_null(profile_load(mem, "t", files, n, &problems));
    assert_string_equal(say(mem, &problems), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden), cmocka_unit_test(test_base_is_right)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
