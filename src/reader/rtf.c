/* rtf.c: Rich Text Format (specification 1.9.1), read as a stream of control words and bytes. Destinations
 * that hold no text of the document (pictures, objects' data, field instructions, unknown ones that say
 * they may be ignored) are passed over; nothing is executed and no object is opened. Page headers and
 * footers come first, then the body, notes, comments, and apart what is deleted or hidden. Groups deeper
 * than 200 are read with the settings of the 200th. */
#include "reader/rtf_inside.h"

#define WORD_BYTES 32u

/* ---- control words ---- */

struct word {
    const char *name;
    void (*act)(struct rtf *r, bool has, int n);
};

static void set_place(struct rtf *r, enum place place)
{
    struct group before = *rtf_now(r);
    if (before.reading == FONTS)
        return;
    rtf_now(r)->place = place;
    rtf_now(r)->reading = SHOW;
    rtf_follow(r, &before);
    if (place == HEADS) /* each is the head of a page */
        flow_char(&r->places[HEADS], '\f');
    else
        flow_paragraph(&r->places[place]);
}

static void word_skip(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    rtf_now(r)->reading = SKIP;
}

static void word_show(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    rtf_now(r)->reading = SHOW;
}

static void word_fonts(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    rtf_now(r)->reading = FONTS;
}

static void word_head(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    set_place(r, HEADS);
}

static void word_note(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    set_place(r, NOTES);
}

static void word_comment(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    set_place(r, COMMENTS);
}

static void word_box(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    struct group before = *rtf_now(r);
    rtf_now(r)->reading = SHOW;
    rtf_now(r)->box = true;
    rtf_follow(r, &before);
}

static void word_page(struct rtf *r, bool has, int n)
{
    if (has)
        rtf_fonts_page(r->fonts, n);
}

static void word_first_font(struct rtf *r, bool has, int n)
{
    r->first_font = has ? n : 0;
    rtf_now(r)->font = r->first_font;
}

static void word_font(struct rtf *r, bool has, int n)
{
    if (rtf_now(r)->reading == FONTS)
        rtf_fonts_number(r->fonts, has ? n : 0);
    else
        rtf_now(r)->font = has ? n : 0;
}

static void word_charset(struct rtf *r, bool has, int n)
{
    if (has && rtf_now(r)->reading == FONTS)
        rtf_fonts_charset(r->fonts, n);
}

static void word_hidden(struct rtf *r, bool has, int n)
{
    struct group before = *rtf_now(r);
    rtf_now(r)->hidden = !has || n != 0;
    if (rtf_now(r)->hidden && before.reading == SHOW)
        extract_note(r->x->mem, &r->x->a->defects, "hidden-text");
    rtf_follow(r, &before);
}

static void word_deleted(struct rtf *r, bool has, int n)
{
    struct group before = *rtf_now(r);
    rtf_now(r)->deleted = !has || n != 0;
    if (rtf_now(r)->deleted)
        extract_note(r->x->mem, &r->x->a->defects, "tracked-changes");
    rtf_follow(r, &before);
}

static void word_revised(struct rtf *r, bool has, int n)
{
    if (!has || n != 0)
        extract_note(r->x->mem, &r->x->a->defects, "tracked-changes");
}

static void word_plain(struct rtf *r, bool has, int n)
{
    struct group before = *rtf_now(r);
    (void)has, (void)n;
    rtf_now(r)->font = r->first_font;
    rtf_now(r)->hidden = rtf_now(r)->deleted = false;
    rtf_follow(r, &before);
}

static void word_fallback(struct rtf *r, bool has, int n)
{
    rtf_now(r)->fallback = has && n >= 0 && n < 100 ? n : 1;
}

static void word_unicode(struct rtf *r, bool has, int n)
{
    int32_t cp = has ? n : 0xFFFD;
    cp = cp < 0 ? cp + 65536 : cp;
    r->skip = rtf_now(r)->fallback;
    if (cp >= 0xD800 && cp < 0xDC00) {
        r->high = cp;
        return;
    }
    if (cp >= 0xDC00 && cp < 0xE000)
        cp = r->high ? 0x10000 + ((r->high - 0xD800) << 10) + (cp - 0xDC00) : 0xFFFD;
    r->high = 0;
    rtf_char(r, cp > 0 && cp <= 0x10FFFF ? cp : 0xFFFD);
}

static void word_binary(struct rtf *r, bool has, int n)
{
    r->binary = has && n > 0 ? (size_t)n : 0;
}

static void word_line(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    rtf_line(r, '\n');
}

static void word_new_page(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    rtf_line(r, '\f');
}

static void word_tab(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    rtf_char(r, '\t');
}

static void word_row(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    if (rtf_now(r)->reading == SHOW && rtf_to(r)->n_rows == 0)
        flow_row(rtf_to(r));
}

static void word_cell(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    rtf_line(r, '\n');
    flow_cell_end(rtf_to(r));
}

static void word_row_end(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    flow_row_end(rtf_to(r));
}

#define SIGN(name, cp)                                                                                     \
    static void name(struct rtf *r, bool has, int n)                                                       \
    {                                                                                                      \
        (void)has, (void)n;                                                                                \
        rtf_char(r, cp);                                                                                   \
    }
SIGN(sign_em_dash, 0x2014)
SIGN(sign_en_dash, 0x2013)
SIGN(sign_left, 0x2018)
SIGN(sign_right, 0x2019)
SIGN(sign_left_double, 0x201C)
SIGN(sign_right_double, 0x201D)
SIGN(sign_bullet, 0x2022)
SIGN(sign_blank, ' ')

static const struct word words[] = {
    {"par", word_line},
    {"line", word_line},
    {"f", word_font},
    {"u", word_unicode},
    {"uc", word_fallback},
    {"tab", word_tab},
    {"plain", word_plain},
    {"cell", word_cell},
    {"row", word_row_end},
    {"trowd", word_row},
    {"nestcell", word_line},
    {"nestrow", word_line},
    {"sect", word_new_page},
    {"page", word_new_page},
    {"v", word_hidden},
    {"deleted", word_deleted},
    {"revised", word_revised},
    {"bin", word_binary},
    {"ansicpg", word_page},
    {"deff", word_first_font},
    {"fcharset", word_charset},
    {"fonttbl", word_fonts},
    {"header", word_head},
    {"headerl", word_head},
    {"headerr", word_head},
    {"headerf", word_head},
    {"footer", word_head},
    {"footerl", word_head},
    {"footerr", word_head},
    {"footerf", word_head},
    {"footnote", word_note},
    {"annotation", word_comment},
    {"shptxt", word_box},
    {"shpinst", word_show},
    {"ud", word_show},
    {"fldrslt", word_show},
    {"emdash", sign_em_dash},
    {"endash", sign_en_dash},
    {"lquote", sign_left},
    {"rquote", sign_right},
    {"ldblquote", sign_left_double},
    {"rdblquote", sign_right_double},
    {"bullet", sign_bullet},
    {"emspace", sign_blank},
    {"enspace", sign_blank},
    {"colortbl", word_skip},
    {"stylesheet", word_skip},
    {"info", word_skip},
    {"pict", word_skip},
    {"objdata", word_skip},
    {"fldinst", word_skip},
    {"sp", word_skip},
    {"shprslt", word_skip},
    {"upr", word_skip},
    {"atnid", word_skip},
    {"atnauthor", word_skip},
    {"xe", word_skip},
    {"tc", word_skip},
    {"rxe", word_skip},
    {"nonesttables", word_skip},
    {"listtable", word_skip},
    {"listoverridetable", word_skip},
    {"themedata", word_skip},
    {"datastore", word_skip},
    {"generator", word_skip},
};

/* Destinations that begin with \* and hold text all the same. */
static bool starred_text(const char *name)
{
    static const char *const names[] = {"shpinst", "ud", "annotation", "footnote", "shptxt", "shppict"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static void control_word(struct rtf *r, const char *name, bool has, int n)
{
    bool star = r->star;
    r->star = false;
    if (star && !starred_text(name)) {
        rtf_now(r)->reading = SKIP;
        return;
    }
    /* Within what is skipped only these begin something new. */
    if (rtf_now(r)->reading == SKIP && strcmp(name, "ud") != 0 && strcmp(name, "bin") != 0)
        return;
    if (strcmp(name, "u") != 0)
        r->skip = 0;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (strcmp(words[i].name, name) != 0)
            continue;
        rtf_flush(r);
        words[i].act(r, has, n);
        return;
    }
}

/* ---- the stream ---- */

static bool next(struct rtf *r, char *ret)
{
    return !r->ended && part_read(r->x->part, ret, 1) == 1;
}

static int hex(char c)
{
    if (str_digit(c))
        return c - '0';
    c = str_lower_char(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void quoted_byte(struct rtf *r)
{
    char a, b;
    if (next(r, &a) && next(r, &b) && hex(a) >= 0 && hex(b) >= 0)
        rtf_byte(r, (char)(unsigned char)(hex(a) * 16 + hex(b)));
}

static void control_sign(struct rtf *r, char c)
{
    if (c == '\'')
        quoted_byte(r);
    else if (c == '*')
        r->star = true;
    else if (c == '~')
        rtf_char(r, 0xA0);
    else if (c == '_')
        rtf_char(r, 0x2011);
    else if (c == '\n' || c == '\r')
        rtf_line(r, '\n');
    else if (c == '\\' || c == '{' || c == '}')
        rtf_byte(r, c);
}

/* A word of letters, a number, and a blank that belongs to it; gives the byte after it. */
static bool read_word(struct rtf *r, char *c)
{
    char name[WORD_BYTES];
    size_t len = 0;
    bool more = true, minus, has = false;
    int64_t n = 0;
    for (; more && str_alpha(*c); more = next(r, c))
        if (len + 1 < sizeof name)
            name[len++] = *c;
    name[len] = '\0';
    minus = more && *c == '-';
    if (minus)
        more = next(r, c);
    for (; more && str_digit(*c); more = next(r, c)) {
        has = true;
        n = n < 100000000 ? n * 10 + (*c - '0') : n;
    }
    control_word(r, name, has, (int)(minus ? -n : n));
    return more && *c == ' ' && r->binary == 0 ? next(r, c) : more;
}

/* *c is the blank behind the word, or the first byte already; afterwards the first byte that is text. */
static bool pass_binary(struct rtf *r, char *c)
{
    bool more = *c != ' ' || next(r, c);
    for (; more && r->binary > 0; r->binary--)
        more = next(r, c);
    r->binary = 0;
    return more;
}

static void read_all(struct rtf *r)
{
    char c;
    bool more = next(r, &c);
    while (more && !r->ended) {
        if (c == '\\') {
            more = next(r, &c);
            if (more && str_alpha(c)) {
                more = read_word(r, &c);
                if (more && r->binary > 0)
                    more = pass_binary(r, &c);
                continue;
            }
            if (more)
                control_sign(r, c);
        } else if (c == '{') {
            rtf_open(r);
        } else if (c == '}') {
            rtf_close(r);
        } else if (c != '\n' && c != '\r') {
            rtf_byte(r, c);
        }
        more = more && next(r, &c);
    }
    rtf_flush(r);
}

char *extract_rtf(struct extract *x)
{
    struct rtf *r = mem_zero(x->mem, struct rtf);
    struct str out = str_new(x->mem);
    r->x = x;
    r->fonts = rtf_fonts_new(r);
    r->repair = docx_fonts_new(x->mem, &x->a->defects);
    r->pending = str_new(r);
    r->groups[0].fallback = 1;
    for (size_t i = 0; i < PLACES; i++)
        r->places[i] = flow_new(x->mem, &x->a->defects);
    read_all(r);
    /* Cut off, or a \bin that reaches beyond the end hides the rest from us, not from every program. */
    if (r->depth > 0 && !r->ended)
        extract_note(x->mem, &x->a->defects, "file-broken");
    static const enum place order[] = {HEADS, BODY, NOTES, COMMENTS};
    for (size_t i = 0; i < ARRAY_LEN(order); i++)
        docx_fonts_join(r->repair, &out, &r->places[order[i]].out);
    for (size_t i = 0; i < ARRAY_LEN(order); i++)
        docx_fonts_join(r->repair, &out, &r->places[order[i]].aside);
    talloc_free(r);
    return flow_finish(x->mem, &out, &x->a->defects);
}
