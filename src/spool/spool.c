/* spool.c: opening the spool, reading entries, and moving them between states. Writing is in batch.c.
 *
 * Moves are two renames, facts first and raw second, so that the raw file, whose place is the entry's
 * state, is never without its facts. A crash between the two leaves facts in the later state and raw in the
 * earlier: every reader looks for facts in all states, and the move is repeated, which changes nothing. */
#include "base/str.h"
#include "spool/spool_internal.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

const char *const spool_state_names[SPOOL_STATES] = {"new", "held", "done"};

static int spool_close(struct spool *s)
{
    for (size_t i = 0; i < SPOOL_STATES; i++)
        if (s->state[i] >= 0)
            close(s->state[i]);
    for (size_t i = 0; i < SPOOL_MARKS; i++)
        if (s->mark[i] >= 0)
            close(s->mark[i]);
    if (s->tmp >= 0)
        close(s->tmp);
    if (s->root >= 0)
        close(s->root);
    return 0;
}

static bool open_dir(int at, const char *name, int *ret, struct err *err)
{
    if (mkdirat(at, name, 0700) < 0 && errno != EEXIST)
        return err_errno(err, "make spool directory '%s'", name);
    *ret = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (*ret < 0)
        return err_errno(err, "open spool directory '%s'", name);
    return true;
}

bool spool_open(const void *mem, const char *house, struct spool **ret, struct err *err)
{
    struct spool *s = mem_zero(mem, struct spool);
    *s = (struct spool){.root = -1, .tmp = -1, .state = {-1, -1, -1}, .mark = {-1, -1}};
    talloc_set_destructor(s, spool_close);
    _cleanup_close_ int at = open(house, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at < 0) {
        err_errno(err, "open house '%s'", house);
        talloc_free(s);
        return false;
    }
    bool ok = open_dir(at, "spool", &s->root, err) && open_dir(s->root, "tmp", &s->tmp, err);
    for (size_t i = 0; ok && i < SPOOL_STATES; i++)
        ok = open_dir(s->root, spool_state_names[i], &s->state[i], err);
    for (size_t i = 0; ok && i < SPOOL_MARKS; i++)
        ok = open_dir(s->root, spool_mark_names[i], &s->mark[i], err);
    if (!ok) {
        talloc_free(s);
        return false;
    }
    *ret = s;
    return true;
}

/* Two hex digits spread entries over 256 directories: the id's serial numbers are hashed a little (FNV-1a).
 */
static unsigned fan(const char *id)
{
    unsigned h = 2166136261u;
    for (; *id; id++)
        h = (h ^ (unsigned char)*id) * 16777619u;
    return (h ^ h >> 8 ^ h >> 16 ^ h >> 24) & 0xFF;
}

void spool_path(enum spool_state state, const char *id, const char *suffix, char *ret, size_t size)
{
    if (state == SPOOL_DONE)
        snprintf(ret, size, "%02x/%s%s", fan(id), id, suffix);
    else
        snprintf(ret, size, "%s%s", id, suffix);
}

int spool_open_file(int dir, const char *path)
{
    struct stat st;
    int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        errno = errno == ELOOP ? EPERM : errno; /* a link stays a link: waiting does not help */
        return -1;
    }
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1)
        return fd;
    close(fd);
    errno = EPERM;
    return -1;
}

/* The file of an entry in whichever state it is, or -1. */
static int find_file(struct spool *s, const char *id, const char *suffix, enum spool_state *ret_state)
{
    char path[SPOOL_PATH_MAX];
    for (enum spool_state i = SPOOL_NEW; i < SPOOL_STATES; i++) {
        spool_path(i, id, suffix, path, sizeof path);
        int fd = spool_open_file(s->state[i], path);
        if (fd >= 0 || errno != ENOENT) {
            *ret_state = i;
            return fd;
        }
    }
    return -1;
}

bool spool_open_raw(struct spool *s, const char *id, int *ret_fd, struct err *err)
{
    enum spool_state state;
    int fd = find_file(s, id, ".eml", &state);
    if (fd < 0)
        return err_errno(err, "open letter '%s'", id);
    *ret_fd = fd;
    return true;
}

#define FACTS_MAX (1 << 20) /* some thirty attempts, each with eight signatures */

bool spool_read_facts(struct spool *s, const void *mem, const char *id, struct facts *ret, struct err *err)
{
    enum spool_state state;
    _cleanup_close_ int fd = find_file(s, id, ".facts", &state);
    if (fd < 0)
        return err_errno(err, "open facts of letter '%s'", id);
    struct str all = str_new(mem);
    char buf[8192];
    for (ssize_t got; all.n < FACTS_MAX && (got = read(fd, buf, sizeof buf)) != 0;) {
        if (got < 0 && errno != EINTR)
            return err_errno(err, "read facts of letter '%s'", id);
        str_addn(&all, buf, got > 0 ? (size_t)got : 0);
    }
    if (!facts_parse(mem, all.s, all.n, ret, err))
        return err_prefix(err, "letter '%s'", id);
    return true;
}

/* ---- listing ---- */

static int by_name(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

/* Ids of the entries (files ending .eml) in an open directory, sorted. */
static bool ids_in(const void *mem, int dir, const char *shown, struct str_list *ret, struct err *err)
{
    int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = copy < 0 ? NULL : fdopendir(copy);
    if (!d) {
        if (copy >= 0)
            close(copy);
        return err_errno(err, "open spool directory '%s'", shown);
    }
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        size_t n = strlen(e->d_name);
        if (n > 4 && n < 150 && e->d_name[0] != '.' && str_ends(e->d_name, ".eml"))
            *mem_append(mem, ret->v, ret->n) = mem_bytes(mem, e->d_name, n - 4);
    }
    closedir(d);
    if (ret->n)
        qsort(ret->v, ret->n, sizeof *ret->v, by_name);
    return true;
}

bool spool_list(struct spool *s, const void *mem, const char *after, size_t max, struct entry **ret,
                size_t *ret_n, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct str_list ids = {0};
    struct entry *list = NULL;
    size_t n = 0;
    if (!ids_in(tmp, s->state[SPOOL_NEW], "new", &ids, err))
        return false;
    for (size_t i = 0; i < ids.n && n < max; i++)
        if (strcmp(ids.v[i], after) > 0)
            mem_append(mem, list, n)->id = mem_str(mem, ids.v[i]);
    *ret = list;
    *ret_n = n;
    return true;
}

static bool walk_dir(int dir, const char *shown, enum spool_state state, spool_visit visit, void *arg,
                     struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct str_list ids = {0};
    if (!ids_in(tmp, dir, shown, &ids, err))
        return false;
    for (size_t i = 0; i < ids.n; i++)
        if (!visit(arg, spool_state_names[state], ids.v[i], err))
            return false;
    return true;
}

bool spool_walk(struct spool *s, spool_visit visit, void *arg, struct err *err)
{
    if (!walk_dir(s->state[SPOOL_NEW], "new", SPOOL_NEW, visit, arg, err) ||
        !walk_dir(s->state[SPOOL_HELD], "held", SPOOL_HELD, visit, arg, err))
        return false;
    for (unsigned i = 0; i < 256; i++) {
        char name[8];
        snprintf(name, sizeof name, "%02x", i);
        _cleanup_close_ int dir =
            openat(s->state[SPOOL_DONE], name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        if (dir >= 0 && !walk_dir(dir, name, SPOOL_DONE, visit, arg, err))
            return false;
    }
    return true;
}

static bool count_one(void *arg, const char *state, const char *id, struct err *err)
{
    struct spool_counts *c = arg;
    (void)id;
    (void)err;
    *(*state == 'n' ? &c->waiting : *state == 'h' ? &c->held : &c->done) += 1;
    return true;
}

bool spool_count(struct spool *s, struct spool_counts *ret, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct spool_counts c = {0};
    struct str_list writing = {0};
    if (!spool_walk(s, count_one, &c, err) || !ids_in(tmp, s->tmp, "tmp", &writing, err))
        return false;
    c.tmp = writing.n;
    *ret = c;
    return true;
}

bool spool_verify(struct spool *s, const char *id, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    _cleanup_close_ int fd = -1;
    struct facts facts;
    struct hash h;
    char buf[65536], hex[HASH_HEX];
    size_t bytes = 0;
    if (!spool_read_facts(s, mem, id, &facts, err) || !spool_open_raw(s, id, &fd, err))
        return false;
    hash_start(&h);
    for (ssize_t n; (n = read(fd, buf, sizeof buf)) != 0;) {
        if (n < 0)
            return err_errno(err, "read letter '%s'", id);
        hash_add(&h, buf, (size_t)n);
        bytes += (size_t)n;
    }
    hash_end(&h, hex);
    if (bytes != facts.bytes || !str_eq(hex, facts.sha256))
        return err_set(err, ERR_DATA,
                       "letter '%s': %zu bytes on disk differ from the %zu that were received", id, bytes,
                       facts.bytes);
    return true;
}

/* ---- moving ---- */

static bool move_file(struct spool *s, const char *id, const char *suffix, enum spool_state to,
                      struct err *err)
{
    char from_path[SPOOL_PATH_MAX], to_path[SPOOL_PATH_MAX];
    spool_path(SPOOL_NEW, id, suffix, from_path, sizeof from_path);
    spool_path(to, id, suffix, to_path, sizeof to_path);
    if (renameat(s->state[SPOOL_NEW], from_path, s->state[to], to_path) == 0)
        return true;
    if (errno == ENOENT &&
        to == SPOOL_DONE) { /* the fan directory is missing, or the move was done before */
        char fan_dir[4] = {to_path[0], to_path[1], '\0'};
        if (mkdirat(s->state[to], fan_dir, 0700) < 0 && errno != EEXIST)
            return err_errno(err, "make spool directory '%s/%s'", spool_state_names[to], fan_dir);
        if (renameat(s->state[SPOOL_NEW], from_path, s->state[to], to_path) == 0)
            return true;
    }
    if (errno == ENOENT && faccessat(s->state[to], to_path, F_OK, 0) == 0)
        return true;
    return err_errno(err, "move letter '%s' to %s", id, spool_state_names[to]);
}

static bool move_entry(struct spool *s, const char *id, enum spool_state to, struct err *err)
{
    if (!move_file(s, id, ".facts", to, err) || !move_file(s, id, ".eml", to, err))
        return false;
    s->moved_to[to] = true;
    return true;
}

bool spool_done(struct spool *s, const char *id, struct err *err)
{
    return move_entry(s, id, SPOOL_DONE, err);
}

static bool write_why(struct spool *s, const char *id, const char *why, struct err *err)
{
    char path[SPOOL_PATH_MAX];
    spool_path(SPOOL_HELD, id, ".why", path, sizeof path);
    _cleanup_close_ int fd =
        openat(s->state[SPOOL_HELD], path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_errno(err, "write reason of held letter '%s'", id);
    size_t n = strlen(why);
    if (write(fd, why, n) != (ssize_t)n)
        return err_errno(err, "write reason of held letter '%s'", id);
    return true;
}

/* Missing facts are one of the reasons to hold: whatever has the name of a letter must leave new/. */
bool spool_hold(struct spool *s, const char *id, const char *why, struct err *err)
{
    enum spool_state state;
    _cleanup_close_ int facts = find_file(s, id, ".facts", &state);
    if (facts < 0 && errno == ENOENT) {
        s->moved_to[SPOOL_HELD] = true;
        return write_why(s, id, why, err) && move_file(s, id, ".eml", SPOOL_HELD, err);
    }
    return write_why(s, id, why, err) && move_entry(s, id, SPOOL_HELD, err);
}

/* done/ is fanned out: a batch touches up to a hundred directories of it, for which one sync of the file
 * system is cheaper than an fsync each. Without it a power cut could keep that a letter left new/ and
 * forget where it went. */
bool spool_sync(struct spool *s, struct err *err)
{
    if (s->moved_to[SPOOL_DONE] && syncfs(s->root) < 0)
        return err_errno(err, "sync spool");
    s->moved_to[SPOOL_DONE] = false;
    for (enum spool_state i = SPOOL_NEW; i < SPOOL_STATES; i++) {
        if (s->moved_to[i] && fsync(s->state[i]) < 0)
            return err_errno(err, "sync spool directory '%s'", spool_state_names[i]);
        s->moved_to[i] = false;
    }
    return true;
}
