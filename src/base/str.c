/* str.c: see str.h. Bounds are checked here once, so that no caller counts bytes. */
#include "base/str.h"
#include <errno.h>
#include <stdlib.h>

struct str str_new(const void *mem)
{
    return (struct str){.s = (char *)(uintptr_t) "", .mem = mem};
}

static void make_room(struct str *b, size_t more)
{
    size_t need = b->n + more + 1;
    if (need <= b->room)
        return;
    size_t room = b->room ? b->room : 64;
    while (room < need)
        room *= 2;
    b->s = mem_grow(b->mem, b->room ? b->s : NULL, room, room, 1);
    b->room = room;
}

void str_addn(struct str *b, const void *p, size_t n)
{
    make_room(b, n);
    if (n)
        memcpy(b->s + b->n, p, n);
    b->n += n;
    b->s[b->n] = '\0';
}

void str_add(struct str *b, const char *s)
{
    str_addn(b, s, strlen(s));
}

void str_addc(struct str *b, char c)
{
    str_addn(b, &c, 1);
}

void str_addf(struct str *b, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n > 0) {
        make_room(b, (size_t)n);
        vsnprintf(b->s + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

void str_cut(struct str *b, size_t n)
{
    if (n >= b->n)
        return;
    b->n = n;
    b->s[n] = '\0';
}

void str_trim_end(struct str *b)
{
    size_t n = b->n;
    while (n > 0 && str_space(b->s[n - 1]))
        n--;
    str_cut(b, n);
}

void str_list_add(const void *mem, struct str_list *list, const char *s)
{
    *mem_append(mem, list->v, list->n) = mem_str(mem, s);
}

bool str_list_has(const struct str_list *list, const char *s)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->v[i], s) == 0)
            return true;
    return false;
}

char *str_list_join(const void *mem, const struct str_list *list, const char *between)
{
    struct str out = str_new(mem);
    for (size_t i = 0; i < list->n; i++) {
        if (i)
            str_add(&out, between);
        str_add(&out, list->v[i]);
    }
    return out.n ? out.s : mem_str(mem, "");
}

bool str_eq(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool str_ieqn(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_lower_char(a[i]) != str_lower_char(b[i]))
            return false;
        if (a[i] == '\0')
            return true;
    }
    return true;
}

bool str_ieq(const char *a, const char *b)
{
    return a && b ? str_ieqn(a, b, SIZE_MAX) : a == b;
}

bool str_starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_istarts(const char *s, const char *prefix)
{
    return str_ieqn(s, prefix, strlen(prefix));
}

bool str_ends(const char *s, const char *suffix)
{
    size_t n = strlen(s), m = strlen(suffix);
    return n >= m && memcmp(s + n - m, suffix, m) == 0;
}

bool str_iends(const char *s, const char *suffix)
{
    size_t n = strlen(s), m = strlen(suffix);
    return n >= m && str_ieqn(s + n - m, suffix, m);
}

const char *str_ifind(const char *s, size_t n, const char *needle)
{
    size_t m = strlen(needle);
    for (size_t i = 0; i + m <= n; i++)
        if (str_ieqn(s + i, needle, m))
            return s + i;
    return NULL;
}

char *str_lower(const void *mem, const char *s)
{
    char *out = mem_str(mem, s);
    for (char *p = out; p && *p; p++)
        *p = str_lower_char(*p);
    return out;
}

char *str_trim(const void *mem, const char *s, size_t n)
{
    while (n > 0 && str_space(*s))
        s++, n--;
    while (n > 0 && str_space(s[n - 1]))
        n--;
    return mem_bytes(mem, s, n);
}

bool str_int(const char *s, int64_t min, int64_t max, int64_t *ret)
{
    if (!s || !(str_digit(*s) || (*s == '-' && str_digit(s[1]))))
        return false;
    char *end;
    errno = 0;
    long long v = strtoll(s, &end, 10);
    if (errno || *end || v < min || v > max)
        return false;
    *ret = v;
    return true;
}

bool str_host_match(const char *pattern, const char *host)
{
    for (; *pattern && *pattern != '*'; pattern++, host++)
        if (str_lower_char(*pattern) != str_lower_char(*host))
            return false;
    if (!*pattern)
        return !*host;
    for (const char *rest = host + 1; *host; rest++) {
        if (str_host_match(pattern + 1, rest))
            return true;
        if (!*rest)
            break;
    }
    return false;
}

size_t str_words(const char *s)
{
    size_t n = 0;
    for (bool in = false; s && *s; s++) {
        n += !in && !str_space(*s);
        in = !str_space(*s);
    }
    return n;
}
