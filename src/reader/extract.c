/* extract.c: the table of formats. The row is chosen by what the bytes are (magic.c), never by the name; a
 * type without a row has how "none": programs may read it later, or a person, nothing is guessed. A row's
 * function may find attachments inside: they are read through the same table, two deep at most. */
#include "reader/extract.h"
#include "base/utf8.h"
#include "reader/charset.h"
#include "reader/html.h"
#include "reader/legacy.h"
#include "reader/magic.h"

#define RAW_MAX    (4u << 20) /* bytes of an attached text that are looked at */
#define NAME_BYTES 400        /* of the name of an attachment inside */

struct format {
    const char *real;
    const char *how; /* NULL: only looks, gives no text */
    bool holds;      /* may have attachments inside */
    char *(*text)(struct extract *x);
};

/* ---- text ---- */

/* CR LF and CR become LF. */
static void plain_lines(char *s)
{
    char *to = s;
    for (const char *from = s; *from; from++) {
        if (*from == '\r' && from[1] == '\n')
            continue;
        *to++ = *from == '\r' ? '\n' : *from;
    }
    *to = '\0';
}

static char *cut_text(const void *mem, char *s, struct str_list *defects)
{
    if (strlen(s) <= EXTRACT_MAX_TEXT)
        return s;
    s[utf8_prefix(s, SIZE_MAX, EXTRACT_MAX_TEXT)] = '\0';
    extract_note(mem, defects, "text-cut");
    return s;
}

/* The bytes as text; what the charset ladder had to do is noted. */
static char *decode_noted(const void *mem, const char *charset, const char *bytes, size_t n,
                          const char **ret_by, struct str_list *defects)
{
    bool lossy;
    char *s = charset_decode(mem, charset, bytes, n, ret_by, &lossy);
    if (lossy)
        extract_note(mem, defects, "charset");
    if (str_eq(*ret_by, "legacy"))
        extract_note(mem, defects, "unicode");
    return s;
}

char *extract_plain(const void *mem, const char *charset, const char *bytes, size_t n, const char **ret_by,
                    struct str_list *defects)
{
    char *s = decode_noted(mem, charset, bytes, n, ret_by, defects);
    plain_lines(s);
    return cut_text(mem, legacy_settle(mem, s, defects), defects);
}

char *extract_html(const void *mem, const char *charset, const char *bytes, size_t n, const char **ret_by,
                   struct str_list *defects)
{
    char *s = decode_noted(mem, charset, bytes, n, ret_by, defects);
    return cut_text(mem, legacy_settle(mem, html_to_text(mem, s, strlen(s), defects), defects), defects);
}

void extract_drop_half(struct str *s)
{
    size_t n = s->n, back = 0;
    while (back < 4 && n > back && ((unsigned char)s->s[n - 1 - back] & 0xC0) == 0x80)
        back++;
    if (n > back && (unsigned char)s->s[n - 1 - back] >= 0xC0)
        str_cut(s, n - 1 - back);
}

struct str extract_raw(struct extract *x, size_t max)
{
    struct str raw = str_new(x->mem);
    bool cut;
    part_take(x->part, max, &raw, &cut);
    if (cut) {
        extract_drop_half(&raw);
        extract_note(x->mem, &x->a->defects, "text-cut");
    }
    return raw;
}

static char *text_plain(struct extract *x)
{
    const char *by;
    struct str raw = extract_raw(x, RAW_MAX);
    return extract_plain(x->mem, x->charset, raw.s, raw.n, &by, &x->a->defects);
}

static char *text_html(struct extract *x)
{
    const char *by;
    struct str raw = extract_raw(x, RAW_MAX);
    return extract_html(x->mem, x->charset, raw.s, raw.n, &by, &x->a->defects);
}

/* ---- the table ---- */

static const struct format formats[] = {
    {"docx", "docx", true, extract_docx},    {"odt", "odt", true, extract_odf},
    {"ods", "ods", true, extract_odf},       {"odp", "odp", true, extract_odf},
    {"xlsx", "xlsx", true, extract_xlsx},    {"pptx", "pptx", true, extract_pptx},
    {"zip", "zip", true, extract_zip},       {"letter", "text", true, extract_letter},
    {"mht", "html", true, extract_letter},   {"tar", "tar", true, extract_packed},
    {"rar", "rar", true, extract_packed},    {"7z", "7z", true, extract_packed},
    {"gzip", "gzip", true, extract_packed},  {"bzip2", "bzip2", true, extract_packed},
    {"xz", "xz", true, extract_packed},      {"zstd", "zstd", true, extract_packed},
    {"rtf", "rtf", false, extract_rtf},      {"ics", "ics", false, extract_ics},
    {"csv", "csv", false, extract_csv},      {"html", "html", false, text_html},
    {"text", "text", false, text_plain},     {"ole", NULL, true, extract_ole},
    {"image", NULL, false, extract_picture},
};

static const struct format *find_format(const char *real)
{
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        if (str_eq(formats[i].real, real))
            return &formats[i];
    return NULL;
}

/* Nothing came out, and it is known why: that is no reading. */
static bool failed(const struct letter_attachment *a)
{
    static const char *const codes[] = {"encrypted", "file-broken", "xml-dtd", "limit-archive",
                                        "archive-part"};
    for (size_t i = 0; i < ARRAY_LEN(codes) && !*a->text; i++)
        if (str_list_has(&a->defects, codes[i]))
            return true;
    return false;
}

/* A second reading that only fetches the bytes of one attachment: everything in which it cannot lie is
 * passed over. True: that was it. */
static bool fetched(struct extract *x)
{
    struct part_budget *b = part_budget(x->part);
    x->a->number = x->depth > 0 ? ++b->inside : 0;
    if (b->wanted && !b->given && x->a->number == b->wanted_number)
        part_give(x->part);
    return b->given;
}

void extract_read(struct extract *x)
{
    const char *head;
    size_t n = part_peek(x->part, &head);
    x->a->how = "none";
    x->a->text = "";
    if (fetched(x))
        return;
    x->a->real = magic_type(head, n, x->a->name, x->a->type);
    bool deep = x->depth > EXTRACT_MAX_DEPTH;
    const struct format *f = deep ? NULL : find_format(x->a->real);
    if (deep)
        extract_note(x->mem, &x->a->defects, "limit-depth");
    if (part_budget(x->part)->wanted && f && !f->holds)
        f = NULL;
    if (f)
        x->a->text = legacy_settle(x->mem, f->text(x), &x->a->defects);
    if (f && f->how && !failed(x->a))
        x->a->how = f->how;
    magic_judge(x->mem, x->a);
}

/* ---- attachments inside ---- */

void extract_add_inside(struct extract *x, const struct letter_attachment *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (x->n_inner >= EXTRACT_MAX_INNER) {
            extract_note(x->mem, &x->a->defects, "limit-attachments");
            return;
        }
        *mem_append(x->mem, x->inner, x->n_inner) = v[i];
    }
}

/* "outer.zip/inner.docx", fit to be shown. */
static char *inner_name(const struct extract *x, const char *name)
{
    while (*name == '/')
        name++;
    char *full = mem_fmt(x->mem, "%s/%s", *x->a->name ? x->a->name : x->a->real, name);
    full = utf8_printable(x->mem, full);
    full[utf8_prefix(full, SIZE_MAX, NAME_BYTES)] = '\0';
    return full;
}

const struct letter_attachment *extract_inside(struct extract *x, const char *name, const char *type,
                                               struct part *part)
{
    struct letter_attachment a = {.name = inner_name(x, name), .type = type, .how = "none", .text = ""};
    struct extract inner = {.mem = x->mem, .part = part, .charset = "", .depth = x->depth + 1, .a = &a};
    if (x->n_inner >= EXTRACT_MAX_INNER) {
        extract_note(x->mem, &x->a->defects, "limit-attachments");
        return NULL;
    }
    extract_read(&inner);
    part_finish(part, &a.bytes, a.sha256);
    size_t at = x->n_inner;
    extract_add_inside(x, &a, 1);
    extract_add_inside(x, inner.inner, inner.n_inner);
    return &x->inner[at];
}
