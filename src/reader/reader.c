/* reader.c: the parent's side of the reader: starts the server, hands out letters, collects results.
 *
 * Whatever a child does, reader_wait gives a letter for every letter submitted: what came over the pipe if
 * it decodes, else one with the defect "reader-died" or "reader-timeout". The hash of the facts is kept
 * over what the child says, since a letter may own its child.
 *
 * Refuses to give a letter twice: after a death of the server nothing in flight is submitted again. */
#include "reader/reader.h"
#include "reader/wire.h"
#include "sys/child.h"
#include "sys/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#define MAX_IN_FLIGHT 64
#define DEADLINE_MS   30000
#define START_MS      20000
#define PIPE_BYTES    (256 << 10)

struct flight {
    bool used;
    int pipe;
    uint64_t tag;
    int64_t deadline_ms;
    char sha256[HASH_HEX];
    size_t bytes;
    struct str wire; /* on its own context */
};

struct reader {
    const char *self;
    int limit, count, socket;
    pid_t server;
    struct flight flights[MAX_IN_FLIGHT];
};

/* ---- the server ---- */

static bool await_ready(int fd, struct err *err)
{
    char said[sizeof err->text] = "";
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int r;
    while ((r = poll(&p, 1, START_MS)) < 0 && errno == EINTR)
        continue;
    ssize_t n = r > 0 ? recv(fd, said, sizeof said - 1, 0) : 0;
    if (n >= 1 && said[0] == 'r')
        return true;
    if (n >= 1)
        return err_set(err, ERR_CONF, "reader: %s", said + 1);
    return err_set(err, ERR_RETRY, "reader: the server did not start: %s",
                   r == 0 ? "no answer" : "it ended");
}

static bool start_server(struct reader *r, struct err *err)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return err_errno(err, "reader: socket pair");
    const char *argv[] = {r->self, "--reader", NULL};
    bool started = child_start(argv, ends[1], true, &r->server, err);
    close(ends[1]);
    if (started && await_ready(ends[0], err)) {
        r->socket = ends[0];
        return true;
    }
    close(ends[0]);
    if (started)
        child_wait(r->server);
    return false;
}

static void stop_server(struct reader *r)
{
    if (r->socket < 0)
        return;
    close(r->socket);
    r->socket = -1;
    child_wait(r->server);
}

static int destroy(struct reader *r)
{
    for (int i = 0; i < MAX_IN_FLIGHT; i++) {
        if (!r->flights[i].used)
            continue;
        close(r->flights[i].pipe);
        talloc_free((void *)(uintptr_t)r->flights[i].wire.mem);
    }
    stop_server(r);
    return 0;
}

bool reader_start(const void *mem, const char *self, int in_flight, struct reader **ret, struct err *err)
{
    struct reader *r = mem_zero(mem, struct reader);
    r->self = mem_str(r, self);
    r->limit = in_flight < 1 ? 1 : in_flight > MAX_IN_FLIGHT ? MAX_IN_FLIGHT : in_flight;
    r->socket = -1;
    if (!start_server(r, err)) {
        talloc_free(r);
        return false;
    }
    talloc_set_destructor(r, destroy);
    *ret = r;
    return true;
}

void reader_stop(struct reader *reader)
{
    talloc_free(reader);
}

/* ---- handing out ---- */

int reader_in_flight(const struct reader *reader)
{
    return reader->count;
}

bool reader_full(const struct reader *reader)
{
    return reader->count >= reader->limit;
}

static bool send_two(int socket, int raw, int result)
{
    char byte = 'l', room[CMSG_SPACE(2 * sizeof(int))] = {0};
    int fds[2] = {raw, result};
    struct iovec iov = {&byte, 1};
    struct msghdr msg = {
        .msg_iov = &iov, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof fds);
    memcpy(CMSG_DATA(c), fds, sizeof fds);
    ssize_t n;
    while ((n = sendmsg(socket, &msg, MSG_NOSIGNAL)) < 0 && errno == EINTR)
        continue;
    return n == 1;
}

/* Only a dead server is started anew: whatever else keeps a packet from going out (no memory, too many
 * descriptors under way) passes, and a restart would cost the letters that are being read. */
static bool send_or_restart(struct reader *r, int raw, int result, struct err *err)
{
    if (r->socket >= 0 && send_two(r->socket, raw, result))
        return true;
    if (r->socket >= 0 && errno != EPIPE && errno != ECONNRESET && errno != ENOTCONN)
        return err_errno(err, "reader: give it the letter");
    stop_server(r);
    if (!start_server(r, err))
        return err_prefix(err, "restarting");
    return send_two(r->socket, raw, result) || err_errno(err, "reader: the server is gone");
}

static struct flight *free_flight(struct reader *r)
{
    for (int i = 0; i < MAX_IN_FLIGHT; i++)
        if (!r->flights[i].used)
            return &r->flights[i];
    return NULL;
}

bool reader_submit(struct reader *reader, int raw_fd, const char *sha256, size_t bytes, uint64_t tag,
                   struct err *err)
{
    struct flight *f = free_flight(reader);
    int ends[2];
    if (reader_full(reader) || !f)
        return err_set(err, ERR_BUG, "reader: more than %d letters at once", reader->limit);
    if (pipe2(ends, O_CLOEXEC) < 0)
        return err_errno(err, "reader: pipe");
    /* A letter usually fits: its child is then gone before we read. Refused above a user's quota: no harm.
     */
    fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    bool sent = send_or_restart(reader, raw_fd, ends[1], err);
    close(ends[1]);
    if (!sent) {
        close(ends[0]);
        return false;
    }
    *f = (struct flight){.used = true,
                         .pipe = ends[0],
                         .tag = tag,
                         .deadline_ms = clock_monotonic_ms() + DEADLINE_MS,
                         .bytes = bytes,
                         .wire = str_new(mem_new())};
    snprintf(f->sha256, sizeof f->sha256, "%s", sha256 ? sha256 : "");
    reader->count++;
    return true;
}

/* ---- collecting ---- */

enum progress { GOING_ON, ENDED, FAILED };

static enum progress read_some(struct flight *f)
{
    char block[65536];
    for (;;) {
        ssize_t n = read(f->pipe, block, sizeof block);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN ? GOING_ON : FAILED;
        if (n == 0)
            return ENDED;
        if (f->wire.n + (size_t)n > WIRE_MAX_BYTES)
            return FAILED;
        str_addn(&f->wire, block, (size_t)n);
    }
}

/* What the parent knows goes over what the child says. */
static void keep_facts(const struct flight *f, struct letter *l)
{
    if (strlen(f->sha256) != HASH_HEX - 1)
        return;
    if (!str_eq(f->sha256, l->sha256))
        str_list_add(l, &l->defects, "sha256-differs");
    memcpy(l->sha256, f->sha256, sizeof l->sha256);
}

static struct letter *take_result(struct reader *r, struct flight *f, const void *mem, const char *defect)
{
    struct letter *l = defect ? NULL : wire_decode(mem, f->wire.s, f->wire.n);
    if (l)
        keep_facts(f, l);
    else
        l = letter_unread(mem, f->sha256, f->bytes, defect ? defect : "reader-died");
    close(f->pipe); /* a child that still writes gets SIGPIPE */
    talloc_free((void *)(uintptr_t)f->wire.mem);
    f->used = false;
    r->count--;
    return l;
}

/* The first letter that has ended, or whose time is over. */
static struct letter *next_ended(struct reader *r, const void *mem, const bool *readable, uint64_t *ret_tag)
{
    int64_t now = clock_monotonic_ms();
    for (int i = 0; i < MAX_IN_FLIGHT; i++) {
        struct flight *f = &r->flights[i];
        if (!f->used)
            continue;
        enum progress p = readable[i] ? read_some(f) : GOING_ON;
        bool late = p == GOING_ON && now >= f->deadline_ms;
        if (p == GOING_ON && !late)
            continue;
        *ret_tag = f->tag;
        return take_result(r, f, mem, late ? "reader-timeout" : p == FAILED ? "reader-died" : NULL);
    }
    return NULL;
}

/* Polls all pipes until `until_ms` or the nearest deadline; -1: for ever. */
static void wait_readable(const struct reader *r, int64_t until_ms, bool *ret_readable)
{
    struct pollfd fds[MAX_IN_FLIGHT];
    int at[MAX_IN_FLIGHT], n = 0;
    for (int i = 0; i < MAX_IN_FLIGHT; i++) {
        const struct flight *f = &r->flights[i];
        ret_readable[i] = false;
        if (!f->used)
            continue;
        if (until_ms < 0 || f->deadline_ms < until_ms)
            until_ms = f->deadline_ms;
        fds[n] = (struct pollfd){.fd = f->pipe, .events = POLLIN};
        at[n++] = i;
    }
    int64_t left = until_ms - clock_monotonic_ms();
    if (poll(fds, (nfds_t)n, left > 0 ? (int)left : 0) <= 0)
        return;
    for (int i = 0; i < n; i++)
        ret_readable[at[i]] = fds[i].revents != 0;
}

struct letter *reader_wait(struct reader *reader, const void *mem, int timeout_ms, uint64_t *ret_tag)
{
    int64_t until = timeout_ms < 0 ? -1 : clock_monotonic_ms() + timeout_ms;
    while (reader->count > 0) {
        bool readable[MAX_IN_FLIGHT];
        wait_readable(reader, until, readable);
        struct letter *l = next_ended(reader, mem, readable, ret_tag);
        if (l)
            return l;
        if (until >= 0 && clock_monotonic_ms() >= until)
            break;
    }
    return NULL;
}
