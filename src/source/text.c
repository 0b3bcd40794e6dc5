/* text.c: receipt keys from file names, and where a header ends. Pure. */
#include "source/text.h"
#include "base/utf8.h"

char *text_key(const void *mem, const char *s, size_t n)
{
    struct str out = str_new(mem);
    bool valid = utf8_valid(s, n);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c < 0x20 || c == 0x7f || c == '%' || (c >= 0x80 && !valid))
            str_addf(&out, "%%%02X", c);
        else
            str_addc(&out, (char)c);
    }
    return out.n ? out.s : mem_str(mem, "");
}

size_t text_header_end(const char *s, size_t n)
{
    size_t line = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] != '\n')
            continue;
        if (i == line || (i == line + 1 && s[line] == '\r'))
            return i + 1;
        line = i + 1;
    }
    return n;
}
