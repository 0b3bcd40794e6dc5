/* utf8.c: forms of Vietnamese text, on utf8proc. Refuses to guess encodings: that is the reader's work. */
#include "base/utf8.h"
#include <utf8proc.h>

static inline size_t decode(const char *s, size_t n, int32_t *ret)
{
    unsigned char c = (unsigned char)*s;
    if (c < 0x80) {
        *ret = c;
        return 1;
    }
    /* The two shapes Vietnamese letters have; all else, and all that is wrong, goes the careful way. */
    const unsigned char *u = (const unsigned char *)s;
    if (c >= 0xC2 && c < 0xE0 && n >= 2 && (u[1] & 0xC0) == 0x80) {
        *ret = (c & 0x1F) << 6 | (u[1] & 0x3F);
        return 2;
    }
    if (c == 0xE1 && n >= 3 && (u[1] & 0xC0) == 0x80 && (u[2] & 0xC0) == 0x80) {
        *ret = 0x1000 | (u[1] & 0x3F) << 6 | (u[2] & 0x3F);
        return 3;
    }
    utf8proc_int32_t cp;
    utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, &cp);
    if (len <= 0) {
        *ret = 0xFFFD;
        return 1;
    }
    *ret = cp;
    return (size_t)len;
}

size_t utf8_decode(const char *s, size_t n, int32_t *ret)
{
    return decode(s, n, ret);
}

void utf8_add(struct str *b, int32_t cp)
{
    utf8proc_uint8_t buf[4];
    utf8proc_ssize_t n = utf8proc_encode_char(cp, buf);
    str_addn(b, buf, n > 0 ? (size_t)n : 0);
}

static size_t ascii_run(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && (unsigned char)s[i] < 0x80)
        i++;
    return i;
}

bool utf8_valid(const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        i += ascii_run(s + i, n - i);
        if (i == n)
            break;
        utf8proc_int32_t cp;
        utf8proc_ssize_t len =
            utf8proc_iterate((const utf8proc_uint8_t *)s + i, (utf8proc_ssize_t)(n - i), &cp);
        if (len <= 0)
            return false;
        i += (size_t)len;
    }
    return true;
}

/* Code points that normalisation can never change, in the blocks Vietnamese mail is written in. */
static bool stable(int32_t cp)
{
    return cp < 0x300 || (cp >= 0x1E00 && cp < 0x1F00) || (cp >= 0x2010 && cp < 0x2070) ||
           (cp >= 0x4E00 && cp < 0xA000);
}

static bool is_nfc_already(const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        i += ascii_run(s + i, n - i);
        if (i == n)
            return true;
        int32_t cp;
        i += utf8_decode(s + i, n - i, &cp);
        if (!stable(cp))
            return false;
    }
    return true;
}

static char *repaired(const void *mem, const char *s, size_t n)
{
    struct str out = str_new(mem);
    for (size_t i = 0; i < n;) {
        int32_t cp;
        i += utf8_decode(s + i, n - i, &cp);
        utf8_add(&out, cp);
    }
    return out.n ? out.s : mem_str(mem, "");
}

char *utf8_nfc(const void *mem, const char *s, size_t n)
{
    _cleanup_mem_ char *fixed = utf8_valid(s, n) ? NULL : repaired(NULL, s, n);
    if (fixed) {
        s = fixed;
        n = strlen(s);
    }
    if (is_nfc_already(s, n))
        return mem_bytes(mem, s, n);
    utf8proc_uint8_t *out = NULL;
    utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, &out,
                                        UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (len < 0)
        mem_exhausted();
    char *copy = mem_bytes(mem, out, (size_t)len);
    free(out);
    return copy;
}

/* ---- the three forms ---- */

struct form_builder {
    char *s;
    uint32_t *at;
    size_t n, room; /* at least 4 bytes are free before each put */
    const void *mem;
};

static struct form_builder begin_form(const void *mem, size_t n)
{
    struct form_builder b = {.mem = mem, .room = n + 16};
    b.s = mem_array(mem, char, b.room);
    b.at = mem_grow(mem, NULL, b.room, b.room, sizeof *b.at); /* every entry is written before it is read */
    return b;
}

/* Rare: a lower-case letter may be longer than its capital (U+023A). */
static void widen(struct form_builder *b)
{
    size_t room = b->room * 2;
    b->s = mem_grow(b->mem, b->s, room, room, 1);
    b->at = mem_grow(b->mem, b->at, room, room, sizeof *b->at);
    b->room = room;
}

static inline void put(struct form_builder *b, int32_t cp, size_t from)
{
    if (b->n + 5 > b->room)
        widen(b);
    size_t end = b->n + 1;
    if (cp < 0x80)
        b->s[b->n] = (char)cp;
    else
        end = b->n + (size_t)utf8proc_encode_char(cp, (utf8proc_uint8_t *)b->s + b->n);
    while (b->n < end)
        b->at[b->n++] = (uint32_t)from;
}

static struct utf8_form finish(struct form_builder *b, size_t end)
{
    b->at[b->n] = (uint32_t)end;
    b->s[b->n] = 0;
    return (struct utf8_form){.s = b->s, .n = b->n, .at = b->at};
}

/* Old style puts the tone on the second vowel of oa, oe, uy at the end of a syllable; new style on the
 * first. */
struct tone_place {
    char first;
    int32_t second_toned, first_toned;
    char second;
};
static const struct tone_place tone_places[] = {
    {'o', 0xE0, 0xF2, 'a'},     {'o', 0xE1, 0xF3, 'a'},     {'o', 0x1EA3, 0x1ECF, 'a'},
    {'o', 0xE3, 0xF5, 'a'},     {'o', 0x1EA1, 0x1ECD, 'a'}, {'o', 0xE8, 0xF2, 'e'},
    {'o', 0xE9, 0xF3, 'e'},     {'o', 0x1EBB, 0x1ECF, 'e'}, {'o', 0x1EBD, 0xF5, 'e'},
    {'o', 0x1EB9, 0x1ECD, 'e'}, {'u', 0x1EF3, 0xF9, 'y'},   {'u', 0xFD, 0xFA, 'y'},
    {'u', 0x1EF7, 0x1EE7, 'y'}, {'u', 0x1EF9, 0x169, 'y'},  {'u', 0x1EF5, 0x1EE5, 'y'}};

static const struct tone_place *old_tone_place(int32_t first, int32_t second)
{
    if ((first != 'o' && first != 'u') || second < 0xE0)
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(tone_places); i++)
        if (tone_places[i].first == first && tone_places[i].second_toned == second)
            return &tone_places[i];
    return NULL;
}

/* Letters by category that have no shape: Hangul fillers, the empty Braille cell. */
static bool shapeless(int32_t cp)
{
    return cp == 0x115F || cp == 0x1160 || cp == 0x3164 || cp == 0xFFA0 || cp == 0x2800;
}

bool utf8_blank(const char *s)
{
    for (size_t n = strlen(s); n;) {
        int32_t cp;
        size_t len = decode(s, n, &cp);
        utf8proc_category_t c = utf8proc_category(cp);
        bool seen = c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_SO &&
                    (c < UTF8PROC_CATEGORY_MN || c > UTF8PROC_CATEGORY_ME);
        if (seen && !shapeless(cp))
            return false;
        s += len;
        n -= len;
    }
    return true;
}

bool utf8_word_char(int32_t cp)
{
    if (cp < 0x80)
        return str_alpha((char)cp) || str_digit((char)cp);
    utf8proc_category_t c = utf8proc_category(cp);
    return (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO) || c == UTF8PROC_CATEGORY_MN ||
           c == UTF8PROC_CATEGORY_ND;
}

/* Ranges that fold to one character, sorted; 0: they vanish (soft hyphen, zero width, direction marks). */
struct fold_range {
    int32_t from, to, folded;
};
static const struct fold_range fold_ranges[] = {
    {0xA0, 0xA0, ' '},     {0xAD, 0xAD, 0},       {0xD0, 0xD0, 0x111},    {0xF0, 0xF0, 0x111},
    {0x110, 0x111, 0x111}, {0x189, 0x189, 0x111}, {0x256, 0x256, 0x111},  {0x2000, 0x200A, ' '},
    {0x200B, 0x200F, 0},   {0x2010, 0x2015, '-'}, {0x2018, 0x2019, '\''}, {0x201C, 0x201D, '"'},
    {0x2028, 0x2029, ' '}, {0x202A, 0x202E, 0},   {0x2060, 0x2060, 0},    {0x3000, 0x3000, ' '},
    {0xFEFF, 0xFEFF, 0}};

/* Case, dashes, quotes and the three code points of d-with-stroke. The letters of Vietnamese come first:
 * they are nearly all there is, and a table look-up per letter would be felt. */
static int32_t fold_char(int32_t cp)
{
    if (cp < 0x80)
        return str_lower_char((char)cp);
    if (cp >= 0x1EA0 && cp <= 0x1EF9)
        return cp | 1; /* capitals are even */
    if (cp >= 0xE0 && cp <= 0xFE && cp != 0xF0)
        return cp;
    for (size_t i = 0; i < ARRAY_LEN(fold_ranges) && fold_ranges[i].from <= cp; i++)
        if (cp <= fold_ranges[i].to)
            return fold_ranges[i].folded;
    return utf8proc_tolower(cp);
}

static bool syllable_ends(const char *s, size_t n)
{
    int32_t next = 0;
    if (n)
        decode(s, n, &next);
    return n == 0 || !utf8_word_char(next);
}

/* A character that cannot begin oa, oe, uy and is no blank: the common, cheap case. */
static void fold_into(struct form_builder *b, const char *s, size_t n)
{
    bool blank = false;
    for (size_t i = 0; i < n;) {
        int32_t cp, next = 0;
        size_t len = decode(s + i, n - i, &cp);
        cp = fold_char(cp);
        bool space = cp < 0x80 && cp > 0 && str_space((char)cp);
        if (cp && !(space && blank)) {
            size_t next_len = i + len < n ? decode(s + i + len, n - i - len, &next) : 0;
            const struct tone_place *t =
                (cp == 'o' || cp == 'u') && next >= 0x80 ? old_tone_place(cp, fold_char(next)) : NULL;
            if (t && syllable_ends(s + i + len + next_len, n - i - len - next_len)) {
                put(b, t->first_toned, i);
                put(b, t->second, i + len);
                len += next_len;
            } else {
                put(b, space ? ' ' : cp, i);
            }
        }
        if (cp)
            blank = space;
        i += len;
    }
}

/* The letter under the marks of U+00E0..U+00FF and of the pairs U+1EA0..U+1EF9; ' ' where there is none. */
static const char latin1_base[] = "aaaaaa ceeeeiiii nooooo  uuuuy y";
static const char vietnamese_base[] = "aaaaaaaaaaaa"
                                      "eeeeeeee"
                                      "ii"
                                      "oooooooooooo"
                                      "uuuuuuu"
                                      "yyyy";

static int32_t quick_base(int32_t cp)
{
    if (cp >= 0x1EA0 && cp <= 0x1EF9)
        return vietnamese_base[(cp - 0x1EA0) / 2];
    if (cp >= 0xE0 && cp <= 0xFF && latin1_base[cp - 0xE0] != ' ')
        return latin1_base[cp - 0xE0];
    switch (cp) {
    case 0x111:
        return 'd';
    case 0x103:
        return 'a';
    case 0x129:
        return 'i';
    case 0x1A1:
        return 'o';
    case 0x169:
    case 0x1B0:
        return 'u';
    default:
        return 0;
    }
}

/* Of folded text, so capitals need no quick way. Returns 0 for marks. */
static int32_t strip_char(int32_t cp)
{
    int32_t base = cp < 0x80 ? cp : quick_base(cp);
    if (base)
        return base;
    utf8proc_int32_t parts[8];
    int boundary = 0;
    utf8proc_ssize_t k = utf8proc_decompose_char(cp, parts, 8, UTF8PROC_DECOMPOSE, &boundary);
    if (k > 0)
        cp = parts[0];
    utf8proc_category_t c = utf8proc_category(cp);
    return c == UTF8PROC_CATEGORY_MN || c == UTF8PROC_CATEGORY_ME ? 0 : cp;
}

static void strip_into(struct form_builder *b, const struct utf8_form *folded)
{
    for (size_t i = 0; i < folded->n;) {
        int32_t cp;
        size_t len = decode(folded->s + i, folded->n - i, &cp);
        cp = strip_char(cp);
        if (cp)
            put(b, cp, folded->at[i]);
        i += len;
    }
}

struct utf8_form utf8_make_folded(const void *mem, const char *s, size_t n)
{
    struct form_builder folded = begin_form(mem, n);
    fold_into(&folded, s, n);
    return finish(&folded, n);
}

void utf8_make_forms(const void *mem, const char *s, size_t n, struct utf8_forms *ret)
{
    ret->exact = (struct utf8_form){.s = s, .n = n};
    ret->folded = utf8_make_folded(mem, s, n);
    struct form_builder bare = begin_form(mem, ret->folded.n);
    strip_into(&bare, &ret->folded);
    ret->bare = finish(&bare, n);
}

const struct utf8_form *utf8_form_get(const struct utf8_forms *f, enum utf8_form_name name)
{
    return name == UTF8_EXACT ? &f->exact : name == UTF8_FOLDED ? &f->folded : &f->bare;
}

char *utf8_fold(const void *mem, const char *s)
{
    _cleanup_mem_ void *tmp = mem_new();
    char *nfc = utf8_nfc(tmp, s, strlen(s));
    struct utf8_form f = utf8_make_folded(tmp, nfc, strlen(nfc));
    return mem_bytes(mem, f.s, f.n);
}

char *utf8_bare(const void *mem, const char *s)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct utf8_forms forms;
    char *nfc = utf8_nfc(tmp, s, strlen(s));
    utf8_make_forms(tmp, nfc, strlen(nfc), &forms);
    return mem_bytes(mem, forms.bare.s, forms.bare.n);
}

/* ---- counting and showing ---- */

size_t utf8_count(const char *s)
{
    size_t k = 0;
    for (; *s; s++)
        k += ((unsigned char)*s & 0xC0) != 0x80;
    return k;
}

size_t utf8_prefix(const char *s, size_t chars, size_t bytes)
{
    size_t n = strlen(s), i = 0;
    while (i < n && chars-- > 0) {
        int32_t cp;
        size_t len = utf8_decode(s + i, n - i, &cp);
        if (i + len > bytes)
            break;
        i += len;
    }
    return i;
}

static bool is_control(int32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || (cp >= 0x200E && cp <= 0x200F) ||
           (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069);
}

char *utf8_printable(const void *mem, const char *s)
{
    struct str out = str_new(mem);
    size_t n = strlen(s);
    for (size_t i = 0; i < n;) {
        int32_t cp;
        i += utf8_decode(s + i, n - i, &cp);
        bool space = cp == '\n' || cp == '\t' || cp == '\r';
        utf8_add(&out, space ? ' ' : is_control(cp) ? '?' : cp);
    }
    return out.n ? out.s : mem_str(mem, "");
}

size_t utf8_width(const char *s)
{
    size_t n = strlen(s), w = 0;
    for (size_t i = 0; i < n;) {
        int32_t cp;
        i += utf8_decode(s + i, n - i, &cp);
        int one = utf8proc_charwidth(cp);
        w += one > 0 ? (size_t)one : 0;
    }
    return w;
}
