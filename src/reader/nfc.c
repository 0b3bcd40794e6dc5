/* nfc.c: see nfc.h. Real writing has at most a handful of marks on a letter, so no honest text is changed;
 * U+034F (combining grapheme joiner) shows nothing and takes nothing away. */
#include "reader/nfc.h"
#include "base/utf8.h"
#include <utf8proc.h>

#define MARKS_MAX 30u
#define JOINER    0x034F

/* Marks of class 0 do not take part in reordering. */
static bool reorders(int32_t cp)
{
    return cp >= 0x300 && utf8proc_get_property(cp)->combining_class != 0;
}

/* The offset at which a run has grown too long; n: nowhere. */
static size_t long_run(const char *s, size_t n, size_t from)
{
    size_t marks = 0, i = from;
    while (i < n) {
        int32_t cp = (unsigned char)s[i];
        size_t len = cp < 0xCC ? 1 : utf8_decode(s + i, n - i, &cp); /* U+0300 begins with 0xCC */
        marks = reorders(cp) ? marks + 1 : 0;
        if (marks > MARKS_MAX)
            return i;
        i += len;
    }
    return n;
}

char *nfc_safe(const void *mem, const char *s, size_t n)
{
    size_t at = long_run(s, n, 0), from = 0;
    if (at == n)
        return utf8_nfc(mem, s, n);
    struct str out = str_new(mem);
    for (; at < n; from = at, at = long_run(s, n, from)) {
        str_addn(&out, s + from, at - from);
        utf8_add(&out, JOINER);
    }
    str_addn(&out, s + from, n - from);
    return utf8_nfc(mem, out.s, out.n);
}
