/* batch.c: writing entries. Nothing is visible until spool_batch_commit(): write all files into tmp/, one
 * syncfs(2) for all of them, rename facts then raw into new/, one directory sync. So a letter costs no
 * fsync of its own, and after the commit neither a crash nor a power cut can lose one.
 *
 * Why syncfs and not an fsync per file: it is one barrier for the whole batch, and since Linux 5.8 it
 * reports write-back errors of the file system. A failing sync is final for the batch (the second one may
 * lie). */
#include "base/str.h"
#include "spool/spool_internal.h"
#include "sys/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

struct batch_entry {
    const char *id;
    bool again; /* the look-up at arrival gave nothing final */
};

struct spool_batch {
    struct spool *spool;
    struct batch_entry *entries;
    size_t n;
    int tmp;        /* our own descriptor of tmp/: a spool is closed before its batches are freed */
    int fd;         /* raw file being written, -1 */
    const char *id; /* its id */
};

static void tmp_path(const char *id, const char *suffix, char *ret, size_t size)
{
    snprintf(ret, size, "%s%s", id, suffix);
}

static void remove_tmp(struct spool_batch *b, const char *id)
{
    char path[SPOOL_PATH_MAX];
    tmp_path(id, ".eml", path, sizeof path);
    (void)unlinkat(b->tmp, path, 0);
    tmp_path(id, ".facts", path, sizeof path);
    (void)unlinkat(b->tmp, path, 0);
}

static int batch_abort(struct spool_batch *b)
{
    spool_drop_current(b);
    for (size_t i = 0; i < b->n; i++)
        remove_tmp(b, b->entries[i].id);
    if (b->tmp >= 0)
        close(b->tmp);
    return 0;
}

struct spool_batch *spool_batch_new(struct spool *spool)
{
    struct spool_batch *b = mem_zero(spool, struct spool_batch);
    b->spool = spool;
    b->tmp = fcntl(spool->tmp, F_DUPFD_CLOEXEC, 3);
    b->fd = -1;
    talloc_set_destructor(b, batch_abort);
    return b;
}

/* "20261121T083000.123456.P4711.7": sorts by arrival; the process and serial number make it unique. The
 * clock is the real one even under --now, so that entries keep their order. */
static char *new_id(struct spool_batch *b, int64_t now)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    struct when_civil c = when_civil(now);
    return mem_fmt(b, "%04d%02d%02dT%02d%02d%02d.%010lld%06ld.P%d.%06u", c.year, c.month, c.day, c.hour,
                   c.minute, c.second, (long long)t.tv_sec, t.tv_nsec / 1000, (int)getpid(),
                   b->spool->next++);
}

bool spool_start(struct spool_batch *b, int64_t now, int *ret_fd, struct err *err)
{
    char path[SPOOL_PATH_MAX];
    spool_drop_current(b);
    char *id = new_id(b, now);
    tmp_path(id, ".eml", path, sizeof path);
    int fd = openat(b->spool->tmp, path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_errno(err, "create spool file");
    b->fd = fd;
    b->id = id;
    *ret_fd = fd;
    return true;
}

void spool_drop_current(struct spool_batch *b)
{
    if (b->fd < 0)
        return;
    close(b->fd);
    b->fd = -1;
    remove_tmp(b, b->id);
}

/* Size and hash of what was written, read back from the page cache. */
static bool measure(int fd, struct facts *facts, struct err *err)
{
    char buf[65536];
    struct hash h;
    off_t at = 0;
    hash_start(&h);
    for (ssize_t n; (n = pread(fd, buf, sizeof buf, at)) != 0; at += n) {
        if (n < 0)
            return err_errno(err, "read back spool file");
        hash_add(&h, buf, (size_t)n);
    }
    hash_end(&h, facts->sha256);
    facts->bytes = (size_t)at;
    return true;
}

static bool write_facts(struct spool_batch *b, const struct facts *facts, struct err *err)
{
    char path[SPOOL_PATH_MAX];
    tmp_path(b->id, ".facts", path, sizeof path);
    _cleanup_close_ int fd =
        openat(b->spool->tmp, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_errno(err, "create facts file");
    char *line = facts_dump(b, facts);
    size_t n = strlen(line);
    ssize_t put = write(fd, line, n);
    talloc_free(line);
    if (put != (ssize_t)n) {
        errno = put < 0 ? errno : ENOSPC;
        return err_errno(err, "write facts file");
    }
    return true;
}

static bool wants_again(const struct facts *f)
{
    return f->n_attempts && !f->attempts[f->n_attempts - 1].complete;
}

bool spool_end(struct spool_batch *b, const struct facts *given, const char **ret_id, struct err *err)
{
    struct facts facts = *given;
    if (facts.sha256[0] == '\0' && !measure(b->fd, &facts, err))
        return false;
    if (!write_facts(b, &facts, err)) {
        spool_drop_current(b);
        return false;
    }
    close(b->fd);
    b->fd = -1;
    *mem_append(b, b->entries, b->n) = (struct batch_entry){b->id, wants_again(&facts)};
    *ret_id = b->id;
    return true;
}

bool spool_put(struct spool_batch *b, const void *bytes, size_t n, int64_t now, const struct facts *given,
               const char **ret_id, struct err *err)
{
    struct facts facts = *given;
    struct hash h;
    int fd;
    if (!spool_start(b, now, &fd, err))
        return false;
    hash_start(&h);
    hash_add(&h, bytes, n);
    hash_end(&h, facts.sha256);
    facts.bytes = n;
    for (size_t done = 0; done < n;) {
        ssize_t put = write(fd, (const char *)bytes + done, n - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0) {
            err_errno(err, "write spool file");
            spool_drop_current(b);
            return false;
        }
        done += (size_t)put;
    }
    return spool_end(b, &facts, ret_id, err);
}

static bool make_visible(struct spool_batch *b, const char *id, const char *suffix, struct err *err)
{
    char path[SPOOL_PATH_MAX];
    tmp_path(id, suffix, path, sizeof path);
    if (renameat(b->spool->tmp, path, b->spool->state[SPOOL_NEW], path) < 0)
        return err_errno(err, "move spool file '%s'", path);
    return true;
}

bool spool_batch_commit(struct spool_batch *b, struct err *err)
{
    if (b->n == 0)
        return true;
    for (size_t i = 0; i < b->n; i++)
        if (b->entries[i].again && !spool_mark(b->spool, SPOOL_AGAIN, b->entries[i].id, err))
            return false;
    if (syncfs(b->spool->tmp) < 0)
        return err_errno(err, "sync spool");
    for (size_t i = 0; i < b->n; i++)
        if (!make_visible(b, b->entries[i].id, ".facts", err) ||
            !make_visible(b, b->entries[i].id, ".eml", err))
            return false;
    if (fsync(b->spool->state[SPOOL_NEW]) < 0)
        return err_errno(err, "sync spool directory 'new'");
    b->n = 0;
    return true;
}
