/* headers.c: see headers.h. RFC 5322 2.2 (fields, folding), RFC 2047 (words), RFC 2231 (parameters).
 *
 * Lenient in what it reads, because staff must see what a letter says: words without white space around
 * them, spaces inside words, raw 8-bit bytes. Total: whatever is no word stands for itself. Linear: a word
 * is looked for within WORD_MAX bytes only (a crafted field must not make this quadratic).
 *
 * Invariant: a decoded value holds no control character: an encoded CR LF cannot become a line. */
#include "mail/headers.h"
#include "base/utf8.h"
#include "mail/transfer.h"

#define CHARSET_MAX 60u
#define WORD_MAX    4096u

/* ---- fields ---- */

/* Length of the line at s without its end; *ret_next: where the next begins. */
static size_t line_at(const char *s, size_t n, size_t *ret_next)
{
    size_t i = 0;
    while (i < n && s[i] != '\n' && s[i] != '\r')
        i++;
    *ret_next = i == n ? n : s[i] == '\r' && i + 1 < n && s[i + 1] == '\n' ? i + 2 : i + 1;
    return i;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Length of the field name at the start of a line (white space before the colon allowed, as RFC 5322 4.5.8
 * does); 0: this is no field. *ret_value: offset after the colon. */
static size_t name_at(const char *s, size_t n, size_t *ret_value)
{
    size_t name = 0;
    while (name < n && s[name] > ' ' && s[name] < 127 && s[name] != ':')
        name++;
    size_t colon = name;
    while (colon < n && blank(s[colon]))
        colon++;
    if (colon == n || s[colon] != ':')
        return 0;
    *ret_value = colon + 1;
    return name ? colon : 0; /* "From : x" keeps its blank: who wrote is judged on what was written (A7) */
}

size_t headers_split(const void *mem, const char *raw, size_t n, size_t max_fields,
                     struct headers_field **ret, size_t *ret_end)
{
    struct headers_field *fields = NULL;
    size_t count = 0, at = 0, next = 0;
    bool open = false; /* the last field may be continued */
    for (; at < n; at = next) {
        size_t len = line_at(raw + at, n - at, &next);
        next += at;
        if (len == 0) {
            at = next;
            break;
        }
        if (open && blank(raw[at])) {
            fields[count - 1].raw_n = (size_t)(raw + at + len - fields[count - 1].raw);
            continue;
        }
        open = count < max_fields;
        if (!open)
            continue;
        size_t value = 0, name = name_at(raw + at, len, &value);
        *mem_append(mem, fields, count) = (struct headers_field){
            .name = mem_bytes(mem, raw + at, name),
            .raw = raw + at + (name ? value : 0),
            .raw_n = len - (name ? value : 0),
        };
    }
    *ret = fields;
    *ret_end = at;
    return count;
}

/* ---- RFC 2047 ---- */

struct word {
    const char *charset, *text;
    size_t charset_n, text_n;
    char encoding; /* 'b' or 'q' */
};

struct decoder {
    const void *mem;
    headers_convert convert;
    struct str out;
    struct str bytes; /* of the adjoining words of one charset */
    char charset[CHARSET_MAX + 1];
    bool lossy;
};

/* Offset of the '?' that ends the charset of a word at s; 0: this is none. */
static size_t charset_end(const char *s, size_t n)
{
    size_t i = 2;
    while (i < n && i - 2 <= CHARSET_MAX && s[i] != '?' && s[i] > ' ' && s[i] < 127)
        i++;
    bool marks = i > 2 && i + 3 < n && s[i] == '?' && s[i + 2] == '?';
    return marks ? i : 0;
}

/* "=?charset*lang?b?text?=" at s: its length, or 0. */
static size_t word_at(const char *s, size_t n, struct word *ret)
{
    n = n < WORD_MAX ? n : WORD_MAX;
    size_t i = charset_end(s, n);
    if (i == 0)
        return 0;
    const char *star = memchr(s + 2, '*', i - 2), *text = s + i + 3;
    *ret = (struct word){.charset = s + 2,
                         .charset_n = star ? (size_t)(star - s - 2) : i - 2,
                         .encoding = str_lower_char(s[i + 1]),
                         .text = text};
    bool known = ret->encoding == 'b' || ret->encoding == 'q';
    const char *end = known && ret->charset_n <= CHARSET_MAX ? memmem(text, n - (i + 3), "?=", 2) : NULL;
    if (!end)
        return 0;
    ret->text_n = (size_t)(end - text);
    return (size_t)(end + 2 - s);
}

static void flush_words(struct decoder *d)
{
    if (d->bytes.n == 0)
        return;
    bool lossy = false;
    str_add(&d->out, d->convert(d->mem, d->charset, d->bytes.s, d->bytes.n, &lossy));
    d->lossy |= lossy;
    str_cut(&d->bytes, 0);
}

static void add_word(struct decoder *d, const struct word *w)
{
    bool same = strlen(d->charset) == w->charset_n && str_ieqn(d->charset, w->charset, w->charset_n);
    if (!same)
        flush_words(d);
    memcpy(d->charset, w->charset, w->charset_n);
    d->charset[w->charset_n] = '\0';
    if (w->encoding == 'b')
        transfer_add_b(&d->bytes, w->text, w->text_n);
    else
        transfer_add_q(&d->bytes, w->text, w->text_n);
}

static bool ascii(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] >= 0x80)
            return false;
    return true;
}

static void add_plain(struct decoder *d, const char *s, size_t n)
{
    flush_words(d);
    bool lossy = false;
    if (ascii(s, n))
        str_addn(&d->out, s, n);
    else
        str_add(&d->out, d->convert(d->mem, "", s, n, &lossy));
    d->lossy |= lossy;
}

static bool all_space(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!str_space(s[i]))
            return false;
    return true;
}

/* Folding away: line ends go, the white space after them stays. */
static char *unfold(const void *mem, const char *raw, size_t *n)
{
    while (*n > 0 && str_space(raw[*n - 1]))
        --*n;
    while (*n > 0 && str_space(*raw))
        raw++, --*n;
    char *s = mem_bytes(mem, raw, *n);
    size_t kept = 0;
    for (size_t i = 0; i < *n; i++)
        if (s[i] != '\r' && s[i] != '\n')
            s[kept++] = s[i];
    s[kept] = '\0';
    *n = kept;
    return s;
}

/* Control characters (also encoded ones) become spaces; the joined whole is brought to NFC. */
static char *finished(const void *mem, struct str *out)
{
    for (size_t i = 0; i < out->n; i++)
        if ((unsigned char)out->s[i] < ' ' || out->s[i] == 127)
            out->s[i] = ' ';
    str_trim_end(out);
    return ascii(out->s, out->n) ? mem_bytes(mem, out->s, out->n) : utf8_nfc(mem, out->s, out->n);
}

char *headers_decode(const void *mem, const char *raw, size_t n, headers_convert convert, bool *ret_lossy)
{
    _cleanup_mem_ void *work = mem_new();
    struct decoder d = {.mem = work, .convert = convert, .out = str_new(work), .bytes = str_new(work)};
    char *s = unfold(work, raw, &n);
    size_t plain = 0; /* start of what is not yet taken */
    bool after_word = false;
    for (size_t i = 0; i + 1 < n;) {
        struct word w;
        size_t len = s[i] == '=' && s[i + 1] == '?' ? word_at(s + i, n - i, &w) : 0;
        if (len == 0) {
            i++;
            continue;
        }
        if (!after_word || !all_space(s + plain, i - plain))
            add_plain(&d, s + plain, i - plain);
        add_word(&d, &w);
        after_word = true;
        i += len;
        plain = i;
    }
    add_plain(&d, s + plain, n - plain);
    *ret_lossy = d.lossy;
    return finished(mem, &d.out);
}

/* ---- RFC 2231 ---- */

#define SECTIONS_MAX 100

struct section {
    const char *text; /* unquoted */
    size_t n;
    bool there, extended;
};

struct param {
    const char *plain;
    size_t plain_n;
    struct section sections[SECTIONS_MAX];
};

/* Skips a quoted string or a comment that begins at i, if one does. */
static size_t skip_group(const char *s, size_t n, size_t i)
{
    if (s[i] == '"') {
        for (i++; i < n && s[i] != '"'; i++)
            i += s[i] == '\\' ? 1 : 0;
    } else if (s[i] == '(') {
        size_t depth = 0;
        for (; i < n; i++) {
            depth += s[i] == '(';
            if (s[i] == ')' && --depth == 0)
                break;
            i += s[i] == '\\' ? 1 : 0;
        }
    }
    return i < n ? i + 1 : n;
}

/* The offset of the next ';' (or n). */
static size_t param_end(const char *s, size_t n, size_t i)
{
    while (i < n && s[i] != ';') {
        /* A parenthesis belongs to a file name unless it begins a word of its own. */
        bool comment = s[i] == '(' && i > 0 && blank(s[i - 1]);
        i = s[i] == '"' || comment ? skip_group(s, n, i) : i + 1;
    }
    return i;
}

static const char *value_text(const void *mem, const char *s, size_t n, size_t *ret_n)
{
    while (n > 0 && str_space(*s))
        s++, n--;
    while (n > 0 && str_space(s[n - 1]))
        n--;
    struct str out = str_new(mem);
    if (n > 0 && *s == '"') {
        for (size_t i = 1; i < n && s[i] != '"'; i++) {
            i += s[i] == '\\' && i + 1 < n ? 1 : 0;
            str_addc(&out, s[i]);
        }
    } else {
        str_addn(&out, s, n);
    }
    *ret_n = out.n;
    return out.s;
}

/* "*", "*3" or "*3*" after the name: which section, and is it extended? False: another parameter. */
static bool section_of(const char *s, size_t n, size_t *ret_index, bool *ret_extended)
{
    size_t i = 1, index = 0;
    bool digits = false;
    for (; i < n && str_digit(s[i]) && index < SECTIONS_MAX; i++, digits = true)
        index = index * 10 + (size_t)(s[i] - '0');
    bool star = i < n && s[i] == '*' && i + 1 == n;
    if (n == 0 || s[0] != '*' || index >= SECTIONS_MAX || (i != n && !star))
        return false;
    *ret_index = index;
    *ret_extended = !digits || star;
    return true;
}

static void take_param(const void *mem, const char *s, size_t n, const char *name, struct param *ret)
{
    while (n > 0 && str_space(*s))
        s++, n--;
    size_t want = strlen(name);
    const char *equals = memchr(s, '=', n);
    size_t len = equals ? (size_t)(equals - s) : 0;
    while (len > 0 && str_space(s[len - 1]))
        len--;
    if (len < want || !str_ieqn(s, name, want))
        return;
    size_t value_n, index;
    bool extended;
    const char *value = value_text(mem, equals + 1, n - (size_t)(equals + 1 - s), &value_n);
    if (len == want && !ret->plain) {
        ret->plain = value;
        ret->plain_n = value_n;
    } else if (len > want && section_of(s + want, len - want, &index, &extended) &&
               !ret->sections[index].there) {
        ret->sections[index] = (struct section){value, value_n, true, extended};
    }
}

/* Joins the sections; the first extended one begins with charset'language'. */
static char *join_sections(const void *mem, struct section *sections, headers_convert convert,
                           bool *ret_lossy)
{
    struct str bytes = str_new(mem);
    char charset[CHARSET_MAX + 1] = "";
    bool any = false;
    for (size_t i = 0; i < SECTIONS_MAX && sections[i].there; i++) {
        struct section *sec = &sections[i];
        const char *a = i == 0 && sec->extended ? memchr(sec->text, '\'', sec->n) : NULL;
        const char *b = a ? memchr(a + 1, '\'', sec->n - (size_t)(a + 1 - sec->text)) : NULL;
        if (b && (size_t)(a - sec->text) <= CHARSET_MAX) {
            memcpy(charset, sec->text, (size_t)(a - sec->text));
            sec->n -= (size_t)(b + 1 - sec->text);
            sec->text = b + 1;
        }
        any |= sec->extended;
        if (sec->extended)
            transfer_add_percent(&bytes, sec->text, sec->n);
        else
            str_addn(&bytes, sec->text, sec->n);
    }
    if (!any)
        return headers_decode(mem, bytes.s, bytes.n, convert, ret_lossy);
    struct str text = str_new(mem);
    str_add(&text, convert(mem, charset, bytes.s, bytes.n, ret_lossy));
    return finished(mem, &text);
}

char *headers_param(const void *mem, const char *raw, size_t n, const char *param, headers_convert convert,
                    bool *ret_lossy)
{
    _cleanup_mem_ void *work = mem_new();
    struct param *found = mem_zero(work, struct param);
    char *s = unfold(work, raw, &n);
    for (size_t i = param_end(s, n, 0); i < n;) {
        size_t end = param_end(s, n, i + 1);
        take_param(work, s + i + 1, end - i - 1, param, found);
        i = end;
    }
    *ret_lossy = false;
    if (found->sections[0].there)
        return mem_str(mem, join_sections(work, found->sections, convert, ret_lossy));
    return found->plain ? headers_decode(mem, found->plain, found->plain_n, convert, ret_lossy) : NULL;
}
