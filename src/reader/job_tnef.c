/* job_tnef.c: see job_tnef.h. The names that the hostile file chose are opened only relative to our own
 * directory, only as plain files. At most 100 files and 48 MB, as in a letter. */
#include "reader/job_tnef.h"
#include "reader/job_parts.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#define FILES_MAX 100
#define BYTES_MAX (48u << 20)

/* The program calls a letter's own text message.txt, message.html, message.rtf; the first two are shown as
 * the text, the third is a file like any. */
static void add_part(struct str *out, const char *name, const char *bytes, size_t n)
{
    bool html = str_eq(name, "message.html"), text = html || str_eq(name, "message.txt");
    while (text && n > 0 && bytes[n - 1] == '\0') /* the letter's text ends as strings in C do */
        n--;
    job_parts_add(out,
                  html   ? "text/html"
                  : text ? "text/plain"
                         : "application/octet-stream",
                  text ? NULL : name, bytes, n);
}

static bool read_file(const void *mem, int dir, const char *name, size_t max, struct str *ret)
{
    _cleanup_close_ int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat st;
    char block[16384];
    ssize_t n;
    *ret = str_new(mem);
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || (size_t)st.st_size > max)
        return false;
    while ((n = read(fd, block, sizeof block)) > 0)
        str_addn(ret, block, (size_t)n);
    return ret->n <= max;
}

/* Files in the order of their names; every one is removed, read or not. False: not all were read. */
static bool collect(const void *mem, const char *path, struct str *out)
{
    struct dirent **names = NULL;
    int n = scandir(path, &names, NULL, alphasort), taken = 0;
    _cleanup_close_ int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool all = n >= 0;
    for (int i = 0; i < n; i++) {
        const char *name = names[i]->d_name;
        struct str file = str_new(mem);
        if (!str_eq(name, ".") && !str_eq(name, "..")) {
            bool ok = taken < FILES_MAX && out->n < BYTES_MAX &&
                      read_file(mem, dir, name, (BYTES_MAX - out->n) / 4 * 3, &file);
            if (ok)
                add_part(out, name, file.s, file.n);
            taken += ok;
            all = all && ok;
            unlinkat(dir, name, 0);
        }
        free(names[i]);
    }
    free(names);
    return all;
}

enum program_end job_tnef(const void *mem, struct program_run *run, struct str *out)
{
    const char *tmp = getenv("TMPDIR");
    char *dir = mem_fmt(mem, "%s/bbt-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(dir))
        return PROGRAM_ABSENT;
    run->dir = dir;
    enum program_end end = program_do(run);
    struct str parts = str_new(mem);
    bool all = collect(mem, dir, &parts);
    rmdir(dir);
    if (parts.n > 0)
        job_parts_end(out, &parts);
    return end == PROGRAM_OK && !all ? PROGRAM_CUT : end;
}
