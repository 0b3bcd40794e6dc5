/* charset.c: see charset.h.
 *
 * Single-byte charsets are turned into tables at start (256 code points each) and their iconv modules are
 * let go: no iconv in the child, few mappings for fork to copy. Charsets of several bytes keep one open
 * handle each; a forked child has its own copy of the state.
 *
 * The room's only file-scope state: iconv_open() below replaces the C library's for the whole program and
 * has no context argument, and headers_convert has none either. It is written once, before any letter. */
#include "reader/charset.h"
#include "base/utf8.h"
#include "reader/legacy.h"
#include "reader/nfc.h"
#include <dlfcn.h>
#include <errno.h>
#include <iconv.h>
#include <uchardet.h>

#define NO_CHAR 0u /* in a table: this byte means nothing (byte 0 is handled before) */

/* Single-byte charsets as iconv names them. Stated limits: MACINTOSH..CP874 are there for foreign mail. */
static const char *const single_names[] = {
    "WINDOWS-1258", "TCVN5712-1",   "VISCII",       "WINDOWS-1252", "WINDOWS-1250", "WINDOWS-1251",
    "WINDOWS-1253", "WINDOWS-1254", "WINDOWS-1255", "WINDOWS-1256", "WINDOWS-1257", "ISO-8859-2",
    "ISO-8859-3",   "ISO-8859-4",   "ISO-8859-5",   "ISO-8859-6",   "ISO-8859-7",   "ISO-8859-8",
    "ISO-8859-9",   "ISO-8859-10",  "ISO-8859-13",  "ISO-8859-14",  "ISO-8859-15",  "ISO-8859-16",
    "KOI8-R",       "KOI8-U",       "MACINTOSH",    "CP437",        "CP850",        "CP866",
    "CP874",
};

static const char *const multi_names[] = {"UTF-16", "UTF-16LE", "UTF-16BE",   "UTF-32",
                                          "UTF-7",  "GB18030",  "BIG5-HKSCS", "EUC-JP",
                                          "CP932",  "EUC-KR",   "ISO-2022-JP"};

/* Labels people and programs write, without case, quotes and punctuation, where they differ from the names.
 * iso-8859-1 and ascii are read as windows-1252, as every mail program does. */
static const struct alias {
    const char *label, *name;
} aliases[] = {
    {"xviettcvn5712", "TCVN5712-1"},
    {"tcvn", "TCVN5712-1"},
    {"tcvn5712", "TCVN5712-1"},
    {"tcvn57121", "TCVN5712-1"},
    {"xtcvn", "TCVN5712-1"},
    {"tcvn3", "TCVN5712-1"},
    {"xtcvn3", "TCVN5712-1"},
    {"tcvn571211993", "TCVN5712-1"},
    {"xviscii", "VISCII"},
    {"csviscii", "VISCII"},
    {"viscii11", "VISCII"},
    {"viscii111", "VISCII"},
    {"xcp1258", "WINDOWS-1258"},
    {"cp1258", "WINDOWS-1258"},
    {"xwindows1258", "WINDOWS-1258"},
    {"1258", "WINDOWS-1258"},
    {"win1258", "WINDOWS-1258"},
    {"iso88591", "WINDOWS-1252"},
    {"latin1", "WINDOWS-1252"},
    {"l1", "WINDOWS-1252"},
    {"cp1252", "WINDOWS-1252"},
    {"ansi", "WINDOWS-1252"},
    {"cp819", "WINDOWS-1252"},
    {"cp1250", "WINDOWS-1250"},
    {"cp1251", "WINDOWS-1251"},
    {"cp1253", "WINDOWS-1253"},
    {"cp1254", "WINDOWS-1254"},
    {"iso88598i", "ISO-8859-8"},
    {"latin2", "ISO-8859-2"},
    {"latin9", "ISO-8859-15"},
    {"mac", "MACINTOSH"},
    {"xmacroman", "MACINTOSH"},
    {"tis620", "CP874"},
    {"windows874", "CP874"},
    {"iso885911", "CP874"},
    {"ibm437", "CP437"},
    {"ibm850", "CP850"},
    {"gb2312", "GB18030"},
    {"gbk", "GB18030"},
    {"cp936", "GB18030"},
    {"xgbk", "GB18030"},
    {"euccn", "GB18030"},
    {"big5", "BIG5-HKSCS"},
    {"cp950", "BIG5-HKSCS"},
    {"shiftjis", "CP932"},
    {"sjis", "CP932"},
    {"xsjis", "CP932"},
    {"windows31j", "CP932"},
    {"ksc56011987", "EUC-KR"},
    {"ksc5601", "EUC-KR"},
    {"cp949", "EUC-KR"},
    {"unicode11utf7", "UTF-7"},
    {"unicode", "UTF-16"},
    {"ucs2", "UTF-16"},
    {"iso10646ucs2", "UTF-16"},
};

#define N_SINGLE ARRAY_LEN(single_names)
#define N_MULTI  ARRAY_LEN(multi_names)

static struct {
    bool ready, locked;
    uint32_t tables[N_SINGLE][256];
    iconv_t handles[N_MULTI];
} world;

/* What a label stands for. */
enum family { UNKNOWN, UTF_8, ASCII, SINGLE, MULTI };
struct charset {
    enum family family;
    size_t index;
};

/* ---- loading ---- */

typedef iconv_t (*iconv_opener)(const char *, const char *);

/* Replaces the C library's function for this program and every library in it. */
iconv_t iconv_open(const char *to, const char *from)
{
    union {
        void *object;
        iconv_opener function;
    } real = {.object = world.locked ? NULL : dlsym(RTLD_NEXT, "iconv_open")};
    if (real.object)
        return real.function(to, from);
    errno = EINVAL;
    return (iconv_t)-1;
}

static void fill_table(uint32_t table[256], iconv_t cd)
{
    for (unsigned byte = 1; byte < 256; byte++) {
        char in = (char)(unsigned char)byte, *src = &in;
        uint32_t out[2] = {0};
        char *dst = (char *)out;
        size_t n_in = 1, n_out = sizeof out;
        iconv(cd, NULL, NULL, NULL, NULL);
        /* The second call brings out a letter held back for a combining mark. */
        bool ok = iconv(cd, &src, &n_in, &dst, &n_out) != (size_t)-1 &&
                  iconv(cd, NULL, NULL, &dst, &n_out) != (size_t)-1;
        table[byte] = ok && n_out == sizeof out - 4 ? out[0] : NO_CHAR;
    }
}

void charset_prewarm(void)
{
    if (world.ready)
        return;
    for (size_t i = 0; i < N_SINGLE; i++) {
        iconv_t cd = iconv_open("UTF-32LE", single_names[i]);
        if (cd == (iconv_t)-1)
            continue; /* the table stays empty: every byte is unknown, and the ladder goes on */
        fill_table(world.tables[i], cd);
        iconv_close(cd);
    }
    for (size_t i = 0; i < N_MULTI; i++) {
        world.handles[i] = iconv_open("UTF-8", multi_names[i]);
        char in[] = "a", out[16], *src = in, *dst = out;
        size_t n_in = 1, n_out = sizeof out;
        if (world.handles[i] != (iconv_t)-1)
            iconv(world.handles[i], &src, &n_in, &dst, &n_out);
    }
    /* The C library lets a module go when two others were closed after it. */
    for (size_t i = 0; i < 3; i++)
        iconv_close(iconv_open("UTF-8", "UTF-16"));
    world.ready = true;
}

void charset_lock(void)
{
    charset_prewarm();
    world.locked = true;
}

/* ---- labels ---- */

static void simplify(const char *label, char *ret, size_t size)
{
    size_t n = 0;
    for (; *label && n + 1 < size; label++)
        if (str_alpha(*label) || str_digit(*label))
            ret[n++] = str_lower_char(*label);
    ret[n] = '\0';
}

static bool same_label(const char *simple, const char *name)
{
    char other[32];
    simplify(name, other, sizeof other);
    return strcmp(simple, other) == 0;
}

static struct charset by_name(const char *simple)
{
    for (size_t i = 0; i < N_SINGLE; i++)
        if (same_label(simple, single_names[i]))
            return (struct charset){SINGLE, i};
    for (size_t i = 0; i < N_MULTI; i++)
        if (world.handles[i] != (iconv_t)-1 && same_label(simple, multi_names[i]))
            return (struct charset){MULTI, i};
    return (struct charset){UNKNOWN, 0};
}

static struct charset find_charset(const char *label)
{
    char simple[32];
    simplify(label, simple, sizeof simple);
    if (strcmp(simple, "utf8") == 0 || strcmp(simple, "xutf8") == 0 || strcmp(simple, "unicode11utf8") == 0)
        return (struct charset){UTF_8, 0};
    if (strcmp(simple, "usascii") == 0 || strcmp(simple, "ascii") == 0 || strcmp(simple, "7bit") == 0 ||
        strcmp(simple, "ansix341968") == 0)
        return (struct charset){ASCII, 0};
    for (size_t i = 0; i < ARRAY_LEN(aliases); i++)
        if (strcmp(simple, aliases[i].label) == 0) {
            simplify(aliases[i].name, simple, sizeof simple);
            break;
        }
    return by_name(simple);
}

/* ---- conversions ---- */

static struct str from_table(const void *mem, const uint32_t table[256], const char *s, size_t n,
                             size_t *bad)
{
    struct str out = str_new(mem);
    for (size_t i = 0; i < n; i++) {
        uint32_t cp = table[(unsigned char)s[i]];
        *bad += cp == NO_CHAR;
        utf8_add(&out, cp == NO_CHAR ? 0xFFFD : (int32_t)cp);
    }
    return out;
}

static struct str from_iconv(const void *mem, iconv_t cd, const char *s, size_t n, size_t *bad)
{
    struct str out = str_new(mem);
    char part[4096], *src = (char *)(uintptr_t)s;
    iconv(cd, NULL, NULL, NULL, NULL);
    while (n > 0) {
        char *dst = part;
        size_t room = sizeof part;
        size_t r = iconv(cd, &src, &n, &dst, &room);
        int why = errno;
        str_addn(&out, part, (size_t)(dst - part));
        if (r != (size_t)-1 || why == E2BIG)
            continue;
        utf8_add(&out, 0xFFFD);
        ++*bad;
        src++, n--;
    }
    return out;
}

static struct str from_utf8(const void *mem, const char *s, size_t n, size_t *bad)
{
    struct str out = str_new(mem);
    for (size_t i = 0; i < n;) {
        int32_t cp;
        size_t len = utf8_decode(s + i, n - i, &cp);
        *bad += len == 1 && cp == 0xFFFD;
        utf8_add(&out, cp);
        i += len;
    }
    return out;
}

static struct str convert(const void *mem, struct charset c, const char *s, size_t n, size_t *bad)
{
    if (c.family == SINGLE)
        return from_table(mem, world.tables[c.index], s, n, bad);
    if (c.family == MULTI)
        return from_iconv(mem, world.handles[c.index], s, n, bad);
    return from_utf8(mem, s, n, bad);
}

/* ---- the ladder ---- */

struct answer {
    struct str text;
    const char *by;
    size_t bad; /* characters that had to become U+FFFD */
};

static size_t high_bytes(const char *s, size_t n)
{
    size_t high = 0;
    for (size_t i = 0; i < n; i++)
        high += (unsigned char)s[i] >= 0x80;
    return high;
}

/* Text in escapes or wide units: plain bytes below 128 do not mean ASCII there. */
static bool not_ascii_based(struct charset c, const char *s, size_t n)
{
    if (c.family != MULTI)
        return false;
    const char *name = multi_names[c.index];
    bool wide = str_starts(name, "UTF-16") || str_starts(name, "UTF-32");
    return wide ? memchr(s, '\0', n) != NULL : str_eq(name, "UTF-7") || str_eq(name, "ISO-2022-JP");
}

/* UTF-16 without a byte order mark that no label names: every second byte of Latin text is NUL, and hardly
 * one of the others. By the beginning, where a letter of one byte a character has no NUL at all. */
static bool is_bare_utf16(const char *s, size_t n, bool big)
{
    size_t high = 0, low = 0;
    n = n < 4096 ? n & ~(size_t)1 : 4096;
    for (size_t i = 0; i < n; i += 2) {
        high += s[i + !big] == '\0';
        low += s[i + big] == '\0';
    }
    return n >= 4 && high * 8 > n && low * 50 < n;
}

/* What the bytes themselves say against a label that cannot be. */
static struct charset correct_label(struct charset c, const char *s, size_t n)
{
    if (c.family == MULTI || !memchr(s, '\0', n < 64 ? n : 64))
        return c;
    return is_bare_utf16(s, n, false)  ? by_name("utf16le")
           : is_bare_utf16(s, n, true) ? by_name("utf16be")
                                       : c;
}

static struct charset detect(const char *s, size_t n)
{
    if (n >= 2 && (memcmp(s, "\xff\xfe", 2) == 0 || memcmp(s, "\xfe\xff", 2) == 0))
        return by_name("utf16");
    uchardet_t ud = uchardet_new();
    struct charset c = {UNKNOWN, 0};
    if (!ud)
        return c;
    if (uchardet_handle_data(ud, s, n < 65536 ? n : 65536) == 0) {
        uchardet_data_end(ud);
        c = find_charset(uchardet_get_charset(ud));
    }
    uchardet_delete(ud);
    return c;
}

static struct answer try_one(const void *mem, struct charset c, const char *by, const char *s, size_t n)
{
    struct answer a = {.by = by};
    a.text = convert(mem, c, s, n, &a.bad);
    return a;
}

/* Labels that say nothing: programs put them on whatever bytes they were given. */
static bool says_nothing(struct charset c)
{
    return c.family == UNKNOWN || c.family == ASCII || c.family == UTF_8 ||
           (c.family == SINGLE && (str_eq(single_names[c.index], "WINDOWS-1252") ||
                                   str_eq(single_names[c.index], "WINDOWS-1258")));
}

/* Vietnamese in a legacy code that the label does not name. What the label names is left to it. */
static bool is_legacy(const void *mem, struct charset c, const char *s, size_t n, struct answer *ret)
{
    struct legacy_found found;
    bool lossy, bom = n >= 2 && (memcmp(s, "\xff\xfe", 2) == 0 || memcmp(s, "\xfe\xff", 2) == 0);
    char *text = bom || !says_nothing(c) ? NULL : legacy_bytes(mem, s, n, &found, &lossy);
    if (!text || (c.family == UTF_8 && found.words[LEGACY_UTF8] == found.total) ||
        (c.family == SINGLE && str_eq(single_names[c.index], "WINDOWS-1258") &&
         found.words[LEGACY_1258] * 2 > found.total))
        return false;
    ret->text = (struct str){text, strlen(text), 0, mem};
    ret->by = found.words[LEGACY_UTF8] == found.total ? "utf8" : "legacy";
    ret->bad = lossy;
    return true;
}

/* The first step that loses nothing; else the one that loses least, the label before the others. */
static struct answer climb(const void *mem, struct charset label, const char *s, size_t n)
{
    struct answer best = {.bad = SIZE_MAX};
    if (label.family != UNKNOWN && label.family != ASCII)
        best = try_one(mem, label, "label", s, n);
    /* UTF-8 with a few broken characters is still UTF-8. */
    if (best.bad == 0 || (label.family == UTF_8 && best.bad < high_bytes(s, n) / 4))
        return best;
    struct charset guess = detect(s, n);
    if (guess.family != UNKNOWN && guess.family != ASCII) {
        struct answer a = try_one(mem, guess, "detected", s, n);
        best = a.bad < best.bad ? a : best;
    }
    if (best.bad == 0)
        return best;
    struct answer a = try_one(mem, by_name("windows1258"), "fallback", s, n);
    return a.bad < best.bad ? a : best;
}

/* A NUL would end the C string that everybody after us reads. */
static void show_nuls(struct answer *a, const void *mem)
{
    if (a->text.n == 0 || !memchr(a->text.s, '\0', a->text.n))
        return;
    struct str out = str_new(mem);
    for (size_t i = 0; i < a->text.n; i++) {
        if (a->text.s[i])
            str_addc(&out, a->text.s[i]);
        else
            utf8_add(&out, 0xFFFD);
    }
    a->text = out;
    a->bad++;
}

static char *decode(const void *mem, const char *label, const char *bytes, size_t n, bool legacy,
                    const char **ret_by, bool *ret_lossy)
{
    charset_prewarm();
    _cleanup_mem_ void *work = mem_new();
    struct charset named = find_charset(label), c = correct_label(named, bytes, n);
    bool special = not_ascii_based(c, bytes, n);
    size_t high = special ? 1 : high_bytes(bytes, n);
    struct answer a = {.by = c.family == UNKNOWN ? "utf8" : "label",
                       .text = {(char *)(uintptr_t)bytes, n, 0, work}};
    if (high > 0 && !special && utf8_valid(bytes, n))
        a.by = "utf8";
    else if (high > 0 && !(legacy && is_legacy(work, c, bytes, n, &a)))
        a = climb(work, c, bytes, n);
    show_nuls(&a, work);
    *ret_by = c.family == named.family || !str_eq(a.by, "label") ? a.by : "detected";
    *ret_lossy = a.bad > 0;
    size_t bom = a.text.n >= 3 && memcmp(a.text.s, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    return high == 0 && a.bad == 0 ? mem_bytes(mem, a.text.s, a.text.n)
                                   : nfc_safe(mem, a.text.s + bom, a.text.n - bom);
}

char *charset_decode(const void *mem, const char *label, const char *bytes, size_t n, const char **ret_by,
                     bool *ret_lossy)
{
    return decode(mem, label, bytes, n, true, ret_by, ret_lossy);
}

char *charset_as_named(const void *mem, const char *label, const char *bytes, size_t n, bool *ret_lossy)
{
    const char *by;
    return decode(mem, label, bytes, n, false, &by, ret_lossy);
}

char *charset_convert(const void *mem, const char *label, const char *bytes, size_t n, bool *ret_lossy)
{
    const char *by;
    struct legacy_found found;
    char *s = charset_decode(mem, label, bytes, n, &by, ret_lossy);
    char *repaired = legacy_repair(mem, s, strlen(s), (struct legacy_hint){LEGACY_NONE, false}, &found);
    return repaired ? repaired : s;
}
