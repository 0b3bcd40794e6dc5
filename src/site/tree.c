/* tree.c: see tree.h. Everything is written into a directory nobody looks at, made durable by one syncfs,
 * and only then the link HOUSE/NAME is replaced by rename: a reader sees the old tree or the new one,
 * whole, at any instant, and so does a machine that lost its power (PB-1). Trees a killed publisher left
 * behind are removed by the next. Refuses to touch a HOUSE/NAME that is not a link of ours. */
#include "site/tree.h"
#include "base/str.h"
#include "sys/file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#define DEPTH_MAX 8 /* of a tree that is removed; ours has two levels */

struct site_tree {
    const char *house, *name;
    const char *dir; /* name of the new tree in house */
    int house_fd, dir_fd, lock_fd;
};

static int tree_close(struct site_tree *t)
{
    int fds[] = {t->dir_fd, t->lock_fd, t->house_fd};
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        if (fds[i] >= 0)
            close(fds[i]);
    return 0;
}

/* N of "NAME.N", or 0. */
static int64_t number_of(const char *name, const char *file)
{
    int64_t n = 0;
    size_t len = strlen(name);
    if (strncmp(file, name, len) != 0 || file[len] != '.' || !str_digit(file[len + 1]))
        return 0;
    return str_int(file + len + 1, 1, INT64_MAX - 1, &n) ? n : 0;
}

static bool lock(struct site_tree *t, struct err *err)
{
    t->house_fd = open(t->house, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (t->house_fd < 0)
        return err_errno(err, "cannot publish into '%s'", t->house);
    t->lock_fd = openat(t->house_fd, mem_fmt(t, "%s.lock", t->name),
                        O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (t->lock_fd < 0)
        return err_errno(err, "cannot publish: lock of '%s'", t->name);
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(t->lock_fd, F_OFD_SETLK, &whole) < 0)
        return err_set(err, ERR_RETRY, "cannot publish '%s': another publisher is at work", t->name);
    struct stat st;
    if (fstatat(t->house_fd, t->name, &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISLNK(st.st_mode))
        return err_set(err, ERR_CONF, "cannot publish: '%s/%s' is there and is not a link", t->house,
                       t->name);
    return true;
}

static bool make_dir(struct site_tree *t, struct err *err)
{
    const char **names;
    size_t n;
    int64_t highest = 0;
    if (!file_names(t, t->house, &names, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        int64_t number = number_of(t->name, names[i]);
        highest = number > highest ? number : highest;
    }
    t->dir = mem_fmt(t, "%s.%lld", t->name, (long long)highest + 1);
    if (mkdirat(t->house_fd, t->dir, 0755) < 0)
        return err_errno(err, "cannot publish: directory '%s'", t->dir);
    t->dir_fd = openat(t->house_fd, t->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    return t->dir_fd >= 0 || err_errno(err, "cannot publish: directory '%s'", t->dir);
}

bool site_tree_begin(const void *mem, const char *house, const char *name, struct site_tree **ret,
                     struct err *err)
{
    if (!*name || *name == '.' || strchr(name, '/'))
        return err_set(err, ERR_CONF, "cannot publish: site directory '%s' is not a plain name", name);
    struct site_tree *t = mem_zero(mem, struct site_tree);
    t->house = mem_str(t, house);
    t->name = mem_str(t, name);
    t->house_fd = t->dir_fd = t->lock_fd = -1;
    talloc_set_destructor(t, tree_close);
    if (lock(t, err) && make_dir(t, err)) {
        *ret = t;
        return true;
    }
    talloc_free(t);
    return false;
}

bool site_tree_dir(struct site_tree *t, const char *name, struct err *err)
{
    return mkdirat(t->dir_fd, name, 0755) == 0 || err_errno(err, "cannot publish: directory '%s'", name);
}

bool site_tree_file(struct site_tree *t, const char *name, const char *bytes, size_t n, struct err *err)
{
    _cleanup_close_ int fd =
        openat(t->dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return err_errno(err, "cannot publish: file '%s'", name);
    return file_write_all(fd, bytes, n, err) || err_prefix(err, "cannot publish: file '%s'", name);
}

/* Best effort, for trees nobody points at; what stays is removed the next time. */
static void remove_tree(int at, const char *name, int depth)
{
    int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    if (!d) {
        if (fd >= 0)
            close(fd);
        return;
    }
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        if (str_eq(e->d_name, ".") || str_eq(e->d_name, ".."))
            continue;
        if (unlinkat(fd, e->d_name, 0) < 0 && depth < DEPTH_MAX)
            remove_tree(fd, e->d_name, depth + 1);
    }
    closedir(d);
    unlinkat(at, name, AT_REMOVEDIR);
}

static void remove_others(const struct site_tree *t)
{
    _cleanup_mem_ void *work = mem_new();
    struct err ignored;
    const char **names;
    size_t n;
    if (!file_names(work, t->house, &names, &n, &ignored))
        return;
    for (size_t i = 0; i < n; i++)
        if (number_of(t->name, names[i]) && !str_eq(names[i], t->dir))
            remove_tree(t->house_fd, names[i], 0);
}

bool site_tree_finish(struct site_tree *t, struct err *err)
{
    const char *link = mem_fmt(t, "%s.link", t->name);
    if (syncfs(t->dir_fd) < 0)
        return err_errno(err, "cannot publish: sync of '%s'", t->dir);
    if (unlinkat(t->house_fd, link, 0) < 0 && errno != ENOENT)
        return err_errno(err, "cannot publish: old link '%s'", link);
    if (symlinkat(t->dir, t->house_fd, link) < 0)
        return err_errno(err, "cannot publish: link '%s'", link);
    if (renameat(t->house_fd, link, t->house_fd, t->name) < 0)
        return err_errno(err, "cannot publish: rename to '%s'", t->name);
    if (fsync(t->house_fd) < 0)
        return err_errno(err, "cannot publish: sync of '%s'", t->house);
    remove_others(t);
    return true;
}
