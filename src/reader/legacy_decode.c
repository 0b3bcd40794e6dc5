/* legacy_decode.c: one piece of text (what stands between two blanks) read as one of the kinds.
 *
 * Input are the code points a reader saw who took the bytes for windows-1252. What the kind has no meaning
 * for is kept as it is; beside letters it is counted as strange. Output is composed. A piece with letters
 * outside windows-1252 is of no kind: it is Unicode already. */
#include "base/utf8.h"
#include "reader/legacy_inside.h"

static void put(struct legacy_decoded *d, int32_t cp)
{
    d->text.cp[d->text.n++] = cp; /* a decoded piece is never longer */
}

/* A tone onto the last letter put: false when that is no vowel without a tone. */
static bool add_tone(struct legacy_decoded *d, unsigned tone)
{
    struct legacy_letter last;
    if (d->text.n == 0 || !legacy_letter(d->text.cp[d->text.n - 1], &last) || last.tone)
        return false;
    int32_t cp = legacy_compose(last.code, tone, last.capital);
    if (cp)
        d->text.cp[d->text.n - 1] = cp;
    d->changed |= cp != 0;
    return cp != 0;
}

/* A mark that makes another vowel of the last letter, and perhaps a tone. */
static bool add_mark(struct legacy_decoded *d, const char *from, const char *to, unsigned tone)
{
    struct legacy_letter last;
    if (d->text.n == 0 || !legacy_letter(d->text.cp[d->text.n - 1], &last) || last.tone)
        return false;
    const char *at = strchr(from, last.code);
    if (!at)
        return false;
    d->text.cp[d->text.n - 1] = legacy_compose(to[at - from], tone, last.capital);
    d->changed = true;
    return true;
}

static bool beside_letter(const struct legacy_piece *in, size_t i)
{
    bool before = i > 0 && in->cp[i - 1] < 0x80 && str_alpha((char)in->cp[i - 1]);
    bool after = i + 1 < in->n && in->cp[i + 1] < 0x80 && str_alpha((char)in->cp[i + 1]);
    return before || after;
}

/* Keeps a character without meaning here. */
static void keep(const struct legacy_piece *in, size_t i, struct legacy_decoded *d)
{
    int32_t cp = in->cp[i];
    bool letter = cp >= 0xC0 && cp <= 0xFF;
    d->strange += letter || (cp >= 0xA1 && cp < 0xC0 && cp != 0xAB && cp != 0xBB && beside_letter(in, i));
    put(d, cp);
}

/* ---- one byte, one letter ---- */

/* A letter that TCVN3 has no capital of. */
static bool small_only(int32_t cp)
{
    struct legacy_letter letter;
    return legacy_letter(cp, &letter) && !letter.capital && letter.tone > 0;
}

/* TCVN3 has no capitals with tones, so a word in capitals has small ones among them, whatever its font
 * shows. It is one when a capital stands behind its first letter and all its small letters are such. */
static void raise_capitals(int32_t *cp, size_t n)
{
    size_t capitals = 0, small = 0;
    for (size_t i = 0; i < n; i++) {
        bool capital = legacy_upper(cp[i]) == cp[i];
        if (!capital && !small_only(cp[i]))
            return;
        capitals += capital && i > 0;
        small += !capital;
    }
    for (size_t i = 0; capitals > 0 && small > 0 && i < n; i++)
        cp[i] = legacy_upper(cp[i]);
}

static void raise_words(struct legacy_piece *p)
{
    for (size_t i = 0, end; i < p->n; i = end + 1) {
        struct legacy_letter letter;
        for (end = i; end < p->n && legacy_letter(p->cp[end], &letter); end++)
            continue;
        raise_capitals(p->cp + i, end - i);
    }
}

static void decode_single(enum legacy_kind kind, const struct legacy_piece *in, struct legacy_decoded *d)
{
    for (size_t i = 0; i < in->n; i++) {
        int32_t cp = legacy_single(kind, (unsigned char)legacy_byte_of(in->cp[i]));
        if (!cp) {
            keep(in, i, d);
            continue;
        }
        d->changed |= cp != in->cp[i];
        put(d, cp);
    }
    if (kind == LEGACY_TCVN3 && d->changed)
        raise_words(&d->text);
}

/* ---- windows-1258: combining tones as bytes of their own ---- */

static const struct {
    unsigned char byte;
    uint8_t tone;
    uint16_t cp;
} of_1258[] = {{0xCC, 1, 0},      {0xD2, 2, 0},      {0xDE, 3, 0},      {0xEC, 4, 0},
               {0xF2, 5, 0},      {0xC3, 0, 0x0102}, {0xD0, 0, 0x0110}, {0xD5, 0, 0x01A0},
               {0xDD, 0, 0x01AF}, {0xE3, 0, 0x0103}, {0xF0, 0, 0x0111}, {0xF5, 0, 0x01A1},
               {0xFD, 0, 0x01B0}};

static void decode_1258(const struct legacy_piece *in, struct legacy_decoded *d)
{
    for (size_t i = 0; i < in->n; i++) {
        size_t k = 0;
        while (k < ARRAY_LEN(of_1258) && of_1258[k].byte != in->cp[i])
            k++;
        if (k == ARRAY_LEN(of_1258)) {
            put(d, in->cp[i]);
        } else if (of_1258[k].cp) {
            put(d, of_1258[k].cp);
            d->changed = true;
        } else if (!add_tone(d, of_1258[k].tone)) {
            d->strange++;
            put(d, in->cp[i]);
        }
    }
}

/* ---- VNI: a letter and a mark after it; the mark has the letter's case ---- */

/* The marks, as small letters: which tone, and which vowel they make. */
static const struct vni_mark {
    unsigned char byte;
    uint8_t tone;
    char mark; /* 0 none, '^' roof, '(' breve */
} vni_marks[] = {{0xF8, 1, 0},   {0xFB, 2, 0},   {0xF5, 3, 0},   {0xF9, 4, 0},   {0xEF, 5, 0},
                 {0xE2, 0, '^'}, {0xE0, 1, '^'}, {0xE5, 2, '^'}, {0xE3, 3, '^'}, {0xE1, 4, '^'},
                 {0xE4, 5, '^'}, {0xEA, 0, '('}, {0xE8, 1, '('}, {0xFA, 2, '('}, {0xFC, 3, '('},
                 {0xE9, 4, '('}, {0xEB, 5, '('}};

/* Letters that are one byte, as small letters. */
static const struct {
    unsigned char byte;
    char code;
    uint8_t tone;
} vni_letters[] = {{0xEC, 'i', 1}, {0xED, 'i', 4}, {0xE6, 'i', 2}, {0xF3, 'i', 3},
                   {0xF2, 'i', 5}, {0xEE, 'y', 5}, {0xF4, '0', 0}, {0xF6, 'U', 0}};

static bool vni_mark(struct legacy_decoded *d, int32_t low)
{
    for (size_t k = 0; k < ARRAY_LEN(vni_marks); k++) {
        if (vni_marks[k].byte != low)
            continue;
        if (!vni_marks[k].mark)
            return add_tone(d, vni_marks[k].tone);
        return vni_marks[k].mark == '^' ? add_mark(d, "aeo", "@EO", vni_marks[k].tone)
                                        : add_mark(d, "a", "A", vni_marks[k].tone);
    }
    return false;
}

static int32_t vni_letter(int32_t low, bool capital)
{
    if (low == 0xF1)
        return capital ? 0x110 : 0x111;
    for (size_t k = 0; k < ARRAY_LEN(vni_letters); k++)
        if (vni_letters[k].byte == low)
            return legacy_compose(vni_letters[k].code, vni_letters[k].tone, capital);
    return 0;
}

static void decode_vni(const struct legacy_piece *in, struct legacy_decoded *d)
{
    for (size_t i = 0; i < in->n; i++) {
        int32_t cp = in->cp[i], low = cp >= 0xC0 && cp < 0xE0 ? cp + 0x20 : cp;
        if (cp < 0xC0 || cp > 0xFF) {
            keep(in, i, d);
            continue;
        }
        int32_t letter = vni_letter(low, low != cp);
        if (letter) {
            d->changed |= letter != cp;
            put(d, letter);
        } else if (!vni_mark(d, low)) {
            keep(in, i, d);
        }
    }
}

/* ---- UTF-8 read as windows-1252 ---- */

/* Two bytes may meet by chance in western text; the letters of Vietnamese and Latin-1 are no chance. */
static bool likely(int32_t cp, size_t len)
{
    struct legacy_letter letter;
    return cp >= 0xA0 &&
           (len > 2 || cp < 0x100 || (cp >= 0x300 && cp < 0x370) || legacy_letter(cp, &letter));
}

static bool decode_utf8(const struct legacy_piece *in, struct legacy_decoded *d)
{
    char bytes[LEGACY_PIECE];
    for (size_t i = 0; i < in->n; i++)
        bytes[i] = (char)legacy_byte_of(in->cp[i]);
    for (size_t i = 0; i < in->n;) {
        int32_t cp;
        size_t len = utf8_decode(bytes + i, in->n - i, &cp);
        d->doubtful |= len > 1 && !likely(cp, len);
        if (len == 1 && (unsigned char)bytes[i] >= 0x80) {
            cp = in->cp[i];
            d->strange++;
        }
        d->changed |= len > 1;
        put(d, cp);
        i += len;
    }
    return d->changed;
}

bool legacy_is_utf8(const char *bytes, size_t n)
{
    bool high = false;
    for (size_t i = 0, len; i < n; i += len) {
        int32_t cp;
        len = utf8_decode(bytes + i, n - i, &cp);
        if (len == 1 ? (unsigned char)bytes[i] >= 0x80 || !bytes[i] : !likely(cp, len))
            return false;
        high |= len > 1;
    }
    return high;
}

/* ---- VIQR (RFC 1456) ---- */

static unsigned viqr_tone(int32_t cp)
{
    static const char tones[] = "`?~'.";
    const char *at = cp > 0 && cp < 0x80 ? strchr(tones, (int)cp) : NULL;
    return at ? 1 + (unsigned)(at - tones) : 0;
}

static bool viqr_mark(struct legacy_decoded *d, int32_t cp)
{
    return cp == '^'   ? add_mark(d, "aeo", "@EO", 0)
           : cp == '(' ? add_mark(d, "a", "A", 0)
           : cp == '+' ? add_mark(d, "ou", "0U", 0)
                       : false;
}

static bool ascii_letter(const struct legacy_piece *in, size_t i)
{
    return i < in->n && in->cp[i] < 0x80 && str_alpha((char)in->cp[i]);
}

/* Signs of programs, addresses and formulas, and digits that grow into a word: no Vietnamese. */
static bool code_sign(const struct legacy_piece *in, size_t i)
{
    int32_t cp = in->cp[i];
    if (cp == '\\') /* escapes punctuation, which ends a word */
        return i == 0 || ascii_letter(in, i + 2) || (i + 1 < in->n && !viqr_tone(in->cp[i + 1]));
    if (cp >= '0' && cp <= '9')
        return i > 0 && ascii_letter(in, i - 1) && ascii_letter(in, i + 1);
    return cp > 0 && cp < 0x80 && strchr("_={}[]<>@&|#$%*", (char)cp);
}

/* A "'" that cannot be a tone opens a quotation: nothing, or no vowel and mark, before it. */
static bool opening_quote(const struct legacy_piece *in, size_t i)
{
    if (in->cp[i] != '\'' || ascii_letter(in, i - 1))
        return false;
    bool mark = i > 1 && strchr("^(+", (char)in->cp[i - 1]) && ascii_letter(in, i - 2);
    return !mark || !strchr("aeou", str_lower_char((char)in->cp[i - 2]));
}

/* Whether the "'" at i closes what another one has opened. */
static bool closing_quote(const struct legacy_piece *in, size_t i)
{
    if (in->cp[i] != '\'' || ascii_letter(in, i + 1))
        return false;
    for (size_t k = 0; k < i; k++)
        if (opening_quote(in, k))
            return true;
    return false;
}

/* A mark at the very end may be punctuation: '.' and '?' are a tone only when the sentence goes on. */
static bool viqr_tone_here(const struct legacy_piece *in, size_t i, bool goes_on)
{
    size_t k = i + 1;
    while (k < in->n && !str_alpha((char)in->cp[k]))
        k++;
    bool end = k == in->n;
    return !end || goes_on || (in->cp[i] != '.' && in->cp[i] != '?') ||
           (i + 1 < in->n && viqr_tone(in->cp[i + 1]) != 0);
}

/* "dd" is the letter with the stroke. */
static bool viqr_stroke(struct legacy_decoded *d, int32_t cp)
{
    int32_t last = d->text.n ? d->text.cp[d->text.n - 1] : 0;
    if ((cp != 'd' && cp != 'D') || (last != 'd' && last != 'D'))
        return false;
    d->text.cp[d->text.n - 1] = last == 'd' ? 0x111 : 0x110;
    d->changed = true;
    return true;
}

static void decode_viqr(const struct legacy_piece *in, bool goes_on, struct legacy_decoded *d)
{
    for (size_t i = 0; i < in->n; i++) {
        int32_t cp = in->cp[i];
        d->strange += code_sign(in, i);
        if (cp == '\\' && i + 1 < in->n && viqr_tone(in->cp[i + 1])) {
            put(d, in->cp[++i]);
            d->changed = true;
            continue;
        }
        unsigned tone = closing_quote(in, i) ? 0 : viqr_tone(cp);
        if (!viqr_stroke(d, cp) && !viqr_mark(d, cp) &&
            !(tone && viqr_tone_here(in, i, goes_on) && add_tone(d, tone)))
            put(d, cp);
    }
}

bool legacy_decode(enum legacy_kind kind, const struct legacy_piece *in, bool goes_on,
                   struct legacy_decoded *ret)
{
    ret->text.n = 0;
    ret->changed = ret->doubtful = false;
    ret->strange = 0;
    for (size_t i = 0; i < in->n; i++)
        if (legacy_byte_of(in->cp[i]) < 0)
            return false;
    switch (kind) {
    case LEGACY_TCVN3:
    case LEGACY_VISCII:
    case LEGACY_VPS:
        decode_single(kind, in, ret);
        return true;
    case LEGACY_VNI:
        decode_vni(in, ret);
        return true;
    case LEGACY_1258:
        decode_1258(in, ret);
        return true;
    case LEGACY_UTF8:
        return decode_utf8(in, ret);
    case LEGACY_VIQR:
        decode_viqr(in, goes_on, ret);
        return true;
    default:
        return false;
    }
}
