/* init.c: makes a house that works at once: SQLite, a Maildir drop folder, no server needed. Refuses to
 * touch a directory that already is a house. */
#include "cmd/cmd.h"
#include "sys/clock.h"
#include "sys/file.h"
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char *const directories[] = {"drop", "drop/tmp", "drop/new", "drop/cur",
                                          "keys", "secret",   "evidence"};

/* A directory that was there before may be open to all, or another's, who could change what lies in it. */
static bool make_private(const char *dir, struct err *err)
{
    struct stat st;
    _cleanup_close_ int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0)
        return err_errno(err, "make house '%s'", dir);
    if (st.st_uid != getuid())
        return err_set(err, ERR_NO, "make house '%s': the directory belongs to another user", dir);
    return fchmod(fd, 0700) == 0 || err_errno(err, "make house '%s'", dir);
}

static bool make_directories(const void *mem, const char *dir, struct err *err)
{
    if (!file_make_dir(dir, 0700, err) || !make_private(dir, err))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(directories); i++)
        if (!file_make_dir(mem_fmt(mem, "%s/%s", dir, directories[i]), 0700, err))
            return false;
    return true;
}

static bool write_conf(const void *mem, const char *path, const char *profile, bool trial, struct err *err)
{
    char *text = mem_fmt(mem,
                         "# The configuration of this house; see banbientap.conf(5).\n"
                         "profile %s\n"
                         "trial %s\n"
                         "\n"
                         "# Letters dropped into this Maildir are taken in.\n"
                         "mailbox drop {\n"
                         "    protocol maildir\n"
                         "    path drop\n"
                         "}\n",
                         profile, trial ? "yes" : "no");
    return file_write(path, text, strlen(text), 0600, err);
}

/* The caller administers the house, and decides nothing in it. A trial house also has people to play. */
static bool add_staff(struct house *h, const char *login, bool trial, struct err *err)
{
    const struct staff owner = {.user = login,
                                .login = login,
                                .name = login,
                                .roles =
                                    ROLE_ADMIN | (trial ? (unsigned)(ROLE_CHIEF | ROLE_INSPECTOR) : 0)};
    const struct staff players[] = {
        {"truongban", "truongban", "truongban", ROLE_CHIEF, false},
        {"photruongban", "photruongban", "photruongban", ROLE_STANDING_DEPUTY, false},
        {"bientap", "bientap", "bientap", ROLE_EDITOR, false},
        {"thuky", "thuky", "thuky", ROLE_SECRETARY, false},
        {"thanhtra", "thanhtra", "thanhtra", ROLE_INSPECTOR, false}};
    int64_t now = clock_now();
    if (!store_staff_add(h->store, &owner, &actor_system, now, err))
        return false;
    for (size_t i = 0; trial && i < ARRAY_LEN(players); i++)
        if (!store_staff_add(h->store, &players[i], &actor_system, now, err))
            return false;
    return true;
}

static bool furnish(struct context *cx, const char *dir, bool trial, struct err *err)
{
    struct passwd *pw = getpwuid(getuid());
    cx->options.dir = dir;
    if (!house_open(cx->mem, &cx->options, NEED_HOUSE | NEED_RULES | NEED_SPOOL | NEED_STORE, &cx->house,
                    err))
        return false;
    return add_staff(cx->house, pw ? pw->pw_name : "root", trial, err);
}

static bool run_init(struct context *cx, struct err *err)
{
    const char *dir = args_word(cx), *profile = *cx->options.profile ? cx->options.profile : "mic";
    bool trial = args_flag(cx, "--trial");
    if (!args_need(cx, dir && *dir ? dir : NULL, "DIR", err) || !args_done(cx, err))
        return false;
    char *conf = mem_fmt(cx->mem, "%s/banbientap.conf", dir);
    if (file_exists(conf))
        return err_set(err, ERR_NO, "make house '%s': it is a house already", dir);
    if (!file_exists(mem_fmt(cx->mem, "%s/rules/%s", file_share_dir(cx->mem), profile)))
        return err_set(err, ERR_CONF, "make house '%s': no profile '%s' (shipped: mic langson dongnai bca)",
                       dir, profile);
    if (!make_directories(cx->mem, dir, err) ||
        !house_make_key(mem_fmt(cx->mem, "%s/keys/journal.key", dir), err) ||
        !house_make_key(mem_fmt(cx->mem, "%s/keys/token.key", dir), err) ||
        !write_conf(cx->mem, conf, profile, trial, err) || !furnish(cx, dir, trial, err))
        return false;
    if (cx->json)
        print_json(json_pack("{s:s, s:s, s:b}", "house", dir, "profile", profile, "trial", (int)trial));
    else
        printf("%s\n",
               catalog_say(cx->mem, cx->house->catalog, "init.done", "dir", dir, "profile", profile, NULL));
    return true;
}

const struct command cmd_init = {"init", 0, run_init};
