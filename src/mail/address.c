/* address.c: one From, one mailbox, or nothing. RFC 5322 3.4 cut down to what honest clients write.
 *
 * Raw bytes in, because a decoded or tidied header is what composition attacks live on (RELIABILITY A7:
 * 17 of espoofer's 22 letters made a packaged parser see the official address). Display names may hold raw
 * 8-bit bytes (Vietnamese clients) and RFC 2047 words, both left alone here. The address itself is a plain
 * dot-atom at letter-digit-hyphen labels: groups, routes, quoted local parts, comments in it, domain
 * literals, encoded words, a second address or a control byte refuse the whole field. Invariant: what is
 * accepted contains exactly one unquoted '@' that any reader of mail could take for the sender's. */
#include "mail/address.h"

enum { LOCAL_MAX = 64, LABEL_MAX = 63, SPEC_MAX = 254 };

/* Where the parts of a field lie, found without interpreting them. */
struct outline {
    size_t open, close; /* of the angle brackets; close = 0 when there are none */
    bool strange_at;    /* an unquoted '@' outside the brackets */
    bool comment;
};

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* RFC 5322 atext; ASCII only. */
static bool atext(char c)
{
    return str_alpha(c) || str_digit(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static bool ldh(char c)
{
    return str_alpha(c) || str_digit(c) || c == '-';
}

/* NUL, C0, DEL; a line end counts as a blank only where it folds. */
static bool has_control(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '\r' || c == '\n') {
            char next = i + 1 < n ? s[i + 1] : 0;
            if (!blank(next) || (next == '\r'))
                return true;
        } else if ((c < 0x20 && c != '\t') || c == 0x7F)
            return true;
    }
    return false;
}

/* The index after the closing quote, or n + 1 when it never closes. */
static size_t skip_quoted(const char *s, size_t n, size_t i)
{
    for (i++; i < n && s[i] != '"'; i++)
        if (s[i] == '\\')
            i++;
    return i < n ? i + 1 : n + 1;
}

/* After a comment in the display name; n + 1 when it nests, never closes or holds what looks like address
 * syntax to a careless reader. */
static size_t skip_comment(const char *s, size_t n, size_t i)
{
    for (i++; i < n && s[i] != ')'; i++)
        if (strchr("(<>@,;:\"\\", s[i]))
            return n + 1;
    return i < n ? i + 1 : n + 1;
}

static size_t find_close(const char *s, size_t n, size_t i)
{
    for (i++; i < n && s[i] != '>';)
        i = s[i] == '"' ? skip_quoted(s, n, i) : i + 1;
    return i < n ? i : n + 1;
}

/* One significant byte outside quotes, comments and brackets; NULL when it may stand there. */
static const char *refuse_byte(char c, const struct outline *o)
{
    if (c == ',')
        return "several";
    if (c == ':' || c == ';')
        return "group";
    if (c == '<' && o->close)
        return "several";
    if (c == '>' || c == ')' || c == '\\')
        return "syntax";
    if (o->close && !blank(c))
        return c == '@' ? "several" : "syntax";
    return NULL;
}

/* Steps over one element at i; returns the next index, n + 1 when something never closes. */
static size_t step(const char *s, size_t n, size_t i, struct outline *o)
{
    if (s[i] == '"')
        return skip_quoted(s, n, i);
    if (s[i] == '(') {
        o->comment = true;
        return skip_comment(s, n, i);
    }
    if (s[i] == '<') {
        o->open = i;
        o->close = find_close(s, n, i);
        return o->close + 1;
    }
    o->strange_at |= s[i] == '@';
    return i + 1;
}

static const char *outline_read(const char *s, size_t n, struct outline *o)
{
    for (size_t i = 0; i < n;) {
        const char *why = refuse_byte(s[i], o);
        if (why)
            return why;
        i = step(s, n, i, o);
        if (i > n)
            return "syntax";
    }
    return NULL;
}

static const char *check_local(const char *s, size_t n)
{
    if (n == 0 || n > LOCAL_MAX || s[0] == '.' || s[n - 1] == '.')
        return "syntax";
    for (size_t i = 0; i < n; i++)
        if (s[i] == '.' ? s[i - 1] == '.' : !atext(s[i]))
            return "syntax";
    return NULL;
}

static const char *check_domain(const char *s, size_t n)
{
    if (n && s[n - 1] == '.')
        return "trailing-dot";
    size_t label = 0;
    for (size_t i = 0; i <= n; i++) {
        if (i < n && s[i] != '.') {
            if (!ldh(s[i]) || (label == 0 && s[i] == '-'))
                return "syntax";
            label++;
            continue;
        }
        if (label == 0 || label > LABEL_MAX || s[i - 1] == '-')
            return "syntax";
        label = 0;
    }
    return NULL;
}

static size_t count_byte(const char *s, size_t n, char c)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        k += s[i] == c;
    return k;
}

static const char *check_spec(const char *s, size_t n)
{
    if (n == 0)
        return "empty";
    for (size_t i = 0; i + 1 < n; i++)
        if (s[i] == '=' && s[i + 1] == '?')
            return "encoded";
    if (s[0] == '@')
        return "route";
    if (memchr(s, '"', n) || memchr(s, '\\', n))
        return "quoted";
    size_t ats = count_byte(s, n, '@');
    if (ats != 1 || n > SPEC_MAX)
        return ats > 1 ? "several" : "syntax";
    size_t at = (size_t)((const char *)memchr(s, '@', n) - s);
    const char *why = check_local(s, at);
    return why ? why : check_domain(s + at + 1, n - at - 1);
}

/* `a@b <a@b>` is what some telephones write; any other bare '@' in a name is a second address. */
static bool name_is_spec(const char *name, size_t name_n, const char *spec, size_t spec_n)
{
    return name_n == spec_n && str_ieqn(name, spec, spec_n);
}

static void trim(const char **s, size_t *n)
{
    while (*n && blank((*s)[0])) {
        (*s)++;
        (*n)--;
    }
    while (*n && blank((*s)[*n - 1]))
        (*n)--;
}

static void fill(const void *mem, const char *name, size_t name_n, const char *spec, size_t n,
                 struct address *ret)
{
    size_t at = (size_t)((const char *)memchr(spec, '@', n) - spec);
    ret->name = mem_bytes(mem, name, name_n);
    ret->local = mem_bytes(mem, spec, at);
    ret->domain = str_lower(mem, mem_bytes(mem, spec + at + 1, n - at - 1));
    ret->spec = mem_fmt(mem, "%s@%s", ret->local, ret->domain);
}

static bool refuse(const char **ret_why, const char *why)
{
    *ret_why = why;
    return false;
}

bool address_parse_one(const void *mem, const char *raw, size_t n, struct address *ret,
                       const char **ret_why)
{
    if (has_control(raw, n))
        return refuse(ret_why, "control");
    const char *s = raw;
    trim(&s, &n);
    if (n == 0)
        return refuse(ret_why, "empty");
    struct outline o = {0};
    const char *why = outline_read(s, n, &o);
    if (why)
        return refuse(ret_why, why);
    const char *name = s, *spec = o.close ? s + o.open + 1 : s;
    size_t name_n = o.close ? o.open : 0, spec_n = o.close ? o.close - o.open - 1 : n;
    trim(&name, &name_n);
    if (!o.close && o.comment)
        return refuse(ret_why, "syntax");
    why = check_spec(spec, spec_n);
    if (!why && o.close && o.strange_at && !name_is_spec(name, name_n, spec, spec_n))
        why = "several";
    if (why)
        return refuse(ret_why, why);
    fill(mem, name, name_n, spec, spec_n, ret);
    return true;
}

/* Bytes of the '@' at s (ASCII, or the full-width and small forms people hide behind), 0 when there is
 * none.
 */
static size_t at_sign(const char *s)
{
    if (*s == '@')
        return 1;
    return !strncmp(s, "\xEF\xBC\xA0", 3) || !strncmp(s, "\xEF\xB9\xAB", 3) ? 3 : 0;
}

struct str_list address_find_all(const void *mem, const char *text)
{
    struct str_list list = {0};
    for (size_t i = 0; text[i]; i++) {
        size_t width = at_sign(text + i), from = i, to = i + width;
        if (!width)
            continue;
        while (from > 0 && (atext(text[from - 1]) || text[from - 1] == '.'))
            from--;
        while (from < i && strchr(".'`", text[from]))
            from++;
        while (ldh(text[to]) || text[to] == '.')
            to++;
        while (to > i + width && (text[to - 1] == '.' || text[to - 1] == '-'))
            to--;
        if (from == i || to == i + width)
            continue;
        char *found = mem_fmt(mem, "%.*s@%.*s", (int)(i - from), text + from, (int)(to - i - width),
                              text + i + width);
        str_list_add(mem, &list, str_lower(mem, found));
    }
    return list;
}

bool address_in_domain(const char *domain, const char *suffix)
{
    size_t n = strlen(domain), m = strlen(suffix);
    if (m == 0 || n < m || !str_iends(domain, suffix))
        return false;
    return n == m || domain[n - m - 1] == '.';
}

bool address_sendable(const char *spec)
{
    return check_spec(spec, strlen(spec)) == NULL;
}
