/* files.h: for tests that read rules and fixtures; paths are relative to the top of the project. */
#ifndef TEST_FILES_H
#define TEST_FILES_H

#include "base/str.h"
#include "house/profile.h"
#include <dirent.h>

static inline char *read_whole(const void *mem, const char *path, size_t *ret_n)
{
    struct str s = str_new(mem);
    char chunk[8192];
    size_t n;
    FILE *f = fopen(path, "rb");
    if (!f) {
        fprintf(stderr, "cannot open %s\n", path);
        abort();
    }
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        str_addn(&s, chunk, n);
    fclose(f);
    *ret_n = s.n;
    return mem_bytes(mem, s.n ? s.s : "", s.n);
}

static inline int files_by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names in `dir` that end with `end`, sorted. */
static inline struct str_list list_files(const void *mem, const char *dir, const char *end)
{
    struct str_list names = {0};
    DIR *d = opendir(dir);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d))
        if (str_ends(e->d_name, end))
            str_list_add(mem, &names, e->d_name);
    if (d)
        closedir(d);
    if (names.n > 1)
        qsort(names.v, names.n, sizeof *names.v, files_by_name);
    return names;
}

/* All *.rules of root/dir, named "dir/FILE" ("t/FILE" for the base of tests/grammar). */
static inline void add_files(const void *mem, const char *root, const char *dir,
                             struct profile_file **files, size_t *n)
{
    struct str_list names = list_files(mem, mem_fmt(mem, "%s/%s", root, dir), ".rules");
    for (size_t i = 0; i < names.n; i++) {
        struct profile_file *f = mem_append(mem, *files, *n);
        f->name = mem_fmt(mem, "%s/%s", str_eq(dir, "base") ? "t" : dir, names.v[i]);
        f->bytes = read_whole(mem, mem_fmt(mem, "%s/%s/%s", root, dir, names.v[i]), &f->n);
    }
}

#endif
