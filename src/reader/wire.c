/* wire.c: see wire.h. Numbers are 4 or 8 bytes little-endian; a string is its length, its bytes and a NUL.
 *
 * The child is not trusted: every length is checked against what is left, counts against the limits, text
 * must be UTF-8 without NUL. Decoded strings point into one copy of the bytes. First error wins and makes
 * every later read give zero, so that the code below reads like the format. */
#include "reader/wire.h"
#include "base/utf8.h"

static const char magic[8] = "bbt-let4";

/* ---- encode ---- */

static void put_number(struct str *out, uint64_t v, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        str_addc(out, (char)(unsigned char)(v >> (8 * i)));
}

static void put_bytes(struct str *out, const char *s, size_t n)
{
    put_number(out, n, 4);
    str_addn(out, s, n);
    str_addc(out, '\0');
}

static void put_text(struct str *out, const char *s)
{
    put_bytes(out, s ? s : "", s ? strlen(s) : 0);
}

static void put_list(struct str *out, const struct str_list *list)
{
    put_number(out, list->n, 4);
    for (size_t i = 0; i < list->n; i++)
        put_text(out, list->v[i]);
}

static void put_file(struct str *out, const struct letter_attachment *a)
{
    put_text(out, a->name);
    put_text(out, a->type);
    put_text(out, a->real);
    put_number(out, a->bytes, 8);
    put_text(out, a->sha256);
    put_text(out, a->how);
    put_text(out, a->text);
    put_list(out, &a->defects);
    put_text(out, a->mail_from);
    put_text(out, a->mail_date);
    put_text(out, a->mail_subject);
    put_number(out, a->outer, 4);
    put_number(out, a->number, 4);
    put_number(out, a->turn, 4);
    put_number(out, a->illustrates, 1);
}

void wire_encode(struct str *out, const struct letter *letter)
{
    str_addn(out, magic, sizeof magic);
    put_text(out, letter->sha256);
    put_text(out, letter->sameness);
    put_number(out, letter->bytes, 8);
    put_number(out, letter->complete, 1);
    put_number(out, letter->n_headers, 4);
    for (size_t i = 0; i < letter->n_headers; i++) {
        put_text(out, letter->headers[i].name);
        put_bytes(out, letter->headers[i].raw, letter->headers[i].raw_n);
        put_text(out, letter->headers[i].value);
    }
    put_number(out, letter->n_texts, 4);
    for (size_t i = 0; i < letter->n_texts; i++) {
        put_number(out, letter->texts[i].html, 1);
        put_text(out, letter->texts[i].text);
        put_text(out, letter->texts[i].hidden);
        put_text(out, letter->texts[i].charset);
        put_text(out, letter->texts[i].charset_by);
    }
    put_number(out, letter->n_attachments, 4);
    for (size_t i = 0; i < letter->n_attachments; i++)
        put_file(out, &letter->attachments[i]);
    put_list(out, &letter->defects);
}

/* ---- decode ---- */

struct input {
    const void *mem;
    const char *s;
    size_t n, at;
    bool bad;
};

static const char *take(struct input *in, size_t n)
{
    if (in->bad || n > in->n - in->at) {
        in->bad = true;
        return NULL;
    }
    in->at += n;
    return in->s + in->at - n;
}

static uint64_t take_number(struct input *in, unsigned bytes)
{
    const char *p = take(in, bytes);
    uint64_t v = 0;
    for (unsigned i = 0; p && i < bytes; i++)
        v |= (uint64_t)(unsigned char)p[i] << (8 * i);
    return v;
}

/* A count of things that take at least 4 bytes each, so that a lie cannot make us allocate. */
static size_t take_count(struct input *in, size_t max)
{
    uint64_t n = take_number(in, 4);
    if (n > max || n > (in->n - in->at) / 4)
        in->bad = true;
    return in->bad ? 0 : (size_t)n;
}

static const char *take_bytes(struct input *in, size_t *ret_n)
{
    size_t n = (size_t)take_number(in, 4);
    const char *s = take(in, n);
    const char *nul = take(in, 1);
    *ret_n = 0;
    if (in->bad || *nul) {
        in->bad = true;
        return "";
    }
    *ret_n = n;
    return s;
}

static const char *take_text(struct input *in)
{
    size_t n;
    const char *s = take_bytes(in, &n);
    if (!in->bad && (memchr(s, '\0', n) || !utf8_valid(s, n)))
        in->bad = true;
    return in->bad ? "" : s;
}

static bool take_flag(struct input *in)
{
    uint64_t v = take_number(in, 1);
    in->bad |= v > 1;
    return v == 1;
}

/* A hash in hex, or "" (a letter that was never hashed). */
static void take_hash(struct input *in, char ret[HASH_HEX])
{
    const char *s = take_text(in);
    unsigned char bytes[HASH_BYTES];
    if (*s && !hash_from_hex(s, bytes, sizeof bytes))
        in->bad = true;
    else
        snprintf(ret, HASH_HEX, "%s", s);
}

static struct str_list take_list(struct input *in)
{
    size_t n = take_count(in, WIRE_MAX_HEADERS);
    struct str_list list = {.v = mem_array(in->mem, const char *, n), .n = n};
    for (size_t i = 0; i < n; i++)
        list.v[i] = take_text(in);
    return list;
}

static void take_headers(struct input *in, struct letter *l)
{
    l->n_headers = take_count(in, WIRE_MAX_HEADERS);
    l->headers = mem_array(in->mem, struct letter_header, l->n_headers);
    for (size_t i = 0; i < l->n_headers; i++) {
        l->headers[i].name = take_text(in);
        l->headers[i].raw = take_bytes(in, &l->headers[i].raw_n);
        l->headers[i].value = take_text(in);
    }
}

static void take_texts(struct input *in, struct letter *l)
{
    l->n_texts = take_count(in, WIRE_MAX_TEXTS);
    l->texts = mem_array(in->mem, struct letter_text, l->n_texts);
    for (size_t i = 0; i < l->n_texts; i++) {
        l->texts[i].html = take_flag(in);
        l->texts[i].text = take_text(in);
        l->texts[i].hidden = take_text(in);
        l->texts[i].charset = take_text(in);
        l->texts[i].charset_by = take_text(in);
    }
}

static void take_files(struct input *in, struct letter *l)
{
    l->n_attachments = take_count(in, WIRE_MAX_FILES);
    l->attachments = mem_array(in->mem, struct letter_attachment, l->n_attachments);
    for (size_t i = 0; i < l->n_attachments; i++) {
        struct letter_attachment *a = &l->attachments[i];
        a->name = take_text(in);
        a->type = take_text(in);
        a->real = take_text(in);
        a->bytes = (size_t)take_number(in, 8);
        take_hash(in, a->sha256);
        a->how = take_text(in);
        a->text = take_text(in);
        a->defects = take_list(in);
        a->mail_from = take_text(in);
        a->mail_date = take_text(in);
        a->mail_subject = take_text(in);
        a->outer = (unsigned)take_number(in, 4);
        a->number = (unsigned)take_number(in, 4);
        a->turn = (unsigned)take_number(in, 4);
        a->illustrates = take_flag(in);
    }
}

struct letter *wire_decode(const void *mem, const char *bytes, size_t n)
{
    if (n > WIRE_MAX_BYTES || n < sizeof magic || memcmp(bytes, magic, sizeof magic) != 0)
        return NULL;
    struct letter *l = mem_zero(mem, struct letter);
    struct input in = {.mem = l, .s = mem_bytes(l, bytes, n), .n = n, .at = sizeof magic};
    take_hash(&in, l->sha256);
    take_hash(&in, l->sameness);
    l->bytes = (size_t)take_number(&in, 8);
    l->complete = take_flag(&in);
    take_headers(&in, l);
    take_texts(&in, l);
    take_files(&in, l);
    l->defects = take_list(&in);
    if (in.bad || in.at != in.n) {
        talloc_free(l);
        return NULL;
    }
    letter_derive(l, l);
    return l;
}
