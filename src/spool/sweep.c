/* sweep.c: what a process that was killed left behind. A day is longer than any batch is open; were it not,
 * the commit of that batch would fail and its letters come again, since a receipt follows the commit.
 * Refuses to touch a raw letter outside tmp/, whatever its age, unless it is
 * named: then it was sealed. */
#include "base/str.h"
#include "spool/spool_internal.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#define KEPT      86400       /* seconds */
#define KEPT_MARK (4 * 86400) /* longer than anything is asked about (look_up.c) */

static bool is_old(int dir, const char *name, int64_t kept, int64_t now)
{
    struct stat st;
    return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
           now - st.st_mtime > kept;
}

/* "ID.facts" without "ID.eml" beside it. */
static bool is_orphan(int dir, const char *name)
{
    size_t n = strlen(name);
    if (n >= SPOOL_PATH_MAX || !str_ends(name, ".facts"))
        return false;
    _cleanup_mem_ char *id = mem_bytes(NULL, name, n - strlen(".facts"));
    _cleanup_mem_ char *raw = mem_fmt(NULL, "%s.eml", id);
    return faccessat(dir, raw, F_OK, AT_SYMLINK_NOFOLLOW) < 0;
}

/* "...P4711.000001.eml" of a process that is no more: nobody will commit it. Were the process on another
 * machine, its commit would fail, and its letters come again. */
static bool is_abandoned(const char *name)
{
    const char *p = strstr(name, ".P");
    int64_t pid;
    char digits[12] = "";
    size_t n = p ? strspn(p + 2, "0123456789") : 0;
    if (n == 0 || n >= sizeof digits || p[2 + n] != '.')
        return false;
    memcpy(digits, p + 2, n);
    return str_int(digits, 1, INT32_MAX, &pid) && kill((pid_t)pid, 0) < 0 && errno == ESRCH;
}

void spool_sweep_abandoned(struct spool *s)
{
    int copy = openat(s->tmp, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = copy < 0 ? NULL : fdopendir(copy);
    if (!d && copy >= 0)
        close(copy);
    if (!d)
        return;
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        if (is_abandoned(e->d_name))
            (void)unlinkat(s->tmp, e->d_name, 0);
    closedir(d);
}

static void sweep(int dir, bool orphans_only, int64_t kept, int64_t now)
{
    int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = copy < 0 ? NULL : fdopendir(copy);
    if (!d && copy >= 0)
        close(copy);
    if (!d)
        return;
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        if (e->d_name[0] != '.' && (!orphans_only || is_orphan(dir, e->d_name)) &&
            is_old(dir, e->d_name, kept, now))
            (void)unlinkat(dir, e->d_name, 0);
    closedir(d);
}

void spool_sweep(struct spool *s, int64_t now)
{
    sweep(s->tmp, false, KEPT, now);
    sweep(s->state[SPOOL_NEW], true, KEPT, now);
    sweep(s->mark[SPOOL_AGAIN], false, KEPT_MARK, now);
}

/* The raw letter first: facts without it are nothing. */
bool spool_purge(struct spool *s, const char *id, struct err *err)
{
    static const char *const suffixes[] = {".eml", ".facts", ".why"};
    char path[SPOOL_PATH_MAX];
    for (enum spool_state i = SPOOL_NEW; i < SPOOL_STATES; i++)
        for (size_t k = 0; k < ARRAY_LEN(suffixes); k++) {
            spool_path(i, id, suffixes[k], path, sizeof path);
            if (unlinkat(s->state[i], path, 0) == 0)
                s->moved_to[i] = true;
            else if (errno != ENOENT)
                return err_errno(err, "remove sealed letter '%s'", id);
        }
    return spool_unmark(s, SPOOL_AGAIN, id, err) && spool_unmark(s, SPOOL_CHANGED, id, err);
}
