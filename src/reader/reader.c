/* reader.c: the parent's side of the reader: starts the server, hands out letters, collects results.
 *
 * Whatever a child does, reader_wait gives a letter for every letter submitted: what came over the pipe if
 * it decodes, else one with the defect "reader-died" or "reader-timeout". The hash of the facts is kept
 * over what the child says, since a letter may own its child.
 *
 * Refuses to give a letter twice: after a death of the server nothing in flight is submitted again. */
#include "reader/reader.h"
#include "reader/extraction.h"
#include "reader/incoming.h"
#include "reader/packet.h"
#include "sys/child.h"
#include "sys/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#define MAX_IN_FLIGHT 64
#define MAX_BEHIND    128 /* letters that wait for programs, besides those */
#define DEADLINE_MS   30000
#define START_MS      20000

struct flight {
    bool used;
    struct incoming in;
    int raw; /* ours, while it may be needed again */
    uint64_t tag;
    int64_t deadline_ms;
    char sha256[HASH_HEX];
    size_t bytes;
    struct extraction *programs; /* NULL while the letter is being read */
};

struct reader {
    const char *self;
    int limit, count, behind,
        socket;            /* count: all letters; behind: of them, those that wait for programs */
    int programs, at_once; /* under way, at most */
    pid_t server;
    struct flight flights[MAX_IN_FLIGHT + MAX_BEHIND];
};

#define FLIGHTS ((int)ARRAY_LEN(((struct reader *)0)->flights))

/* ---- the server ---- */

static bool start_server(struct reader *r, struct err *err)
{
    const char *argv[] = {r->self, "--reader", NULL};
    return child_serve(argv, "reader", START_MS, &r->server, &r->socket, err);
}

static void stop_server(struct reader *r)
{
    if (r->socket < 0)
        return;
    close(r->socket);
    r->socket = -1;
    child_wait(r->server);
}

static void end_flight(struct reader *r, struct flight *f)
{
    if (f->programs) {
        r->behind--;
        extraction_drop(f->programs);
    }
    incoming_close(&f->in);
    if (f->raw >= 0)
        close(f->raw);
    *f = (struct flight){.used = false};
    r->count--;
}

static int destroy(struct reader *r)
{
    for (int i = 0; i < FLIGHTS; i++)
        if (r->flights[i].used)
            end_flight(r, &r->flights[i]);
    stop_server(r);
    return 0;
}

bool reader_start(const void *mem, const char *self, int in_flight, struct reader **ret, struct err *err)
{
    struct reader *r = mem_zero(mem, struct reader);
    r->self = mem_str(r, self);
    r->limit = in_flight < 1 ? 1 : in_flight > MAX_IN_FLIGHT ? MAX_IN_FLIGHT : in_flight;
    r->socket = -1;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    r->at_once = cores < 1 ? 1 : cores > 8 ? 8 : (int)cores;
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
    return reader->count - reader->behind >= reader->limit || reader->count >= FLIGHTS;
}

static bool send_two(int socket, int raw, int result)
{
    int fds[] = {raw, result};
    return packet_send(socket, "l", 1, fds, 2);
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
    for (int i = 0; i < FLIGHTS; i++)
        if (!r->flights[i].used)
            return &r->flights[i];
    return NULL;
}

bool reader_submit(struct reader *reader, int raw_fd, const char *sha256, size_t bytes, uint64_t tag,
                   struct err *err)
{
    struct flight *f = free_flight(reader);
    struct incoming in;
    int end;
    if (reader_full(reader) || !f)
        return err_set(err, ERR_BUG, "reader: more than %d letters at once", reader->limit);
    if (!incoming_open(&in, &end))
        return err_errno(err, "reader: pipe");
    bool sent = send_or_restart(reader, raw_fd, end, err);
    close(end);
    if (!sent) {
        incoming_close(&in);
        return false;
    }
    *f = (struct flight){.used = true,
                         .in = in,
                         .raw = fcntl(raw_fd, F_DUPFD_CLOEXEC, 3),
                         .tag = tag,
                         .deadline_ms = clock_monotonic_ms() + DEADLINE_MS,
                         .bytes = bytes};
    snprintf(f->sha256, sizeof f->sha256, "%s", sha256 ? sha256 : "");
    reader->count++;
    return true;
}

/* ---- collecting ---- */

/* What the parent knows goes over what the child says. */
static void keep_facts(const struct flight *f, struct letter *l)
{
    if (strlen(f->sha256) != HASH_HEX - 1)
        return;
    if (!str_eq(f->sha256, l->sha256))
        str_list_add(l, &l->defects, "sha256-differs");
    memcpy(l->sha256, f->sha256, sizeof l->sha256);
}

/* The letter, or NULL when programs have to look at its attachments first. */
static struct letter *take_letter(struct reader *r, struct flight *f, const void *mem, const char *defect)
{
    struct letter *l = defect ? NULL : incoming_letter(&f->in, mem);
    if (l)
        keep_facts(f, l);
    else
        l = letter_unread(mem, f->sha256, f->bytes, defect ? defect : "reader-died");
    incoming_close(&f->in);
    if (f->raw >= 0 && extraction_needed(l)) {
        f->programs = extraction_new(l, f->raw);
        r->behind++;
        return NULL;
    }
    end_flight(r, f);
    return l;
}

static struct letter *read_on(struct reader *r, struct flight *f, const void *mem, bool readable)
{
    enum incoming_state s = readable ? incoming_read(&f->in) : INCOMING_MORE;
    bool late = s == INCOMING_MORE && clock_monotonic_ms() >= f->deadline_ms;
    if (s == INCOMING_MORE && !late)
        return NULL;
    return take_letter(r, f, mem, late ? "reader-timeout" : s == INCOMING_FAILED ? "reader-died" : NULL);
}

static struct letter *run_on(struct reader *r, struct flight *f, const void *mem, bool readable)
{
    int64_t deadline;
    bool was = extraction_fd(f->programs, &deadline) >= 0;
    extraction_step(f->programs, r->socket, readable);
    r->programs -= was && extraction_fd(f->programs, &deadline) < 0;
    if (!extraction_done(f->programs))
        return NULL;
    struct letter *l = extraction_end(f->programs, mem);
    f->programs = NULL;
    r->behind--;
    end_flight(r, f);
    return l;
}

/* The first letter that has ended, or whose time is over. */
static struct letter *next_ended(struct reader *r, const void *mem, const bool *readable, uint64_t *ret_tag)
{
    for (int i = 0; i < FLIGHTS; i++) {
        struct flight *f = &r->flights[i];
        if (!f->used)
            continue;
        uint64_t tag = f->tag;
        struct letter *l = f->programs ? run_on(r, f, mem, readable[i]) : read_on(r, f, mem, readable[i]);
        if (l) {
            *ret_tag = tag;
            return l;
        }
    }
    return NULL;
}

/* Programs for the letter that has used least of them so far: many slow attachments in one letter do not
 * keep the one attachment of another waiting. */
static void start_programs(struct reader *r)
{
    while (r->programs < r->at_once) {
        struct extraction *next = NULL;
        for (int i = 0; i < FLIGHTS; i++) {
            struct extraction *x = r->flights[i].used ? r->flights[i].programs : NULL;
            if (x && extraction_waits(x) && (!next || extraction_spent(x) < extraction_spent(next)))
                next = x;
        }
        if (!next)
            return;
        int64_t deadline;
        extraction_go(next, r->socket);
        r->programs += extraction_fd(next, &deadline) >= 0;
        if (extraction_done(next))
            return; /* collected before anything else starts */
    }
}

/* What a flight is waiting for; -1: for its turn. */
static int flight_fd(const struct flight *f, int64_t *ret_deadline)
{
    if (f->programs)
        return extraction_fd(f->programs, ret_deadline);
    *ret_deadline = f->deadline_ms;
    return f->in.pipe;
}

/* Polls all pipes until `until_ms` or the nearest deadline; -1: for ever. A letter that is done is not
 * waited for. */
static void wait_readable(const struct reader *r, int64_t until_ms, bool *ret_readable)
{
    struct pollfd fds[MAX_IN_FLIGHT + MAX_BEHIND];
    int at[MAX_IN_FLIGHT + MAX_BEHIND], n = 0;
    bool done = false;
    for (int i = 0; i < FLIGHTS; i++) {
        const struct flight *f = &r->flights[i];
        int64_t deadline;
        ret_readable[i] = false;
        if (!f->used)
            continue;
        done = done || (f->programs && extraction_done(f->programs));
        int fd = flight_fd(f, &deadline);
        if (fd < 0)
            continue;
        if (until_ms < 0 || deadline < until_ms)
            until_ms = deadline;
        fds[n] = (struct pollfd){.fd = fd, .events = POLLIN};
        at[n++] = i;
    }
    int64_t left = done ? 0 : until_ms - clock_monotonic_ms();
    if (poll(fds, (nfds_t)n, left > 0 ? (int)left : 0) <= 0)
        return;
    for (int i = 0; i < n; i++)
        ret_readable[at[i]] = fds[i].revents != 0;
}

struct letter *reader_wait(struct reader *reader, const void *mem, int timeout_ms, uint64_t *ret_tag)
{
    int64_t until = timeout_ms < 0 ? -1 : clock_monotonic_ms() + timeout_ms;
    bool was_full = reader_full(reader);
    while (reader->count > 0) {
        bool readable[MAX_IN_FLIGHT + MAX_BEHIND];
        start_programs(reader);
        wait_readable(reader, until, readable);
        struct letter *l = next_ended(reader, mem, readable, ret_tag);
        if (l)
            return l;
        if (until >= 0 && (clock_monotonic_ms() >= until || (was_full && !reader_full(reader))))
            break;
    }
    return NULL;
}
