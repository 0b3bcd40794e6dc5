/* maildir.c: a Maildir as a drop folder: whatever is delivered into new/ (or lies in cur/) is taken.
 *
 * The receipt key is the unique part of the file name (before ":2,"), which a Maildir keeps for the life of
 * the letter, so a renamed letter is never taken twice. After the commit a letter of new/ goes to cur/ as
 * seen (":2,S"): the operator sees what was taken, and a crash before that costs only another look at the
 * receipts. Nothing is ever removed (the configuration allows only `after keep`). A letter over max-letter
 * comes as its header alone and stays in new/.
 * Refuses: symbolic links, directories, FIFOs and anything else that is no regular file (abuse A39). */
#include "base/str.h"
#include "source/source.h"
#include "source/text.h"
#include "sys/file.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#define BATCH      200
#define HEADER_MAX (256 * 1024)

struct taken {
    const char *dir, *name;
    bool keep; /* header only: leave it where it is */
};

struct maildir {
    void *mem;
    const char *path;
    int inotify;
};

static void maildir_close(struct source *s)
{
    struct maildir *m = s->state;
    if (!m)
        return;
    if (m->inotify >= 0)
        close(m->inotify);
    talloc_free(m->mem);
    s->state = NULL;
}

static bool is_dir(const char *dir, const char *sub, struct err *err)
{
    struct stat st;
    char *path = file_join(NULL, dir, sub);
    bool ok = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    if (!ok)
        err_set(err, ERR_CONF, "open Maildir '%s': no directory", path);
    talloc_free(path);
    return ok;
}

/* Watched before the first look, so that nothing slips in between. */
static bool watch(struct maildir *m, struct err *err)
{
    m->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (m->inotify < 0 ||
        inotify_add_watch(m->inotify, file_join(m->mem, m->path, "new"), IN_MOVED_TO | IN_CLOSE_WRITE) < 0)
        return err_errno(err, "watch Maildir '%s'", m->path);
    return true;
}

static bool maildir_open(struct source *s, struct err *err)
{
    void *mem = talloc_new(s->mem);
    if (!mem)
        mem_exhausted();
    struct maildir *m = mem_zero(mem, struct maildir);
    *m = (struct maildir){.mem = mem, .inotify = -1};
    s->state = m;
    m->path = file_join(mem, s->house, s->conf->path);
    if (is_dir(m->path, "new", err) && is_dir(m->path, "cur", err) && watch(m, err))
        return true;
    maildir_close(s);
    return false;
}

/* ---- one letter ---- */

static char *unique_part(const void *mem, const char *name)
{
    const char *end = strstr(name, ":2,");
    return text_key(mem, name, end ? (size_t)(end - name) : strlen(name));
}

/* All of it, or the header up to the first empty line. */
static bool copy(int fd, bool header, struct source_sink *sink, struct err *err)
{
    char buf[65536];
    size_t total = 0;
    for (;;) {
        ssize_t n = read(fd, buf, sizeof buf);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, "read letter");
        size_t use = header ? text_header_end(buf, (size_t)n) : (size_t)n;
        if (n == 0)
            return true;
        if (!sink->write(sink->arg, buf, use, err))
            return false;
        total += use;
        if (header && (use < (size_t)n || total >= HEADER_MAX))
            return true;
    }
}

static bool take(struct source *s, int fd, const struct stat *st, const char *receipt, bool header,
                 struct err *err)
{
    struct facts facts = {.receipt = receipt,
                          .shown = receipt,
                          .received = st->st_mtime,
                          .received_by = "mtime",
                          .header_only = header};
    if (!s->sink->begin(s->sink->arg, err))
        return false;
    if (copy(fd, header, s->sink, err))
        return s->sink->end(s->sink->arg, &facts, err);
    s->sink->drop(s->sink->arg);
    return false;
}

/* Takes one file unless it was taken; one that vanished (another client renamed it) is met again later. */
static bool take_file(struct source *s, const void *mem, const char *dir, const char *name, bool *ret_taken,
                      bool *ret_header, struct err *err)
{
    struct stat st;
    bool seen;
    char *receipt = unique_part(mem, name);
    if (!s->sink->seen(s->sink->arg, receipt, &seen, err))
        return false;
    *ret_taken = false;
    if (seen)
        return true;
    _cleanup_close_ int fd =
        open(file_join(mem, dir, name), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 && (errno == ENOENT || errno == ELOOP))
        return true;
    if (fd < 0 || fstat(fd, &st) < 0)
        return err_errno(err, "open letter '%s'", receipt);
    if (!S_ISREG(st.st_mode))
        return true;
    *ret_taken = true;
    *ret_header = st.st_size > s->max_letter;
    return take(s, fd, &st, receipt, *ret_header, err);
}

/* ---- after the commit ---- */

static bool mark_seen(const struct maildir *m, const void *mem, const struct taken *t, struct err *err)
{
    const char *flags = strstr(t->name, ":2,");
    const char *suffix = !flags ? ":2,S" : strchr(flags, 'S') ? "" : "S";
    const char *to = mem_fmt(mem, "%s/cur/%s%s", m->path, t->name, suffix);
    if (rename(file_join(mem, t->dir, t->name), to) == 0 || errno == ENOENT)
        return true;
    return err_errno(err, "move letter to '%s'", to);
}

/* ---- one batch ---- */

static bool pull_dir(struct source *s, const void *mem, const char *sub, struct taken *list, size_t *n,
                     struct err *err)
{
    const struct maildir *m = s->state;
    const char *dir = file_join(mem, m->path, sub), **names;
    size_t n_names;
    if (!file_names(mem, dir, &names, &n_names, err))
        return false;
    for (size_t i = 0; i < n_names && *n < BATCH; i++) {
        bool taken, header = false;
        if (names[i][0] == '.')
            continue;
        if (!take_file(s, mem, dir, names[i], &taken, &header, err))
            return false;
        if (taken)
            list[(*n)++] = (struct taken){dir, names[i], header};
    }
    return true;
}

static bool maildir_pull(struct source *s, size_t *ret_count, bool *ret_more, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct taken list[BATCH];
    size_t n = 0;
    if (!pull_dir(s, mem, "new", list, &n, err) || !pull_dir(s, mem, "cur", list, &n, err))
        return false;
    if (n && !s->sink->commit(s->sink->arg, "", err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!list[i].keep && str_ends(list[i].dir, "/new") && !mark_seen(s->state, mem, &list[i], err))
            return false;
    *ret_count = n;
    *ret_more = n == BATCH;
    return true;
}

static void drain(int fd)
{
    char buf[8192];
    while (read(fd, buf, sizeof buf) > 0)
        ;
}

static bool maildir_wait(struct source *s, int seconds, int stop_fd, struct err *err)
{
    const struct maildir *m = s->state;
    struct pollfd p[2] = {{m->inotify, POLLIN, 0}, {stop_fd, POLLIN, 0}};
    int n = poll(p, 2, seconds > 3600 ? 3600000 : seconds * 1000);
    if (n < 0 && errno != EINTR)
        return err_errno(err, "wait for letters in '%s'", m->path);
    drain(m->inotify);
    return true;
}

const struct source_ops source_maildir = {.name = "maildir",
                                          .open = maildir_open,
                                          .pull = maildir_pull,
                                          .wait = maildir_wait,
                                          .close = maildir_close};
