/* server.c: the reader server: everything is loaded, then every file is given up, then it only forks. It
 * never looks at a letter itself, holds no secret, and ends with its socket.
 *
 * Talk on descriptor 3 (SOCK_SEQPACKET): the server says one byte 'r' when it is locked in, or 'x' and why
 * it cannot be. Then a packet is one byte with two descriptors (raw letter, write end of a pipe), or a
 * job_order with three (job.h): the runner, which was forked before the files were given up, works on that.
 */
#include "reader/charset.h"
#include "reader/forked.h"
#include "reader/packet.h"
#include "reader/parse.h"
#include "reader/reader.h"
#include "reader/runner.h"
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>

#define SOCKET 3

#define HEAP_ROOM (1 << 20) /* bytes of fresh heap that a child finds ready */
#define HOLE_MAX  8192u     /* bytes; larger holes are few and worth having */
#define HOLE_MIN  16u

/* A letter that makes every library do once what it does only once (types, tables, arenas), so that no
 * child does it again. */
static const char sample[] = "From: =?utf-8?q?a?= <a@example.org>\r\nSubject: =?utf-8?b?YQ==?=\r\n"
                             "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
                             "Content-Transfer-Encoding: quoted-printable\r\n\r\na=C3=A0\r\n--b\r\n"
                             "Content-Type: text/html; charset=utf-8\r\n\r\n<p>a</p>\r\n--b\r\n"
                             "Content-Type: message/rfc822\r\n\r\nSubject: a\r\n\r\na\r\n--b\r\n"
                             "Content-Type: text/plain; name=a.txt\r\nContent-Transfer-Encoding: base64\r\n"
                             "Content-Disposition: attachment\r\n\r\nYQ==\r\n--b--\r\n";

static void warm_up(void)
{
    parse_prewarm();
    int fd = memfd_create("sample", MFD_CLOEXEC);
    if (fd >= 0 && write(fd, sample, sizeof sample - 1) > 0) {
        _cleanup_mem_ void *mem = mem_new();
        parse_letter(mem, fd);
    }
    close(fd);
}

/* What the warm-up has freed lies between what it keeps. A child that allocated there would copy a page for
 * every few bytes (and first join the free pieces, which touches them all): so they are given away, and a
 * child's memory begins above, on pages of its own. */
static void fill_holes(void)
{
    mallopt(M_MMAP_THRESHOLD, HEAP_ROOM);
    mallopt(M_TOP_PAD, HEAP_ROOM); /* also: no child asks the kernel for each 128 KB */
    malloc_trim(HEAP_ROOM);
    for (size_t size = HOLE_MAX; size >= HOLE_MIN; size -= HOLE_MIN) {
        size_t top = mallinfo2().keepcost;
        while (mallinfo2().keepcost == top && mallinfo2().fordblks > top) {
            void *volatile hole = malloc(size); /* volatile: else the compiler takes it for unused */
            (void)hole;
        }
    }
}

static bool get_ready(const void *mem, struct sandbox_filter **ret_filter, struct err *err)
{
    signal(SIGCHLD, SIG_IGN); /* children are reaped by the kernel */
    signal(SIGPIPE, SIG_DFL); /* a child whose parent has hung up ends */
    warm_up();
    if (!sandbox_filter_new(mem, ret_filter, err) || !sandbox_no_files(err))
        return false;
    fill_holes();
    return sandbox_filter_share(*ret_filter, err);
}

/* Should a fork or the runner fail, the pipe closes with nothing in it: the letter is held as unread, or
 * the attachment is. */
static void read_letter(const struct sandbox_filter *filter, const int *fds)
{
    if (fork() == 0)
        forked_read(fds[0], fds[1], filter);
}

/* fds: raw letter, result, the end that says "done". A child takes the attachment out of the letter, the
 * runner's job gets it through a pipe. */
static void extract(const struct sandbox_filter *filter, int runner, const struct job_order *order,
                    const int *fds)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return;
    if (fork() == 0)
        forked_attachment(fds[0], ends[1], order->outer, order->number, filter);
    close(ends[1]);
    int given[] = {ends[0], fds[1], fds[2]};
    packet_send(runner, order, sizeof *order, given, 3);
    close(ends[0]);
}

static void serve(const struct sandbox_filter *filter, int runner)
{
    struct job_order order;
    int fds[PACKET_FDS], n;
    ssize_t got;
    while ((got = packet_receive(SOCKET, &order, sizeof order, fds, &n)) != 0) {
        if (got == 1 && n == 2)
            read_letter(filter, fds);
        else if (got == (ssize_t)sizeof order && n == 3)
            extract(filter, runner, &order, fds);
        for (int i = 0; i < n; i++)
            close(fds[i]);
    }
}

int reader_serve(const struct program_table *programs)
{
    void *mem = mem_new();
    int runner = -1;
    struct err err = {0};
    struct sandbox_filter *filter = NULL;
    if (!runner_start(programs, &runner, &err) || !get_ready(mem, &filter, &err)) {
        char why[sizeof err.text + 1] = "x";
        memcpy(why + 1, err.text, sizeof err.text);
        send(SOCKET, why, 1 + strlen(err.text), MSG_NOSIGNAL);
        _exit(78);
    }
    if (write(SOCKET, "r", 1) == 1)
        serve(filter, runner);
    _exit(0); /* no clean-up: libraries would want the files that are given up */
}

int reader_server(void)
{
    return reader_serve(program_table());
}
