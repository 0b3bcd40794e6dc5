/* resolve.c: TXT records by libunbound, which asks in a thread of its own; we wait on its descriptor until
 * the deadline and cancel (a dead server would hold the synchronous call for 17 s, LIBRARIES 3.4).
 *
 * A record is bytes of a stranger: its strings are joined up to LOOKUP_BYTES, what is larger or holds a NUL
 * is passed over, at most LOOKUP_RECORDS of a name are looked at. SERVFAIL, REFUSED, bogus, an answer that
 * cannot be read and no answer at all are unknown; only NXDOMAIN and an answer without data are none. */
#include "gather/resolve.h"
#include "sys/clock.h"
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unbound.h>

#define TYPE_TXT 16
#define CLASS_IN 1
#define NXDOMAIN 3
#define DNS_PORT 53

struct resolver {
    struct ub_ctx *ctx;
    unsigned port;
    int64_t until_ms; /* monotonic */
};

/* ---- making one ---- */

static int forget(struct resolver *r)
{
    ub_ctx_delete(r->ctx);
    return 0;
}

/* ADDRESS or ADDRESS@PORT. */
static bool server_valid(const char *server, unsigned *ret_port)
{
    char address[64];
    unsigned char raw[16];
    int64_t port = DNS_PORT;
    size_t n = strcspn(server, "@");
    if (n >= sizeof address || (server[n] && !str_int(server + n + 1, 1, 65535, &port)))
        return false;
    memcpy(address, server, n);
    address[n] = '\0';
    *ret_port = (unsigned)port;
    return inet_pton(AF_INET, address, raw) == 1 || inet_pton(AF_INET6, address, raw) == 1;
}

static bool set_options(struct ub_ctx *ctx)
{
    static const char *const options[][2] = {{"do-not-query-localhost:", "no"},
                                             {"cache-max-ttl:", "3600"},
                                             {"msg-cache-size:", "2m"},
                                             {"rrset-cache-size:", "4m"},
                                             {"outgoing-range:", "64"},
                                             {"num-queries-per-thread:", "32"},
                                             {"use-syslog:", "no"},
                                             {"verbosity:", "0"}};
    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        if (ub_ctx_set_option(ctx, options[i][0], options[i][1]) != 0)
            return false;
    return ub_ctx_debuglevel(ctx, 0) == 0 && ub_ctx_async(ctx, 1) == 0;
}

bool resolver_new(const void *mem, const char *server, struct resolver **ret, struct err *err)
{
    unsigned port = DNS_PORT;
    if (*server && !server_valid(server, &port))
        return err_set(err, ERR_CONF, "resolver '%s': not ADDRESS or ADDRESS@PORT", server);
    struct ub_ctx *ctx = ub_ctx_create();
    if (!ctx)
        return err_set(err, ERR_RETRY, "resolver: no memory");
    struct resolver *r = mem_zero(mem, struct resolver);
    *r = (struct resolver){.ctx = ctx, .port = port};
    talloc_set_destructor(r, forget);
    int bad = *server ? ub_ctx_set_fwd(ctx, server) : ub_ctx_resolvconf(ctx, NULL);
    if (!set_options(ctx) || bad)
        return err_set(err, ERR_CONF, "resolver '%s': %s", *server ? server : "resolv.conf",
                       bad ? ub_strerror(bad) : "an option was refused");
    *ret = r;
    return true;
}

unsigned resolver_port(const struct resolver *r)
{
    return r->port;
}

void resolver_deadline(struct resolver *r, int64_t ms)
{
    r->until_ms = clock_monotonic_ms() + ms;
}

/* ---- asking ---- */

struct answer {
    bool there;
    int error;
    struct ub_result *result;
};

static void answered(void *arg, int error, struct ub_result *result)
{
    struct answer *a = arg;
    *a = (struct answer){true, error, result};
}

/* Strings with a length before each (RFC 1035 3.3.14), joined; NULL for what cannot be text. */
static char *joined(const void *mem, const unsigned char *data, size_t n)
{
    struct str b = str_new(mem);
    for (size_t at = 0; at < n;) {
        size_t len = data[at++];
        if (len > n - at || b.n + len > LOOKUP_BYTES)
            return NULL;
        str_addn(&b, data + at, len);
        at += len;
    }
    return memchr(b.s, '\0', b.n) ? NULL : mem_str(mem, b.s);
}

static enum lookup_answer understand(const void *mem, const struct ub_result *u, struct str_list *ret)
{
    if (u->bogus || (u->rcode != 0 && u->rcode != NXDOMAIN))
        return LOOKUP_UNKNOWN;
    if (u->rcode == NXDOMAIN || !u->havedata)
        return LOOKUP_NONE;
    for (size_t i = 0; i < LOOKUP_RECORDS && u->data[i]; i++) {
        char *text = joined(mem, (const unsigned char *)u->data[i], (size_t)u->len[i]);
        if (text)
            *mem_append(mem, ret->v, ret->n) = text;
    }
    return ret->n ? LOOKUP_FOUND : LOOKUP_NONE;
}

static void wait_for(struct resolver *r, const struct answer *a)
{
    int64_t left;
    while (!a->there && (left = r->until_ms - clock_monotonic_ms()) > 0) {
        struct pollfd p = {.fd = ub_fd(r->ctx), .events = POLLIN};
        int n = poll(&p, 1, (int)left);
        if ((n < 0 && errno != EINTR) || (n > 0 && ub_process(r->ctx) != 0))
            return;
    }
}

enum lookup_answer resolver_txt(void *arg, const void *mem, const char *name, struct str_list *ret)
{
    struct resolver *r = arg;
    struct answer a = {0};
    int id;
    if (r->until_ms <= clock_monotonic_ms())
        return LOOKUP_UNKNOWN;
    int status = ub_resolve_async(r->ctx, name, TYPE_TXT, CLASS_IN, &a, answered, &id);
    if (status == UB_SYNTAX)
        return LOOKUP_NONE; /* no such name can exist */
    if (status != 0)
        return LOOKUP_UNKNOWN;
    wait_for(r, &a);
    if (!a.there) {
        (void)ub_cancel(r->ctx, id);
        return LOOKUP_UNKNOWN;
    }
    enum lookup_answer answer = a.error ? LOOKUP_UNKNOWN : understand(mem, a.result, ret);
    ub_resolve_free(a.result);
    return answer;
}
