/* copy.c: trees of files. Refuses to follow a symbolic link anywhere below the root, and to write over a
 * file that is there. */
#include "sys/copy.h"
#include "base/str.h"
#include "sys/file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#define BLOCK (1 << 17)
#define DEEP  32 /* directories within one another */

/* Every block to `to` (-1: nowhere) and into the hash. */
static bool pump(int from, int to, const char *shown, int64_t *ret_bytes, char ret_sha256[HASH_HEX],
                 struct err *err)
{
    _cleanup_mem_ char *buf = mem_array(NULL, char, BLOCK);
    struct hash h;
    int64_t bytes = 0;
    hash_start(&h);
    for (ssize_t n; (n = read(from, buf, BLOCK)) != 0;) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, "read '%s'", shown);
        hash_add(&h, buf, (size_t)n);
        bytes += n;
        if (to >= 0 && !file_write_all(to, buf, (size_t)n, err))
            return err_prefix(err, "'%s'", shown);
    }
    hash_end(&h, ret_sha256);
    *ret_bytes = bytes;
    return true;
}

bool file_copy(int from, const char *to, int64_t *ret_bytes, char ret_sha256[HASH_HEX], struct err *err)
{
    struct stat st;
    if (fstat(from, &st) < 0)
        return err_errno(err, "read the source of '%s'", to);
    _cleanup_close_ int fd =
        open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, st.st_mode & 0777);
    if (fd < 0)
        return err_errno(err, "create '%s'", to);
    if (!pump(from, fd, to, ret_bytes, ret_sha256, err))
        return false;
    struct timespec times[2] = {st.st_atim, st.st_mtim};
    if (fchmod(fd, st.st_mode & 0777) < 0 || futimens(fd, times) < 0)
        return err_errno(err, "set mode and time of '%s'", to);
    return true;
}

bool file_measure(int fd, const char *shown, int64_t *ret_bytes, char ret_sha256[HASH_HEX], struct err *err)
{
    return pump(fd, -1, shown, ret_bytes, ret_sha256, err);
}

/* ---- trees ---- */

struct listing {
    const void *mem;
    file_enter enter;
    void *arg;
    struct file_node *nodes;
    size_t n;
};

static bool list_dir(struct listing *l, int dir, const char *below, int depth, struct err *err);

static bool list_one(struct listing *l, int dir, const char *below, const char *name, int depth,
                     struct err *err)
{
    struct stat st;
    char *path = *below ? mem_fmt(l->mem, "%s/%s", below, name) : mem_str(l->mem, name);
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT || err_errno(err, "look at '%s'", path); /* gone meanwhile */
    struct file_node node = {.path = path,
                             .kind = S_ISREG(st.st_mode)   ? FILE_PLAIN
                                     : S_ISDIR(st.st_mode) ? FILE_DIR
                                                           : FILE_OTHER,
                             .mode = st.st_mode & 0777};
    if (l->enter && !l->enter(l->arg, &node))
        return true;
    *mem_append(l->mem, l->nodes, l->n) = node;
    if (node.kind != FILE_DIR)
        return true;
    if (depth == DEEP)
        return err_set(err, ERR_CONF, "directory '%s': more than %d within one another", path, DEEP);
    int inner = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (inner < 0)
        return errno == ENOENT || err_errno(err, "open directory '%s'", path);
    return list_dir(l, inner, path, depth + 1, err);
}

/* Closes `dir`. */
static bool list_dir(struct listing *l, int dir, const char *below, int depth, struct err *err)
{
    bool ok = true;
    DIR *d = fdopendir(dir);
    if (!d) {
        close(dir);
        return err_errno(err, "open directory '%s'", below);
    }
    for (struct dirent *e; ok && (e = readdir(d)) != NULL;)
        if (!str_eq(e->d_name, ".") && !str_eq(e->d_name, ".."))
            ok = list_one(l, dirfd(d), below, e->d_name, depth, err);
    closedir(d);
    return ok;
}

static int by_path(const void *a, const void *b)
{
    const struct file_node *x = a, *y = b;
    return strcmp(x->path, y->path);
}

bool file_tree(const void *mem, const char *root, file_enter enter, void *arg, struct file_node **ret,
               size_t *ret_n, struct err *err)
{
    struct listing l = {.mem = mem, .enter = enter, .arg = arg};
    int dir = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return err_errno(err, "open directory '%s'", root);
    if (!list_dir(&l, dir, "", 0, err))
        return err_prefix(err, "'%s'", root);
    if (l.n)
        qsort(l.nodes, l.n, sizeof *l.nodes, by_path);
    *ret = l.nodes;
    *ret_n = l.n;
    return true;
}

bool file_remove_tree(const char *path, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct file_node *nodes;
    size_t n;
    if (!file_exists(path))
        return true;
    if (!file_tree(mem, path, NULL, NULL, &nodes, &n, err))
        return false;
    while (n-- > 0) { /* what is in a directory before the directory */
        char *full = file_join(mem, path, nodes[n].path);
        if ((nodes[n].kind == FILE_DIR ? rmdir(full) : unlink(full)) < 0 && errno != ENOENT)
            return err_errno(err, "remove '%s'", full);
    }
    return rmdir(path) == 0 || err_errno(err, "remove '%s'", path);
}

bool file_make_parents(const char *root, const char *path, struct err *err)
{
    _cleanup_mem_ char *full = file_join(NULL, root, path);
    for (char *p = full + strlen(root) + 1; (p = strchr(p, '/')) != NULL; p++) {
        *p = '\0';
        bool made = file_make_dir(full, 0700, err);
        *p = '/';
        if (!made)
            return false;
    }
    return true;
}

bool file_sync_all(const char *path, struct err *err)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || syncfs(fd) < 0)
        return err_errno(err, "sync '%s'", path);
    return true;
}
