/* csv.c: tables as text (RFC 4180 and its relatives): one line a row, a tab between cells, quotes taken
 * off. The separator is the one that stands most often outside quotes in the first lines: programs in
 * Vietnam write semicolons, since the comma is in the numbers. */
#include "reader/extract.h"

#define RAW_MAX   (4u << 20)
#define LOOKED_AT 4096u /* bytes in which the separator is counted */

static char separator_of(const char *s)
{
    static const char candidates[] = "\t;,";
    size_t best = 0, seen[3] = {0};
    bool quoted = false;
    for (size_t i = 0; i < LOOKED_AT && s[i]; i++) {
        const char *at = strchr(candidates, s[i]);
        quoted ^= s[i] == '"';
        if (at && !quoted)
            seen[at - candidates]++;
    }
    for (size_t i = 1; i < 3; i++)
        best = seen[i] > seen[best] ? i : best;
    return candidates[best];
}

char *extract_csv(struct extract *x)
{
    const char *by;
    struct str raw = extract_raw(x, RAW_MAX), out = str_new(x->mem);
    const char *s = extract_plain(x->mem, x->charset, raw.s, raw.n, &by, &x->a->defects);
    char separator = separator_of(s);
    bool quoted = false;
    for (; *s; s++) {
        if (*s == '"' && quoted && s[1] == '"')
            str_addc(&out, *++s);
        else if (*s == '"')
            quoted = !quoted;
        else if (quoted && *s == '\n')
            str_addc(&out, ' ');
        else
            str_addc(&out, !quoted && *s == separator ? '\t' : *s);
    }
    return out.s ? out.s : mem_str(x->mem, "");
}
