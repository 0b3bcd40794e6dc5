/* file.c: reading whole files with a limit, and replacing them so that a crash leaves the old or the new
 * one. Refuses secrets that others may read. */
#include "sys/file.h"
#include "base/str.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

static bool read_fd(const void *mem, int fd, const char *path, size_t max, char **ret, size_t *ret_n,
                    struct err *err)
{
    struct str out = str_new(mem);
    char buf[65536];
    for (;;) {
        ssize_t n = read(fd, buf, sizeof buf);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, "read '%s'", path);
        if (n == 0)
            break;
        if (out.n + (size_t)n > max)
            return err_set(err, ERR_DATA, "read '%s': larger than %zu bytes", path, max);
        str_addn(&out, buf, (size_t)n);
    }
    *ret = out.n ? out.s : mem_str(mem, "");
    if (ret_n)
        *ret_n = out.n;
    return true;
}

bool file_read(const void *mem, const char *path, size_t max, char **ret, size_t *ret_n, struct err *err)
{
    struct stat st;
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &st) < 0)
        return err_errno(err, "open '%s'", path);
    if (!S_ISREG(st.st_mode))
        return err_set(err, ERR_CONF, "open '%s': not a regular file", path);
    return read_fd(mem, fd, path, max, ret, ret_n, err);
}

bool file_read_secret(const void *mem, const char *path, char **ret, struct err *err)
{
    struct stat st;
    size_t n;
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &st) < 0) {
        err_errno(err, "open secret '%s'", path);
        err->kind = ERR_CONF;
        return false;
    }
    if (!S_ISREG(st.st_mode) || (st.st_mode & 077))
        return err_set(err, ERR_CONF, "open secret '%s': others may read it; run: chmod 600 '%s'", path,
                       path);
    if (!read_fd(mem, fd, path, 65536, ret, &n, err))
        return false;
    if (n && (*ret)[n - 1] == '\n')
        (*ret)[n - 1] = '\0';
    return true;
}

bool file_write_all(int fd, const void *bytes, size_t n, struct err *err)
{
    const char *p = bytes;
    while (n > 0) {
        ssize_t put = write(fd, p, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return err_errno(err, "write");
        p += put;
        n -= (size_t)put;
    }
    return true;
}

bool file_sync_dir(const char *path, struct err *err)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, "open '%s'", path);
    if (fsync(fd) < 0)
        return err_errno(err, "sync '%s'", path);
    return true;
}

static char *parent_dir(const void *mem, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return mem_str(mem, ".");
    return slash == path ? mem_str(mem, "/") : mem_bytes(mem, path, (size_t)(slash - path));
}

bool file_write(const char *path, const void *bytes, size_t n, unsigned mode, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    char *aside = mem_fmt(mem, "%s.new", path);
    _cleanup_close_ int fd =
        open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
    if (fd < 0)
        return err_errno(err, "create '%s'", aside);
    if (!file_write_all(fd, bytes, n, err))
        return err_prefix(err, "'%s'", aside);
    if (fsync(fd) < 0)
        return err_errno(err, "sync '%s'", aside);
    if (rename(aside, path) < 0)
        return err_errno(err, "rename '%s'", aside);
    return file_sync_dir(parent_dir(mem, path), err);
}

bool file_make_dir(const char *path, unsigned mode, struct err *err)
{
    if (mkdir(path, (mode_t)mode) < 0 && errno != EEXIST)
        return err_errno(err, "make directory '%s'", path);
    return true;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

char *file_join(const void *mem, const char *dir, const char *name)
{
    size_t n = strlen(dir);
    if (*name == '/')
        return mem_str(mem, name);
    return mem_fmt(mem, n && dir[n - 1] == '/' ? "%s%s" : "%s/%s", dir, name);
}

static int by_bytes(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

bool file_names(const void *mem, const char *dir, const char ***ret, size_t *ret_n, struct err *err)
{
    struct str_list list = {0};
    DIR *d = opendir(dir);
    if (!d)
        return err_errno(err, "open directory '%s'", dir);
    errno = 0;
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        if (!str_eq(e->d_name, ".") && !str_eq(e->d_name, ".."))
            str_list_add(mem, &list, e->d_name);
    int failed = errno;
    closedir(d);
    errno = failed;
    if (failed)
        return err_errno(err, "read directory '%s'", dir);
    if (list.n)
        qsort(list.v, list.n, sizeof *list.v, by_bytes);
    *ret = list.v;
    *ret_n = list.n;
    return true;
}

static char *own_dir(const void *mem)
{
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    return n > 0 ? parent_dir(mem, mem_bytes(mem, self, (size_t)n)) : mem_str(mem, ".");
}

char *file_helper(const void *mem, const char *name)
{
    char *dir = own_dir(mem), *beside = mem_fmt(mem, "%s/%s", dir, name);
    return file_exists(beside) ? beside : mem_fmt(mem, "%s/../libexec/%s", dir, name);
}

char *file_share_dir(const void *mem)
{
    _cleanup_mem_ void *tmp = mem_new();
    char *dir = own_dir(tmp);
    for (int up = 0; up < 3; up++) { /* a binary beside rules/, build/bbt, build/asan/bbt; PREFIX/bin/bbt */
        char *share = mem_fmt(tmp, "%s/share/banbientap", dir);
        if (file_exists(mem_fmt(tmp, "%s/rules/common", dir)))
            return mem_str(mem, dir);
        if (file_exists(share))
            return mem_str(mem, share);
        dir = parent_dir(tmp, dir);
    }
    return mem_str(mem, dir);
}
