/* check_border.c: where our servers took the letter over, and when (ARCHITECTURE 4, CONTRACT receipt time).
 *
 * From the top, hops between our own machines are stepped over; the first line written by a receiver of
 * ours about a client that is not ours is the border. A hop counts as ours only when the server saw it so:
 * HELO is the client's own word, and an attacker who says `HELO mail.mic.gov.vn` must not move the border
 * down to lines he wrote himself. A line by an unknown host about an outside client ends the search: no
 * border, nothing is trusted. Receipt time is INTERNALDATE, else the border's date, else what the source
 * knew (file time, now); never Date:. */
#include "mail/received.h"
#include "verify/check.h"

static bool is_receiver(const struct policy *policy, const char *host)
{
    for (size_t i = 0; i < policy->receivers.n; i++)
        if (*host && str_host_match(policy->receivers.v[i], host))
            return true;
    return false;
}

static bool loopback(const char *ip)
{
    return str_starts(ip, "127.") || str_eq(ip, "::1");
}

/* 172.16.0.0/12 */
static bool private_172(const char *ip)
{
    if (!str_starts(ip, "172.") || !str_digit(ip[4]) || !str_digit(ip[5]) || ip[6] != '.')
        return false;
    int second = (ip[4] - '0') * 10 + (ip[5] - '0');
    return second >= 16 && second <= 31;
}

/* RFC 1918, RFC 4193, link-local: cannot reach a border server from outside. */
static bool private_ip(const char *ip)
{
    static const char *const prefixes[] = {"10.", "192.168.", "169.254.", "fe80:"};
    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
        if (str_istarts(ip, prefixes[i]))
            return true;
    bool unique_local = str_istarts(ip, "fc") || str_istarts(ip, "fd");
    return private_172(ip) || (unique_local && strchr(ip, ':'));
}

/* Was the client of this line one of our own machines, as the server itself saw it? */
static bool from_inside(const struct policy *policy, const struct received *r)
{
    if (!*r->from || loopback(r->from_ip))
        return true;
    if (!is_receiver(policy, r->from))
        return false;
    if (*r->from_name)
        return is_receiver(policy, r->from_name);
    return !*r->from_ip || private_ip(r->from_ip);
}

static size_t next_received(const struct letter *letter, size_t i)
{
    while (i < letter->n_headers && !str_ieq(letter->headers[i].name, "Received"))
        i++;
    return i;
}

static struct received line_at(const struct checking *c, size_t i)
{
    const struct letter_header *h = &c->letter->headers[i];
    return received_parse(c->mem, h->raw, h->raw_n);
}

static void set_border(struct checking *c, size_t at, bool born_here)
{
    c->border.found = true;
    c->border.at = at;
    c->border.until = next_received(c->letter, at + 1);
    c->border.born_here = born_here;
}

/* Walks down; `last` is the lowest hop seen between our own machines. */
static void find_border(struct checking *c)
{
    const size_t n = c->letter->n_headers;
    size_t last = n;
    for (size_t i = next_received(c->letter, 0); i < n; i = next_received(c->letter, i + 1)) {
        struct received r = line_at(c, i);
        bool inside = from_inside(c->policy, &r), ours = is_receiver(c->policy, r.by);
        if (c->border.time == WHEN_NONE)
            c->border.time = r.at;
        if (!inside && ours) {
            set_border(c, i, false);
            if (r.at != WHEN_NONE)
                c->border.time = r.at;
            return;
        }
        if (!inside)
            return;
        if (ours)
            last = i;
    }
    if (last < n)
        set_border(c, last, true);
}

static void receipt_time(struct checking *c)
{
    const struct facts *f = c->facts;
    c->e->received = f->received;
    c->e->received_by = f->received_by;
    if (str_eq(f->received_by, "internaldate") || c->border.time == WHEN_NONE)
        return;
    c->e->received = c->border.time;
    c->e->received_by = "received";
}

void check_border(struct checking *c)
{
    c->border = (struct border){.time = WHEN_NONE};
    find_border(c);
    receipt_time(c);
}
