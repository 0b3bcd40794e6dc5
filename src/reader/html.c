/* html.c: see html.h. Block elements make lines, table cells make tabs, script and style say nothing,
 * quotations of mail programs (blockquote type="cite", class gmail_quote) are marked with "> " so that
 * mail/thread sees them. Hidden text is kept: to classify on less than the letter holds would let it hide
 * (abuse A30). The walk is iterative: the depth of a tree is the sender's choice. */
#include "reader/html.h"
#include "reader/nfc.h"
#include <libxml/HTMLparser.h>

struct writer {
    struct str out;
    size_t quoted;     /* depth of mail quotations */
    size_t pre;        /* inside how many <pre> */
    unsigned newlines; /* wanted before the next word */
    bool space;        /* a blank is wanted before the next word */
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
    static const char *const names[] = {"script", "style", "head", "title", "template", "noscript"};
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

static bool is_mail_quote(const xmlNode *node)
{
    if (!str_ieq((const char *)node->name, "blockquote"))
        return false;
    const char *class = attribute(node, "class");
    return str_ieq(attribute(node, "type"), "cite") || str_ifind(class, strlen(class), "gmail_quote");
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

/* Into an element (or a text). False: do not go deeper. */
static bool enter(struct writer *w, const xmlNode *node)
{
    if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
        const char *s = node->content ? (const char *)node->content : "";
        if (w->pre)
            write_pre(w, s);
        else
            write_text(w, s);
        return false;
    }
    if (node->type != XML_ELEMENT_NODE || is_silent(node))
        return false;
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
    return true;
}

static void leave(struct writer *w, const xmlNode *node)
{
    if (node->type != XML_ELEMENT_NODE)
        return;
    w->pre -= str_ieq((const char *)node->name, "pre");
    if (is_mail_quote(node)) {
        w->quoted--;
        want_newlines(w, 1);
    }
    want_newlines(w, block_weight(node));
}

/* False: the tree is so deep that libxml2 has left out what lies below. */
static bool walk(struct writer *w, const xmlNode *root)
{
    const xmlNode *node = root;
    size_t depth = 1, deepest = 1;
    while (node) {
        if (enter(w, node) && node->children) {
            node = node->children;
            depth++;
            deepest = depth > deepest ? depth : deepest;
            continue;
        }
        if (node->type == XML_ELEMENT_NODE && !is_silent(node))
            leave(w, node);
        while (node != root && !node->next) {
            node = node->parent;
            depth--;
            leave(w, node);
        }
        node = node == root ? NULL : node->next;
    }
    return deepest <= HTML_MAX_DEPTH;
}

static char *over_bound(const void *mem, const char *utf8, size_t n, struct str_list *defects)
{
    str_list_add(mem, defects, "limit-html");
    return cut_tags(mem, utf8, n);
}

char *html_to_text(const void *mem, const char *utf8, size_t n, struct str_list *defects)
{
    if (n > HTML_MAX_BYTES || !within_bounds(utf8, n))
        return over_bound(mem, utf8, n, defects);
    const int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                        HTML_PARSE_IGNORE_ENC;
    htmlDocPtr doc = n > 0 ? htmlReadMemory(utf8, (int)n, NULL, "UTF-8", options) : NULL;
    xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    struct writer w = {.out = str_new(mem)};
    bool whole = !root || walk(&w, root);
    xmlFreeDoc(doc);
    if (!whole)
        return over_bound(mem, utf8, n, defects);
    str_trim_end(&w.out);
    return nfc_safe(mem, w.out.s, w.out.n);
}
