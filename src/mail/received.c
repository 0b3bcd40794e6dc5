/* received.c: RFC 5321 4.4 trace lines, as our own servers write them.
 *
 *   from HELO (reverse-name [address]) (more) by host (software) with ESMTP id x for <y>; date
 *
 * HELO is the client's own word. What the server saw itself stands in the first comment that follows it
 * after a blank; a parenthesis glued to HELO is part of HELO, since a client may write that. Total: what
 * cannot be read is "" (or "?" for a `from` that is there but names no host), never a guess. */
#include "mail/received.h"
#include "base/str.h"

struct words {
    const char *p, *end;
};

static void skip_blanks(struct words *w)
{
    while (w->p < w->end && str_space(*w->p))
        w->p++;
}

/* Steps over a comment at p and gives its inside; an open end runs to the end of the line. */
static void take_comment(struct words *w, const char **ret, size_t *ret_n)
{
    const char *start = ++w->p;
    for (int depth = 1; w->p < w->end; w->p++) {
        if (*w->p == '\\' && w->p + 1 < w->end)
            w->p++;
        else if (*w->p == '(')
            depth++;
        else if (*w->p == ')' && --depth == 0)
            break;
    }
    *ret = start;
    *ret_n = (size_t)(w->p - start);
    if (w->p < w->end)
        w->p++;
}

/* The next word up to a blank (and, where `stop` says so, a parenthesis or ';'); "" at the end. */
static char *take_word(const void *mem, struct words *w, const char *stop)
{
    skip_blanks(w);
    const char *start = w->p;
    while (w->p < w->end && *w->p && !str_space(*w->p) && !strchr(stop, *w->p))
        w->p++;
    char *word = str_lower(mem, mem_bytes(mem, start, (size_t)(w->p - start)));
    if (w->p == start && w->p < w->end)
        w->p++;
    return word;
}

static char *without_dot(char *host)
{
    size_t n = strlen(host);
    if (n > 1 && host[n - 1] == '.')
        host[n - 1] = '\0';
    return host;
}

static bool looks_like_ip(const char *word)
{
    return *word == '[' || strchr(word, ':') || (*word && strspn(word, "0123456789.") == strlen(word));
}

static const char *bare_ip(const void *mem, const char *word)
{
    if (*word == '[')
        word++;
    if (str_istarts(word, "ipv6:"))
        word += 5;
    return mem_bytes(mem, word, strcspn(word, "]%"));
}

/* "name [ip]", "[ip]", "ip", "[ip] helo=x": what the server itself saw. */
static void read_seen(const void *mem, const char *s, size_t n, struct received *r)
{
    struct words w = {s, s + n};
    char *first = take_word(mem, &w, "");
    if (looks_like_ip(first)) {
        r->from_ip = bare_ip(mem, first);
        return;
    }
    char *second = take_word(mem, &w, "");
    if (looks_like_ip(second)) {
        r->from_ip = bare_ip(mem, second);
        if (!str_ifind(s, n, "forged"))
            r->from_name = without_dot(first);
    }
}

static void read_from(const void *mem, struct words *w, struct received *r)
{
    skip_blanks(w);
    if (w->p < w->end && *w->p != '(')
        r->from = without_dot(take_word(mem, w, ""));
    if (!*r->from)
        r->from = "?";
    skip_blanks(w);
    if (w->p < w->end && *w->p == '(') {
        const char *inside;
        size_t n;
        take_comment(w, &inside, &n);
        read_seen(mem, inside, n, r);
    }
}

/* The host after the next `by` outside comments; the words between are of no concern. */
static void read_by(const void *mem, struct words *w, struct received *r)
{
    for (skip_blanks(w); w->p < w->end && *w->p != ';'; skip_blanks(w)) {
        const char *inside;
        size_t n;
        if (*w->p == '(')
            take_comment(w, &inside, &n);
        else if (str_eq(take_word(mem, w, "(;"), "by")) {
            r->by = without_dot(take_word(mem, w, "(;"));
            return;
        }
    }
}

/* After the last ';' that stands outside comments. */
static int64_t read_date(const void *mem, const char *raw, size_t n)
{
    struct words w = {raw, raw + n};
    const char *last = NULL, *inside;
    size_t inside_n;
    while (w.p < w.end) {
        if (*w.p == '(') {
            take_comment(&w, &inside, &inside_n);
            continue;
        }
        if (*w.p++ == ';')
            last = w.p;
    }
    int64_t at = WHEN_NONE;
    if (last && !when_parse_rfc5322(str_trim(mem, last, (size_t)(w.end - last)), &at))
        return WHEN_NONE;
    return at;
}

struct received received_parse(const void *mem, const char *raw, size_t n)
{
    struct received r = {.from = "", .from_name = "", .from_ip = "", .by = "", .at = WHEN_NONE};
    struct words w = {raw, raw + n}, first = w;
    if (str_eq(take_word(mem, &first, "("), "from")) {
        w = first;
        read_from(mem, &w, &r);
    }
    read_by(mem, &w, &r);
    r.at = read_date(mem, raw, n);
    return r;
}
