/* serve.c: the gather process: everything is loaded, then every file is given up, then it judges letters
 * one after another. It holds DNS sockets, the letter at hand, and nothing else.
 *
 * A letter is read into memory (LETTER_MAX; a larger one is said to be unread) and freed before the next.
 * Whatever kills this process costs one letter its attempt: bbt starts another one. */
#include "gather/serve.h"
#include "gather/dkim.h"
#include "gather/dmarc.h"
#include "gather/resolve.h"
#include "gather/smime.h"
#include "reader/packet.h"
#include "sys/sandbox.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define SOCKET     3
#define LETTER_MAX (256 << 20)
#define MEMORY     (1u << 30) /* such a letter, signed parts of it twice, the resolver's cache and thread */

struct desk {
    struct signatures *signatures;
    struct suffixes *suffixes;
    struct resolver *resolver;
    struct smime *smime;
};

/* ---- one letter ---- */

/* NULL when it is too large or cannot be read. */
static char *read_letter(const void *mem, int fd, size_t *ret_n)
{
    struct stat st;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > LETTER_MAX)
        return NULL;
    size_t size = (size_t)st.st_size, n = 0;
    char *bytes = mem_grow(mem, NULL, 0, size + 1, 1);
    while (n < size) {
        ssize_t got = pread(fd, bytes + n, size - n, (off_t)n);
        if (got == 0 || (got < 0 && errno != EINTR))
            break;
        n += got > 0 ? (size_t)got : 0;
    }
    *ret_n = n;
    return bytes;
}

static bool settled(const struct facts_attempt *a)
{
    for (size_t i = 0; i < a->n_dkim; i++)
        if (str_eq(a->dkim[i].result, "unknown"))
            return false;
    return !str_eq(a->dmarc, "unknown");
}

static void judge(struct desk *d, const void *mem, int fd, const struct gather_order *order,
                  struct facts_attempt *a)
{
    const struct lookup lookup = {resolver_txt, d->resolver};
    size_t n;
    char *bytes = read_letter(mem, fd, &n);
    if (!bytes)
        return;
    const struct raw *raw = raw_split(mem, bytes, n);
    resolver_deadline(d->resolver, order->deadline_ms);
    a->from_domain = raw->from_domain;
    signatures_judge(d->signatures, mem, raw, &lookup, order->received, &a->dkim, &a->n_dkim);
    dmarc_judge(d->suffixes, mem, &lookup, a);
    smime_judge(d->smime, mem, raw, order->received, a);
    a->complete = settled(a);
}

static void answer(struct desk *d, int fd, const struct gather_order *order)
{
    _cleanup_mem_ void *mem = mem_new();
    struct facts_attempt a = {.at = order->at,
                              .complete = true,
                              .from_domain = "",
                              .dmarc = "absent",
                              .dmarc_result = "none",
                              .org_domain = "",
                              .smime = "unread",
                              .smime_signer = ""};
    judge(d, mem, fd, order, &a);
    const char *line = facts_dump_attempt(mem, &a);
    if (send(SOCKET, line, strlen(line), MSG_NOSIGNAL) < 0)
        _exit(75);
}

/* ---- the process ---- */

/* Standard output may be the pipe on which bbt tells of letters: nothing of it stays in here. */
static bool let_go(struct err *err)
{
    _cleanup_close_ int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(nothing, STDOUT_FILENO) < 0)
        return err_errno(err, "gather: open '/dev/null'");
#ifndef BBT_SANITIZE
    const struct rlimit memory = {MEMORY, MEMORY}, files = {256, 256}, none = {0, 0};
    if (setrlimit(RLIMIT_AS, &memory) < 0 || setrlimit(RLIMIT_NOFILE, &files) < 0 ||
        setrlimit(RLIMIT_FSIZE, &none) < 0)
        return err_errno(err, "gather: limits");
#endif
    return true;
}

static bool get_ready(const void *mem, const struct gather_options *o, struct desk *d, struct err *err)
{
    signal(SIGPIPE, SIG_IGN);
    return signatures_new(mem, &d->signatures, err) &&
           suffixes_new(mem, NULL, o->suffixes, &d->suffixes, err) &&
           smime_new(mem, o->smime_ca, &d->smime, err) &&
           resolver_new(mem, o->resolver, &d->resolver, err) && let_go(err) &&
           sandbox_dns(resolver_port(d->resolver), err);
}

static void serve(struct desk *d)
{
    struct gather_order order;
    int fds[PACKET_FDS], n;
    ssize_t got;
    while ((got = packet_receive(SOCKET, &order, sizeof order, fds, &n)) != 0) {
        if (got == (ssize_t)sizeof order && n == 1)
            answer(d, fds[0], &order);
        for (int i = 0; i < n; i++)
            close(fds[i]);
    }
}

int gather_serve(const struct gather_options *o)
{
    void *mem = mem_new();
    struct desk d = {0};
    struct err err = {0};
    if (!get_ready(mem, o, &d, &err)) {
        char why[sizeof err.text + 1] = "x";
        memcpy(why + 1, err.text, sizeof err.text);
        send(SOCKET, why, 1 + strlen(err.text), MSG_NOSIGNAL);
        _exit(err_exit_code(err.kind));
    }
    if (write(SOCKET, "r", 1) == 1)
        serve(&d);
    _exit(0); /* no clean-up: libraries would want the files that are given up */
}
