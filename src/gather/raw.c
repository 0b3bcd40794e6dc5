/* raw.c: see raw.h. The fields are found in the raw bytes and not taken from the reader's letter: what a
 * signature covers is bytes, and the process that judges signatures sees nothing else.
 *
 * Who is in From is read by the same strict code as in verify/ (mail/address); a field whose name has a
 * blank before its colon counts as that field, so that "From :" cannot hide a second From. */
#include "gather/raw.h"
#include "mail/address.h"

char *raw_crlf(const void *mem, const char *bytes, size_t n, size_t *ret_n)
{
    struct str b = str_new(mem);
    const char *end = bytes + n, *start = bytes, *lf;
    while (start < end && (lf = memchr(start, '\n', (size_t)(end - start))) != NULL) {
        bool bare = lf == bytes || lf[-1] != '\r';
        str_addn(&b, start, (size_t)(lf - start));
        str_addn(&b, bare ? "\r\n" : "\n", bare ? 2 : 1);
        start = lf + 1;
    }
    str_addn(&b, start, (size_t)(end - start));
    *ret_n = b.n;
    return b.s;
}

/* Bytes through the line end at or after `from`; n when the last line has none. */
static size_t line_after(const char *s, size_t n, size_t from)
{
    const char *lf = memchr(s + from, '\n', n - from);
    return lf ? (size_t)(lf - s) + 1 : n;
}

static bool is_blank_line(const char *s, size_t n)
{
    return n == 0 || *s == '\n' || (*s == '\r' && n > 1 && s[1] == '\n');
}

/* The name before the colon, NULL when the line is no field. */
static char *name_of(const void *mem, const char *line, size_t n)
{
    const char *colon = memchr(line, ':', n);
    size_t len = colon ? (size_t)(colon - line) : 0;
    while (len && (line[len - 1] == ' ' || line[len - 1] == '\t'))
        len--;
    for (size_t i = 0; i < len; i++)
        if (line[i] <= ' ' || line[i] > '~')
            return NULL;
    return len ? mem_bytes(mem, line, len) : NULL;
}

static void add_field(struct raw *r, const char *line, size_t n)
{
    while (n && (line[n - 1] == '\n' || line[n - 1] == '\r'))
        n--;
    char *name = name_of(r, line, n);
    if (!name)
        return;
    struct raw_field *f = mem_append(r, r->fields, r->n_fields);
    f->name = name;
    f->line = raw_crlf(r, line, n, &f->n);
    f->value = (const char *)memchr(f->line, ':', f->n) + 1;
}

static void read_from(struct raw *r)
{
    const struct raw_field *from = NULL;
    struct address address;
    const char *why;
    size_t n = 0;
    r->from = r->from_domain = "";
    for (size_t i = 0; i < r->n_fields; i++)
        if (str_ieq(r->fields[i].name, "From")) {
            from = &r->fields[i];
            n++;
        }
    if (n != 1 ||
        !address_parse_one(r, from->value, from->n - (size_t)(from->value - from->line), &address, &why))
        return;
    r->from = str_lower(r, address.spec);
    r->from_domain = address.domain;
}

struct raw *raw_split(const void *mem, const char *bytes, size_t n)
{
    struct raw *r = mem_zero(mem, struct raw);
    size_t at = 0;
    while (at < n && !is_blank_line(bytes + at, n - at)) {
        size_t end = line_after(bytes, n, at);
        while (end < n && (bytes[end] == ' ' || bytes[end] == '\t'))
            end = line_after(bytes, n, end);
        if (end > RAW_HEADER_MAX || r->n_fields >= RAW_FIELDS_MAX) {
            *r = (struct raw){.too_large = true, .from = "", .from_domain = "", .body = ""};
            return r;
        }
        add_field(r, bytes + at, end - at);
        at = end;
    }
    if (at < n)
        at = line_after(bytes, n, at);
    r->body = bytes + at;
    r->n_body = n - at;
    read_from(r);
    return r;
}
