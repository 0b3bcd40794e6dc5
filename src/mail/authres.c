/* authres.c: RFC 8601 section 2.2, read token by token (abuse A4, A5).
 *
 *   id [version] *( ";" method ["/" n] "=" result *( ptype "." property "=" pvalue ) )   or   id ";" none
 *
 * Comments (nested, bounded) and folding may stand wherever the grammar has CFWS. Anything else refuses the
 * whole line, because a line that we and the stamping server read differently is a line that an attacker
 * wrote part of. Three liberties, each seen on honest servers and none able to grant a pass: a trailing
 * ";", a `word=value` without a ptype (reason=, Exchange's action=), and base64 or IP literals unquoted in
 * properties that identify nobody (Google's header.b). One severity beyond the RFC: a property that
 * identifies may occur once in a result, and no comment may touch its value (espoofer a3-a6 make
 * `d=legitimate.com(.attack.com`). */
#include "mail/authres.h"

enum { DEPTH_MAX = 16, RESULTS_MAX = 100, PROPS_MAX = 40, LINE_MAX_BYTES = 32 * 1024 };

struct reader {
    const void *mem;
    const char *p, *end;
};

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool control(char c)
{
    unsigned char u = (unsigned char)c;
    return (u < 0x20 && !blank(c)) || u == 0x7F;
}

/* RFC 2045 token: printable ASCII without blanks and tspecials. */
static bool token_char(char c)
{
    return c > 0x20 && c < 0x7F && !strchr("()<>@,;:\\\"/[]?=", c);
}

static bool local_char(char c)
{
    return str_alpha(c) || str_digit(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~.", c));
}

static bool keyword_char(char c)
{
    return str_alpha(c) || str_digit(c) || c == '-';
}

static bool domain_char(char c)
{
    return keyword_char(c) || c == '.' || c == '_';
}

/* Unquoted values of properties that identify nobody: base64, IP literals. */
static bool loose_char(char c)
{
    return c > 0x20 && c < 0x7F && !strchr(";()\"\\<>,", c);
}

static char peek(const struct reader *r)
{
    return r->p < r->end ? *r->p : '\0';
}

static bool take(struct reader *r, char c)
{
    if (r->p == r->end || *r->p != c)
        return false;
    r->p++;
    return true;
}

static bool skip_comment(struct reader *r)
{
    int depth = 0;
    do {
        if (r->p == r->end || control(*r->p))
            return false;
        char c = *r->p++;
        if (c == '\\') {
            if (r->p == r->end || control(*r->p))
                return false;
            r->p++;
        } else if (c == '(' && ++depth > DEPTH_MAX)
            return false;
        else if (c == ')')
            depth--;
    } while (depth > 0);
    return true;
}

/* Blanks and comments; false when a comment never ends, nests too deep or hides a control byte. */
static bool cfws(struct reader *r)
{
    while (r->p < r->end && (blank(*r->p) || *r->p == '('))
        if (*r->p != '(')
            r->p++;
        else if (!skip_comment(r))
            return false;
    return true;
}

static char *span(struct reader *r, bool (*fits)(char))
{
    const char *start = r->p;
    while (r->p < r->end && fits(*r->p))
        r->p++;
    return r->p > start ? mem_bytes(r->mem, start, (size_t)(r->p - start)) : NULL;
}

static char *lower_span(struct reader *r, bool (*fits)(char))
{
    char *word = span(r, fits);
    return word ? str_lower(r->mem, word) : NULL;
}

static char *quoted(struct reader *r)
{
    struct str b = str_new(r->mem);
    for (r->p++; r->p < r->end && *r->p != '"'; r->p++) {
        if (*r->p == '\\' && ++r->p == r->end)
            return NULL;
        if (control(*r->p))
            return NULL;
        if (*r->p != '\r' && *r->p != '\n')
            str_addc(&b, *r->p);
    }
    return take(r, '"') ? mem_bytes(r->mem, b.s, b.n) : NULL;
}

static char *value(struct reader *r)
{
    return peek(r) == '"' ? quoted(r) : span(r, token_char);
}

/* Does this property name who sent the letter? Those are read to the letter of the grammar. */
static bool identifies(const char *type, const char *name)
{
    static const char *const names[] = {"from", "d", "i", "mailfrom", "helo", "auth"};
    if (!str_eq(type, "smtp") && !str_eq(type, "header"))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_eq(name, names[i]))
            return true;
    return false;
}

/* A dot-atom before '@' where one follows, else a token; *ret_local tells which. */
static char *head(struct reader *r, bool *ret_local)
{
    const char *start = r->p;
    char *text = span(r, local_char);
    *ret_local = peek(r) == '@';
    if (*ret_local)
        return text ? text : mem_str(r->mem, "");
    r->p = start;
    return span(r, token_char);
}

/* value / [ [ local-part ] "@" ] domain-name. A quoted local part keeps its quotes, so that no '@' inside
 * it can pass for the one that divides. */
static char *identity(struct reader *r)
{
    const char *start = r->p;
    bool local = false;
    char *text;
    if (r->end - r->p >= 2 && !memcmp(r->p, "<>", 2)) {
        r->p += 2; /* the null return path, as several SPF milters write it */
        text = mem_str(r->mem, "");
    } else
        text = peek(r) == '"' ? quoted(r) : head(r, &local);
    if (!text)
        return NULL;
    if (take(r, '@')) {
        if (!span(r, domain_char))
            return NULL;
        text = mem_bytes(r->mem, start, (size_t)(r->p - start));
    }
    bool ends = r->p == r->end || blank(*r->p) || *r->p == ';';
    return ends ? text : NULL;
}

static char *loose(struct reader *r)
{
    return peek(r) == '"' ? quoted(r) : span(r, loose_char);
}

static bool add_property(struct reader *r, struct authres_result *result, const char *type,
                         const char *name, const char *text)
{
    if (!text || result->n_props == PROPS_MAX)
        return false;
    if (identifies(type, name) && authres_property(result, type, name))
        return false;
    struct authres_property *prop = mem_append(r->mem, result->props, result->n_props);
    *prop = (struct authres_property){.type = type, .name = name, .value = text};
    return true;
}

/* ptype "." property "=" pvalue, or word "=" value (kept with an empty type). */
static bool property(struct reader *r, struct authres_result *result)
{
    const char *type = "", *name = lower_span(r, keyword_char);
    if (!name || !cfws(r))
        return false;
    if (take(r, '.')) {
        type = name;
        if (!cfws(r) || !(name = lower_span(r, keyword_char)) || !cfws(r))
            return false;
    }
    if (!take(r, '=') || !cfws(r))
        return false;
    return add_property(r, result, type, name, identifies(type, name) ? identity(r) : loose(r));
}

/* method [ "/" version ] "=" result */
static bool method(struct reader *r, struct authres_result *result)
{
    result->method = lower_span(r, keyword_char);
    if (!result->method || !cfws(r))
        return false;
    if (take(r, '/') && (!cfws(r) || !span(r, str_digit) || !cfws(r)))
        return false;
    if (!take(r, '=') || !cfws(r))
        return false;
    result->result = lower_span(r, keyword_char);
    return result->result != NULL;
}

static bool result_read(struct reader *r, struct authres_result *result)
{
    if (!method(r, result))
        return false;
    for (;;) {
        const char *before = r->p;
        if (!cfws(r))
            return false;
        if (r->p == r->end || *r->p == ';')
            return true;
        if (r->p == before || !property(r, result))
            return false;
    }
}

/* "none", alone to the end of the line. */
static bool none(struct reader *r)
{
    if (r->end - r->p < 4 || !str_ieqn(r->p, "none", 4))
        return false;
    struct reader ahead = *r;
    ahead.p += 4;
    return cfws(&ahead) && ahead.p == ahead.end;
}

static bool results_read(struct reader *r, struct authres *a)
{
    while (r->p < r->end) {
        if (!take(r, ';') || !cfws(r))
            return false;
        if (a->n_results == 0 && none(r))
            return true;
        if (r->p == r->end)
            return a->n_results > 0;
        if (a->n_results == RESULTS_MAX)
            return false;
        struct authres_result one = {0};
        if (!result_read(r, &one))
            return false;
        *mem_append(r->mem, a->results, a->n_results) = one;
    }
    return a->n_results > 0;
}

bool authres_parse(const void *mem, const char *raw, size_t n, struct authres *ret)
{
    if (n > LINE_MAX_BYTES)
        return false;
    struct reader r = {.mem = mem, .p = raw, .end = raw + n};
    struct authres a = {0};
    if (!cfws(&r))
        return false;
    const char *id = value(&r);
    const char *after = r.p;
    if (!id || !*id || !cfws(&r))
        return false;
    a.authserv_id = str_lower(mem, id);
    if (str_digit(peek(&r)) && (r.p == after || !span(&r, str_digit) || !cfws(&r)))
        return false;
    if (!results_read(&r, &a))
        return false;
    *ret = a;
    return true;
}

const char *authres_property(const struct authres_result *result, const char *type, const char *name)
{
    for (size_t i = 0; i < result->n_props; i++)
        if (str_eq(result->props[i].type, type) && str_eq(result->props[i].name, name))
            return result->props[i].value;
    return NULL;
}
