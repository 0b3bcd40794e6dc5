/* again.c: what is learnt about a letter after it arrived. An attempt is one more line of the entry's
 * facts; nothing that stands there is ever changed. Two directories of empty files named like the entry say
 * what is to be done: again/ (the look-up gave nothing final: ask once more) and changed/ (it did: intake
 * shall look once more).
 *
 * One process appends (fetch, which holds fetch.lock, or ingest before the entry is visible). Readers may
 * read meanwhile: what stands behind the last newline is not there yet. A line that a crash cut is cut off
 * before the next is appended. */
#include "base/str.h"
#include "spool/spool_internal.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

const char *const spool_mark_names[SPOOL_MARKS] = {"again", "changed"};

/* ---- marks ---- */

bool spool_mark(struct spool *s, enum spool_mark mark, const char *id, struct err *err)
{
    _cleanup_close_ int fd = openat(s->mark[mark], id, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || fsync(s->mark[mark]) < 0)
        return err_errno(err, "mark letter '%s' as %s", id, spool_mark_names[mark]);
    return true;
}

bool spool_unmark(struct spool *s, enum spool_mark mark, const char *id, struct err *err)
{
    if (unlinkat(s->mark[mark], id, 0) < 0 && errno != ENOENT)
        return err_errno(err, "unmark letter '%s' as %s", id, spool_mark_names[mark]);
    return true;
}

static int by_name(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

bool spool_marked(struct spool *s, const void *mem, enum spool_mark mark, struct str_list *ret,
                  struct err *err)
{
    int copy = openat(s->mark[mark], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = copy < 0 ? NULL : fdopendir(copy);
    struct str_list ids = {0};
    if (!d) {
        if (copy >= 0)
            close(copy);
        return err_errno(err, "open spool directory '%s'", spool_mark_names[mark]);
    }
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        if (e->d_name[0] != '.' && strlen(e->d_name) < 150)
            str_list_add(mem, &ids, e->d_name);
    closedir(d);
    if (ids.n)
        qsort(ids.v, ids.n, sizeof *ids.v, by_name);
    *ret = ids;
    return true;
}

/* ---- one more line ---- */

/* The facts of an entry, wherever it lies, to be written. */
static int open_facts(struct spool *s, const char *id)
{
    char path[SPOOL_PATH_MAX];
    for (enum spool_state i = SPOOL_NEW; i < SPOOL_STATES; i++) {
        struct stat st;
        spool_path(i, id, ".facts", path, sizeof path);
        int fd = openat(s->state[i], path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (fd < 0 && errno == ENOENT)
            continue;
        if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1)
            return fd;
        if (fd >= 0)
            close(fd);
        errno = EPERM;
        return -1;
    }
    return -1;
}

/* Where the next line goes: behind the last newline, or behind the arrival, which has none while it is the
 * only line (*ret_first). -1 with errno. */
static off_t line_place(int fd, bool *ret_first)
{
    char buf[4096];
    off_t size = lseek(fd, 0, SEEK_END), at = size;
    while (at > 0) {
        size_t n = at < (off_t)sizeof buf ? (size_t)at : sizeof buf;
        if (pread(fd, buf, n, at - (off_t)n) != (ssize_t)n)
            return -1;
        const char *newline = memrchr(buf, '\n', n);
        *ret_first = false;
        if (newline)
            return at - (off_t)n + (newline - buf) + 1;
        at -= (off_t)n;
    }
    *ret_first = true;
    return size;
}

bool spool_append_attempt(struct spool *s, const char *id, const struct facts_attempt *attempt,
                          struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    _cleanup_close_ int fd = open_facts(s, id);
    bool first = false;
    if (fd < 0)
        return err_errno(err, "open facts of letter '%s'", id);
    off_t at = line_place(fd, &first);
    const char *line = mem_fmt(mem, "%s%s\n", first ? "\n" : "", facts_dump_attempt(mem, attempt));
    size_t n = strlen(line);
    if (at < 0 || (!first && ftruncate(fd, at) < 0))
        return err_errno(err, "repair facts of letter '%s'", id);
    ssize_t put = pwrite(fd, line, n, at);
    if (put != (ssize_t)n) {
        errno = put < 0 ? errno : ENOSPC;
        return err_errno(err, "append to facts of letter '%s'", id);
    }
    return fdatasync(fd) == 0 || err_errno(err, "sync facts of letter '%s'", id);
}
