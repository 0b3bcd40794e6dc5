/* number.c: scans document numbers. Refuses dates, fractions, house numbers, plates and telephone groups:
 * a symbol begins with a capital letter and has a hyphen (or is QHnn); nothing of a word may touch it. */
#include "fields/number.h"
#include <utf8proc.h>

enum {
    SEQ_DIGITS = 5,
    PART_LETTERS = 12,
    PARTS = 6 /* TTLT of five ministries is the longest in use */
};

/* A place in the text, advanced as the grammar is met. */
struct scan {
    const char *s;
    size_t n, at;
};

static int32_t peek(const struct scan *sc, size_t *ret_len)
{
    int32_t cp = 0;
    *ret_len = 0;
    if (sc->at < sc->n)
        *ret_len = utf8_decode(sc->s + sc->at, sc->n - sc->at, &cp);
    return cp;
}

static char here(const struct scan *sc)
{
    return sc->at < sc->n ? sc->s[sc->at] : 0;
}

static void one_blank(struct scan *sc)
{
    if (here(sc) == ' ')
        sc->at++;
    else if (sc->at + 1 < sc->n && (unsigned char)sc->s[sc->at] == 0xC2 &&
             (unsigned char)sc->s[sc->at + 1] == 0xA0)
        sc->at += 2;
}

static bool slash(struct scan *sc)
{
    struct scan try = *sc;
    one_blank(&try);
    if (here(&try) != '/')
        return false;
    try.at++;
    one_blank(&try);
    *sc = try;
    return true;
}

static bool is_upper(int32_t cp)
{
    return utf8proc_category(cp) == UTF8PROC_CATEGORY_LU;
}

static bool part_char(int32_t cp)
{
    return cp == '&' || utf8_word_char(cp);
}

static bool capital_part_char(int32_t cp)
{
    return cp == '&' || is_upper(cp) || (cp < 0x80 && str_digit((char)cp));
}

/* letter / digit / "&". The first letter of a symbol is a capital. Behind a blank a part is all capitals,
 * or begins with one and has another ("SNgV"): in "QD-UBND - Ha Noi" the place is not a unit. */
static bool part(struct scan *sc, bool first, bool spaced)
{
    struct scan try = *sc;
    size_t letters = 0, capitals = 0, others = 0, len;
    int32_t cp = peek(&try, &len);
    if ((first || (spaced && !capital_part_char(cp))) && !is_upper(cp))
        return false;
    while (len && letters <= PART_LETTERS && part_char(cp)) {
        try.at += len;
        letters++;
        capitals += is_upper(cp);
        others += !capital_part_char(cp);
        cp = peek(&try, &len);
    }
    if (letters == 0 || letters > PART_LETTERS || (len && utf8_word_char(cp)) ||
        (spaced && others && capitals < 2))
        return false;
    *sc = try;
    return true;
}

/* A hyphen or dash with at most a blank on each side; *ret_spaced when there was one. */
static bool dash(struct scan *sc, bool *ret_spaced)
{
    struct scan try = *sc;
    size_t len;
    one_blank(&try);
    int32_t cp = peek(&try, &len);
    if (cp != '-' && !(cp >= 0x2010 && cp <= 0x2015))
        return false;
    bool spaced = try.at > sc->at;
    try.at += len;
    size_t before = try.at;
    one_blank(&try);
    *ret_spaced = spaced || try.at > before;
    *sc = try;
    return true;
}

/* "QH14", "UBTVQH15", also with a blank before the two digits: takes them. */
static bool law_symbol(struct scan *sc, size_t start)
{
    const char *s = sc->s + start;
    size_t n = sc->n - start;
    size_t letters = n > 2 && memcmp(s, "QH", 2) == 0 ? 2 : n > 6 && memcmp(s, "UBTVQH", 6) == 0 ? 6 : 0;
    struct scan try = {sc->s, sc->n, start + letters};
    one_blank(&try);
    for (int i = 0; letters && i < 2; i++, try.at++)
        if (!str_digit(here(&try)))
            return false;
    size_t len;
    int32_t next = peek(&try, &len);
    if (!letters || (len && utf8_word_char(next)))
        return false;
    *sc = try;
    return true;
}

/* Also takes the slip of a slash for the first hyphen ("TT/BTTTT"). */
static bool symbol(struct scan *sc)
{
    size_t start = sc->at, parts = 1;
    if (!part(sc, true, false))
        return false;
    while (parts < PARTS) {
        struct scan try = *sc;
        bool spaced = false;
        bool slip = parts == 1 && sc->at - start <= 4 && here(&try) == '/';
        if (slip)
            try.at++;
        else if (!dash(&try, &spaced))
            break;
        if (!part(&try, slip, spaced))
            break;
        *sc = try;
        parts++;
    }
    return parts > 1 || law_symbol(sc, start);
}

static bool touched(const char *s, size_t at)
{
    if (at == 0)
        return false;
    if (strchr("/.-", s[at - 1]))
        return true;
    size_t i = at - 1;
    while (i > 0 && ((unsigned char)s[i] & 0xC0) == 0x80)
        i--;
    int32_t cp;
    utf8_decode(s + i, at - i, &cp);
    return utf8_word_char(cp);
}

static bool sequence(struct scan *sc)
{
    size_t digits = 0;
    while (str_digit(here(sc)) && digits <= SEQ_DIGITS) {
        sc->at++;
        digits++;
    }
    if (digits == 0 || digits > SEQ_DIGITS)
        return false;
    if (here(sc) >= 'a' && here(sc) <= 'z')
        sc->at++;
    return slash(sc);
}

/* 1900..2099 and a slash, or nothing. */
static void year(struct scan *sc)
{
    struct scan try = *sc;
    while (str_digit(here(&try)))
        try.at++;
    const char *s = sc->s + sc->at;
    bool four = try.at - sc->at == 4 && (memcmp(s, "19", 2) == 0 || memcmp(s, "20", 2) == 0);
    if (four && slash(&try))
        *sc = try;
}

static const char *normal(const void *mem, const char *s, size_t n)
{
    struct str out = str_new(mem);
    for (size_t i = 0; i < n;) {
        int32_t cp;
        i += utf8_decode(s + i, n - i, &cp);
        if (cp == ' ' || cp == 0xA0)
            continue;
        bool d_stroke = cp == 0xD0 || cp == 0x189;
        utf8_add(&out, d_stroke ? 0x110 : cp >= 0x2010 && cp <= 0x2015 ? '-' : cp);
    }
    return out.n ? out.s : mem_str(mem, "");
}

bool number_scan_at(const void *mem, const char *text, size_t n, size_t at, struct number *ret)
{
    struct scan sc = {text, n, at};
    if (at >= n || !str_digit(text[at]) || touched(text, at) || !sequence(&sc))
        return false;
    year(&sc);
    size_t begins = sc.at;
    if (!symbol(&sc))
        return false;
    *ret = (struct number){at, sc.at, begins, normal(mem, text + at, sc.at - at), false};
    return true;
}

/* ---- numbers that count only behind their label ---- */

/* The dot in "103-SL/L.005", as decrees of the first years have it. */
static bool dotted(struct scan *sc)
{
    bool dot = here(sc) == '.' && sc->at + 1 < sc->n && str_digit(sc->s[sc->at + 1]);
    sc->at += dot;
    return dot;
}

/* "215-CV/TU": bodies of the Party put the type before the slash (Guideline 36-HD/VPTW). */
static bool party_symbol(struct scan *sc)
{
    struct scan try = *sc;
    bool spaced = false;
    if (!part(&try, true, false) || !slash(&try) || !part(&try, true, false))
        return false;
    *sc = try;
    while ((dotted(&try) || dash(&try, &spaced)) && part(&try, false, spaced))
        *sc = try;
    return true;
}

static bool party_number(const void *mem, const char *text, size_t n, size_t at, struct number *ret)
{
    struct scan sc = {text, n, at};
    bool spaced;
    while (str_digit(here(&sc)) && sc.at - at <= SEQ_DIGITS)
        sc.at++;
    if (sc.at == at || sc.at - at > SEQ_DIGITS || !dash(&sc, &spaced))
        return false;
    size_t begins = sc.at;
    if (!party_symbol(&sc))
        return false;
    *ret = (struct number){at, sc.at, begins, normal(mem, text + at, sc.at - at), false};
    return true;
}

/* The digit that a program took for a letter; 0 for none. */
static char digit_of(char c)
{
    return (char)(str_digit(c) ? c : strchr("lI|", c) && c ? '1' : c == 'O' || c == 'o' ? '0' : 0);
}

/* "l905/QD-X", "2O5/TB-X": digits misread by a program, one of them not. */
static bool misread_number(const void *mem, const char *text, size_t n, size_t at, struct number *ret)
{
    char digits[SEQ_DIGITS + 1] = "";
    struct scan sc = {text, n, at};
    size_t k = 0;
    bool true_digit = false;
    while (k < SEQ_DIGITS && digit_of(here(&sc))) {
        true_digit = true_digit || str_digit(here(&sc));
        digits[k++] = digit_of(here(&sc));
        sc.at++;
    }
    size_t rest = sc.at;
    if (!true_digit || !slash(&sc))
        return false;
    year(&sc);
    size_t begins = sc.at;
    if (!symbol(&sc))
        return false;
    const char *all = mem_fmt(mem, "%s%s", digits, normal(mem, text + rest, sc.at - rest));
    *ret = (struct number){at, sc.at, begins, all, false};
    return true;
}

bool number_scan_labelled(const void *mem, const char *text, size_t n, size_t at, struct number *ret)
{
    return at < n && (number_scan_at(mem, text, n, at, ret) || party_number(mem, text, n, at, ret) ||
                      misread_number(mem, text, n, at, ret));
}

bool number_scan(const void *mem, const char *text, size_t n, size_t at, struct number *ret)
{
    for (size_t i = at; i < n; i++)
        if (number_scan_at(mem, text, n, i, ret))
            return true;
    return false;
}

bool number_scan_blank(const void *mem, const char *text, size_t n, size_t at, struct number *ret)
{
    struct scan sc = {text, n, at};
    int32_t cp;
    size_t len;
    while ((cp = peek(&sc, &len), len) &&
           (cp == ' ' || cp == '.' || cp == '_' || cp == 0x2026 || cp == 0xA0))
        sc.at += len;
    if (here(&sc) != '/')
        return false;
    sc.at++;
    year(&sc);
    size_t begins = sc.at;
    if (!symbol(&sc))
        return false;
    *ret = (struct number){at, sc.at, begins, normal(mem, text + begins, sc.at - begins), true};
    return true;
}
