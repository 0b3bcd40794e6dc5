/* rtf.c: Rich Text Format (specification 1.9.1), read as a stream of control words and bytes. Destinations
 * that hold no text of the document (pictures, objects' data, field instructions, unknown ones that say
 * they may be ignored) are passed over; nothing is executed and no object is opened. Page headers and
 * footers come first, then the body, notes, comments, and apart what is deleted or hidden. Groups deeper
 * than 200 are read with the settings of the 200th. */
#include "base/utf8.h"
#include "reader/docx_font.h"
#include "reader/extract.h"
#include "reader/flow.h"
#include "reader/rtf_font.h"

#define DEPTH_MAX   200u
#define WORD_BYTES  32u
#define PENDING_MAX 4096u /* bytes waiting to be decoded together */

enum place { BODY, HEADS, NOTES, COMMENTS, PLACES };
enum reading { SHOW, SKIP, FONTS };

/* What a group saves and restores. */
struct group {
    enum reading reading;
    enum place place;
    int font, fallback; /* fallback: bytes behind a \u that stand for it (\uc) */
    bool hidden, deleted, box;
};

struct rtf {
    struct extract *x;
    struct rtf_fonts *fonts;
    struct docx_fonts *repair;
    struct flow places[PLACES];
    struct group groups[DEPTH_MAX];
    size_t depth;
    int first_font, skip; /* skip: bytes still standing for the last \u */
    int32_t high;         /* first half of a surrogate pair */
    bool star, ended;
    size_t binary; /* bytes of \bin still to come */
    struct str pending;
};

static struct group *now(struct rtf *r)
{
    return &r->groups[r->depth < DEPTH_MAX ? r->depth : DEPTH_MAX - 1];
}

/* ---- text ---- */

static struct flow *to(struct rtf *r)
{
    return &r->places[now(r)->place];
}

static void add_text(struct rtf *r, const char *s, size_t n)
{
    struct flow *f = to(r);
    const char *font = rtf_fonts_find(r->fonts, now(r)->font);
    f->font.run = flow_name(f, font);
    flow_text(f, s, n);
}

static void flush(struct rtf *r)
{
    if (r->pending.n == 0)
        return;
    struct str out = str_new(r->x->mem);
    rtf_fonts_decode(r->fonts, now(r)->font, r->pending.s, r->pending.n, &out);
    if (out.n > 0) {
        add_text(r, out.s, out.n);
        talloc_free(out.s);
    }
    str_cut(&r->pending, 0);
}

static void add_char(struct rtf *r, int32_t cp)
{
    flush(r);
    if (now(r)->reading != SHOW)
        return;
    struct str s = str_new(r->x->mem);
    utf8_add(&s, cp);
    add_text(r, s.s, s.n);
    talloc_free(s.s);
}

static void add_byte(struct rtf *r, char byte)
{
    if (r->skip > 0) {
        r->skip--;
        return;
    }
    if (now(r)->reading == FONTS)
        rtf_fonts_name(r->fonts, byte);
    if (now(r)->reading != SHOW || byte == '\0')
        return;
    str_addc(&r->pending, byte);
    if (r->pending.n >= PENDING_MAX)
        flush(r);
}

static void end_line(struct rtf *r, char with)
{
    flush(r);
    if (now(r)->reading != SHOW)
        return;
    flow_paragraph(to(r));
    if (with != '\n')
        flow_char(to(r), with);
}

/* Tells the flow which text is not seen by a reader, and which stands in a box. */
static void follow(struct rtf *r, const struct group *before)
{
    const struct group *g = now(r);
    bool was = before->hidden || before->deleted, is = g->hidden || g->deleted;
    struct flow *old = &r->places[before->place], *new = &r->places[g->place];
    if (was && (!is || old != new))
        flow_aside_end(old);
    if (is && (!was || old != new))
        flow_aside(new);
    if (before->box && (!g->box || old != new))
        flow_box_end(old);
    if (g->box && (!before->box || old != new))
        flow_box(new);
}

/* ---- groups ---- */

static void open_group(struct rtf *r)
{
    flush(r);
    struct group g = *now(r);
    r->depth++;
    *now(r) = g;
    r->skip = 0;
    r->star = false;
}

static void close_group(struct rtf *r)
{
    flush(r);
    r->skip = 0;
    if (r->depth == 0) {
        r->ended = true;
        return;
    }
    struct group before = *now(r);
    r->depth--;
    follow(r, &before);
}

/* ---- control words ---- */

struct word {
    const char *name;
    void (*act)(struct rtf *r, bool has, int n);
};

static void set_place(struct rtf *r, enum place place)
{
    struct group before = *now(r);
    if (before.reading == FONTS)
        return;
    now(r)->place = place;
    now(r)->reading = SHOW;
    follow(r, &before);
    if (place == HEADS) /* each is the head of a page */
        flow_char(&r->places[HEADS], '\f');
    else
        flow_paragraph(&r->places[place]);
}

static void word_skip(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    now(r)->reading = SKIP;
}

static void word_show(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    now(r)->reading = SHOW;
}

static void word_fonts(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    now(r)->reading = FONTS;
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
    struct group before = *now(r);
    now(r)->reading = SHOW;
    now(r)->box = true;
    follow(r, &before);
}

static void word_page(struct rtf *r, bool has, int n)
{
    if (has)
        rtf_fonts_page(r->fonts, n);
}

static void word_first_font(struct rtf *r, bool has, int n)
{
    r->first_font = has ? n : 0;
    now(r)->font = r->first_font;
}

static void word_font(struct rtf *r, bool has, int n)
{
    if (now(r)->reading == FONTS)
        rtf_fonts_number(r->fonts, has ? n : 0);
    else
        now(r)->font = has ? n : 0;
}

static void word_charset(struct rtf *r, bool has, int n)
{
    if (has && now(r)->reading == FONTS)
        rtf_fonts_charset(r->fonts, n);
}

static void word_hidden(struct rtf *r, bool has, int n)
{
    struct group before = *now(r);
    now(r)->hidden = !has || n != 0;
    if (now(r)->hidden && before.reading == SHOW)
        extract_note(r->x->mem, &r->x->a->defects, "hidden-text");
    follow(r, &before);
}

static void word_deleted(struct rtf *r, bool has, int n)
{
    struct group before = *now(r);
    now(r)->deleted = !has || n != 0;
    if (now(r)->deleted)
        extract_note(r->x->mem, &r->x->a->defects, "tracked-changes");
    follow(r, &before);
}

static void word_revised(struct rtf *r, bool has, int n)
{
    if (!has || n != 0)
        extract_note(r->x->mem, &r->x->a->defects, "tracked-changes");
}

static void word_plain(struct rtf *r, bool has, int n)
{
    struct group before = *now(r);
    (void)has, (void)n;
    now(r)->font = r->first_font;
    now(r)->hidden = now(r)->deleted = false;
    follow(r, &before);
}

static void word_fallback(struct rtf *r, bool has, int n)
{
    now(r)->fallback = has && n >= 0 && n < 100 ? n : 1;
}

static void word_unicode(struct rtf *r, bool has, int n)
{
    int32_t cp = has ? n : 0xFFFD;
    cp = cp < 0 ? cp + 65536 : cp;
    r->skip = now(r)->fallback;
    if (cp >= 0xD800 && cp < 0xDC00) {
        r->high = cp;
        return;
    }
    if (cp >= 0xDC00 && cp < 0xE000)
        cp = r->high ? 0x10000 + ((r->high - 0xD800) << 10) + (cp - 0xDC00) : 0xFFFD;
    r->high = 0;
    add_char(r, cp > 0 && cp <= 0x10FFFF ? cp : 0xFFFD);
}

static void word_binary(struct rtf *r, bool has, int n)
{
    r->binary = has && n > 0 ? (size_t)n : 0;
}

static void word_line(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    end_line(r, '\n');
}

static void word_new_page(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    end_line(r, '\f');
}

static void word_tab(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    add_char(r, '\t');
}

static void word_row(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    if (now(r)->reading == SHOW && to(r)->n_rows == 0)
        flow_row(to(r));
}

static void word_cell(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    end_line(r, '\n');
    flow_cell_end(to(r));
}

static void word_row_end(struct rtf *r, bool has, int n)
{
    (void)has, (void)n;
    flow_row_end(to(r));
}

#define SIGN(name, cp)                                                                                     \
    static void name(struct rtf *r, bool has, int n)                                                       \
    {                                                                                                      \
        (void)has, (void)n;                                                                                \
        add_char(r, cp);                                                                                   \
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
        now(r)->reading = SKIP;
        return;
    }
    /* Within what is skipped only these begin something new. */
    if (now(r)->reading == SKIP && strcmp(name, "ud") != 0 && strcmp(name, "bin") != 0)
        return;
    if (strcmp(name, "u") != 0)
        r->skip = 0;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (strcmp(words[i].name, name) != 0)
            continue;
        flush(r);
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
        add_byte(r, (char)(unsigned char)(hex(a) * 16 + hex(b)));
}

static void control_sign(struct rtf *r, char c)
{
    if (c == '\'')
        quoted_byte(r);
    else if (c == '*')
        r->star = true;
    else if (c == '~')
        add_char(r, 0xA0);
    else if (c == '_')
        add_char(r, 0x2011);
    else if (c == '\n' || c == '\r')
        end_line(r, '\n');
    else if (c == '\\' || c == '{' || c == '}')
        add_byte(r, c);
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
            open_group(r);
        } else if (c == '}') {
            close_group(r);
        } else if (c != '\n' && c != '\r') {
            add_byte(r, c);
        }
        more = more && next(r, &c);
    }
    flush(r);
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
    static const enum place order[] = {HEADS, BODY, NOTES, COMMENTS};
    for (size_t i = 0; i < ARRAY_LEN(order); i++)
        docx_fonts_join(r->repair, &out, &r->places[order[i]].out);
    for (size_t i = 0; i < ARRAY_LEN(order); i++)
        docx_fonts_join(r->repair, &out, &r->places[order[i]].aside);
    talloc_free(r);
    return flow_finish(x->mem, &out, &x->a->defects);
}
