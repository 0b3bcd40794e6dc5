/* incoming.c: see incoming.h. Refuses more than a letter's worth of bytes. */
#include "reader/incoming.h"
#include "reader/wire.h"
#include <errno.h>
#include <fcntl.h>

#define PIPE_BYTES (256 << 10)

bool incoming_open(struct incoming *in, int *ret_end)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return false;
    /* A letter usually fits: its child is then gone before we read. Refused above a user's quota: no harm.
     */
    fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *in = (struct incoming){.pipe = ends[0], .wire = str_new(mem_new())};
    *ret_end = ends[1];
    return true;
}

enum incoming_state incoming_read(struct incoming *in)
{
    char block[65536];
    for (;;) {
        ssize_t n = read(in->pipe, block, sizeof block);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN ? INCOMING_MORE : INCOMING_FAILED;
        if (n == 0)
            return INCOMING_ENDED;
        if (in->wire.n + (size_t)n > WIRE_MAX_BYTES)
            return INCOMING_FAILED;
        str_addn(&in->wire, block, (size_t)n);
    }
}

struct letter *incoming_letter(const struct incoming *in, const void *mem)
{
    return wire_decode(mem, in->wire.s, in->wire.n);
}

void incoming_close(struct incoming *in)
{
    if (in->pipe < 0)
        return;
    close(in->pipe); /* a child that still writes gets SIGPIPE */
    talloc_free((void *)(uintptr_t)in->wire.mem);
    *in = (struct incoming){.pipe = -1};
}
