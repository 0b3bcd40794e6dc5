/* legacy_join.c: words that a program cut in two when it took the text out of an old document.
 *
 * Such texts have two sorts of line ends: "\n" where the document had one, and "\r\n" where the program
 * went on to the next piece of the file, which is anywhere, also inside of a word ("th" "\r\n" "anh"). Only
 * there, and only when both halves together are a syllable of Vietnamese and one of them alone is none (or
 * proves little), the break is taken out. Refuses to join across any other line end, across blanks, before
 * a capital, and a syllable with what may be the letter of a list ("a)"). Linear: a half is at most HALF
 * letters long. */
#include "base/utf8.h"
#include "reader/legacy_inside.h"

enum { HALF = 7 }; /* letters of the longest syllable */

struct halves {
    int32_t cp[2 * HALF];
    size_t left, right; /* letters */
    bool item;          /* the right one could be the letter of a list: "a)" */
};

static bool is_letter(int32_t cp)
{
    struct legacy_letter letter;
    return legacy_letter(cp, &letter);
}

/* The letters before offset i, from the beginning of their word. False: none, or too many. */
static bool left_half(const char *s, size_t i, struct halves *h)
{
    size_t from = i;
    for (size_t seen = 0; from > 0 && seen <= HALF; seen++) {
        size_t k = from - 1;
        int32_t cp;
        while (k > 0 && ((unsigned char)s[k] & 0xC0) == 0x80)
            k--;
        utf8_decode(s + k, from - k, &cp);
        if (!utf8_word_char(cp))
            break;
        from = k;
    }
    for (h->left = 0; from < i; h->left++) {
        if (h->left == HALF)
            return false;
        from += utf8_decode(s + from, i - from, &h->cp[h->left]);
        if (!is_letter(h->cp[h->left]))
            return false;
    }
    return h->left > 0;
}

/* The letters at offset i, behind the left half. */
static bool right_half(const char *s, size_t n, size_t i, struct halves *h)
{
    for (h->right = 0; i < n; h->right++) {
        int32_t cp;
        size_t len = utf8_decode(s + i, n - i, &cp);
        if (!utf8_word_char(cp))
            break;
        if (h->right == HALF || !is_letter(cp))
            return false;
        h->cp[h->left + h->right] = cp;
        i += len;
    }
    h->item = h->right == 1 && i < n && strchr(").:/", s[i]);
    return h->right > 0 && legacy_upper(h->cp[h->left]) != h->cp[h->left];
}

/* Whether the "\r\n" at i stands inside of a word. */
static bool breaks_word(const char *s, size_t n, size_t i)
{
    struct halves h;
    if (!left_half(s, i, &h) || !right_half(s, n, i + 2, &h))
        return false;
    enum legacy_fit left = legacy_syllable(h.cp, h.left);
    enum legacy_fit right = legacy_syllable(h.cp + h.left, h.right);
    enum legacy_fit both = legacy_syllable(h.cp, h.left + h.right);
    if (left == LEGACY_NO || (right == LEGACY_NO && !h.item))
        return both != LEGACY_NO;
    return both == LEGACY_YES && !h.item && (left == LEGACY_WEAK || right == LEGACY_WEAK);
}

static bool two_line_ends(const char *s, size_t n)
{
    bool lf = *s == '\n', crlf = false;
    for (size_t i = 1; i < n && !(lf && crlf); i++)
        if (s[i] == '\n')
            *(s[i - 1] == '\r' ? &crlf : &lf) = true;
    return lf && crlf;
}

char *legacy_join(const void *mem, const char *s, size_t n)
{
    if (n == 0 || !two_line_ends(s, n))
        return NULL;
    struct str out = str_new(mem);
    size_t done = 0, joined = 0;
    for (const char *p = s; (p = memmem(p, n - (size_t)(p - s), "\r\n", 2)); p += 2) {
        size_t i = (size_t)(p - s);
        if (!breaks_word(s, n, i))
            continue;
        str_addn(&out, s + done, i - done);
        done = i + 2;
        joined++;
    }
    str_addn(&out, s + done, n - done);
    return joined ? out.s : NULL;
}
