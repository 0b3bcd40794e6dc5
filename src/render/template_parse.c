/* template_parse.c: Mustache text to tokens, after the published specification's core.
 *
 * A tag that stands alone on its line (section, end, inverted section, comment, partial) takes the whole
 * line with it, so that a letter's blank lines are those its author sees. Refused, with `name:line`: a tag
 * or section that is not closed, an end without a beginning, an empty name, a change of delimiters,
 * sections deeper than TEMPLATE_DEPTH, and the raw forms {{{x}}} and {{&x}} where the target is HTML or
 * XML: no value reaches a page unescaped (PB-3). */
#include "render/template_parse.h"
#include "base/str.h"

struct parser {
    const void *mem;
    const char *name, *text;
    enum template_target target;
    struct err *err;
    struct template_tokens out;
    size_t open[TEMPLATE_DEPTH]; /* indexes of the sections that are open */
    size_t n_open;
};

/* One tag: [start, end) in the text with its braces, the sigil (0 for a plain name), and the name. */
struct tag {
    const char *start, *end;
    char sigil;
    const char *name;
    size_t n;
};

static int line_of(const struct parser *p, const char *at)
{
    int line = 1;
    for (const char *c = p->text; c < at; c++)
        line += *c == '\n';
    return line;
}

static bool fault(const struct parser *p, const char *at, const char *what)
{
    return err_set(p->err, ERR_CONF, "%s:%d: %s", p->name, line_of(p, at), what);
}

static struct token *add(struct parser *p, enum token_kind kind, const char *text, size_t n, const char *at)
{
    struct token *t = mem_append(p->mem, p->out.v, p->out.n);
    *t = (struct token){.kind = kind, .text = text, .n = n, .line = line_of(p, at)};
    return t;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

static void trim(const char **s, size_t *n)
{
    while (*n && str_space(**s))
        (*s)++, (*n)--;
    while (*n && str_space((*s)[*n - 1]))
        (*n)--;
}

static bool read_tag(const struct parser *p, const char *start, struct tag *ret)
{
    const char *in = start + 2;
    bool triple = *in == '{';
    char sigil = '\0';
    if (*in && strchr("{#^/!>&=", *in))
        sigil = *in++;
    const char *close = strstr(in, triple ? "}}}" : "}}");
    if (!close)
        return fault(p, start, "a tag is not closed");
    *ret = (struct tag){.start = start,
                        .end = close + (triple ? 3 : 2),
                        .sigil = sigil,
                        .name = in,
                        .n = (size_t)(close - in)};
    trim(&ret->name, &ret->n);
    if (sigil == '=')
        return fault(p, start, "the delimiters cannot be changed");
    if (!ret->n && sigil != '!')
        return fault(p, start, "a tag has no name");
    if ((sigil == '{' || sigil == '&') && (p->target == TEMPLATE_HTML || p->target == TEMPLATE_XML))
        return fault(p, start, "an unescaped value may not stand in a page");
    return true;
}

/* Widens [*from, *to) to the whole line when nothing but blanks shares it with the tag. */
static bool stands_alone(const struct parser *p, const struct tag *tag, const char **from, const char **to)
{
    if (tag->sigil == '\0' || tag->sigil == '{' || tag->sigil == '&')
        return false;
    const char *a = tag->start, *b = tag->end;
    while (a > p->text && blank(a[-1]))
        a--;
    while (blank(*b))
        b++;
    if ((a > p->text && a[-1] != '\n') || (*b && *b != '\n' && !(*b == '\r' && b[1] == '\n')))
        return false;
    *from = a;
    *to = *b == '\r' ? b + 2 : *b ? b + 1 : b;
    return true;
}

static bool open_section(struct parser *p, const struct tag *tag)
{
    if (p->n_open == TEMPLATE_DEPTH)
        return fault(p, tag->start, "sections stand too deep in each other");
    p->open[p->n_open++] = p->out.n;
    add(p, tag->sigil == '#' ? TOKEN_SECTION : TOKEN_INVERTED, tag->name, tag->n, tag->start);
    return true;
}

static bool close_section(struct parser *p, const struct tag *tag)
{
    if (!p->n_open)
        return fault(p, tag->start, "a section ends that did not begin");
    struct token *t = &p->out.v[p->open[--p->n_open]];
    if (t->n != tag->n || memcmp(t->text, tag->name, tag->n) != 0)
        return fault(p, tag->start, "another section is still open here");
    t->end = p->out.n;
    return true;
}

static bool add_tag(struct parser *p, const struct tag *tag, const char *line_start)
{
    switch (tag->sigil) {
    case '!':
        return true;
    case '#':
    case '^':
        return open_section(p, tag);
    case '/':
        return close_section(p, tag);
    case '>': {
        struct token *t = add(p, TOKEN_PARTIAL, tag->name, tag->n, tag->start);
        t->indent = line_start;
        t->indent_n = (size_t)(tag->start - line_start);
        return true;
    }
    default:
        add(p, tag->sigil ? TOKEN_RAW : TOKEN_VALUE, tag->name, tag->n, tag->start);
        return true;
    }
}

bool template_parse(const void *mem, const char *name, const char *text, enum template_target target,
                    struct template_tokens *ret, struct err *err)
{
    struct parser p = {.mem = mem, .name = name, .text = text, .target = target, .err = err};
    const char *at = text, *start;
    while ((start = strstr(at, "{{")) != NULL) {
        struct tag tag = {0};
        if (!read_tag(&p, start, &tag))
            return false;
        const char *from = tag.start, *to = tag.end;
        stands_alone(&p, &tag, &from, &to);
        if (from > at)
            add(&p, TOKEN_TEXT, at, (size_t)(from - at), at);
        if (!add_tag(&p, &tag, from))
            return false;
        at = to;
    }
    if (*at)
        add(&p, TOKEN_TEXT, at, strlen(at), at);
    if (p.n_open)
        return err_set(err, ERR_CONF, "%s:%d: the section is not closed", name,
                       p.out.v[p.open[p.n_open - 1]].line);
    *ret = p.out;
    return true;
}
