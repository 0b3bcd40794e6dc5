/* template.c: renders the tokens of template_parse.c over a jansson value.
 *
 * Names are looked up from the innermost section outwards; a dotted name resolves its first part so and the
 * rest strictly within. False, null, a missing name, an empty list and the empty string close a section
 * (the last because letters are filled from plain strings, where "" means "not given"). A missing value is
 * empty.
 *
 * Escaping belongs to the target, never to the template's author: HTML and XML get & < > " ' as entities
 * and lose control characters (XML 1.0 has no way to write them, HTML forbids them); HEADER turns controls,
 * line separators and direction marks into blanks, so that no value can begin a header line (abuse A18) or
 * turn a subject round; TEXT loses controls but tab and line ends. */
#include "render/template.h"
#include "base/utf8.h"
#include "render/template_parse.h"
#include <math.h>

struct frame { /* the data in force, innermost first */
    json_t *data;
    const struct frame *outer;
};

struct render {
    const void *mem;
    const char *name;
    enum template_target target;
    template_partial partial;
    void *arg;
    struct str out;
    struct err *err;
    int depth;
};

static bool render_tokens(struct render *r, const struct token *v, size_t from, size_t to,
                          const struct frame *frame);

static json_t *member(json_t *data, const char *name, size_t n)
{
    return json_is_object(data) ? json_object_getn(data, name, n) : NULL;
}

static json_t *find(const struct frame *frame, const char *name, size_t n)
{
    if (n == 1 && *name == '.')
        return frame->data;
    const char *dot = memchr(name, '.', n);
    size_t first = dot ? (size_t)(dot - name) : n;
    json_t *found = NULL;
    for (; frame && !found; frame = frame->outer)
        found = member(frame->data, name, first);
    while (found && dot) {
        const char *part = dot + 1;
        dot = memchr(part, '.', n - (size_t)(part - name));
        found = member(found, part, dot ? (size_t)(dot - part) : n - (size_t)(part - name));
    }
    return found;
}

static bool truthy(const json_t *v)
{
    if (!v || json_is_null(v) || json_is_false(v))
        return false;
    if (json_is_array(v))
        return json_array_size(v) > 0;
    return !json_is_string(v) || json_string_length(v) > 0;
}

/* C0 but tab and line ends, DEL, C1 and the two last code points of the plane. */
static bool is_control(int32_t c)
{
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7f && c < 0xa0) || c == 0xfffe ||
           c == 0xffff;
}

/* Line and paragraph separators, and the marks that turn the direction of what follows. */
static bool breaks_line(int32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029 ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static const char *entity(int32_t c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static void put(struct render *r, const char *s, size_t n, bool escape)
{
    bool markup = escape && (r->target == TEMPLATE_HTML || r->target == TEMPLATE_XML);
    for (size_t i = 0; i < n;) {
        int32_t c;
        size_t w = utf8_decode(s + i, n - i, &c);
        const char *as = markup ? entity(c) : NULL;
        if (as)
            str_add(&r->out, as);
        else if (r->target == TEMPLATE_HEADER && (is_control(c) || breaks_line(c)))
            str_addc(&r->out, ' ');
        else if (!is_control(c))
            utf8_add(&r->out, c);
        i += w;
    }
}

static void put_real(struct render *r, double v)
{
    char text[40];
    for (int digits = 15; digits <= 17; digits++) { /* the shortest that reads back as the same number */
        snprintf(text, sizeof text, "%.*g", digits, v);
        double back = strtod(text, NULL);
        if (!(back < v) && !(back > v))
            break;
    }
    str_add(&r->out, text);
}

static void put_value(struct render *r, const json_t *v, bool escape)
{
    if (json_is_string(v))
        put(r, json_string_value(v), json_string_length(v), escape);
    else if (json_is_integer(v))
        str_addf(&r->out, "%lld", (long long)json_integer_value(v));
    else if (json_is_real(v))
        put_real(r, json_real_value(v));
    else if (json_is_boolean(v))
        str_add(&r->out, json_is_true(v) ? "true" : "false");
}

static char *indented(const void *mem, const char *text, const char *indent, size_t n)
{
    struct str out = str_new(mem);
    for (const char *line = text; *line;) {
        const char *end = strchr(line, '\n');
        size_t len = end ? (size_t)(end - line) + 1 : strlen(line);
        str_addn(&out, indent, n);
        str_addn(&out, line, len);
        line += len;
    }
    return out.s;
}

static bool render_partial(struct render *r, const struct token *t, const struct frame *frame)
{
    char *name = mem_bytes(r->mem, t->text, t->n);
    const char *text = r->partial ? r->partial(r->arg, name) : NULL;
    if (!text)
        return err_set(r->err, ERR_CONF, "%s:%d: there is no partial '%s'", r->name, t->line, name);
    if (r->depth == TEMPLATE_DEPTH)
        return err_set(r->err, ERR_CONF, "%s:%d: partials stand too deep in each other", r->name, t->line);
    if (t->indent_n)
        text = indented(r->mem, text, t->indent, t->indent_n);
    struct template_tokens tokens;
    const char *outer = r->name;
    if (!template_parse(r->mem, name, text, r->target, &tokens, r->err))
        return false;
    r->name = name;
    r->depth++;
    bool ok = render_tokens(r, tokens.v, 0, tokens.n, frame);
    r->depth--;
    r->name = outer;
    return ok;
}

static bool render_section(struct render *r, const struct token *v, size_t i, const struct frame *frame)
{
    json_t *data = find(frame, v[i].text, v[i].n), *each;
    size_t k;
    if (v[i].kind == TOKEN_INVERTED)
        return truthy(data) || render_tokens(r, v, i + 1, v[i].end, frame);
    if (!truthy(data))
        return true;
    if (!json_is_array(data))
        return render_tokens(r, v, i + 1, v[i].end, &(struct frame){data, frame});
    json_array_foreach(data, k, each)
    {
        if (!render_tokens(r, v, i + 1, v[i].end, &(struct frame){each, frame}))
            return false;
    }
    return true;
}

static bool render_tokens(struct render *r, const struct token *v, size_t from, size_t to,
                          const struct frame *frame)
{
    for (size_t i = from; i < to; i++) {
        const struct token *t = &v[i];
        if (t->kind == TOKEN_TEXT) {
            str_addn(&r->out, t->text, t->n);
        } else if (t->kind == TOKEN_VALUE || t->kind == TOKEN_RAW) {
            put_value(r, find(frame, t->text, t->n), t->kind == TOKEN_VALUE);
        } else if (t->kind == TOKEN_PARTIAL) {
            if (!render_partial(r, t, frame))
                return false;
        } else {
            if (!render_section(r, v, i, frame))
                return false;
            i = t->end - 1;
        }
    }
    return true;
}

bool template_render(const void *mem, const char *name, const char *text, json_t *data,
                     enum template_target target, template_partial partial, void *arg, char **ret,
                     struct err *err)
{
    _cleanup_mem_ void *work = mem_new();
    struct template_tokens tokens;
    if (!template_parse(work, name, text, target, &tokens, err))
        return false;
    struct render r = {.mem = work,
                       .name = name,
                       .target = target,
                       .partial = partial,
                       .arg = arg,
                       .out = str_new(mem),
                       .err = err};
    if (!render_tokens(&r, tokens.v, 0, tokens.n, &(struct frame){data, NULL})) {
        if (r.out.room)
            talloc_free(r.out.s);
        return false;
    }
    *ret = r.out.n ? r.out.s : mem_str(mem, "");
    return true;
}

bool template_check(const char *name, const char *text, enum template_target target, struct err *err)
{
    _cleanup_mem_ void *work = mem_new();
    struct template_tokens tokens;
    return template_parse(work, name, text, target, &tokens, err);
}
