/* fetch_mailbox.c: one mailbox: open, { pull until nothing is left, wait }, and after a failure again,
 * later and later (1 s doubling to 5 min, with jitter so that many clients do not return together).
 *
 * The password is read before each login into locked memory and wiped right after it. The address space is
 * limited, so that a lying server costs this process and not the machine. */
#include "fetch_mailbox.h"
#include "arrive.h"
#include "base/str.h"
#include "look_up.h"
#include "source/stream.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/log.h"
#include "sys/rand.h"
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>

#define BACKOFF_MAX 300 /* seconds */

struct mailbox {
    void *mem;
    const struct fetch_options *options;
    const struct conf_mailbox *conf;
    struct spool *spool;
    struct receipts *receipts;
    struct arrive *arrive;
    struct gather *gather; /* NULL: the DNS is not asked about this mailbox */
    struct source source;
    int stop_fd;
    int64_t backoff; /* seconds, before the next attempt */
    bool good;       /* something worked since the last failure */
};

static bool stopping(const struct mailbox *m)
{
    return stream_sleep(0, m->stop_fd);
}

/* ---- the password, for as long as the login takes ---- */

static bool open_with_password(struct mailbox *m, struct err *err)
{
    struct source *s = &m->source;
    char *password = NULL;
    size_t room = 0;
    if (m->conf->protocol != CONF_MAILDIR) {
        const char *path = file_join(m->mem, m->options->house, m->conf->password_file);
        if (!file_read_secret(m->mem, path, &password, err))
            return false;
        room = talloc_get_size(password);
        (void)mlock(password, room);
    }
    s->password = password;
    bool ok = s->ops->open(s, err);
    s->password = NULL;
    if (password) {
        explicit_bzero(password, room);
        (void)munlock(password, room);
        talloc_free(password);
    }
    return ok;
}

/* ---- one session ---- */

static bool pull_all(struct mailbox *m, struct err *err)
{
    struct source *s = &m->source;
    size_t count, total = 0;
    bool more = true;
    while (more && !stopping(m)) {
        if (!s->ops->pull(s, &count, &more, err))
            return false;
        total += count;
    }
    if (total)
        log_info("%s: fetched letters=%zu", m->conf->name, total);
    m->good = true;
    m->backoff = 1;
    return receipts_polled(m->receipts, m->conf->name, m->options->now(), "", err);
}

static bool listen(struct mailbox *m, struct err *err)
{
    struct source *s = &m->source;
    while (pull_all(m, err)) {
        if (m->options->once || stopping(m) || s->ops->snapshot)
            return true;
        if (!s->ops->wait(s, (int)m->conf->poll, m->stop_fd, err))
            return false;
    }
    return false;
}

/* Begins with nothing in hand: a letter of a batch that failed would pass for one that was taken. */
static bool session(struct mailbox *m, struct err *err)
{
    struct source *s = &m->source;
    arrive_forget(m->arrive);
    spool_sweep(m->spool, clock_now());
    if (!receipts_cursor(m->receipts, m->mem, m->conf->name, &s->cursor, err) ||
        !open_with_password(m, err))
        return false;
    bool ok = listen(m, err);
    s->ops->close(s);
    return ok;
}

/* ---- again and again ---- */

static void note_failure(struct mailbox *m, const struct err *why)
{
    struct err ignored = {0};
    log_warn("%s: failed retry-in=%llds error=\"%s\"", m->conf->name, (long long)m->backoff, why->text);
    (void)receipts_polled(m->receipts, m->conf->name, m->options->now(), why->text, &ignored);
}

/* Seconds to wait, a quarter more or less. */
static int64_t next_backoff(struct mailbox *m)
{
    uint8_t dice;
    rand_bytes(&dice, 1);
    int64_t wait = m->backoff + m->backoff * (dice - 128) / 512;
    m->backoff = m->backoff * 2 < BACKOFF_MAX ? m->backoff * 2 : BACKOFF_MAX;
    return wait < 1 ? 1 : wait;
}

static void loop(struct mailbox *m)
{
    while (!stopping(m)) {
        struct err err = {0};
        int64_t pause = m->conf->poll;
        bool ok = session(m, &err);
        if (!ok && stopping(m))
            return;
        if (!ok) {
            note_failure(m, &err);
            pause = next_backoff(m);
        }
        if (stream_sleep(pause, m->stop_fd))
            return;
    }
}

static bool once(struct mailbox *m, struct err *err)
{
    struct err ignored = {0};
    if (session(m, err) || stopping(m))
        return true;
    (void)receipts_polled(m->receipts, m->conf->name, m->options->now(), err->text, &ignored);
    return err_prefix(err, "mailbox '%s'", m->conf->name);
}

/* ---- setting up ---- */

static bool stop_signals(struct mailbox *m, struct err *err)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    m->stop_fd =
        sigprocmask(SIG_BLOCK, &set, NULL) < 0 ? -1 : signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return m->stop_fd >= 0 || err_errno(err, "watch signals");
}

/* Not under the sanitizers, whose shadow memory alone is larger. */
static bool limit_memory(const struct fetch_options *options, struct err *err)
{
#ifndef BBT_SANITIZE
    rlim_t most = (rlim_t)(options->conf->max_letter * 4 + (768 << 20));
    struct rlimit limit = {most, most};
    if (setrlimit(RLIMIT_AS, &limit) < 0)
        return err_errno(err, "limit memory");
#endif
    (void)options;
    (void)err;
    return true;
}

bool fetch_mailbox(const struct fetch_options *options, const struct conf_mailbox *conf, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct mailbox m = {.mem = mem, .options = options, .conf = conf, .stop_fd = -1, .backoff = 1};
    log_role("fetch");
    /* gather first: before any password is read, and before our own memory is limited */
    if (!stop_signals(&m, err) ||
        (conf->look_up && !look_up_start(mem, options->house, options->conf, &m.gather, err)) ||
        !limit_memory(options, err) || !spool_open(mem, options->house, &m.spool, err) ||
        !receipts_open(mem, options->house, &m.receipts, err))
        return false;
    m.arrive = arrive_mailbox(mem, m.spool, m.receipts, conf, options->now);
    arrive_look_up(m.arrive, m.gather);
    m.source = (struct source){.ops = source_ops_for(conf),
                               .conf = conf,
                               .house = options->house,
                               .cursor = "",
                               .sink = arrive_sink(m.arrive),
                               .max_letter = options->conf->max_letter,
                               .stop_fd = m.stop_fd,
                               .now = options->now,
                               .mem = mem};
    bool ok = true;
    if (options->once)
        ok = once(&m, err);
    else
        loop(&m);
    close(m.stop_fd);
    return ok;
}
