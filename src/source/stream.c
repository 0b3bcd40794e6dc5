/* stream.c: the connection under libetpan: connect, wait, count, and give up in time.
 *
 * What each limit stops: the byte budget a line without end or FETCH answers nobody asked for; the
 * wall-clock deadline a server that sends one byte a second; end of file as an error the endless loop in
 * libetpan's literal reader; poll() the abort when a descriptor is 1024 or more. The first fault stands.
 * Refuses: to say anything over a connection that has failed. */
#include "source/stream_state.h"
#include "sys/clock.h"
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#define OPENING_BYTES (256 * 1024) /* greeting, capabilities, login, SELECT */
#define SLACK_BYTES   (64 * 1024)
#define SLOWEST       16 /* KB a second: slower than this is an attack or a broken line */
#define ETPAN_BUFFER  32768

static int stream_free(struct stream *s)
{
    tls_close(s);
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
    return 0;
}

bool stream_fault(struct stream *s, const char *fault)
{
    if (!s->fault)
        s->fault = fault;
    return false;
}

bool stream_failed(const struct stream *s, const char *what, struct err *err)
{
    if (!s->fault)
        return false;
    err_set(err, ERR_RETRY, "%s: %s", what, s->fault);
    return true;
}

void stream_allow(struct stream *s, int64_t bytes)
{
    s->budget = bytes + bytes / 2 + SLACK_BYTES;
    s->deadline = clock_monotonic_ms() + s->peer.timeout * 1000 + bytes / SLOWEST;
}

void stream_hurry(struct stream *s, int seconds)
{
    s->budget = SLACK_BYTES;
    s->deadline = clock_monotonic_ms() + seconds * 1000;
}

/* ---- waiting ---- */

static int clamp_ms(int64_t ms)
{
    return ms < 0 ? 0 : ms > 3600000 ? 3600000 : (int)ms;
}

bool stream_ready(struct stream *s, short events)
{
    for (;;) {
        struct pollfd p[2] = {{s->fd, events, 0}, {s->peer.stop_fd, POLLIN, 0}};
        int64_t left = s->deadline - clock_monotonic_ms();
        if (left > s->peer.timeout * 1000)
            left = s->peer.timeout * 1000;
        int n = poll(p, 2, left <= 0 ? 0 : clamp_ms(left));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return stream_fault(s, "poll failed");
        if (n == 0)
            return stream_fault(s, "the server did not answer in time");
        if (p[1].revents)
            return stream_fault(s, "stopped");
        return true;
    }
}

static enum stream_news wait_ms(int fd, int stop_fd, int64_t ms)
{
    int64_t until = clock_monotonic_ms() + ms;
    for (;;) {
        struct pollfd p[2] = {{fd, POLLIN, 0}, {stop_fd, POLLIN, 0}};
        int64_t left = until - clock_monotonic_ms();
        int n = poll(p, 2, left <= 0 ? 0 : clamp_ms(left));
        if (n > 0 && p[1].revents)
            return STREAM_STOP;
        if (n > 0)
            return STREAM_NEWS;
        if (left <= 0)
            return STREAM_QUIET;
    }
}

enum stream_news stream_wait(struct stream *s, int64_t seconds)
{
    if (s->fault || tls_buffered(s))
        return STREAM_NEWS;
    return wait_ms(s->fd, s->peer.stop_fd, seconds * 1000);
}

bool stream_sleep(int64_t seconds, int stop_fd)
{
    return wait_ms(-1, stop_fd, seconds * 1000) == STREAM_STOP;
}

/* ---- connecting ---- */

static bool finish_connect(struct stream *s)
{
    int error = 0;
    socklen_t n = sizeof error;
    if (!stream_ready(s, POLLOUT))
        return false;
    if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &n) < 0 || error) {
        errno = error;
        return false;
    }
    return true;
}

/* A dead line is noticed within minutes also while we only listen (IDLE). */
static void keep_alive(int fd)
{
    const int on = 1, idle = 120, interval = 30, count = 4;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
}

static bool connect_to(struct stream *s, const struct addrinfo *a)
{
    s->fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);
    if (s->fd < 0)
        return false;
    keep_alive(s->fd);
    if (connect(s->fd, a->ai_addr, a->ai_addrlen) == 0 || (errno == EINPROGRESS && finish_connect(s)))
        return true;
    int saved = errno;
    close(s->fd);
    s->fd = -1;
    errno = saved;
    return false;
}

static bool connect_any(struct stream *s, struct err *err)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG}, *list;
    char port[24];
    snprintf(port, sizeof port, "%lld", (long long)s->peer.port);
    int rc = getaddrinfo(s->peer.host, port, &hints, &list);
    if (rc != 0)
        return err_set(err, ERR_RETRY, "look up '%s': %s", s->peer.host, gai_strerror(rc));
    bool ok = false;
    for (const struct addrinfo *a = list; a && !ok && !s->fault; a = a->ai_next)
        ok = connect_to(s, a);
    int saved = errno;
    freeaddrinfo(list);
    if (ok)
        return true;
    return err_set(err, ERR_RETRY, "connect to '%s' port %s: %s", s->peer.host, port,
                   s->fault ? s->fault : strerror(saved));
}

bool stream_connect(const void *mem, const struct stream_peer *peer, struct stream **ret, struct err *err)
{
    struct stream *s = mem_zero(mem, struct stream);
    s->peer = *peer;
    s->fd = -1;
    talloc_set_destructor(s, stream_free);
    stream_allow(s, OPENING_BYTES);
    if (!connect_any(s, err)) {
        talloc_free(s);
        return false;
    }
    *ret = s;
    return true;
}

/* ---- reading and writing ---- */

ssize_t stream_recv(struct stream *s, void *buf, size_t n)
{
    ssize_t got;
    do
        got = recv(s->fd, buf, n, 0);
    while (got < 0 && errno == EINTR);
    if (got > 0 && (s->budget -= got) < 0) {
        stream_fault(s, "the server sent far more than was asked for");
        errno = EIO;
        return -1;
    }
    return got;
}

static ssize_t plain_read(struct stream *s, void *buf, size_t n)
{
    for (;;) {
        ssize_t got = stream_recv(s, buf, n);
        if (got > 0)
            return got;
        if (got == 0)
            stream_fault(s, "the server closed the connection");
        else if (errno != EAGAIN)
            stream_fault(s, "the connection broke");
        if (s->fault || !stream_ready(s, POLLIN))
            return -1;
    }
}

static ssize_t plain_write(struct stream *s, const void *buf, size_t n)
{
    for (;;) {
        ssize_t put = send(s->fd, buf, n, MSG_NOSIGNAL);
        if (put > 0)
            return put;
        if (put < 0 && errno != EAGAIN && errno != EINTR)
            stream_fault(s, "the connection broke");
        if (s->fault || !stream_ready(s, POLLOUT))
            return -1;
    }
}

/* The deadline counts also while bytes keep coming (a slow drip never makes poll() wait). */
static bool usable(struct stream *s)
{
    if (!s->fault && clock_monotonic_ms() > s->deadline)
        stream_fault(s, "the server did not answer in time");
    return !s->fault && s->fd >= 0;
}

ssize_t stream_read(struct stream *s, void *buf, size_t n)
{
    if (!usable(s))
        return -1;
    return s->secure ? tls_read(s, buf, n) : plain_read(s, buf, n);
}

ssize_t stream_write(struct stream *s, const void *buf, size_t n)
{
    if (!usable(s))
        return -1;
    return s->secure ? tls_write(s, buf, n) : plain_write(s, buf, n);
}

/* ---- libetpan's view ---- */

static ssize_t low_read(mailstream_low *low, void *buf, size_t n)
{
    return stream_read(low->data, buf, n);
}

static ssize_t low_write(mailstream_low *low, const void *buf, size_t n)
{
    return stream_write(low->data, buf, n);
}

static int low_close(mailstream_low *low)
{
    stream_free(low->data);
    return 0;
}

static int low_fd(mailstream_low *low)
{
    const struct stream *s = low->data;
    return s->fd;
}

static void low_free(mailstream_low *low)
{
    free(low);
}

static void low_cancel(mailstream_low *low)
{
    (void)low;
}

static carray *low_chain(mailstream_low *low)
{
    (void)low;
    return NULL;
}

static int low_no_idle(mailstream_low *low)
{
    (void)low;
    return -1;
}

mailstream *stream_mailstream(struct stream *s)
{
    /* libetpan takes a pointer to non-const but never writes to it. */
    static const mailstream_low_driver driver = {.mailstream_read = low_read,
                                                 .mailstream_write = low_write,
                                                 .mailstream_close = low_close,
                                                 .mailstream_get_fd = low_fd,
                                                 .mailstream_free = low_free,
                                                 .mailstream_cancel = low_cancel,
                                                 .mailstream_get_certificate_chain = low_chain,
                                                 .mailstream_setup_idle = low_no_idle,
                                                 .mailstream_unsetup_idle = low_no_idle,
                                                 .mailstream_interrupt_idle = low_no_idle};
    mailstream_low *low = mailstream_low_new(s, (mailstream_low_driver *)&driver);
    mailstream *m = low ? mailstream_new(low, ETPAN_BUFFER) : NULL;
    if (!m)
        mem_exhausted();
    return m;
}
