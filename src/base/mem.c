/* mem.c: talloc behind allocators that cannot fail. See mem.h for the rule on running out of memory. */
#include "base/mem.h"

void mem_exhausted(void)
{
    static const char msg[] = "bbt: out of memory: stopping, nothing acknowledged is lost\n";
    ssize_t n = write(2, msg, sizeof msg - 1);
    (void)n;
    _exit(75);
}

static void *must(void *p)
{
    if (!p)
        mem_exhausted();
    return p;
}

void *mem_new(void)
{
    return must(talloc_new(NULL));
}

void *mem_zero_size(const void *mem, size_t n, size_t size, const char *name)
{
    if (size != 0 && n > SIZE_MAX / size)
        mem_exhausted();
    void *p = must(talloc_named_const(mem, n * size, name));
    memset(p, 0, n * size);
    return p;
}

void *mem_grow(const void *mem, void *array, size_t old_n, size_t new_n, size_t size)
{
    if (size != 0 && new_n > SIZE_MAX / size)
        mem_exhausted();
    char *p = must(talloc_realloc_size(mem, array, new_n * size));
    memset(p + old_n * size, 0, (new_n - old_n) * size);
    return p;
}

void *mem_room(const void *mem, void *array, size_t n, size_t size)
{
    if (n != 0 && (n & (n - 1)) != 0)
        return array;
    return mem_grow(mem, array, n, n == 0 ? 1 : n * 2, size);
}

char *mem_str(const void *mem, const char *s)
{
    return s ? must(talloc_strdup(mem, s)) : NULL;
}

char *mem_bytes(const void *mem, const void *p, size_t n)
{
    char *out = must(talloc_size(mem, n + 1));
    if (n)
        memcpy(out, p, n);
    out[n] = '\0';
    return out;
}

char *mem_vfmt(const void *mem, const char *fmt, va_list ap)
{
    return must(talloc_vasprintf(mem, fmt, ap));
}

char *mem_fmt(const void *mem, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *s = mem_vfmt(mem, fmt, ap);
    va_end(ap);
    return s;
}
