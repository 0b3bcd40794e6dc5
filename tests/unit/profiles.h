/* profiles.h: profiles for tests, the shipped ones and those of a test's own. A mistake in their rules is
 * said and ends the test. */
#ifndef TEST_PROFILES_H
#define TEST_PROFILES_H

#include "files.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char *const shipped[] = {"mic", "langson", "dongnai", "bca"};

static inline struct profile *profile_from(const void *mem, const char *name,
                                           const struct profile_file *files, size_t n)
{
    struct problems problems = {0};
    struct profile *p = profile_load(mem, name, files, n, &problems);
    for (size_t i = 0; i < problems.n; i++)
        print_error("%s:%d:%d: %s '%s' [%s]\n", problems.v[i].file, problems.v[i].line,
                    problems.v[i].column, problems.v[i].key, problems.v[i].subject, problems.v[i].hint);
    assert_non_null(p);
    return p;
}

/* A profile as it is shipped. */
static inline struct profile *load_profile(const void *mem, const char *name)
{
    struct profile_file *files = NULL;
    size_t n = 0;
    add_files(mem, "rules", "common", &files, &n);
    add_files(mem, "rules", name, &files, &n);
    return profile_from(mem, name, files, n);
}

/* The same, loaded once, for tests that ask for it row by row: never freed, and nobody's to change. */
static inline const struct profile *shipped_profile(const char *name)
{
    static const struct profile *of[ARRAY_LEN(shipped)];
    size_t i = 0;
    while (i < ARRAY_LEN(shipped) && !str_eq(shipped[i], name))
        i++;
    assert_true(i < ARRAY_LEN(shipped));
    if (!of[i])
        of[i] = load_profile(mem_new(), name);
    return of[i];
}

/* The base of tests/grammar with rules of the test's own. */
static inline struct profile *profile_with(const void *mem, const char *own)
{
    struct profile_file *files = NULL;
    size_t n = 0;
    *mem_append(mem, files, n) = (struct profile_file){"t/own.rules", own, strlen(own)};
    add_files(mem, "tests/grammar", "base", &files, &n);
    return profile_from(mem, "t", files, n);
}

#endif
