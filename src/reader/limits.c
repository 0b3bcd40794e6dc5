/* limits.c: see limits.h. A line scanner that knows just enough MIME to count: which lines are header
 * fields, which are boundaries, how deep the parts lie. Where it sees structure otherwise than GMime, the
 * child's rlimits remain; nothing is decided from it but "too much".
 *
 * Memory is bounded: one buffer, of which a line longer than LINE_KEPT keeps only its beginning.
 *
 * Sameness (ARCHITECTURE 1): the values of From, Date, Subject, Message-ID with white space collapsed, then
 * the body with every CR left out and without empty lines at its end, so that the copy in a second mailbox
 * (other trace headers, other line ends) is known again. */
#include "reader/limits.h"
#include <errno.h>

#define BUFFER    (256u << 10)
#define LINE_KEPT (64u << 10) /* more than LIMIT_FIELD, so that a longer line is over a bound anyway */
#define TYPE_KEPT 4096u       /* bytes of a Content-Type field that are looked at */

struct level {
    char boundary[LIMIT_BOUNDARY + 1]; /* "" for a message/rfc822 */
    size_t boundary_n;
    size_t message; /* its span */
};

struct scan {
    const void *mem;
    struct limits_report *r;
    size_t at;       /* offset of the current line */
    bool in_headers; /* of any block */
    bool in_top;     /* of the letter's own block */
    size_t block_bytes, block_fields, field_bytes, colons, commas, received, parts;
    bool address_field, quoted;
    struct str type; /* the Content-Type field of this block */
    bool in_type, encoded;
    struct level levels[LIMIT_DEPTH];
    size_t depth;
    struct hash whole, same;
    size_t newlines;   /* seen but not yet hashed */
    const char *bytes; /* of a letter in memory: what is left of it */
    size_t bytes_n;
};

static void note(struct scan *s, const char *code, bool stop)
{
    s->r->stopped |= stop;
    if (!str_list_has(&s->r->defects, code))
        str_list_add(s->mem, &s->r->defects, code);
}

/* ---- sameness ---- */

static void hash_value(struct hash *h, const char *raw, size_t n)
{
    bool space = false, begun = false;
    for (size_t i = 0; i < n; i++) {
        if (str_space(raw[i])) {
            space = begun;
            continue;
        }
        if (space)
            hash_add(h, " ", 1);
        hash_add(h, raw + i, 1);
        space = false;
        begun = true;
    }
    hash_add(h, "", 1);
}

static void hash_headers(struct scan *s)
{
    static const char *const names[] = {"From", "Date", "Subject", "Message-ID"};
    for (size_t k = 0; k < ARRAY_LEN(names); k++) {
        hash_add_str(&s->same, names[k]);
        for (size_t i = 0; i < s->r->n_fields; i++)
            if (str_ieq(s->r->fields[i].name, names[k]))
                hash_value(&s->same, s->r->fields[i].raw, s->r->fields[i].raw_n);
    }
}

static void hash_body(struct scan *s, const char *p, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t run = i;
        while (run < n && p[run] != '\r' && p[run] != '\n')
            run++;
        if (run > i) {
            for (; s->newlines > 0; s->newlines--)
                hash_add(&s->same, "\n", 1);
            hash_add(&s->same, p + i, run - i);
        }
        s->newlines += run < n && p[run] == '\n';
        i = run + 1;
    }
}

/* ---- header blocks ---- */

static void begin_block(struct scan *s)
{
    s->in_headers = true;
    s->block_bytes = s->block_fields = s->field_bytes = s->received = 0;
    s->address_field = s->in_type = s->encoded = false;
    str_cut(&s->type, 0);
}

static bool field_is(const char *line, size_t n, const char *name)
{
    size_t len = strlen(name);
    if (n <= len || !str_ieqn(line, name, len))
        return false;
    while (len < n && (line[len] == ' ' || line[len] == '\t'))
        len++;
    return len < n && line[len] == ':';
}

static bool is_address_field(const char *line, size_t n)
{
    static const char *const names[] = {
        "From", "To", "Cc", "Bcc", "Sender", "Reply-To", "Disposition-Notification-To"};
    if (n > 7 && str_ieqn(line, "Resent-", 7))
        line += 7, n -= 7;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (field_is(line, n, names[i]))
            return true;
    return false;
}

static void begin_field(struct scan *s, const char *line, size_t n)
{
    s->field_bytes = s->colons = s->commas = 0;
    s->quoted = false;
    if (++s->block_fields > LIMIT_FIELDS)
        note(s, "limit-fields", true);
    s->address_field = is_address_field(line, n);
    s->in_type = s->type.n == 0 && field_is(line, n, "Content-Type");
    if (field_is(line, n, "Content-Transfer-Encoding"))
        s->encoded = str_ifind(line, n, "base64") || str_ifind(line, n, "quoted-printable");
    if (s->in_top && field_is(line, n, "Received") && ++s->received > LIMIT_RECEIVED)
        note(s, "limit-received", false);
}

/* Groups nest by colons; GMime's group parser recurses on each (RELIABILITY 0.9). */
static void count_addresses(struct scan *s, const char *line, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        s->colons += line[i] == ':';
        s->quoted ^= line[i] == '"';
        s->commas += line[i] == ',' && !s->quoted;
    }
    if (s->colons > LIMIT_GROUPS)
        note(s, "limit-groups", true);
    if (s->commas >= LIMIT_ADDRESSES)
        note(s, "limit-addresses", false);
}

static void header_line(struct scan *s, const char *line, size_t n, size_t full_n)
{
    bool continued = s->block_fields > 0 && (line[0] == ' ' || line[0] == '\t');
    if (!continued)
        begin_field(s, line, n);
    s->field_bytes += full_n;
    s->block_bytes += full_n;
    if (s->field_bytes > LIMIT_FIELD)
        note(s, "limit-field", true);
    if (s->block_bytes > LIMIT_HEADERS)
        note(s, "limit-headers", true);
    if (s->address_field)
        count_addresses(s, line, n);
    if (s->in_type && s->type.n < TYPE_KEPT)
        str_addn(&s->type, line, n < TYPE_KEPT ? n : TYPE_KEPT);
}

/* ---- structure ---- */

static void push(struct scan *s, const char *boundary, size_t boundary_n)
{
    if (s->depth == LIMIT_DEPTH) {
        note(s, "limit-depth", true);
        return;
    }
    struct level *l = &s->levels[s->depth++];
    *l = (struct level){.boundary_n = boundary_n, .message = s->r->n_messages};
    memcpy(l->boundary, boundary, boundary_n);
}

/* Leaves every level above `depth`; an embedded message ends where this line's line end begins. */
static void pop_to(struct scan *s, size_t depth, size_t end)
{
    while (s->depth > depth) {
        const struct level *l = &s->levels[--s->depth];
        if (l->boundary_n == 0)
            s->r->messages[l->message].until = end;
    }
}

static char *plain_bytes(const void *mem, const char *charset, const char *bytes, size_t n, bool *ret_lossy)
{
    (void)charset;
    *ret_lossy = false;
    return mem_bytes(mem, bytes, n);
}

static void open_multipart(struct scan *s, const char *value, size_t n)
{
    bool lossy;
    char *boundary = headers_param(s->mem, value, n, "boundary", plain_bytes, &lossy);
    size_t len = boundary ? strlen(boundary) : 0;
    if (len > LIMIT_BOUNDARY)
        note(s, "limit-boundary", true);
    else if (len > 0)
        push(s, boundary, len);
}

static void end_block(struct scan *s, size_t next_at)
{
    s->in_headers = false;
    const char *colon = s->type.n ? memchr(s->type.s, ':', s->type.n) : NULL;
    const char *value = colon ? colon + 1 : "";
    size_t n = colon ? s->type.n - (size_t)(value - s->type.s) : 0;
    while (n > 0 && str_space(*value))
        value++, n--;
    if (n > 10 && str_ieqn(value, "multipart/", 10)) {
        open_multipart(s, value, n);
    } else if (!s->encoded && n >= 14 &&
               (str_ieqn(value, "message/rfc822", 14) || str_ieqn(value, "message/global", 14))) {
        push(s, "", 0);
        *mem_append(s->mem, s->r->messages, s->r->n_messages) = (struct limits_span){next_at, SIZE_MAX};
        begin_block(s);
    }
}

static void boundary_line(struct scan *s, const char *line, size_t n, size_t end)
{
    for (size_t i = s->depth; i-- > 0;) {
        const struct level *l = &s->levels[i];
        if (l->boundary_n == 0 || n < l->boundary_n + 2 ||
            memcmp(line + 2, l->boundary, l->boundary_n) != 0)
            continue;
        const char *rest = line + 2 + l->boundary_n;
        size_t rest_n = n - 2 - l->boundary_n;
        bool close = rest_n >= 2 && rest[0] == '-' && rest[1] == '-';
        if (!close && rest_n > 0 && !str_space(*rest))
            continue;
        pop_to(s, close ? i : i + 1, end);
        s->in_headers = false;
        if (close)
            return;
        if (++s->parts > LIMIT_PARTS)
            note(s, "limit-parts", true);
        begin_block(s);
        return;
    }
}

/* ---- lines ---- */

static void end_top(struct scan *s, size_t next_at)
{
    size_t end;
    s->in_top = false;
    s->r->body_at = next_at;
    s->r->n_fields = headers_split(s->mem, s->r->head.s, s->r->head.n, LIMIT_FIELDS, &s->r->fields, &end);
    hash_headers(s);
}

static void keep_head(struct scan *s, const char *line, size_t n)
{
    size_t room = LIMIT_HEADERS - s->r->head.n;
    str_addn(&s->r->head, line, n < room ? n : room);
}

/* One line: n bytes of it are there (line end included), full_n it has. */
static void one_line(struct scan *s, const char *line, size_t n, size_t full_n)
{
    bool top = s->in_top;
    if (top)
        keep_head(s, line, n);
    while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
        n--;
    if (full_n > LIMIT_LINE)
        note(s, "limit-line", true);
    if (n >= 3 && line[0] == '-' && line[1] == '-' && s->depth > 0)
        boundary_line(s, line, n, s->at);
    else if (s->in_headers && n == 0)
        end_block(s, s->at + full_n);
    else if (s->in_headers)
        header_line(s, line, n, full_n);
    if (top && n == 0)
        end_top(s, s->at + full_n);
    s->at += full_n;
}

/* Feeds the lines of buf[0..n) that are whole; returns the bytes used. *dropped: bytes of an overlong line
 * that went by before. */
static size_t whole_lines(struct scan *s, const char *buf, size_t n, size_t *dropped)
{
    size_t used = 0;
    for (const char *nl; (nl = memchr(buf + used, '\n', n - used));) {
        size_t len = (size_t)(nl - buf) + 1 - used;
        one_line(s, buf + used, len, len + *dropped);
        *dropped = 0;
        used += len;
    }
    return used;
}

/* The bytes of a block that belong to the body go into the sameness as they come. */
static void hash_block(struct scan *s, const char *p, size_t n, size_t block_at)
{
    if (s->in_top)
        return;
    size_t skip = s->r->body_at > block_at ? s->r->body_at - block_at : 0;
    if (skip < n)
        hash_body(s, p + skip, n - skip);
}

/* The next bytes of the letter, from its descriptor or from memory. */
static ssize_t take(struct scan *s, int fd, char *buf, size_t n)
{
    if (fd >= 0)
        return read(fd, buf, n);
    n = n < s->bytes_n ? n : s->bytes_n;
    memcpy(buf, s->bytes, n);
    s->bytes += n;
    s->bytes_n -= n;
    return (ssize_t)n;
}

static bool scan_all(struct scan *s, int fd, char *buf)
{
    size_t kept = 0, dropped = 0;
    for (;;) {
        ssize_t got = take(s, fd, buf + kept, BUFFER - kept);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        size_t block_at = s->r->bytes, n = kept + (size_t)got;
        s->r->bytes += (size_t)got;
        hash_add(&s->whole, buf + kept, (size_t)got);
        size_t used = whole_lines(s, buf, n, &dropped);
        hash_block(s, buf + kept, (size_t)got, block_at);
        memmove(buf, buf + used, n - used);
        kept = n - used;
        if (kept > LINE_KEPT) {
            dropped += kept - LINE_KEPT;
            kept = LINE_KEPT;
        }
    }
    if (kept > 0)
        one_line(s, buf, kept, kept + dropped);
    return true;
}

static bool scan(const void *mem, int fd, const char *bytes, size_t n, struct limits_report *ret)
{
    *ret = (struct limits_report){.head = str_new(mem)};
    struct scan *s = mem_zero(mem, struct scan);
    s->mem = mem;
    s->r = ret;
    s->bytes = bytes;
    s->bytes_n = n;
    s->type = str_new(mem);
    s->in_top = true;
    begin_block(s);
    hash_start(&s->whole);
    hash_start(&s->same);
    /* Not zeroed: a small letter must not pay for the pages of a large one. */
    char *buf = talloc_size(s, BUFFER);
    if (!buf)
        mem_exhausted();
    if (!scan_all(s, fd, buf))
        return false;
    if (s->in_top)
        end_top(s, ret->bytes);
    pop_to(s, 0, ret->bytes);
    if (ret->bytes > LIMIT_LETTER)
        note(s, "limit-size", true);
    hash_end(&s->whole, ret->sha256);
    hash_end(&s->same, ret->sameness);
    talloc_free(s);
    return true;
}

bool limits_scan(const void *mem, int fd, struct limits_report *ret)
{
    return scan(mem, fd, NULL, 0, ret);
}

void limits_scan_bytes(const void *mem, const char *bytes, size_t n, struct limits_report *ret)
{
    scan(mem, -1, bytes ? bytes : "", n, ret);
}
