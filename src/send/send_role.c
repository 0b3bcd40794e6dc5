/* send_role.c: claim, send, mark. A row is `sending` on disk before the first byte goes out
 * (store_outbox_claim), so a sender that dies leaves `unknown` behind and never a letter that is sent again
 * as if nothing had happened.
 *
 *   sent     2xx to the final dot: never sent again
 *   later    queued again, 5 minutes doubling to 4 hours; after some days of that, failed: a person sees it
 *   refused  failed; a person sees it
 *   unknown  one hour later queued once more, the same bytes under the same Message-ID, so that the
 * receiver can see it is the same letter; after a second unknown outcome it stays for a person. So a letter
 *            is doubled only out of `unknown`, and at most once.
 *   config   queued again; the relay is left alone for this round, since it would refuse the next one too
 *
 * Logs name rows by number: keys and replies hold addresses. */
#include "send/send_role.h"
#include "send/smtp.h"
#include "sys/file.h"
#include "sys/log.h"
#include <poll.h>

#define BACKOFF_FIRST 300
#define BACKOFF_MOST  (4 * 3600)
#define RESEND_AFTER  3600
#define POLL_SECONDS  5
#define UNKNOWN_EVERY 60
#define MARK_TRIES    120 /* seconds that another writer may keep us from recording an outcome */

struct sender {
    const struct send_options *o;
    struct smtp *smtp;
    struct send_summary sum;
    int64_t next_unknown;
};

int64_t send_backoff(int64_t attempts)
{
    int64_t wait = BACKOFF_FIRST;
    for (int64_t i = 1; i < attempts && wait < BACKOFF_MOST; i++)
        wait *= 2;
    return wait < BACKOFF_MOST ? wait : BACKOFF_MOST;
}

static bool stopped(const struct send_options *o, int milliseconds)
{
    struct pollfd p = {.fd = o->stop_fd, .events = POLLIN};
    return poll(&p, 1, milliseconds) > 0;
}

static bool open_relay(const void *mem, struct sender *s, struct err *err)
{
    const struct conf_smtp *c = &s->o->conf->smtp;
    char *password = NULL;
    if (!c->set)
        return err_set(err, ERR_CONF, "cannot send: no smtp block in the configuration");
    if (*c->password_file &&
        !file_read_secret(mem, file_join(mem, s->o->house, c->password_file), &password, err))
        return err_prefix(err, "cannot send");
    return smtp_open(mem, c, s->o->house, password, &s->smtp, err);
}

static bool recover(struct sender *s, struct err *err)
{
    int64_t n;
    if (!store_outbox_recover(s->o->store, s->o->now(), &n, err))
        return false;
    if (n)
        log_warn("recovered: letters=%lld state=unknown", (long long)n);
    return true;
}

/* An outcome must be recorded: without it a letter that was sent would be sent again. */
static bool mark(struct sender *s, const struct outgoing *row, const char *state, const char *text,
                 int64_t next_try, struct err *err)
{
    for (int tries = 1;; tries++) {
        struct err each = {0};
        if (store_outbox_mark(s->o->store, row->id, state, text, next_try, s->o->now(), &each))
            return true;
        if (each.kind != ERR_RETRY || tries == MARK_TRIES) {
            *err = each;
            return false;
        }
        poll(NULL, 0, 1000);
    }
}

static bool given_up(const struct sender *s, const struct outgoing *row, int64_t now)
{
    int64_t days = s->o->conf->letters.give_up;
    return days > 0 && row->attempts > 1 && now - row->due >= days;
}

static bool record(struct sender *s, const struct outgoing *row, enum smtp_outcome outcome,
                   const char *text, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    int64_t now = s->o->now();
    log_info("outbox-%lld: %s attempts=%lld", (long long)row->id, smtp_outcome_name(outcome),
             (long long)row->attempts);
    switch (outcome) {
    case SMTP_SENT:
        s->sum.sent++;
        return mark(s, row, "sent", "", now, err);
    case SMTP_REFUSED:
        s->sum.refused++;
        return mark(s, row, "failed", text, now, err);
    case SMTP_UNKNOWN:
        s->sum.unknown++;
        return mark(s, row, "unknown", text, now + RESEND_AFTER, err);
    case SMTP_LATER:
        if (given_up(s, row, now)) {
            s->sum.refused++;
            return mark(s, row, "failed",
                        mem_fmt(mem, "given up after %lld tries: %s", (long long)row->attempts, text), now,
                        err);
        }
        /* fall through */
    default:
        s->sum.later++;
        return mark(s, row, "queued", text, now + send_backoff(row->attempts), err);
    }
}

/* One row; *ret_more false: nothing is due, or the relay is not to be asked again now. */
static bool send_next(struct sender *s, bool *ret_more, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct outgoing *row;
    const char *text;
    *ret_more = false;
    if (!store_outbox_claim(s->o->store, mem, s->o->now(), &row, err))
        return false;
    if (!row)
        return true;
    enum smtp_outcome outcome =
        smtp_send(s->smtp, mem, row->from, row->to, row->bytes, row->n_bytes, &text);
    if (!record(s, row, outcome, text, err))
        return false;
    if (outcome == SMTP_CONFIG && s->o->once)
        return err_set(err, ERR_CONF, "cannot send by '%s': %s", s->o->conf->smtp.host, text);
    if (outcome == SMTP_CONFIG)
        log_warn("relay: refused us: %s", text);
    *ret_more = outcome != SMTP_CONFIG;
    return true;
}

/* Queues rows again whose outcome stayed unknown for an hour, each once. */
static bool resend_unknown(struct sender *s, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct outgoing *rows;
    size_t n;
    int64_t now = s->o->now();
    if (now < s->next_unknown)
        return true;
    s->next_unknown = now + UNKNOWN_EVERY;
    if (!store_outbox_list(s->o->store, mem, &rows, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct outgoing *r = &rows[i];
        if (!str_eq(r->state, "unknown") || r->resends || r->changed > now - RESEND_AFTER)
            continue;
        if (!mark(s, r, "queued", r->error ? r->error : "", now, err))
            return false;
        s->sum.resent++;
    }
    return true;
}

static bool drain(struct sender *s, struct err *err)
{
    bool more = true;
    if (!resend_unknown(s, err))
        return false;
    while (more && !stopped(s->o, 0))
        if (!send_next(s, &more, err))
            return false;
    return true;
}

static bool run(struct sender *s, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    if (!open_relay(mem, s, err) || !recover(s, err))
        return false;
    do {
        if (!drain(s, err))
            return false;
    } while (!s->o->once && !stopped(s->o, POLL_SECONDS * 1000));
    if (s->o->once && s->sum.later + s->sum.unknown)
        return err_set(err, ERR_RETRY, "%zu letters must wait and %zu have an unknown outcome",
                       s->sum.later, s->sum.unknown);
    return true;
}

bool send_run(const struct send_options *options, struct send_summary *ret, struct err *err)
{
    struct sender s = {.o = options, .next_unknown = INT64_MIN};
    bool ok = run(&s, err);
    if (ret)
        *ret = s.sum;
    return ok;
}
