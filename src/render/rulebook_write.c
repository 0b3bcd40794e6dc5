/* rulebook_write.c: the document of rulebook.h as text of 80 columns, as one HTML page and as JSON. Every
 * text is escaped here; the page has no script and asks nothing of another server, so it can be mailed,
 * printed and read aloud. Tables have captions and scoped headers (MIC-3.3, accessibility). */
#include "base/json_out.h"
#include "base/utf8.h"
#include "render/rulebook.h"

enum { COLUMNS = 80, INDENT = 4 };

/* ---- text ---- */

/* The longest run of whole words of s that fits into `room` columns; at least one character. */
static size_t fitting(const char *s, size_t room)
{
    size_t last = 0;
    for (size_t i = 0; s[i];) {
        int32_t cp = 0;
        size_t next = i + utf8_decode(s + i, strlen(s + i), &cp);
        _cleanup_mem_ char *head = mem_bytes(NULL, s, next);
        if (utf8_width(head) > room)
            return last ? last : i ? i : next;
        if (s[next] == ' ' || !s[next])
            last = next;
        i = next;
    }
    return strlen(s);
}

static void wrap(struct str *b, const char *text, size_t indent)
{
    while (*text) {
        while (*text == ' ')
            text++;
        size_t n = fitting(text, COLUMNS - indent);
        str_addf(b, "%*s%.*s\n", (int)indent, "", (int)n, text);
        text += n;
        while (*text == ' ')
            text++;
    }
}

static void underlined(struct str *b, const char *text, char mark)
{
    size_t width = utf8_width(text);
    wrap(b, text, 0);
    for (size_t i = 0; i < width && i < COLUMNS; i++)
        str_addc(b, mark);
    str_addc(b, '\n');
}

static void text_row(struct str *b, const struct rulebook_row *r)
{
    _cleanup_mem_ void *mem = mem_new();
    const char *what = mem_fmt(mem, "%s%s[%s]", r->what, *r->what ? " " : "", r->cite);
    wrap(b, utf8_printable(mem, r->name), 2);
    wrap(b, utf8_printable(mem, what), INDENT + 2);
}

char *rulebook_text(const void *mem, const struct rulebook *book, const struct catalog *catalog)
{
    struct str b = str_new(mem);
    underlined(&b, book->title, '=');
    str_addc(&b, '\n');
    wrap(&b, catalog_text(catalog, "rulebook.intro"), 0);
    for (size_t i = 0; i < book->n_sections; i++) {
        const struct rulebook_section *s = &book->sections[i];
        _cleanup_mem_ char *title = mem_fmt(NULL, "%zu. %s", i + 1, s->title);
        str_addc(&b, '\n');
        underlined(&b, title, '-');
        for (size_t k = 0; k < s->n_rows; k++)
            text_row(&b, &s->rows[k]);
    }
    return b.s;
}

/* ---- HTML ---- */

static void escaped(struct str *b, const char *s)
{
    for (; *s; s++) {
        const char *as = *s == '&'   ? "&amp;"
                         : *s == '<' ? "&lt;"
                         : *s == '>' ? "&gt;"
                         : *s == '"' ? "&quot;"
                                     : NULL;
        if (as)
            str_add(b, as);
        else
            str_addc(b, *s);
    }
}

static void element(struct str *b, const char *open, const char *text, const char *close)
{
    str_add(b, open);
    escaped(b, text);
    str_add(b, close);
}

static const char style[] =
    "body{max-width:60rem;margin:1rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif;"
    "color:#1a1a1a;background:#fff}"
    "table{border-collapse:collapse;width:100%;margin-bottom:1.5rem}"
    "caption{text-align:left;font-weight:bold}"
    "th,td{border:1px solid #767676;padding:.3rem .5rem;text-align:left;vertical-align:top}"
    "tbody th{font-weight:normal}.skip{position:absolute;left:-99rem}.skip:focus{left:1rem}"
    "a{color:#0b4f9e}td.cite{white-space:pre-line}@media print{nav,.skip{display:none}}";

static void html_head(struct str *b, const struct rulebook *book, const struct catalog *c)
{
    str_addf(b, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n", book->lang);
    str_add(b, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    element(b, "<title>", book->title, "</title>\n");
    str_addf(b, "<style>%s</style>\n</head>\n<body>\n", style);
    element(b, "<a class=\"skip\" href=\"#rules\">", catalog_text(c, "rulebook.skip"), "</a>\n");
    element(b, "<header><h1>", book->title, "</h1>\n");
    element(b, "<p>", catalog_text(c, "rulebook.intro"), "</p></header>\n");
}

static void html_contents(struct str *b, const struct rulebook *book, const struct catalog *c)
{
    element(b, "<nav aria-labelledby=\"contents\"><h2 id=\"contents\">",
            catalog_text(c, "rulebook.contents"), "</h2>\n<ol>\n");
    for (size_t i = 0; i < book->n_sections; i++) {
        str_addf(b, "<li><a href=\"#%s\">", book->sections[i].id);
        element(b, "", book->sections[i].title, "</a></li>\n");
    }
    str_add(b, "</ol></nav>\n");
}

static void html_row(struct str *b, const struct rulebook_row *r)
{
    element(b, "<tr><th scope=\"row\">", r->name, "</th><td>");
    element(b, "", r->what, "</td><td class=\"cite\">");
    element(b, "", r->cite, "</td></tr>\n");
}

static void html_section(struct str *b, const struct rulebook_section *s, const struct catalog *c)
{
    str_addf(b, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">", s->id, s->id);
    element(b, "", s->title, "</h2>\n<table>\n");
    element(b, "<caption>", s->title, "</caption>\n<thead><tr>");
    element(b, "<th scope=\"col\">", catalog_text(c, "rulebook.name"), "</th>");
    element(b, "<th scope=\"col\">", catalog_text(c, "rulebook.what"), "</th>");
    element(b, "<th scope=\"col\">", catalog_text(c, "rulebook.cite"), "</th></tr></thead>\n<tbody>\n");
    for (size_t k = 0; k < s->n_rows; k++)
        html_row(b, &s->rows[k]);
    str_add(b, "</tbody>\n</table>\n</section>\n");
}

char *rulebook_html(const void *mem, const struct rulebook *book, const struct catalog *catalog)
{
    struct str b = str_new(mem);
    html_head(&b, book, catalog);
    html_contents(&b, book, catalog);
    str_add(&b, "<main id=\"rules\">\n");
    for (size_t i = 0; i < book->n_sections; i++)
        html_section(&b, &book->sections[i], catalog);
    str_add(&b, "</main>\n</body>\n</html>\n");
    return b.s;
}

/* ---- JSON ---- */

static void json_row(struct str *b, const struct rulebook_row *r)
{
    json_open(b, NULL, '{');
    json_put(b, "name", r->name);
    json_put_text(b, "what", r->what);
    json_put_text(b, "cite", r->cite);
    json_put_text(b, "file", r->file);
    json_put_int(b, "line", r->line);
    json_close(b, '}');
}

char *rulebook_json(const void *mem, const struct rulebook *book)
{
    struct str b = str_new(mem);
    json_open(&b, NULL, '{');
    json_put(&b, "title", book->title);
    json_open(&b, "sections", '[');
    for (size_t i = 0; i < book->n_sections; i++) {
        json_open(&b, NULL, '{');
        json_put(&b, "id", book->sections[i].id);
        json_put(&b, "title", book->sections[i].title);
        json_open(&b, "rows", '[');
        for (size_t k = 0; k < book->sections[i].n_rows; k++)
            json_row(&b, &book->sections[i].rows[k]);
        json_close(&b, ']');
        json_close(&b, '}');
    }
    json_close(&b, ']');
    json_close(&b, '}');
    return b.s;
}
