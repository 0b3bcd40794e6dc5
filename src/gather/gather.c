/* gather.c: bbt's side of gather: starts bbt-gather, hands it one letter at a time, and takes back one
 * attempt. Holds no library of that room: neither a DNS answer nor a signature is parsed here.
 *
 * What waiting may cost is a purse: every letter pays what it waited beyond an honest answer, and the purse
 * fills slowly. When it is empty, letters get "unknown" at once and are asked about again later. So neither
 * a dead resolver nor a sender whose name server never answers can keep the mailbox from being read: at
 * most a tenth of the time is spent waiting, after PURSE_MS at first. */
#include "gather/gather.h"
#include "base/str.h"
#include "gather/serve.h"
#include "reader/packet.h"
#include "sys/child.h"
#include "sys/clock.h"
#include "sys/file.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#define DEADLINE_MS 5000
#define WORK_MS     20000 /* beyond the look-ups: hashing a large letter on a busy machine */
#define START_MS    20000
#define STARTS      3 /* one that is killed at once is no reason to take no letters */
#define PURSE_MS    15000
#define FREE_MS     300 /* an honest answer from far away */
#define DEATH_MS    2000
#define LETTERS     2000 /* that one process judges: what a library forgets to free does not grow for ever */

struct gather {
    const char *self, *resolver, *suffixes, *smime_ca;
    int64_t deadline_ms;
    pid_t pid;
    int socket;       /* -1: not running */
    int64_t purse_ms; /* may be in debt */
    int64_t filled_ms;
    int letters; /* judged by this process */
};

/* ---- the process ---- */

static bool start(struct gather *g, struct err *err)
{
    const char *argv[] = {g->self, g->resolver, g->suffixes, g->smime_ca, NULL};
    return child_serve(argv, "gather", START_MS, &g->pid, &g->socket, err);
}

static void stop(struct gather *g)
{
    if (g->socket < 0)
        return;
    close(g->socket);
    g->socket = -1;
    (void)kill(g->pid, SIGKILL); /* it holds nothing that an end in order would save */
    child_wait(g->pid);
}

static int destroy(struct gather *g)
{
    stop(g);
    return 0;
}

bool gather_start(const void *mem, const struct gather_options *o, struct gather **ret, struct err *err)
{
    struct gather *g = mem_zero(mem, struct gather);
    *g = (struct gather){.self = file_helper(g, "bbt-gather"),
                         .resolver = mem_str(g, o->resolver),
                         .suffixes = mem_str(g, o->suffixes),
                         .smime_ca = mem_str(g, o->smime_ca),
                         .deadline_ms = o->deadline_ms > 0 ? o->deadline_ms : DEADLINE_MS,
                         .socket = -1,
                         .purse_ms = PURSE_MS,
                         .filled_ms = clock_monotonic_ms()};
    talloc_set_destructor(g, destroy);
    for (int tries = 0; tries < STARTS; tries++) {
        *err = (struct err){0};
        if (start(g, err)) {
            *ret = g;
            return true;
        }
        if (err->kind != ERR_RETRY)
            break;
    }
    talloc_free(g);
    return false;
}

void gather_stop(struct gather *g)
{
    talloc_free(g);
}

/* ---- the purse ---- */

bool gather_may_wait(struct gather *g)
{
    int64_t now = clock_monotonic_ms();
    g->purse_ms += (now - g->filled_ms) / 10;
    g->filled_ms += (now - g->filled_ms) / 10 * 10;
    if (g->purse_ms > PURSE_MS)
        g->purse_ms = PURSE_MS;
    return g->purse_ms > 0;
}

/* ---- one letter ---- */

static struct facts_attempt *nothing_known(const void *mem, int64_t at)
{
    struct facts_attempt *a = mem_zero(mem, struct facts_attempt);
    *a = (struct facts_attempt){.at = at,
                                .from_domain = "",
                                .dmarc = "unknown",
                                .dmarc_result = "unknown",
                                .org_domain = "",
                                .smime = "unread",
                                .smime_signer = ""};
    return a;
}

/* It must not be able to write the letter: the descriptor of one being spooled can. */
static bool give(struct gather *g, int raw_fd, const struct gather_order *order)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", raw_fd);
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd >= 0 && packet_send(g->socket, order, sizeof *order, &fd, 1);
}

/* False: it died, hangs, or says what it may not say. */
static bool take(struct gather *g, const void *mem, struct facts_attempt *ret)
{
    _cleanup_mem_ char *line = mem_grow(NULL, NULL, 0, GATHER_REPLY_MAX, 1);
    struct pollfd p = {.fd = g->socket, .events = POLLIN};
    struct err ignored = {0};
    int64_t until = clock_monotonic_ms() + g->deadline_ms + WORK_MS, left;
    int r = -1;
    while ((left = until - clock_monotonic_ms()) > 0 && (r = poll(&p, 1, (int)left)) < 0 && errno == EINTR)
        continue;
    ssize_t n = r > 0 ? recv(g->socket, line, GATHER_REPLY_MAX, 0) : 0;
    return n > 0 && facts_parse_attempt(mem, line, (size_t)n, ret, &ignored);
}

static bool ask(struct gather *g, const void *mem, int raw_fd, const struct gather_order *order,
                struct facts_attempt *ret)
{
    struct err ignored = {0};
    if (g->socket < 0 && !start(g, &ignored))
        return false;
    return give(g, raw_fd, order) && take(g, mem, ret);
}

struct facts_attempt *gather_letter(struct gather *g, const void *mem, int raw_fd, int64_t received,
                                    int64_t now)
{
    struct facts_attempt *a = nothing_known(mem, now);
    const struct gather_order order = {.at = now, .received = received, .deadline_ms = g->deadline_ms};
    int64_t started = clock_monotonic_ms();
    if (!gather_may_wait(g))
        return a;
    bool answered = ask(g, mem, raw_fd, &order, a);
    int64_t waited = clock_monotonic_ms() - started;
    if (++g->letters % LETTERS == 0)
        stop(g);
    if (!answered) {
        stop(g);
        waited += DEATH_MS;
    }
    a->at = now; /* whatever it says */
    if (waited > FREE_MS)
        g->purse_ms -= waited - FREE_MS;
    return a;
}
