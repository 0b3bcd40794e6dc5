/* look_up.c: asking the DNS again. A look-up that failed is "unknown", never a pass and never final
 * (promise 15): the entry is marked again/, and a process of the fetch role, which may write the spool and
 * knows no password of a mailbox, repeats it with growing pauses.
 *
 * Each step can be repeated: first the attempt is appended and synced, then changed/ is marked, then again/
 * is taken away. A crash between them asks once more, which changes nothing that was known. */
#include "look_up.h"
#include "base/str.h"
#include "source/stream.h"
#include "spool/spool.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/log.h"
#include <signal.h>
#include <sys/signalfd.h>

#define FIRST_PAUSE 60          /* seconds */
#define MOST_PAUSE  (4 * 3600)  /* seconds */
#define GIVE_UP     (3 * 86400) /* seconds after the first attempt */
#define PASS        15          /* seconds between looks into again/ */

bool look_up_start(const void *mem, const char *house, const struct conf *conf, struct gather **ret,
                   struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    const char *own = conf->public_suffixes, *ca = conf->smime_ca;
    const struct gather_options o = {
        .resolver = conf->resolver,
        .suffixes = *own ? file_join(tmp, house, own)
                         : mem_fmt(tmp, "%s/conf/public-suffixes", file_share_dir(tmp)),
        .smime_ca = *ca ? file_join(tmp, house, ca) : ""};
    return gather_start(mem, &o, ret, err);
}

int64_t look_up_due(const struct facts *f)
{
    int64_t pause = FIRST_PAUSE;
    if (f->n_attempts == 0 || f->attempts[f->n_attempts - 1].complete)
        return 0;
    for (size_t i = 1; i < f->n_attempts && pause < MOST_PAUSE; i++)
        pause *= 2;
    int64_t due = f->attempts[f->n_attempts - 1].at + (pause < MOST_PAUSE ? pause : MOST_PAUSE);
    return due - f->attempts[0].at > GIVE_UP ? 0 : due;
}

struct again {
    const struct fetch_options *options;
    struct spool *spool;
    struct gather *gather; /* NULL until something is due */
    int stop_fd;
};

static bool ask(struct again *g, const void *mem, const char *id, const struct facts *facts,
                struct err *err)
{
    _cleanup_close_ int fd = -1;
    if (!g->gather && !look_up_start(g->spool, g->options->house, g->options->conf, &g->gather, err))
        return false;
    if (!gather_may_wait(g->gather)) /* an attempt without asking would only lengthen the pause */
        return true;
    if (!spool_open_raw(g->spool, id, &fd, err))
        return false;
    const struct facts_attempt *a = gather_letter(g->gather, mem, fd, facts->received, g->options->now());
    if (!spool_append_attempt(g->spool, id, a, err) ||
        (a->complete && !spool_mark(g->spool, SPOOL_CHANGED, id, err)))
        return false;
    log_info("letter %s: looked up again complete=%s", id, a->complete ? "yes" : "no");
    return !a->complete || spool_unmark(g->spool, SPOOL_AGAIN, id, err);
}

/* A mark without facts: its batch is about to be committed or never was, and then it is swept. */
static bool one(struct again *g, const char *id, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct facts facts;
    struct err unread = {0};
    if (!spool_read_facts(g->spool, mem, id, &facts, &unread)) {
        log_debug("letter %s: not looked up again: %s", id, unread.text);
        return true;
    }
    int64_t due = look_up_due(&facts);
    if (due == 0)
        return spool_unmark(g->spool, SPOOL_AGAIN, id, err);
    return due > g->options->now() || ask(g, mem, id, &facts, err);
}

static bool pass(struct again *g, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct str_list ids = {0};
    if (!spool_marked(g->spool, mem, SPOOL_AGAIN, &ids, err))
        return false;
    for (size_t i = 0; i < ids.n && !stream_sleep(0, g->stop_fd); i++)
        if (!one(g, ids.v[i], err))
            return false;
    return true;
}

static bool serve(struct again *g, struct err *err)
{
    do {
        if (!pass(g, err))
            return false;
    } while (!g->options->once && !stream_sleep(PASS, g->stop_fd));
    return true;
}

bool look_up_role(const struct fetch_options *options, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct again g = {.options = options, .stop_fd = -1};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    log_role("look-up");
    if (!spool_open(mem, options->house, &g.spool, err))
        return false;
    if (sigprocmask(SIG_BLOCK, &set, NULL) == 0)
        g.stop_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (g.stop_fd < 0)
        return err_errno(err, "watch signals");
    bool ok = serve(&g, err);
    close(g.stop_fd);
    return ok;
}
