/* forked.c: see forked.h. Order matters: descriptors, limits, the clock, and last the filter that takes the
 * calls away with which all this was done. Nothing is cleaned up at the end: the process is. */
#include "reader/forked.h"
#include "reader/charset.h"
#include "reader/parse.h"
#include "reader/wire.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define CPU_SECONDS  10
#define WALL_SECONDS 40 /* the parent gives up at 30; this ends a child whose parent is gone */
#define MEMORY       (512ull << 20)

#ifdef BBT_SANITIZE
#define KEPT 3u /* stderr, for the sanitizers' reports; their shadow needs terabytes of address space */
static const struct sandbox_limits limits = {.cpu = 6 * CPU_SECONDS, .files = 3};
#else
#define KEPT 2u
static const struct sandbox_limits limits = {.memory = MEMORY, .cpu = CPU_SECONDS, .files = 2};
#endif

static bool keep_two(int raw, int result)
{
    /* raw may be 1 or result 0: move both out of the way of their new places first. */
    int in = fcntl(raw, F_DUPFD, 10), out = fcntl(result, F_DUPFD, 10);
    return in >= 0 && out >= 0 && dup2(in, 0) == 0 && dup2(out, 1) == 1 &&
           syscall(SYS_close_range, KEPT, ~0u, 0) == 0;
}

static bool write_all(const char *p, size_t n)
{
    while (n > 0) {
        ssize_t done = write(1, p, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

static void lock_in(int raw, int result, const struct sandbox_filter *filter)
{
    struct err err = {0};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    charset_lock();
    alarm(WALL_SECONDS);
    if (!keep_two(raw, result) || !sandbox_limit(&limits, &err) || !sandbox_filter_load(filter, &err))
        _exit(78);
}

void forked_read(int raw, int result, const struct sandbox_filter *filter)
{
    lock_in(raw, result, filter);
    void *mem = mem_new();
    const struct letter *letter = parse_letter(mem, 0);
    if (!letter)
        _exit(74);
    struct str out = str_new(mem);
    wire_encode(&out, letter);
    _exit(write_all(out.s, out.n) ? 0 : 74);
}

static bool write_block(void *arg, const char *bytes, size_t n)
{
    (void)arg;
    return write_all(bytes, n);
}

void forked_attachment(int raw, int result, size_t outer, unsigned number,
                       const struct sandbox_filter *filter)
{
    lock_in(raw, result, filter);
    _exit(parse_attachment(mem_new(), 0, outer, number, write_block, NULL) ? 0 : 74);
}
