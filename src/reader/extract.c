/* extract.c: the table of formats. A format is chosen by the declared type or by the name, and must then
 * show its mark in the first bytes: what only claims to be a .docx is not parsed as one. What no row takes
 * has how "none": later rooms hold it for a person, nothing is guessed. */
#include "reader/extract.h"
#include "base/utf8.h"
#include "reader/charset.h"
#include "reader/html.h"

#define RAW_MAX (4u << 20) /* bytes of an attached text that are looked at */

struct source {
    const void *mem;
    struct part *part;
    const char *charset;
    struct letter_attachment *a;
};

struct format {
    const char *how;
    const char *type;    /* declared type; NULL: any text type */
    const char *endings; /* of names, between spaces */
    const char *magic;   /* the first bytes; "": no NUL among them */
    char *(*text)(const struct source *s);
};

void extract_note(const void *mem, struct str_list *defects, const char *code)
{
    if (!str_list_has(defects, code))
        str_list_add(mem, defects, code);
}

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

char *extract_plain(const void *mem, const char *charset, const char *bytes, size_t n, const char **ret_by,
                    struct str_list *defects)
{
    bool lossy;
    char *s = charset_decode(mem, charset, bytes, n, ret_by, &lossy);
    if (lossy)
        extract_note(mem, defects, "charset");
    plain_lines(s);
    return cut_text(mem, s, defects);
}

char *extract_html(const void *mem, const char *charset, const char *bytes, size_t n, const char **ret_by,
                   struct str_list *defects)
{
    bool lossy;
    char *s = charset_decode(mem, charset, bytes, n, ret_by, &lossy);
    if (lossy)
        extract_note(mem, defects, "charset");
    return cut_text(mem, html_to_text(mem, s, strlen(s), defects), defects);
}

/* A cut in the middle of a UTF-8 character must not make the rest look like another charset. */
static void drop_half_character(struct str *s)
{
    size_t n = s->n, back = 0;
    while (back < 4 && n > back && ((unsigned char)s->s[n - 1 - back] & 0xC0) == 0x80)
        back++;
    if (n > back && (unsigned char)s->s[n - 1 - back] >= 0xC0)
        str_cut(s, n - 1 - back);
}

static struct str take_raw(const struct source *s)
{
    struct str raw = str_new(s->mem);
    bool cut;
    part_take(s->part, RAW_MAX, &raw, &cut);
    if (cut) {
        drop_half_character(&raw);
        extract_note(s->mem, &s->a->defects, "text-cut");
    }
    return raw;
}

static char *text_plain(const struct source *s)
{
    const char *by;
    struct str raw = take_raw(s);
    return extract_plain(s->mem, s->charset, raw.s, raw.n, &by, &s->a->defects);
}

static char *text_html(const struct source *s)
{
    const char *by;
    struct str raw = take_raw(s);
    return extract_html(s->mem, s->charset, raw.s, raw.n, &by, &s->a->defects);
}

static char *text_docx(const struct source *s)
{
    return extract_docx(s->mem, s->part, &s->a->defects);
}

static char *text_odt(const struct source *s)
{
    return extract_odt(s->mem, s->part, &s->a->defects);
}

/* ---- the table ---- */

static const struct format formats[] = {
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", " .docx .docm ",
     "PK\3\4", text_docx},
    {"odt", "application/vnd.oasis.opendocument.text", " .odt .ott ", "PK\3\4", text_odt},
    {"text", "text/html", " .html .htm .xhtml ", "", text_html},
    {"text", NULL, " .txt .text .csv .md .log ", "", text_plain},
};

static bool has_ending(const struct format *f, const char *name)
{
    const char *dot = strrchr(name, '.');
    char wanted[16];
    if (!dot || strlen(dot) + 3 > sizeof wanted)
        return false;
    snprintf(wanted, sizeof wanted, " %s ", dot);
    return str_ifind(f->endings, strlen(f->endings), wanted) != NULL;
}

static bool claims(const struct format *f, const struct letter_attachment *a)
{
    bool by_type = f->type ? str_eq(a->type, f->type) : str_starts(a->type, "text/");
    return by_type || has_ending(f, a->name);
}

static bool shows_mark(const struct format *f, const char *head, size_t n)
{
    size_t len = strlen(f->magic);
    if (len > 0)
        return n >= len && memcmp(head, f->magic, len) == 0;
    bool utf16 = n >= 2 && (memcmp(head, "\xff\xfe", 2) == 0 || memcmp(head, "\xfe\xff", 2) == 0);
    return utf16 || !memchr(head, '\0', n < 512 ? n : 512);
}

void extract_text(const void *mem, struct part *part, const char *charset, struct letter_attachment *a)
{
    const char *head;
    size_t n = part_peek(part, &head);
    struct source s = {mem, part, charset, a};
    a->how = "none";
    a->text = "";
    for (size_t i = 0; i < ARRAY_LEN(formats) && n > 0; i++) {
        if (!claims(&formats[i], a) || !shows_mark(&formats[i], head, n))
            continue;
        a->how = formats[i].how;
        a->text = formats[i].text(&s);
        return;
    }
}
