/* requeue.c: parts of entries by name, for backups; and letters that are held: why, since when, and back to
 * the queue. A held letter was never applied, or its plan is known by its entry: reading it again applies
 * it once. Refuses to touch an entry that is not held. */
#include "base/str.h"
#include "spool/spool_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#define MOVES   3 /* an entry may move on while we look; it moves at most that often */
#define WHY_MAX 4096

bool spool_open_part(struct spool *s, const char *id, const char *suffix, int *ret_fd, struct err *err)
{
    char path[SPOOL_PATH_MAX];
    for (int i = 0; i < MOVES * SPOOL_STATES; i++) {
        enum spool_state state = (enum spool_state)(i % SPOOL_STATES);
        spool_path(state, id, suffix, path, sizeof path);
        *ret_fd = spool_open_file(s->state[state], path);
        if (*ret_fd >= 0)
            return true;
        if (errno != ENOENT)
            break;
    }
    return err_errno(err, "open letter '%s%s'", id, suffix);
}

char *spool_part_path(const void *mem, const char *state, const char *id, const char *suffix)
{
    char path[SPOOL_PATH_MAX];
    enum spool_state st = str_eq(state, "done")   ? SPOOL_DONE
                          : str_eq(state, "held") ? SPOOL_HELD
                                                  : SPOOL_NEW;
    spool_path(st, id, suffix, path, sizeof path);
    return mem_fmt(mem, "spool/%s/%s", spool_state_names[st], path);
}

static bool is_there(const struct spool *s, enum spool_state state, const char *id, const char *suffix)
{
    char path[SPOOL_PATH_MAX];
    spool_path(state, id, suffix, path, sizeof path);
    return faccessat(s->state[state], path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Facts first, raw second, as every move; the reason goes last. */
static bool back(struct spool *s, const char *id, const char *suffix, struct err *err)
{
    char path[SPOOL_PATH_MAX];
    spool_path(SPOOL_HELD, id, suffix, path, sizeof path);
    if (renameat(s->state[SPOOL_HELD], path, s->state[SPOOL_NEW], path) == 0)
        return true;
    if (errno == ENOENT && (is_there(s, SPOOL_NEW, id, suffix) || str_eq(suffix, ".facts")))
        return true; /* done before; or it is held because it has no facts */
    return err_errno(err, "move letter '%s' to new", id);
}

bool spool_requeue(struct spool *s, const char *id, struct err *err)
{
    char path[SPOOL_PATH_MAX];
    if (strchr(id, '/') || *id == '.' || strlen(id) > 150 || !is_there(s, SPOOL_HELD, id, ".eml"))
        return err_set(err, ERR_NO, "letter '%s': is not held", id);
    if (!back(s, id, ".facts", err) || !back(s, id, ".eml", err))
        return false;
    if (fsync(s->state[SPOOL_NEW]) < 0)
        return err_errno(err, "sync spool directory 'new'");
    spool_path(SPOOL_HELD, id, ".why", path, sizeof path);
    if (unlinkat(s->state[SPOOL_HELD], path, 0) < 0 && errno != ENOENT)
        return err_errno(err, "remove the reason of letter '%s'", id);
    return fsync(s->state[SPOOL_HELD]) == 0 || err_errno(err, "sync spool directory 'held'");
}

bool spool_why(struct spool *s, const void *mem, const char *id, const char **ret_why, int64_t *ret_since,
               struct err *err)
{
    char path[SPOOL_PATH_MAX], text[WHY_MAX];
    struct stat st;
    spool_path(SPOOL_HELD, id, ".why", path, sizeof path);
    _cleanup_close_ int fd = spool_open_file(s->state[SPOOL_HELD], path);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text);
    *ret_why = mem_bytes(mem, text, n > 0 ? (size_t)n : 0);
    if (fd < 0) {
        spool_path(SPOOL_HELD, id, ".eml", path, sizeof path);
        if (fstatat(s->state[SPOOL_HELD], path, &st, AT_SYMLINK_NOFOLLOW) < 0)
            return err_errno(err, "look at held letter '%s'", id);
    } else if (fstat(fd, &st) < 0) {
        return err_errno(err, "look at held letter '%s'", id);
    }
    *ret_since = st.st_mtime;
    return true;
}
