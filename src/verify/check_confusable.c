/* check_confusable.c: names that a hurried reader takes for each other (abuse A10; Unicode TR 39 in small).
 *
 * A skeleton replaces each look-alike by one representative: Cyrillic and Greek letters by the Latin ones
 * they resemble, marked letters by bare ones, digits by letters, rn by m, vv by w, cl by d; dots and
 * hyphens vanish, doubled letters fall together. xn-- labels are decoded first (RFC 3492). Equal skeletons
 * of unequal names are confusable. Nothing here knows whose names they are. */
#include "base/utf8.h"
#include "verify/check.h"

enum { PUNY_BASE = 36, PUNY_MIN = 1, PUNY_MAX = 26, PUNY_SKEW = 38, PUNY_DAMP = 700, PUNY_LABEL = 63 };
enum { DISTANCE_MAX = 80 };

struct twin {
    int32_t codepoint;
    char letter;
};

/* Lower case only: names are folded first. Cyrillic, then Greek, then Latin without decomposition. */
static const struct twin twins[] = {
    {0x430, 'a'}, {0x432, 'b'}, {0x435, 'e'}, {0x43A, 'k'},  {0x43C, 'm'},  {0x43D, 'h'},  {0x43E, 'o'},
    {0x440, 'p'}, {0x441, 'c'}, {0x442, 't'}, {0x443, 'y'},  {0x445, 'x'},  {0x455, 's'},  {0x456, 'i'},
    {0x458, 'j'}, {0x461, 'w'}, {0x475, 'v'}, {0x491, 'r'},  {0x501, 'd'},  {0x51B, 'q'},  {0x4BB, 'h'},
    {0x4CF, 'i'}, {0x3B1, 'a'}, {0x3B2, 'b'}, {0x3B3, 'y'},  {0x3B9, 'i'},  {0x3BA, 'k'},  {0x3BD, 'v'},
    {0x3BF, 'o'}, {0x3C1, 'p'}, {0x3C4, 't'}, {0x3C5, 'u'},  {0x3C7, 'x'},  {0x251, 'a'},  {0x261, 'g'},
    {0x26A, 'i'}, {0x131, 'i'}, {0x237, 'j'}, {0x1D04, 'c'}, {0x1D0F, 'o'}, {0x1D20, 'v'}, {0x585, 'o'},
};

static size_t puny_adapt(size_t delta, size_t points, bool first)
{
    size_t k = 0;
    delta = first ? delta / PUNY_DAMP : delta / 2;
    delta += delta / points;
    for (; delta > ((PUNY_BASE - PUNY_MIN) * PUNY_MAX) / 2; k += PUNY_BASE)
        delta /= PUNY_BASE - PUNY_MIN;
    return k + (PUNY_BASE - PUNY_MIN + 1) * delta / (delta + PUNY_SKEW);
}

/* One generalised integer of RFC 3492 3.3; false on a bad digit or an absurd value. */
static bool puny_integer(const char **p, const char *end, size_t bias, size_t *ret)
{
    size_t value = 0, weight = 1;
    for (size_t k = PUNY_BASE;; k += PUNY_BASE) {
        if (*p == end)
            return false;
        char c = *(*p)++;
        size_t digit = str_alpha(c) ? (size_t)(str_lower_char(c) - 'a')
                                    : (str_digit(c) ? (size_t)(c - '0') + 26 : PUNY_BASE);
        size_t t = k <= bias ? PUNY_MIN : k >= bias + PUNY_MAX ? PUNY_MAX : k - bias;
        if (digit >= PUNY_BASE || weight > UINT32_MAX)
            return false;
        value += digit * weight;
        if (digit < t) {
            *ret = value;
            return true;
        }
        weight *= PUNY_BASE - t;
    }
}

/* Decodes what follows "xn--"; false leaves the label as it is. */
static bool puny_decode(const char *s, size_t n, struct str *out)
{
    int32_t points[PUNY_LABEL];
    size_t count = 0, i = 0, bias = 72, at = 128;
    const char *dash = n ? memrchr(s, '-', n) : NULL, *p = dash ? dash + 1 : s;
    for (const char *c = s; dash && c < dash && count < PUNY_LABEL; c++)
        points[count++] = (unsigned char)*c;
    while (p < s + n) {
        size_t delta;
        if (count == PUNY_LABEL || !puny_integer(&p, s + n, bias, &delta))
            return false;
        bias = puny_adapt(delta, count + 1, i == 0 && at == 128);
        at += (i + delta) / (count + 1);
        i = (i + delta) % (count + 1);
        if (at > 0x10FFFF)
            return false;
        memmove(points + i + 1, points + i, (count - i) * sizeof *points);
        points[i++] = (int32_t)at;
        count++;
    }
    for (size_t k = 0; k < count; k++)
        utf8_add(out, points[k]);
    return true;
}

/* The domain with its xn-- labels in letters. */
static char *to_letters(const void *mem, const char *domain)
{
    struct str b = str_new(mem);
    for (const char *label = domain;;) {
        size_t n = strcspn(label, ".");
        size_t before = b.n;
        if (n > 4 && str_ieqn(label, "xn--", 4) && n <= PUNY_LABEL) {
            if (!puny_decode(label + 4, n - 4, &b)) {
                str_cut(&b, before);
                str_addn(&b, label, n);
            }
        } else
            str_addn(&b, label, n);
        if (!label[n])
            return mem_bytes(mem, b.s, b.n);
        str_addc(&b, '.');
        label += n + 1;
    }
}

static char twin_of(int32_t codepoint)
{
    if (codepoint < 0x80)
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(twins); i++)
        if (twins[i].codepoint == codepoint)
            return twins[i].letter;
    return 0;
}

/* Folded, marks off, twins replaced, dividers dropped: mostly ASCII. */
static char *latin(const void *mem, const char *name)
{
    size_t n = strlen(name), ascii = 0;
    while (ascii < n && (unsigned char)name[ascii] < 0x80)
        ascii++;
    const char *bare = ascii == n ? str_lower(mem, name) : utf8_bare(mem, utf8_nfc(mem, name, n));
    struct str b = str_new(mem);
    n = strlen(bare);
    for (size_t i = 0; i < n;) {
        int32_t codepoint;
        i += utf8_decode(bare + i, n - i, &codepoint);
        char twin = twin_of(codepoint);
        if (codepoint < 0x80 && strchr(".-_ ", (char)codepoint))
            continue;
        if (twin)
            str_addc(&b, twin);
        else
            utf8_add(&b, codepoint);
    }
    return mem_bytes(mem, b.s, b.n);
}

/* One representative for the shape at s; *ret_used bytes are consumed. */
static char shape(const char *s, size_t *ret_used)
{
    static const char from[] = "01l3458$|!", to[] = "oiieasbsii";
    *ret_used = 2;
    if (str_starts(s, "rn"))
        return 'm';
    if (str_starts(s, "vv"))
        return 'w';
    if (str_starts(s, "cl"))
        return 'd';
    *ret_used = 1;
    const char *found = strchr(from, *s);
    return found ? to[found - from] : *s;
}

char *confusable_skeleton(const void *mem, const char *name)
{
    struct str b = str_new(mem);
    size_t used;
    for (const char *s = latin(mem, name); *s; s += used) {
        char c = shape(s, &used);
        if (b.n == 0 || b.s[b.n - 1] != c)
            str_addc(&b, c);
    }
    return mem_bytes(mem, b.s, b.n);
}

char *confusable_domain(const void *mem, const char *domain)
{
    return confusable_skeleton(mem, to_letters(mem, domain));
}

static size_t least(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;
    return m < c ? m : c;
}

size_t confusable_distance(const char *a, const char *b, size_t max)
{
    size_t n = strlen(a), m = strlen(b), rows[3][DISTANCE_MAX + 1];
    if (n > DISTANCE_MAX || m > DISTANCE_MAX || (n > m ? n - m : m - n) > max)
        return max + 1;
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *higher = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t change = above[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = least(above[j] + 1, row[j - 1] + 1, change);
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && higher[j - 2] + 1 < row[j])
                row[j] = higher[j - 2] + 1;
        }
    }
    return rows[n % 3][m] > max ? max + 1 : rows[n % 3][m];
}
