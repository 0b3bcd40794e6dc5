/* register.c: the table of a digest as CSV and as HTML. It opens in spreadsheets on an inspector's desk,
 * and its cells were written by strangers (abuse A34). So a cell that begins like a formula (= + - @ |,
 * their full-width forms) gets an apostrophe, also behind blanks and behind ';', at which a spreadsheet of
 * another locale would begin a new cell; controls become blanks. HTML gets the same, since spreadsheets
 * open that too, and its own four characters escaped.
 *
 * Refuses to name anybody in a register that is said to be sealed: those cells are not there at all. */
#include "base/utf8.h"
#include "desk/digest.h"

#define NAMELESS 6 /* columns that say nothing of who wrote; they come first */
#define COLUMNS  9

static const char *label(const struct digest_input *in, const char *key)
{
    return in->label(in->label_arg, key);
}

static const char *label_of(const void *mem, const struct digest_input *in, const char *group,
                            const char *name)
{
    return label(in, mem_fmt(mem, "%s.%s", group, name));
}

static bool starts_formula(int32_t c)
{
    return c == '=' || c == '+' || c == '-' || c == '@' || c == '|' || c == '%' || c == 0xff1d ||
           c == 0xff0b || c == 0xff0d || c == 0xff20 || c == 0x2212;
}

/* Blanks a spreadsheet may skip before it looks for a formula: also no-break, zero-width and ideographic.
 */
static bool passed_over(int32_t c)
{
    return c == ' ' || c == 0xa0 || (c >= 0x2000 && c <= 0x200f) || c == 0x202f || c == 0x2060 ||
           c == 0x3000 || c == 0xfeff;
}

/* One character of a cell, as its format wants it. */
typedef void (*put_char)(struct str *out, int32_t c);

static void add_text(struct str *out, const char *s, put_char put)
{
    bool begins = true;
    int32_t c;
    for (size_t i = 0, n = strlen(s); i < n;) {
        i += utf8_decode(s + i, n - i, &c);
        if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029)
            c = ' ';
        if (begins && starts_formula(c))
            str_addc(out, '\'');
        put(out, c);
        begins = c == ';' || (begins && (passed_over(c) || c == '"' || c == '\''));
    }
}

static void put_csv(struct str *out, int32_t c)
{
    if (c == '"')
        str_addc(out, '"');
    utf8_add(out, c);
}

static void put_html(struct str *out, int32_t c)
{
    if (c == '&')
        str_add(out, "&amp;");
    else if (c == '<')
        str_add(out, "&lt;");
    else if (c == '>')
        str_add(out, "&gt;");
    else if (c == '"')
        str_add(out, "&quot;");
    else
        utf8_add(out, c);
}

static const char *const columns[COLUMNS] = {"ref",  "received", "category", "unit",   "state",
                                             "late", "name",     "address",  "subject"};

static size_t n_columns(const struct digest_input *in)
{
    return in->sealed ? NAMELESS : COLUMNS;
}

static void fill(const void *mem, const struct digest_input *in, const struct digest_item *it,
                 const char *ret[COLUMNS])
{
    const char *const cells[COLUMNS] = {it->ref,
                                        when_short(mem, it->received),
                                        label_of(mem, in, "category", it->category),
                                        it->unit,
                                        label_of(mem, in, "state", it->state),
                                        it->late ? label(in, "digest.late") : "",
                                        it->from_name,
                                        it->from,
                                        it->subject};
    for (size_t i = 0; i < COLUMNS; i++)
        ret[i] = cells[i] ? cells[i] : "";
}

void csv_cell(struct str *out, const char *s, bool last)
{
    str_addc(out, '"');
    add_text(out, s, put_csv);
    str_add(out, last ? "\"\r\n" : "\",");
}

char *digest_csv(const void *mem, const struct digest_input *in)
{
    _cleanup_mem_ void *work = mem_new();
    struct str out = str_new(mem);
    size_t n = n_columns(in);
    str_add(&out, "\xef\xbb\xbf");
    for (size_t i = 0; i < n; i++)
        csv_cell(&out, label_of(work, in, "digest.column", columns[i]), i + 1 == n);
    for (size_t i = 0; i < in->n_items; i++) {
        const char *cells[COLUMNS];
        fill(work, in, &in->items[i], cells);
        for (size_t k = 0; k < n; k++)
            csv_cell(&out, cells[k], k + 1 == n);
    }
    return out.s;
}

static void html_cell(struct str *out, const char *open, const char *s, const char *close)
{
    str_add(out, open);
    add_text(out, s, put_html);
    str_add(out, close);
}

/* A caption, column heads with a scope, the reference as the head of its row: what a screen reader needs.
 */
char *digest_html(const void *mem, const struct digest_input *in)
{
    _cleanup_mem_ void *work = mem_new();
    struct str out = str_new(mem);
    const char *title = mem_fmt(work, "%s %s", label(in, "digest.title"), in->period);
    str_addf(&out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
             label(in, "digest.lang"));
    str_add(&out, "<meta name=\"viewport\" content=\"width=device-width\">\n");
    html_cell(&out, "<title>", title, "</title>\n</head>\n<body>\n<main>\n");
    html_cell(&out, "<h1>", title, "</h1>\n<table>\n");
    html_cell(&out, "<caption>", in->institution, "</caption>\n<thead>\n<tr>");
    for (size_t i = 0; i < n_columns(in); i++)
        html_cell(&out, "<th scope=\"col\">", label_of(work, in, "digest.column", columns[i]), "</th>");
    str_add(&out, "</tr>\n</thead>\n<tbody>\n");
    for (size_t i = 0; i < in->n_items; i++) {
        const char *cells[COLUMNS];
        fill(work, in, &in->items[i], cells);
        html_cell(&out, "<tr><th scope=\"row\">", cells[0], "</th>");
        for (size_t k = 1; k < n_columns(in); k++)
            html_cell(&out, "<td>", cells[k], "</td>");
        str_add(&out, "</tr>\n");
    }
    str_add(&out, "</tbody>\n</table>\n</main>\n</body>\n</html>\n");
    return out.s;
}
