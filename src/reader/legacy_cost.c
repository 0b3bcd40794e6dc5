/* legacy_cost.c: what it costs to believe that a piece of text is right as it stands, or that it was meant
 * as one of the legacy kinds. The figures are weights of evidence, in no unit; they were set so that two
 * ordinary words of TCVN3 or VNI in a row are enough, and that western words are dear to convert: a decoded
 * word that is no syllable costs more than any piece that is left alone. */
#include "base/utf8.h"
#include "reader/legacy_inside.h"

enum {
    COST_RIGHT = 0,
    COST_ABBREVIATION = 1,       /* capitals with a legacy letter among them */
    COST_SHORT = 3,              /* a vowel or two: no evidence either way */
    COST_WESTERN = 3,            /* a word of another language, for all we know */
    COST_ODD = LEGACY_COST_SURE, /* a vowel and an accented vowel as VNI pairs them and Europe does not */
    COST_BROKEN = 6,             /* signs and controls inside a word, a capital behind a small letter */
    COST_NO_WORD = LEGACY_COST_NO_WORD, /* decoded, but no syllable */
    COST_STRANGE = 8,                   /* bytes the kind does not have */
};

static unsigned dearer(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

static bool ascii_letter(int32_t cp)
{
    return cp > 0 && cp < 0x80 && str_alpha((char)cp);
}

static bool high_letter(int32_t cp)
{
    return (cp >= 0xC0 && cp <= 0xFF && cp != 0xD7 && cp != 0xF7) || cp == 0x152 || cp == 0x153 ||
           cp == 0x160 || cp == 0x161 || cp == 0x178 || cp == 0x17D || cp == 0x17E;
}

static bool any_letter(int32_t cp)
{
    return ascii_letter(cp) || high_letter(cp);
}

static bool small(int32_t cp)
{
    return (cp >= 'a' && cp <= 'z') || (cp >= 0xDF && cp <= 0xFF && cp != 0xF7);
}

static bool capital(int32_t cp)
{
    return (cp >= 'A' && cp <= 'Z') || (cp >= 0xC0 && cp <= 0xDE && cp != 0xD7);
}

static int32_t at(const struct legacy_piece *p, size_t i)
{
    return i < p->n ? p->cp[i] : 0; /* i - 1 of 0 is SIZE_MAX: nothing there either */
}

/* ---- as it stands ---- */

static bool one_of(int32_t cp, const char *bytes)
{
    return cp > 0 && cp < 0x100 && strchr(bytes, (char)cp) != NULL;
}

/* What is usual behind and before a word costs nothing. The lists are bytes: quotes, degree, micro,
 * currencies, copyright, ordinals, superscripts. */
static unsigned behind_cost(int32_t cp)
{
    if (one_of(cp, "\xae\xb0\xaa\xba\xb2\xb3\xbb"))
        return COST_RIGHT;
    return one_of(cp, "\xa9\xb7\xb9\xab") ? COST_WESTERN : COST_BROKEN;
}

static unsigned before_cost(int32_t cp)
{
    if (one_of(cp, "\xb0\xb5\xa1\xbf\xab\xbb\xa3\xa5\xa2\xa4"))
        return COST_RIGHT;
    return one_of(cp, "\xa9\xb7\xb9\xb6\xb1") ? COST_WESTERN : COST_BROKEN;
}

/* A sign (U+0080..U+00BF) or a control, beside letters. */
static unsigned sign_cost(const struct legacy_piece *p, size_t i)
{
    int32_t cp = p->cp[i], before = at(p, i - 1), after = at(p, i + 1);
    bool left = any_letter(before), right = any_letter(after);
    if (!left && !right)
        return COST_RIGHT;
    if (cp < 0xA0)
        return COST_BROKEN;
    if (cp == 0xA0 || (cp == 0xB7 && (before == 'l' || before == 'L')))
        return COST_RIGHT;
    if (cp == 0xAD)
        return COST_WESTERN;
    if (left && right)
        return COST_BROKEN;
    return left ? behind_cost(cp) : before_cost(cp);
}

/* The marks of VNI that no language of Europe writes behind this vowel (words like out, sea, Noel, jeune
 * have o-u-circumflex, o-e-diaeresis, e-u-circumflex; those are not among them). */
static bool odd_pair(int32_t before, int32_t cp)
{
    int32_t low = cp >= 0xC0 && cp <= 0xDE ? cp + 0x20 : cp;
    switch (before > 0 && before < 0x80 ? str_lower_char((char)before) : 0) {
    case 'a':
        return one_of(low, "\xf8\xfb\xf5\xf9\xe2\xe0\xe5\xe3\xe1\xe4\xea\xe8");
    case 'e':
        return one_of(low, "\xf8\xf5\xf9\xe2\xe0\xe5\xe3\xe4");
    case 'o':
        return one_of(low, "\xf8\xf5\xe2\xe0\xe5\xe4");
    case 'u':
        return one_of(low, "\xf8\xfb\xf5\xf9");
    default:
        return false;
    }
}

static unsigned letter_cost(const struct legacy_piece *p, size_t i)
{
    int32_t cp = p->cp[i], before = at(p, i - 1), after = at(p, i + 1);
    if ((capital(cp) && small(before)) ||
        (small(cp) && before >= 'A' && before <= 'Z' && after >= 'A' && after <= 'Z'))
        return COST_BROKEN;
    return odd_pair(before, cp) ? COST_ODD : COST_WESTERN;
}

/* The worst of the words with a letter beyond ASCII. */
static enum legacy_fit reads_as(const struct legacy_piece *p)
{
    enum legacy_fit worst = LEGACY_YES;
    for (size_t i = 0, end; i < p->n; i = end + 1) {
        bool high = false;
        for (end = i; end < p->n && any_letter(p->cp[end]); end++)
            high |= p->cp[end] >= 0x80;
        enum legacy_fit fit = high ? legacy_syllable(p->cp + i, end - i) : LEGACY_YES;
        worst = fit < worst ? fit : worst;
    }
    return worst;
}

unsigned legacy_cost_as_is(const struct legacy_piece *p, bool *ret_foreign)
{
    unsigned signs = 0, letters = 0;
    *ret_foreign = false;
    for (size_t i = 0; i < p->n; i++) {
        int32_t cp = p->cp[i];
        if (legacy_byte_of(cp) < 0)
            return COST_RIGHT;
        if ((cp >= 0x80 && cp < 0xC0) || cp < 0x20)
            signs = dearer(signs, sign_cost(p, i));
        else if (high_letter(cp))
            letters = dearer(letters, letter_cost(p, i));
    }
    enum legacy_fit fit = letters > 0 && letters < COST_BROKEN ? reads_as(p) : LEGACY_NO;
    if (fit != LEGACY_NO)
        letters = fit == LEGACY_YES ? COST_RIGHT : COST_SHORT;
    unsigned cost = dearer(signs, letters);
    *ret_foreign = fit == LEGACY_NO && cost > 0 && cost < COST_BROKEN;
    return cost;
}

/* ---- decoded ---- */

static bool word_letter(int32_t cp)
{
    return utf8_word_char(cp) && !(cp >= '0' && cp <= '9');
}

/* How the capitals of a word lie. */
struct shape {
    bool high;         /* a letter beyond ASCII */
    bool all_capital;  /* capitals without tones: an abbreviation */
    bool behind_small; /* a high capital behind a small letter: not so in Vietnamese */
};

static struct shape shape_of(const int32_t *cp, size_t n)
{
    struct shape s = {.all_capital = true};
    for (size_t i = 0; i < n; i++) {
        struct legacy_letter letter;
        bool is_capital = legacy_letter(cp[i], &letter) && letter.capital;
        s.high |= cp[i] >= 0x80;
        s.all_capital &= is_capital && letter.tone == 0;
        s.behind_small |= i > 0 && cp[i] >= 0x80 && is_capital && legacy_upper(cp[i - 1]) != cp[i - 1];
    }
    return s;
}

static unsigned word_cost(const int32_t *cp, size_t n)
{
    struct shape shape = shape_of(cp, n);
    if (!shape.high)
        return COST_RIGHT;
    if (n == 1 && (*cp == 0x111 || *cp == 0x110)) /* the currency */
        return COST_SHORT;
    enum legacy_fit fit = shape.behind_small ? LEGACY_NO : legacy_syllable(cp, n);
    if (fit != LEGACY_NO)
        return fit == LEGACY_YES ? COST_RIGHT : COST_SHORT;
    return shape.all_capital && n <= 6 ? COST_ABBREVIATION : COST_NO_WORD;
}

unsigned legacy_cost_decoded(const struct legacy_decoded *d)
{
    unsigned cost = d->strange ? COST_STRANGE : COST_RIGHT;
    const struct legacy_piece *p = &d->text;
    for (size_t i = 0, end; i < p->n; i = end + 1) {
        for (end = i; end < p->n && word_letter(p->cp[end]); end++)
            continue;
        bool dong = end - i == 1 && i > 0 && p->cp[i - 1] >= '0' && p->cp[i - 1] <= '9';
        unsigned word = word_cost(p->cp + i, end - i);
        cost = dearer(cost, dong && word == COST_SHORT ? COST_ABBREVIATION : word); /* 100.000d */
    }
    return cost;
}
