/* html.c: see html.h. Block elements make lines, table cells make tabs, script and style say nothing,
 * quotations of mail programs (blockquote type="cite", class gmail_quote) are marked with "> " so that
 * mail/thread sees them. Text that the style hides is kept apart: to classify on less than the letter holds
 * would let it hide, and what a reader cannot see must not pass for what the letter says (abuse A30). The
 * walk is iterative: the depth of a tree is the sender's choice. */
#include "reader/html.h"
#include "reader/nfc.h"
#include "reader/sheet.h"
#include <libxml/HTMLparser.h>

struct writer {
    struct str out;
    size_t quoted;     /* depth of mail quotations */
    size_t pre;        /* inside how many <pre> */
    unsigned newlines; /* wanted before the next word */
    bool space;        /* a blank is wanted before the next word */
};

enum {
    HIDDEN_WORDS = 5, /* a few words for the list of letters are usual */
    STYLES = 260      /* deeper than libxml2 goes */
};

struct page {
    struct writer seen, hidden;
    struct sheet *sheet;
    struct style styles[STYLES]; /* of the open elements; [0] of none */
};

/* ---- bounds ---- */

static size_t skip_space(const char *s, size_t n, size_t i)
{
    while (i < n && str_space(s[i]))
        i++;
    return i;
}

/* The end of a bare word: white space, '>' or the given character. */
static size_t skip_word(const char *s, size_t n, size_t i, char end)
{
    while (i < n && !str_space(s[i]) && s[i] != '>' && s[i] != end)
        i++;
    return i;
}

/* Skips one attribute as libxml2 does. */
static size_t skip_attribute(const char *s, size_t n, size_t i)
{
    i = skip_space(s, n, skip_word(s, n, i, '='));
    if (i == n || s[i] != '=')
        return i;
    i = skip_space(s, n, i + 1);
    if (i == n || (s[i] != '"' && s[i] != '\''))
        return skip_word(s, n, i, '>');
    const char *end = memchr(s + i + 1, s[i], n - i - 1);
    return end ? (size_t)(end - s) + 1 : n;
}

static bool within_bounds(const char *s, size_t n)
{
    for (size_t i = 0; i + 1 < n; i++) {
        if (s[i] != '<' || !str_alpha(s[i + 1]))
            continue;
        i = skip_word(s, n, i + 1, '>');
        size_t attrs = 0;
        while (i < n && s[i] != '>') {
            if (str_space(s[i])) {
                i++;
                continue;
            }
            size_t next = skip_attribute(s, n, i);
            i = next > i ? next : i + 1;
            if (++attrs > HTML_MAX_ATTRS)
                return false;
        }
    }
    return true;
}

/* The words without a parser: what stands outside < and >. */
static char *cut_tags(const void *mem, const char *s, size_t n)
{
    struct str out = str_new(mem);
    size_t last = n; /* offset of the last '>': behind it nothing is a tag */
    while (last > 0 && s[last - 1] != '>')
        last--;
    for (size_t i = 0; i < n; i++) {
        const char *end = i < last && s[i] == '<' ? memchr(s + i, '>', n - i) : NULL;
        if (!end) {
            str_addc(&out, s[i] ? s[i] : ' ');
            continue;
        }
        str_addc(&out, ' ');
        i = (size_t)(end - s);
    }
    return out.s;
}

/* ---- elements ---- */

static bool named(const xmlNode *node, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_ieq((const char *)node->name, names[i]))
            return true;
    return false;
}

static bool is_silent(const xmlNode *node)
{
    static const char *const names[] = {"script", "style", "head", "title"};
    return named(node, names, ARRAY_LEN(names));
}

/* Empty lines wanted around an element: 0 none (inline), 1 a new line, 2 a paragraph. */
static unsigned block_weight(const xmlNode *node)
{
    static const char *const lines[] = {
        "div",    "li",   "tr",         "ul",     "ol",      "dl",      "dt",       "dd",     "table",
        "center", "form", "title",      "option", "address", "article", "section",  "header", "footer",
        "pre",    "hr",   "blockquote", "tbody",  "thead",   "caption", "fieldset", "main",   "nav"};
    static const char *const paragraphs[] = {"p", "h1", "h2", "h3", "h4", "h5", "h6"};
    return named(node, paragraphs, ARRAY_LEN(paragraphs)) ? 2
           : named(node, lines, ARRAY_LEN(lines))         ? 1
                                                          : 0;
}

static const char *attribute(const xmlNode *node, const char *name)
{
    for (const xmlAttr *a = node->properties; a; a = a->next)
        if (str_ieq((const char *)a->name, name))
            return a->children && a->children->content ? (const char *)a->children->content : "";
    return "";
}

static bool has_attribute(const xmlNode *node, const char *name)
{
    for (const xmlAttr *a = node->properties; a; a = a->next)
        if (str_ieq((const char *)a->name, name))
            return true;
    return false;
}

static bool holds(const xmlNode *node, const char *name, const char *word)
{
    const char *value = attribute(node, name);
    return str_ifind(value, strlen(value), word) != NULL;
}

static bool is_mail_quote(const xmlNode *node)
{
    if (!str_ieq((const char *)node->name, "blockquote"))
        return false;
    return str_ieq(attribute(node, "type"), "cite") || holds(node, "class", "mail_quote") ||
           holds(node, "class", "yahoo_quoted") || holds(node, "id", "replycontent") ||
           holds(node, "itemtype", "quotedtext") ||
           (holds(node, "style", "border-left") && holds(node, "style", "#1010ff"));
}

/* The style inside an element, from the one around it. */
static void style_of(struct sheet *sheet, const xmlNode *node, struct style *style)
{
    if (has_attribute(node, "hidden") || str_ieq((const char *)node->name, "template"))
        style->gone = true;
    if (has_attribute(node, "bgcolor"))
        style->background = style_color(attribute(node, "bgcolor"));
    if (has_attribute(node, "background"))
        style->background = STYLE_NO_COLOR;
    if (has_attribute(node, "color") && style_color(attribute(node, "color")) != STYLE_NO_COLOR)
        style->color = style_color(attribute(node, "color"));
    sheet_apply(sheet, node, attribute(node, "style"), style);
}

/* Style sheets wherever they stand: mail programs put them into the body as well. */
static void read_sheets(struct sheet *sheet, const xmlNode *root)
{
    const xmlNode *node = root;
    while (node) {
        bool style = node->type == XML_ELEMENT_NODE && str_ieq((const char *)node->name, "style");
        for (const xmlNode *text = style ? node->children : NULL; text; text = text->next)
            if (text->content)
                sheet_add(sheet, (const char *)text->content, attribute(node, "media"));
        if (!style && node->type == XML_ELEMENT_NODE && node->children) {
            node = node->children;
            continue;
        }
        while (node != root && !node->next)
            node = node->parent;
        node = node == root ? NULL : node->next;
    }
}

/* ---- writing ---- */

static void want_newlines(struct writer *w, unsigned n)
{
    if (w->newlines < n && w->out.n > 0)
        w->newlines = n;
}

static void begin_word(struct writer *w)
{
    unsigned n = w->newlines;
    for (unsigned i = 0; i < n; i++)
        str_addc(&w->out, '\n');
    if (n > 0 || w->out.n == 0)
        for (size_t i = 0; i < w->quoted; i++)
            str_add(&w->out, "> ");
    if (w->space && n == 0 && w->out.n > 0)
        str_addc(&w->out, ' ');
    w->newlines = 0;
    w->space = false;
}

static void write_pre(struct writer *w, const char *s)
{
    for (; *s; s++) {
        if (*s == '\n') {
            w->newlines++;
        } else if (*s != '\r') {
            if (w->newlines || w->out.n == 0)
                begin_word(w);
            str_addc(&w->out, *s);
        }
    }
}

/* White space (also no-break space) collapses to one blank. */
static void write_text(struct writer *w, const char *s)
{
    while (*s) {
        bool nbsp = (unsigned char)s[0] == 0xC2 && (unsigned char)s[1] == 0xA0;
        if (str_space(*s) || nbsp) {
            w->space = true;
            s += nbsp ? 2 : 1;
            continue;
        }
        size_t n = 1;
        while (s[n] && !str_space(s[n]) && (unsigned char)s[n] != 0xC2)
            n++;
        if (w->newlines || w->space || w->out.n == 0)
            begin_word(w);
        str_addn(&w->out, s, n);
        s += n;
    }
}

static void enter_element(struct writer *w, const xmlNode *node)
{
    want_newlines(w, block_weight(node));
    w->pre += str_ieq((const char *)node->name, "pre");
    if (is_mail_quote(node)) {
        w->quoted++;
        want_newlines(w, 1);
    }
    if (str_ieq((const char *)node->name, "br")) {
        w->newlines += w->out.n > 0;
        w->space = false;
    }
    if (str_ieq((const char *)node->name, "td") || str_ieq((const char *)node->name, "th"))
        w->space = true;
}

static void leave_element(struct writer *w, const xmlNode *node)
{
    w->pre -= str_ieq((const char *)node->name, "pre");
    if (is_mail_quote(node)) {
        w->quoted--;
        want_newlines(w, 1);
    }
    want_newlines(w, block_weight(node));
}

/* Into an element (or a text) at some depth. False: do not go deeper. */
static bool enter(struct page *p, const xmlNode *node, size_t depth)
{
    const struct style *around = &p->styles[depth - 1];
    if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
        const char *s = node->content ? (const char *)node->content : "";
        struct writer *w = style_hides(around) ? &p->hidden : &p->seen;
        if (w->pre)
            write_pre(w, s);
        else
            write_text(w, s);
        return false;
    }
    if (node->type != XML_ELEMENT_NODE || is_silent(node))
        return false;
    p->styles[depth] = *around;
    style_of(p->sheet, node, &p->styles[depth]);
    enter_element(&p->seen, node);
    enter_element(&p->hidden, node);
    return true;
}

static void leave(struct page *p, const xmlNode *node)
{
    if (node->type != XML_ELEMENT_NODE)
        return;
    leave_element(&p->seen, node);
    leave_element(&p->hidden, node);
}

/* False: the tree is so deep that libxml2 has left out what lies below. */
static bool walk(struct page *p, const xmlNode *root)
{
    const xmlNode *node = root;
    size_t depth = 1, deepest = 1;
    while (node && depth < STYLES) {
        if (enter(p, node, depth) && node->children) {
            node = node->children;
            depth++;
            deepest = depth > deepest ? depth : deepest;
            continue;
        }
        if (node->type == XML_ELEMENT_NODE && !is_silent(node))
            leave(p, node);
        while (node != root && !node->next) {
            node = node->parent;
            depth--;
            leave(p, node);
        }
        node = node == root ? NULL : node->next;
    }
    return deepest <= HTML_MAX_DEPTH;
}

/* ---- hidden text ---- */

static char *one_line(const void *mem, const char *s)
{
    struct str out = str_new(mem);
    for (; *s; s++)
        if (!str_space(*s))
            str_addc(&out, *s);
        else if (out.n > 0 && out.s[out.n - 1] != ' ')
            str_addc(&out, ' ');
    str_trim_end(&out);
    return out.s;
}

/* More than a few words that do not stand among the visible ones as well. */
static bool worth_a_word(const char *seen, const char *hidden)
{
    _cleanup_mem_ void *tmp = mem_new();
    const char *line = one_line(tmp, hidden);
    size_t words = *line != '\0';
    for (const char *p = line; *p; p++)
        words += *p == ' ';
    return words > HIDDEN_WORDS && !strstr(one_line(tmp, seen), line);
}

static char *over_bound(const void *mem, const char *utf8, size_t n, struct str_list *defects)
{
    str_list_add(mem, defects, "limit-html");
    return cut_tags(mem, utf8, n);
}

char *html_read(const void *mem, const char *utf8, size_t n, char **ret_hidden, struct str_list *defects)
{
    *ret_hidden = mem_str(mem, "");
    if (n > HTML_MAX_BYTES || !within_bounds(utf8, n))
        return over_bound(mem, utf8, n, defects);
    const int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                        HTML_PARSE_IGNORE_ENC;
    htmlDocPtr doc = n > 0 ? htmlReadMemory(utf8, (int)n, NULL, "UTF-8", options) : NULL;
    xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    struct page p = {.seen = {.out = str_new(mem)}, .hidden = {.out = str_new(mem)}};
    p.styles[0] = style_plain;
    p.sheet = sheet_new(mem);
    if (root)
        read_sheets(p.sheet, root);
    bool whole = !root || walk(&p, root);
    xmlFreeDoc(doc);
    if (!whole) {
        talloc_free(p.sheet);
        return over_bound(mem, utf8, n, defects);
    }
    str_trim_end(&p.seen.out);
    str_trim_end(&p.hidden.out);
    if (sheet_over(p.sheet))
        str_list_add(mem, defects, "limit-html");
    talloc_free(p.sheet);
    if (p.hidden.out.n > 0 && worth_a_word(p.seen.out.s, p.hidden.out.s))
        str_list_add(mem, defects, "hidden-text");
    *ret_hidden = nfc_safe(mem, p.hidden.out.s, p.hidden.out.n);
    return nfc_safe(mem, p.seen.out.s, p.seen.out.n);
}

char *html_to_text(const void *mem, const char *utf8, size_t n, struct str_list *defects)
{
    char *hidden, *seen = html_read(mem, utf8, n, &hidden, defects);
    return *hidden ? mem_fmt(mem, "%s\n\n%s", seen, hidden) : seen;
}
