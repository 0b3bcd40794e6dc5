/* flowed.c: see flowed.h. A line that ends in a blank goes on in the next one of the same quote depth; "--
 * " never does (RFC 3676 4.3); one stuffed blank at the start of a line is not text (4.4). */
#include "reader/flowed.h"

struct flowed_line {
    const char *s;
    size_t n, quotes;
    bool soft, signature;
};

static struct flowed_line line_at(const char *s, size_t n)
{
    struct flowed_line l = {.s = s, .n = n};
    while (l.quotes < n && s[l.quotes] == '>')
        l.quotes++;
    l.s += l.quotes;
    l.n -= l.quotes;
    if (l.n > 0 && l.s[0] == ' ') {
        l.s++;
        l.n--;
    }
    l.signature = l.n == 3 && memcmp(l.s, "-- ", 3) == 0;
    l.soft = !l.signature && l.n > 0 && l.s[l.n - 1] == ' ';
    return l;
}

char *flowed_unwrap(const void *mem, const char *text, bool delsp)
{
    struct str out = str_new(mem);
    bool joined = false; /* the line before was soft */
    size_t quotes = 0;
    while (*text) {
        const char *end = strchrnul(text, '\n');
        struct flowed_line l = line_at(text, (size_t)(end - text));
        bool goes_on = joined && l.quotes == quotes && !l.signature;
        if (!goes_on) {
            if (joined)
                str_addc(&out, '\n');
            for (size_t i = 0; i < l.quotes; i++)
                str_addc(&out, '>');
            if (l.quotes > 0)
                str_addc(&out, ' ');
        }
        str_addn(&out, l.s, l.soft && delsp ? l.n - 1 : l.n);
        joined = l.soft;
        quotes = l.quotes;
        if (*end && !joined)
            str_addc(&out, '\n');
        text = *end ? end + 1 : end;
    }
    return out.n ? out.s : mem_str(mem, "");
}
