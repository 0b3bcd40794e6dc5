/* parse.c: see parse.h. GMime gives the tree and the transfer encodings; names, header values and charsets
 * are ours, since GMime 3.2.13 cuts encoded words and drops bytes (LIBRARIES 2).
 *
 * Which part is what: text/plain and text/html without a file name are the body; message/rfc822 is an
 * attachment whose text is the embedded letter's, and its own attachments are listed as well; everything
 * else is an attachment. All alternatives are kept, because the one a reader does not show is where a
 * sender hides words (abuse A28). What GMime makes no parts of is read as plain text: nothing is lost. */
#include "reader/parse.h"
#include "base/utf8.h"
#include "reader/charset.h"
#include "reader/extract.h"
#include "reader/flowed.h"
#include "reader/html.h"
#include "reader/legacy.h"
#include "reader/limits.h"
#include "reader/magic.h"
#include "reader/object.h"
#include "reader/parse_headers.h"
#include "reader/part.h"
#include <gmime/gmime.h>

#define MAX_PARTS       500u
#define MAX_ATTACHMENTS 100u
#define MAX_DECODED     (200u << 20) /* bytes in all parts, "limit-decoded" */
#define MAX_TEXT        (24u << 20)  /* bytes of text in all, so that a letter fits the wire: "text-cut" */
#define BODY_RAW_MAX    (2u << 20)   /* bytes of one body part that are looked at */

struct walk {
    const void *mem;
    int fd;            /* -1: the letter is in memory */
    const char *bytes; /* there */
    unsigned depth;    /* attachments that this letter lies in */
    const struct limits_report *raw;
    struct letter *letter;
    size_t parts, messages; /* seen so far */
    struct part_budget *budget;
    size_t text_left;
    struct str *inside; /* the text of the embedded message we are in, or NULL */
    const char *prefix; /* its name with a slash, for the names of what is attached to it; or "" */
    struct letter_attachment *inner; /* found inside attachments: they follow the letter's own */
    size_t n_inner;
    bool one_only; /* nothing but bytes of attachment `one` is wanted, or of what is inside it */
    size_t one;
};

static void note(const struct walk *w, const char *code)
{
    extract_note(w->letter, &w->letter->defects, code);
}

/* ---- text ---- */

/* Takes from the letter's budget of text. */
static char *within_budget(struct walk *w, char *text)
{
    size_t n = strlen(text);
    if (n > w->text_left) {
        note(w, "text-cut");
        n = utf8_prefix(text, SIZE_MAX, w->text_left);
        text[n] = '\0';
    }
    w->text_left -= n;
    return text;
}

static void add_text(struct walk *w, bool html, char *text, char *hidden, const char *charset,
                     const char *by)
{
    text = within_budget(w, text);
    hidden = *hidden ? within_budget(w, hidden) : hidden;
    if (w->inside) {
        str_add(w->inside, text);
        str_addc(w->inside, '\n');
        if (*hidden)
            str_addf(w->inside, "\n%s\n", hidden);
        return;
    }
    *mem_append(w->letter, w->letter->texts, w->letter->n_texts) =
        (struct letter_text){html, text, charset, by, hidden};
}

static char *body_plain(struct walk *w, GMimeObject *obj, const char *charset, const struct str *raw,
                        const char **ret_by)
{
    char *text = extract_plain(w->letter, charset, raw->s, raw->n, ret_by, &w->letter->defects);
    char *format = object_param(w->letter, obj, "Content-Type", "format");
    if (!format || !str_ieq(format, "flowed"))
        return text;
    char *delsp = object_param(w->letter, obj, "Content-Type", "delsp");
    return flowed_unwrap(w->letter, text, delsp && str_ieq(delsp, "yes"));
}

static char *body_html(struct walk *w, const char *charset, const struct str *raw, const char **ret_by,
                       char **ret_hidden)
{
    bool lossy;
    char *s = charset_decode(w->letter, charset, raw->s, raw->n, ret_by, &lossy);
    if (lossy)
        note(w, "charset");
    if (str_eq(*ret_by, "legacy"))
        note(w, "unicode");
    char *text = html_read(w->letter, s, strlen(s), ret_hidden, &w->letter->defects);
    text = legacy_settle(w->letter, text, &w->letter->defects);
    *ret_hidden = legacy_settle(w->letter, *ret_hidden, &w->letter->defects);
    if (strlen(text) > EXTRACT_MAX_TEXT) {
        text[utf8_prefix(text, SIZE_MAX, EXTRACT_MAX_TEXT)] = '\0';
        note(w, "text-cut");
    }
    return text;
}

static void body_part(struct walk *w, GMimePart *mime)
{
    if (w->one_only)
        return;
    GMimeObject *obj = GMIME_OBJECT(mime);
    _cleanup_mem_ struct part *part = part_open(w->mem, mime, w->budget);
    struct str raw = str_new(w->mem);
    bool cut, html = object_is(obj, "text", "html");
    part_take(part, BODY_RAW_MAX, &raw, &cut);
    if (cut)
        extract_drop_half(&raw);
    if (cut || part_cut(part))
        note(w, cut ? "text-cut" : "limit-decoded");
    if (part_odd(part))
        note(w, "base64");
    char *charset = object_param(w->letter, obj, "Content-Type", "charset");
    charset = charset ? charset : mem_str(w->letter, "");
    const char *by;
    char *hidden = mem_str(w->letter, "");
    char *text = html ? body_html(w, charset, &raw, &by, &hidden) : body_plain(w, obj, charset, &raw, &by);
    add_text(w, html, text, hidden, charset, by);
}

/* ---- attachments ---- */

static struct letter_attachment *new_attachment(struct walk *w, GMimeObject *obj)
{
    if (w->letter->n_attachments >= MAX_ATTACHMENTS) {
        note(w, "limit-attachments");
        return NULL;
    }
    struct letter_attachment *a = mem_append(w->letter, w->letter->attachments, w->letter->n_attachments);
    a->name = object_name(w->letter, obj);
    if (*w->prefix)
        a->name = mem_fmt(w->letter, "%s%s", w->prefix, a->name);
    a->type = object_type(w->letter, obj);
    a->how = "none";
    a->text = "";
    return a;
}

/* What a bound kept from being read nobody has looked at: that is a matter of the whole letter. */
static void note_limits(const struct walk *w, const struct letter_attachment *a)
{
    for (size_t i = 0; i < a->defects.n; i++)
        if (str_starts(a->defects.v[i], "limit-") && !str_eq(a->defects.v[i], "limit-html"))
            note(w, a->defects.v[i]);
}

/* The letter's budgets hold for what is inside attachments as well. */
static void keep_inner(struct walk *w, const struct extract *x)
{
    for (size_t i = 0; i < x->n_inner; i++) {
        if (w->letter->n_attachments + w->n_inner >= MAX_ATTACHMENTS) {
            note(w, "limit-attachments");
            return;
        }
        struct letter_attachment *a = mem_append(w->letter, w->inner, w->n_inner);
        *a = x->inner[i];
        a->outer = x->a->outer;
        note_limits(w, a);
        a->text = within_budget(w, (char *)(uintptr_t)a->text);
    }
}

static void attached_part(struct walk *w, GMimePart *mime)
{
    struct letter_attachment *a = new_attachment(w, GMIME_OBJECT(mime));
    if (!a)
        return;
    a->outer = (unsigned)w->letter->n_attachments - 1;
    if (w->one_only && a->outer != w->one)
        return;
    if (w->depth == 0)
        w->budget->inside = 0;
    _cleanup_mem_ struct part *part = part_open(w->mem, mime, w->budget);
    char *charset = object_param(w->letter, GMIME_OBJECT(mime), "Content-Type", "charset");
    struct extract x = {
        .mem = w->letter, .part = part, .charset = charset ? charset : "", .depth = w->depth, .a = a};
    extract_read(&x);
    keep_inner(w, &x);
    note_limits(w, a);
    a->text = within_budget(w, (char *)(uintptr_t)a->text);
    part_finish(part, &a->bytes, a->sha256);
    if (part_odd(part))
        extract_note(w->letter, &a->defects, "base64");
    if (part_cut(part)) {
        extract_note(w->letter, &a->defects, "limit-decoded");
        note(w, "limit-decoded");
    }
}

static ssize_t read_at(const struct walk *w, char *buf, size_t n, size_t at)
{
    if (w->fd >= 0)
        return pread(w->fd, buf, n, (off_t)at);
    size_t left = at < w->raw->bytes ? w->raw->bytes - at : 0;
    n = n < left ? n : left;
    memcpy(buf, w->bytes + (left ? at : 0), n);
    return (ssize_t)n;
}

/* The embedded letter's own bytes, as they stand in the raw letter. */
static void hash_span(struct walk *w, struct limits_span span, struct letter_attachment *a)
{
    struct hash h;
    char block[16384];
    hash_start(&h);
    size_t at = span.from, until = span.until < w->raw->bytes ? span.until : w->raw->bytes;
    while (at < until) {
        size_t want = until - at < sizeof block ? until - at : sizeof block;
        ssize_t got = read_at(w, block, want, at);
        if (got <= 0)
            break;
        hash_add(&h, block, (size_t)got);
        at += (size_t)got;
    }
    a->bytes = at > span.from ? at - span.from : 0;
    hash_end(&h, a->sha256);
}

static void walk_object(struct walk *w, GMimeObject *obj, GMimeObject *parent, size_t depth);

static char *message_header(const struct walk *w, GMimeMessage *message, const char *name)
{
    bool lossy = false;
    const char *raw = object_header(GMIME_OBJECT(message), name);
    return headers_decode(w->letter, raw, strlen(raw), charset_convert, &lossy);
}

static void embedded_message(struct walk *w, GMimeMessagePart *mime, size_t depth)
{
    size_t index = w->letter->n_attachments, nth = w->messages++;
    struct letter_attachment *a = new_attachment(w, GMIME_OBJECT(mime));
    GMimeMessage *message = g_mime_message_part_get_message(mime);
    if (!a || !message)
        return;
    if (nth < w->raw->n_messages)
        hash_span(w, w->raw->messages[nth], a);
    a->how = "text";
    a->mail_from = message_header(w, message, "From");
    a->mail_date = message_header(w, message, "Date");
    a->mail_subject = message_header(w, message, "Subject");
    a->real = "letter";
    struct str text = str_new(w->letter), *outer = w->inside;
    const char *outer_prefix = w->prefix;
    w->inside = &text;
    w->prefix = mem_fmt(w->letter, "%s/", *a->name ? a->name : "message");
    str_add(&text, a->mail_subject);
    str_addc(&text, '\n');
    GMimeObject *root = g_mime_message_get_mime_part(message);
    if (root)
        walk_object(w, root, NULL, depth + 1);
    w->inside = outer;
    w->prefix = outer_prefix;
    str_trim_end(&text);
    w->letter->attachments[index].text = text.s;
}

/* ---- the tree ---- */

/* A document that is declared to be the letter's text: its bytes are no words, and nobody would read it. */
static bool is_file(const struct walk *w, GMimeObject *obj)
{
    const char *head;
    struct part_budget some = {.left = 64u << 10};
    _cleanup_mem_ struct part *part = part_open(w->mem, GMIME_PART(obj), &some);
    size_t n = part_peek(part, &head);
    return magic_is_file(head, n, "text/plain");
}

static bool is_body(const struct walk *w, GMimeObject *obj, GMimeObject *parent)
{
    GMimeContentDisposition *d = g_mime_object_get_content_disposition(obj);
    const char *word = d ? g_mime_content_disposition_get_disposition(d) : NULL;
    if (!object_is(obj, "text", "plain") && !object_is(obj, "text", "html"))
        return false;
    if (word && str_ieq(word, "attachment"))
        return false;
    bool alternative = parent && object_is(parent, "multipart", "alternative");
    return !parent || alternative || *object_name(w->letter, obj) == '\0';
}

static void walk_children(struct walk *w, GMimeMultipart *multipart, size_t depth)
{
    int n = g_mime_multipart_get_count(multipart);
    for (int i = 0; i < n; i++)
        walk_object(w, g_mime_multipart_get_part(multipart, i), GMIME_OBJECT(multipart), depth + 1);
    const char *prologue = n == 0 ? g_mime_multipart_get_prologue(multipart) : NULL;
    if (!prologue || !*prologue)
        return;
    const char *by;
    note(w, "mime-no-parts");
    char *text = extract_plain(w->letter, "", prologue, strlen(prologue), &by, &w->letter->defects);
    add_text(w, false, text, mem_str(w->letter, ""), "", by);
}

static void walk_object(struct walk *w, GMimeObject *obj, GMimeObject *parent, size_t depth)
{
    bool deep = depth > LIMIT_DEPTH + 1;  /* leaves lie one below the deepest multipart */
    if (w->parts++ > MAX_PARTS || deep) { /* the root is not counted */
        note(w, deep ? "limit-depth" : "limit-parts");
        return;
    }
    if (GMIME_IS_MULTIPART(obj))
        walk_children(w, GMIME_MULTIPART(obj), depth);
    else if (GMIME_IS_MESSAGE_PART(obj))
        embedded_message(w, GMIME_MESSAGE_PART(obj), depth);
    else if (GMIME_IS_PART(obj) && is_body(w, obj, parent) && !is_file(w, obj))
        body_part(w, GMIME_PART(obj));
    else if (GMIME_IS_PART(obj))
        attached_part(w, GMIME_PART(obj));
}

/* ---- the letter ---- */

/* The rest of the letter from an offset as one plain text: for what has no MIME structure we can use. */
static void read_as_text(struct walk *w, size_t from)
{
    struct str raw = str_new(w->mem);
    char block[16384];
    ssize_t got = 1;
    while (raw.n < BODY_RAW_MAX && (got = read_at(w, block, sizeof block, from + raw.n)) > 0)
        str_addn(&raw, block, (size_t)got);
    if (got > 0 && from + raw.n < w->raw->bytes)
        note(w, "text-cut");
    size_t words = 0;
    while (words < raw.n && str_space(raw.s[words]))
        words++;
    if (words == raw.n)
        return;
    const char *by;
    char *text = extract_plain(w->letter, "", raw.s, raw.n, &by, &w->letter->defects);
    add_text(w, false, text, mem_str(w->letter, ""), "", by);
}

static GMimeStream *raw_stream(const struct walk *w)
{
    if (w->fd < 0)
        return g_mime_stream_mem_new_with_buffer(w->bytes, w->raw->bytes);
    GMimeStream *stream = g_mime_stream_fs_new_with_bounds(w->fd, 0, (gint64)w->raw->bytes);
    g_mime_stream_fs_set_owner(GMIME_STREAM_FS(stream), FALSE);
    return stream;
}

static bool read_structure(struct walk *w)
{
    GMimeStream *stream = raw_stream(w);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    /* As a part, not as a message: the address headers, which crash GMime, are then only kept as bytes. */
    GMimeObject *root = g_mime_parser_construct_part(parser, NULL);
    bool found = root != NULL;
    if (found)
        walk_object(w, root, NULL, 1);
    g_object_unref(parser);
    g_object_unref(stream);
    if (found)
        g_object_unref(root);
    return found;
}

/* Where the body begins by our own splitter (it also knows bare CR line ends, which GMime does not). */
static size_t body_offset(const struct limits_report *r)
{
    struct headers_field *fields;
    size_t end;
    _cleanup_mem_ void *mem = mem_new();
    headers_split(mem, r->head.s, r->head.n, LIMIT_FIELDS, &fields, &end);
    return end < r->head.n ? end : r->body_at;
}

/* Broken from its first line on, and no text either: a program, an archive, noise. Words that by chance
 * stand in such bytes are nobody's words, and would be taken for a denunciation all the same. */
static bool is_no_letter(const struct walk *w)
{
    static const char *const texts[] = {"", "text", "html", "csv", "ics", "letter", "mht"};
    char head[4096];
    const struct str_list *defects = &w->letter->defects;
    if (!str_list_has(defects, "no-headers") && !str_list_has(defects, "header-broken"))
        return false;
    ssize_t n = read_at(w, head, sizeof head, 0);
    const char *real = magic_type(head, n > 0 ? (size_t)n : 0, "", "");
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (str_eq(real, texts[i]))
            return false;
    return true;
}

static void read_body(struct walk *w)
{
    size_t at = body_offset(w->raw);
    bool no_headers = str_list_has(&w->letter->defects, "no-headers");
    if (is_no_letter(w)) {
        note(w, "not-a-letter");
    } else if (no_headers) {
        read_as_text(w, 0);
    } else if (at < w->raw->body_at) {
        note(w, "bare-cr");
        read_as_text(w, at);
    } else {
        bool found = read_structure(w);
        if (found && (w->letter->n_texts > 0 || w->letter->n_attachments > 0))
            return;
        size_t before = w->letter->n_texts;
        read_as_text(w, at);
        if (w->letter->n_texts > before)
            note(w, "mime-structure");
    }
}

/* Attachments of attachments come behind the letter's own, so that these keep their numbers. */
static void add_inner(struct walk *w)
{
    for (size_t i = 0; i < w->n_inner; i++)
        *mem_append(w->letter, w->letter->attachments, w->letter->n_attachments) = w->inner[i];
}

static struct letter *read_letter(struct letter *l, struct walk *w, struct limits_report *raw)
{
    memcpy(l->sha256, raw->sha256, sizeof l->sha256);
    memcpy(l->sameness, raw->sameness, sizeof l->sameness);
    l->bytes = raw->bytes;
    l->complete = true;
    l->defects = raw->defects;
    if (raw->bytes == 0)
        extract_note(l, &l->defects, "empty");
    parse_headers(l, raw);
    if (!raw->stopped)
        read_body(w);
    add_inner(w);
    return l;
}

/* A walk over a letter in a file, or in memory when fd is -1. */
static struct walk new_walk(struct letter *l, int fd, const struct limits_report *raw,
                            struct part_budget *budget)
{
    return (struct walk){
        .mem = l, .fd = fd, .raw = raw, .letter = l, .budget = budget, .text_left = MAX_TEXT, .prefix = ""};
}

struct letter *parse_letter(const void *mem, int fd)
{
    struct letter *l = mem_zero(mem, struct letter);
    struct limits_report raw;
    struct part_budget budget = {.left = MAX_DECODED};
    lseek(fd, 0, SEEK_SET); /* fails on a pipe, which then is at its start anyway */
    if (!limits_scan(l, fd, &raw))
        return NULL;
    struct walk w = new_walk(l, fd, &raw, &budget);
    return read_letter(l, &w, &raw);
}

struct letter *parse_inside(const void *mem, const char *bytes, size_t n, unsigned depth,
                            struct part_budget *budget)
{
    struct letter *l = mem_zero(mem, struct letter);
    struct limits_report raw;
    limits_scan_bytes(l, bytes, n, &raw);
    struct walk w = new_walk(l, -1, &raw, budget);
    w.bytes = bytes;
    w.depth = depth;
    return read_letter(l, &w, &raw);
}

bool parse_attachment(const void *mem, int fd, size_t outer, unsigned number, part_sink sink, void *arg)
{
    struct letter *l = mem_zero(mem, struct letter);
    struct limits_report raw;
    struct part_budget budget = {
        .left = MAX_DECODED, .wanted = sink, .wanted_arg = arg, .wanted_number = number};
    lseek(fd, 0, SEEK_SET);
    if (!limits_scan(l, fd, &raw) || raw.stopped)
        return false;
    struct walk w = new_walk(l, fd, &raw, &budget);
    w.one_only = true;
    w.one = outer;
    return read_structure(&w) && budget.given;
}
