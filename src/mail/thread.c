/* thread.c: see thread.h. Quotes are known by their shape, not by their words, because the words are
 * Vietnamese, English, Chinese or whatever the sender's program speaks (DOMAIN 5):
 *   lines that begin with '>' (two in a row, the last one, or under a line that introduces them),
 *   "----- some words -----" above a block of header lines,
 *   a block of header lines that looks copied: an address in one value, a date with a time in another.
 * It refuses to cut on less: ">> Xem" in an article and "Email: a@b" in a form are new text. Linear. */
#include "mail/thread.h"

#define MARK_LINES 6u /* a copied header block has its address and date within so many lines */

struct line {
    const char *s; /* without leading blanks */
    size_t n;      /* without trailing blanks */
    size_t at;     /* offset of the line in the body */
};

struct lines {
    struct line *v; /* lines that are not empty */
    size_t n;
};

static struct lines split(const void *mem, const char *body)
{
    struct lines lines = {0};
    for (const char *p = body; *p;) {
        const char *end = strchrnul(p, '\n');
        const char *s = p, *e = end;
        while (s < e && str_space(*s))
            s++;
        while (e > s && str_space(e[-1]))
            e--;
        if (e > s)
            *mem_append(mem, lines.v, lines.n) = (struct line){s, (size_t)(e - s), (size_t)(p - body)};
        p = *end ? end + 1 : end;
    }
    return lines;
}

static bool is_quoted(const struct lines *lines, size_t i)
{
    return i < lines->n && lines->v[i].s[0] == '>';
}

static bool has_address(const struct line *l)
{
    const char *at = memchr(l->s, '@', l->n);
    size_t left = at ? (size_t)(at - l->s) : 0;
    return at && left > 0 && left + 1 < l->n && !str_space(at[-1]) && !str_space(at[1]) &&
           memchr(at, '.', l->n - left);
}

/* 8:40 and a year: a date with a time, as programs write it. */
static bool has_time(const struct line *l)
{
    bool clock = false, year = false;
    for (size_t i = 1, digits = 0; i < l->n; i++) {
        clock |= l->s[i] == ':' && str_digit(l->s[i - 1]) && i + 1 < l->n && str_digit(l->s[i + 1]);
        digits = str_digit(l->s[i]) ? digits + 1 : 0;
        year |= digits == 4;
    }
    return clock && year;
}

/* A line like "On ... X <a@b> wrote:" above quoted ones; it may run over two, the date in the first. */
static bool introduces(const struct lines *lines, size_t i)
{
    const struct line *l = &lines->v[i], *m = i + 1 < lines->n ? l + 1 : NULL;
    if (is_quoted(lines, i + 1))
        return l->s[l->n - 1] == ':';
    return m && is_quoted(lines, i + 2) && m->s[m->n - 1] == ':' && has_time(l) && !has_time(m) &&
           (memchr(m->s, '@', m->n) || memchr(l->s, '@', l->n));
}

/* One '>' alone in the middle of a text is an arrow, not a quote. */
static bool begins_quote(const struct lines *lines, size_t i)
{
    return is_quoted(lines, i) && (i + 1 == lines->n || is_quoted(lines, i + 1));
}

/* "Word: value": up to four short words, a colon, something after it. Length up to the colon, or 0. */
static size_t header_like(const struct line *l)
{
    size_t n = 0, words = 1;
    const char *s = l->s;
    while (n < l->n && s[n] != ':' && s[n] != '@' && s[n] != '.' && n <= 40)
        words += s[n++] == ' ';
    bool ends_well =
        n > 0 && n < l->n && s[n] == ':' && (n + 1 == l->n || str_space(s[n + 1]) || s[n + 1] == '*');
    return ends_well && n <= 40 && words <= 4 ? n : 0;
}

/* Three or more header-like lines, one with an address, one with a date and time. */
static bool copied_headers(const struct lines *lines, size_t i)
{
    size_t n = 0;
    bool address = false, when = false;
    for (size_t k = i; k < lines->n && k < i + MARK_LINES; k++) {
        const struct line *l = &lines->v[k];
        if (!header_like(l))
            break;
        n++;
        address |= has_address(l);
        when |= has_time(l);
    }
    return n >= 3 && address && when;
}

static bool dash(char c)
{
    return c == '-' || c == '_';
}

/* A drawn line; *ret_words: words stand in the middle of it. */
static bool drawn(const struct line *l, bool *ret_words)
{
    size_t left = 0, right = 0;
    while (left < l->n && dash(l->s[left]))
        left++;
    while (right < l->n - left && dash(l->s[l->n - 1 - right]))
        right++;
    *ret_words = left < l->n;
    return *ret_words ? left >= 3 && right >= 3 && l->n - left - right <= 60 : left >= 10;
}

/* "-----Original Message-----", "---------- Forwarded message ---------", in any language; with "____" too
 * (Outlook draws a bare line). Headers must follow at once: two are enough where words stand in the line.
 */
static bool ruler(const struct lines *lines, size_t i)
{
    const struct line *l = &lines->v[i];
    bool words;
    if (i + 1 >= lines->n || !drawn(l, &words))
        return false;
    bool two = words && i + 2 < lines->n && header_like(l + 1) && header_like(l + 2);
    return two || copied_headers(lines, i + 1);
}

size_t thread_fresh_length(const char *body)
{
    _cleanup_mem_ void *mem = mem_new();
    struct lines lines = split(mem, body);
    for (size_t i = 0; i < lines.n; i++) {
        if (!introduces(&lines, i) && !begins_quote(&lines, i) && !ruler(&lines, i) &&
            !copied_headers(&lines, i))
            continue;
        size_t end = lines.v[i].at;
        while (end > 0 && str_space(body[end - 1]))
            end--;
        return end;
    }
    return strlen(body);
}
