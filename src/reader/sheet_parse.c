/* sheet_parse.c: see sheet_parse.h. Reads "selector, selector { declarations }" and blocks of @media and
 * @supports around them; every other @ is passed over. What is no style sheet gives no rules: each function
 * goes on behind what it could not read, and none reads a byte twice. */
#include "reader/sheet_parse.h"
#include "base/utf8.h"
#include "reader/sheet.h"
#include <stdlib.h>

enum {
    MAX_PARTS = 8,
    MAX_TESTS = 8, /* in one part */
    MAX_NESTED = 8,
    DESKTOP_MIN = 900, /* pixels: a condition below it, or above the other, is fulfilled */
    DESKTOP_MAX = 1600
};

/* ---- text ---- */

static int hex_value(char c)
{
    if (str_digit(c))
        return c - '0';
    c = str_lower_char(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Behind a backslash: the character that is meant. */
static size_t add_escaped(struct str *out, const char *s, size_t n)
{
    int32_t code = 0;
    size_t i = 0;
    for (; i < n && i < 6 && hex_value(s[i]) >= 0; i++)
        code = code * 16 + hex_value(s[i]);
    if (i == 0) {
        if (n > 0 && s[0] != '\n')
            str_addc(out, s[0]);
        return n > 0;
    }
    if (code > ' ' && code < 0x10FFFF && (code < 0xD800 || code > 0xDFFF))
        utf8_add(out, code);
    return i + (i < n && str_space(s[i]));
}

/* Without comments and escapes; "" for none. */
static char *plain_css(const void *mem, const char *css, size_t n)
{
    struct str out = str_new(mem);
    for (size_t i = 0; i < n;) {
        if (i + 1 < n && css[i] == '/' && css[i + 1] == '*') {
            const char *end = str_ifind(css + i + 2, n - i - 2, "*/");
            i = end ? (size_t)(end - css) + 2 : n;
        } else if (n - i >= 4 && memcmp(css + i, "<!--", 4) == 0) {
            i += 4;
        } else if (n - i >= 3 && memcmp(css + i, "-->", 3) == 0) {
            i += 3;
        } else if (css[i] == '\\') {
            i += 1 + add_escaped(&out, css + i + 1, n - i - 1);
        } else {
            str_addc(&out, css[i] ? css[i] : ' ');
            i++;
        }
    }
    return out.n ? out.s : mem_str(mem, "");
}

/* ---- declarations ---- */

static void add_declaration(struct str *normal, struct str *important, const char *s, size_t n)
{
    const char *colon = memchr(s, ':', n);
    if (!colon)
        return;
    size_t name_n = (size_t)(colon - s);
    while (name_n > 0 && str_space(*s))
        s++, name_n--, n--;
    while (name_n > 0 && str_space(s[name_n - 1]))
        name_n--;
    if (!style_knows(s, name_n))
        return;
    struct str *to = str_ifind(colon, n - (size_t)(colon - s), "!important") ||
                             str_ifind(colon, n - (size_t)(colon - s), "! important")
                         ? important
                         : normal;
    str_addn(to, s, n);
    str_addc(to, ';');
}

struct declared sheet_declarations(const struct sheet *s, const char *css, size_t n)
{
    struct str normal = str_new(s), important = str_new(s);
    char *plain = plain_css(s, css, n);
    for (const char *p = plain; *p;) {
        size_t len = strcspn(p, ";");
        add_declaration(&normal, &important, p, len);
        p += len;
        p += *p == ';';
    }
    talloc_free(plain);
    return (struct declared){normal.n ? normal.s : mem_str(s, ""),
                             important.n ? important.s : mem_str(s, "")};
}

/* ---- selectors ---- */

static bool is_name(char c)
{
    return str_alpha(c) || str_digit(c) || c == '-' || c == '_' || (unsigned char)c >= 128;
}

static const char *take_name(const struct sheet *s, const char **p)
{
    const char *from = *p;
    while (is_name(**p))
        (*p)++;
    return mem_bytes(s, from, (size_t)(*p - from));
}

/* "[name op value]", p at the bracket. */
static struct simple take_attribute(const struct sheet *s, const char **p)
{
    struct simple t = {.kind = '[', .value = ""};
    *p += 1 + strspn(*p + 1, " \t\r\n");
    t.name = take_name(s, p);
    *p += strspn(*p, " \t\r\n");
    if (**p && strchr("=~^$*|", **p)) {
        t.op = **p;
        *p += 1 + ((*p)[1] == '=');
        *p += strspn(*p, " \t\r\n\"'");
        size_t n = strcspn(*p, "]\"'");
        t.value = mem_bytes(s, *p, n);
        *p += n;
    }
    *p += strcspn(*p, "]");
    *p += **p == ']';
    return t;
}

/* ":name" "::name(...)": those that every link or page is are no more than that. True: not known here. */
static bool take_pseudo(const char **p)
{
    static const char *const usual[] = {":link", ":any-link", ":root"};
    const char *from = *p;
    *p += strspn(*p, ":");
    while (is_name(**p))
        (*p)++;
    size_t n = (size_t)(*p - from);
    if (**p == '(') {
        *p += strcspn(*p, ")");
        *p += **p == ')';
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(usual); i++)
        if (strlen(usual[i]) == n && str_ieqn(from, usual[i], n))
            return false;
    return true;
}

static void add_test(struct rule *r, struct compound *c, struct simple t)
{
    if (c->n == MAX_TESTS) {
        r->unsure = true;
        return;
    }
    c->v[c->n++] = t;
    r->weight += t.kind == '#' ? 10000 : t.kind == 'e' ? 1 : 100;
}

/* One part: "td.note#x[lang]". False: nothing that could be one stands there. */
static bool take_compound(const struct sheet *s, struct rule *r, const char **p)
{
    struct compound *c = &r->parts[r->n_parts - 1];
    const char *from = *p;
    for (;;) {
        if (**p == '*')
            (*p)++;
        else if (is_name(**p))
            add_test(r, c, (struct simple){.kind = 'e', .name = take_name(s, p)});
        else if (**p == '#' || **p == '.') {
            char kind = *(*p)++;
            add_test(r, c, (struct simple){.kind = kind, .name = take_name(s, p)});
        } else if (**p == '[')
            add_test(r, c, take_attribute(s, p));
        else if (**p == ':')
            r->unsure |= take_pseudo(p);
        else
            return *p > from;
    }
}

/* A whole selector, NUL-terminated. False: it is none. */
static bool take_selector(const struct sheet *s, struct rule *r, const char *p)
{
    char combinator = ' ';
    for (;;) {
        p += strspn(p, " \t\r\n\f");
        if (!*p)
            return r->n_parts > 0;
        if (strchr(">+~", *p)) {
            combinator = *p++;
            continue;
        }
        if (r->n_parts == MAX_PARTS)
            return false;
        r->unsure |= combinator == '+' || combinator == '~';
        struct compound *c = &r->parts[r->n_parts++];
        c->combinator = combinator == '>' ? '>' : ' ';
        c->v = mem_array(s, struct simple, MAX_TESTS);
        if (!take_compound(s, r, &p))
            return false;
        combinator = ' ';
    }
}

/* ---- the table ---- */

static unsigned bucket_of(char kind, const char *name, size_t n)
{
    unsigned h = 2166136261u ^ (unsigned char)kind;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)str_lower_char(name[i])) * 16777619u;
    return (h ^ h >> 15) % BUCKETS;
}

const struct rule *sheet_bucket(const struct sheet *s, char kind, const char *name, size_t n)
{
    return s->buckets[bucket_of(kind, name, n)];
}

/* By the rarest test of the last part. */
static void choose_key(struct rule *r)
{
    static const char order[] = "#.e";
    const struct compound *last = &r->parts[r->n_parts - 1];
    r->kind = '*';
    r->key = "";
    for (const char *k = order; *k; k++)
        for (size_t i = 0; i < last->n; i++)
            if (last->v[i].kind == *k) {
                r->kind = *k;
                r->key = last->v[i].name;
                return;
            }
}

static void add_rule(struct sheet *s, const char *selector, size_t n, const struct declared *declared)
{
    if (s->n_rules >= MAX_RULES) {
        s->over = true;
        return;
    }
    struct rule *r = mem_zero(s, struct rule);
    char *text = mem_bytes(r, selector, n);
    r->parts = mem_array(r, struct compound, MAX_PARTS);
    r->declared = declared;
    r->order = (unsigned)s->n_rules++;
    if (!take_selector(s, r, text))
        return;
    choose_key(r);
    struct rule **bucket = &s->buckets[bucket_of(r->kind, r->key, strlen(r->key))];
    r->next = *bucket;
    *bucket = r;
}

static void add_rules(struct sheet *s, const char *selectors, size_t n, const char *body, size_t body_n)
{
    struct declared *d = mem_zero(s, struct declared);
    *d = sheet_declarations(s, body, body_n);
    if (!*d->normal && !*d->important)
        return;
    while (n > 0) {
        const char *comma = memchr(selectors, ',', n);
        size_t len = comma ? (size_t)(comma - selectors) : n;
        add_rule(s, selectors, len, d);
        selectors += comma ? len + 1 : len;
        n -= comma ? len + 1 : len;
    }
}

/* ---- blocks ---- */

/* "(min-width: 600px)": does a desktop's window fulfil it? */
static bool desktop_fulfils(const char *s, size_t n)
{
    const char *colon = memchr(s, ':', n);
    double number = colon ? strtod(colon + 1, NULL) : 0;
    if (str_ifind(s, n, "min-width") || str_ifind(s, n, "min-device-width"))
        return number <= DESKTOP_MIN;
    if (str_ifind(s, n, "max-width") || str_ifind(s, n, "max-device-width"))
        return number >= DESKTOP_MAX;
    return false;
}

/* A list of media: does one of them mean a reader at a desk? */
static bool media_means(const char *s, size_t n)
{
    while (n > 0) {
        const char *comma = memchr(s, ',', n);
        size_t len = comma ? (size_t)(comma - s) : n;
        bool fits =
            !str_ifind(s, len, "print") && !str_ifind(s, len, "speech") && !str_ifind(s, len, "not ");
        const char *p = s;
        for (const char *open; fits && (open = memchr(p, '(', len - (size_t)(p - s))); p = open + 1) {
            size_t left = len - (size_t)(open - s);
            const char *close = memchr(open, ')', left);
            fits = desktop_fulfils(open, close ? (size_t)(close - open) : left);
        }
        if (fits)
            return true;
        s += comma ? len + 1 : len;
        n -= comma ? len + 1 : len;
    }
    return false;
}

static size_t skip_space(const char *s, size_t i, size_t n)
{
    while (i < n && str_space(s[i]))
        i++;
    return i;
}

/* The offset behind the block that begins at s[i] == '{'. */
static size_t skip_block(const char *s, size_t i, size_t n)
{
    size_t depth = 0;
    for (; i < n; i++) {
        depth += s[i] == '{';
        if (s[i] == '}' && --depth == 0)
            return i + 1;
    }
    return n;
}

/* Is this @ one whose rules hold, so that its block is read? */
static bool opens_rules(const char *s, size_t n)
{
    if (n >= 6 && str_ieqn(s, "@media", 6))
        return n == 6 || media_means(s + 6, n - 6);
    return (n >= 9 && str_ieqn(s, "@supports", 9)) || (n >= 6 && str_ieqn(s, "@layer", 6));
}

/* What stands before the next '{' or ';' or '}' at i; returns the offset behind it all. */
static size_t take_block(struct sheet *s, const char *css, size_t i, size_t n, unsigned *nested)
{
    size_t at = i;
    while (at < n && css[at] != '{' && css[at] != '}' && (css[at] != ';' || css[i] != '@'))
        at++;
    if (at == n)
        return n;
    if (css[at] != '{') {
        *nested -= css[at] == '}' && *nested > 0;
        return at + 1;
    }
    if (css[i] != '@') {
        size_t end = skip_block(css, at, n);
        add_rules(s, css + i, at - i, css + at + 1,
                  end - at - (end > at + 1 && css[end - 1] == '}' ? 2 : 1));
        return end;
    }
    if (*nested >= MAX_NESTED || !opens_rules(css + i, at - i))
        return skip_block(css, at, n);
    (*nested)++;
    return at + 1;
}

void sheet_add(struct sheet *s, const char *css, const char *media)
{
    unsigned nested = 0;
    if (*media && !media_means(media, strlen(media)))
        return;
    char *plain = plain_css(s, css, strlen(css));
    size_t n = strlen(plain);
    for (size_t i = skip_space(plain, 0, n); i < n && !s->over; i = skip_space(plain, i, n))
        i = take_block(s, plain, i, n, &nested);
    talloc_free(plain);
}
