/* legacy_scan.c: the pass that every text goes through, so it only looks at bytes. Unicode Vietnamese,
 * ASCII and most other text show nothing here and are done. It may suspect too much (the evidence is
 * weighed later), never too little: TCVN3, VNI, VISCII, VPS, windows-1258 and doubled UTF-8 all put letters
 * side by side that Vietnamese spelling does not have. */
#include "reader/legacy_inside.h"

#define VIQR_ENOUGH 2u /* vowels with ^ ( + behind them; apostrophes and dots prove nothing */

static bool letter_byte(unsigned char c)
{
    return c >= 0x80 || str_alpha((char)c);
}

/* U+0080..U+00BF between these bytes. */
static bool odd_sign(unsigned char low, unsigned char before, unsigned char after)
{
    bool left = letter_byte(before), right = letter_byte(after);
    switch (low) {
    case 0xA0:                 /* no-break space */
        return before == 0x83; /* the second half of a doubled a-grave: U+00C3 U+00A0 */
    case 0xAB:                 /* quotes, degree, soft hyphen, copyright */
    case 0xBB:
    case 0xB0:
    case 0xAD:
    case 0xA9:
        return left && right;
    default:
        return low < 0xA0 || left || right;
    }
}

/* U+00C0..U+00FF behind this byte. */
static bool odd_letter(unsigned char low, unsigned char before)
{
    struct legacy_letter letter;
    int32_t cp = low + 0x40;
    if (!legacy_letter(cp, &letter))
        return true;
    if (letter.capital)
        return before >= 'a' && before <= 'z';
    switch (str_lower_char((char)before)) {
    case 'a':
    case 'e':
        return true;
    case 'o': /* oa, oe take the tone on the second vowel */
        return letter.code != 'a' && letter.code != 'e';
    case 'u': /* ua, ue, ui, uy and the roofed vowels */
        return letter.code == 'u' || letter.code == 'o';
    default:
        return false;
    }
}

static bool viqr_here(unsigned char before, unsigned char c, unsigned char after)
{
    bool more = str_alpha((char)after) || (after && strchr("`?~'.", after));
    char low = str_lower_char((char)before);
    if (c == '^')
        return low == 'a' || low == 'e' || low == 'o';
    if (c == '+')
        return (low == 'o' || low == 'u') && more;
    return c == '(' && low == 'a' && more;
}

struct legacy_suspects legacy_scan(const char *s, size_t n)
{
    struct legacy_suspects found = {false, false};
    const unsigned char *u = (const unsigned char *)s;
    unsigned viqr = 0;
    for (size_t i = 0; i < n && !(found.high && viqr >= VIQR_ENOUGH); i++) {
        unsigned char c = u[i], before = i ? u[i - 1] : ' ', after = i + 1 < n ? u[i + 1] : ' ';
        if (c == '^' || c == '(' || c == '+') {
            viqr += viqr_here(before, c, after);
        } else if (c == 0xC2 || c == 0xC3) {
            unsigned char behind = i + 2 < n ? u[i + 2] : ' ';
            bool pair = i >= 2 && (u[i - 2] & 0xFE) == 0xC2; /* two letters of Latin-1 in a row */
            found.high |= c == 0xC2 ? odd_sign(after, before, behind) : pair || odd_letter(after, before);
        }
    }
    found.viqr = viqr >= VIQR_ENOUGH;
    return found;
}
