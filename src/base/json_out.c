/* json_out.c: see json_out.h. Compact form, byte for byte as jansson writes it (RFC 8259: the two
 * characters and the controls that must be escaped are). A comma is due unless a bracket or nothing stands
 * before. Refuses to write what is no UTF-8: such bytes become U+FFFD. */
#include "base/json_out.h"
#include "base/utf8.h"

static void begin(struct str *b, const char *key)
{
    if (b->n && b->s[b->n - 1] != '{' && b->s[b->n - 1] != '[')
        str_addc(b, ',');
    if (!key)
        return;
    str_addc(b, '"');
    str_add(b, key);
    str_addn(b, "\":", 2);
}

void json_open(struct str *b, const char *key, char bracket)
{
    begin(b, key);
    str_addc(b, bracket);
}

void json_close(struct str *b, char bracket)
{
    str_addc(b, bracket);
}

static bool plain(char c)
{
    return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

static void add_escaped(struct str *b, char c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *known = c ? strchr(from, c) : NULL;
    if (!known) {
        str_addf(b, "\\u%04X", (unsigned)(unsigned char)c);
        return;
    }
    str_addc(b, '\\');
    str_addc(b, to[known - from]);
}

static void add_string(struct str *b, const char *s, size_t n)
{
    str_addc(b, '"');
    for (size_t i = 0; i < n;) {
        size_t run = i;
        while (run < n && plain(s[run]))
            run++;
        str_addn(b, s + i, run - i);
        if (run < n)
            add_escaped(b, s[run++]);
        i = run;
    }
    str_addc(b, '"');
}

void json_put(struct str *b, const char *key, const char *s)
{
    size_t n = strlen(s);
    begin(b, key);
    if (utf8_valid(s, n)) {
        add_string(b, s, n);
        return;
    }
    _cleanup_mem_ char *repaired = utf8_nfc(NULL, s, n);
    add_string(b, repaired, strlen(repaired));
}

void json_put_text(struct str *b, const char *key, const char *s)
{
    if (s && *s) {
        json_put(b, key, s);
        return;
    }
    begin(b, key);
    str_addn(b, "null", 4);
}

void json_put_int(struct str *b, const char *key, int64_t n)
{
    begin(b, key);
    str_addf(b, "%lld", (long long)n);
}

void json_put_real(struct str *b, const char *key, double x)
{
    begin(b, key);
    size_t at = b->n;
    str_addf(b, "%.4g", x);
    if (!strpbrk(b->s + at, ".e"))
        str_addn(b, ".0", 2);
}

void json_put_bool(struct str *b, const char *key, bool yes)
{
    begin(b, key);
    str_add(b, yes ? "true" : "false");
}

void json_put_list(struct str *b, const char *key, const struct str_list *list)
{
    json_open(b, key, '[');
    for (size_t i = 0; i < list->n; i++)
        json_put(b, NULL, list->v[i]);
    json_close(b, ']');
}
