/* rtf_font.c: see rtf_font.h. \fcharset to code page as in the RTF specification 1.9.1, table "font table";
 * 163 is Vietnamese. One byte at a time is decoded for code pages of single bytes, since the ladder of
 * charset.h would take two of them for a UTF-8 character. */
#include "reader/rtf_font.h"
#include "reader/charset.h"
#include "reader/legacy.h"

#define FONTS_MAX  1000u
#define NAME_BYTES 64u

static const struct {
    int charset;
    const char *label;
    bool wide; /* several bytes a character */
} charsets[] = {
    {77, "macintosh", false},     {128, "cp932", true},         {129, "euc-kr", true},
    {134, "gb18030", true},       {136, "big5", true},          {161, "windows-1253", false},
    {162, "windows-1254", false}, {163, "windows-1258", false}, {177, "windows-1255", false},
    {178, "windows-1256", false}, {186, "windows-1257", false}, {204, "windows-1251", false},
    {222, "cp874", false},        {238, "windows-1250", false},
};

static const struct {
    int page;
    const char *label;
    bool wide;
} pages[] = {
    {437, "cp437", false},         {850, "cp850", false},         {866, "cp866", false},
    {874, "cp874", false},         {932, "cp932", true},          {936, "gb18030", true},
    {949, "euc-kr", true},         {950, "big5", true},           {1250, "windows-1250", false},
    {1251, "windows-1251", false}, {1252, "windows-1252", false}, {1253, "windows-1253", false},
    {1254, "windows-1254", false}, {1255, "windows-1255", false}, {1256, "windows-1256", false},
    {1257, "windows-1257", false}, {1258, "windows-1258", false}, {10000, "macintosh", false},
    {65001, "utf-8", true},
};

/* What single bytes mean, made when first used. */
struct table {
    const char *label;
    const char *of[256];
};

struct font {
    int number, charset;
    char name[NAME_BYTES];
    size_t n;
};

struct rtf_fonts {
    struct font *v;
    size_t n;
    const char *label; /* of the document */
    bool wide;
    struct table *tables;
    size_t n_tables;
};

struct rtf_fonts *rtf_fonts_new(const void *mem)
{
    struct rtf_fonts *f = mem_zero(mem, struct rtf_fonts);
    f->label = "windows-1252";
    return f;
}

void rtf_fonts_page(struct rtf_fonts *f, int page)
{
    for (size_t i = 0; i < ARRAY_LEN(pages); i++)
        if (pages[i].page == page) {
            f->label = pages[i].label;
            f->wide = pages[i].wide;
        }
}

void rtf_fonts_number(struct rtf_fonts *f, int number)
{
    if (f->n >= FONTS_MAX)
        return;
    struct font *font = mem_append(f, f->v, f->n);
    font->number = number;
    font->charset = -1;
}

void rtf_fonts_charset(struct rtf_fonts *f, int charset)
{
    if (f->n > 0)
        f->v[f->n - 1].charset = charset;
}

void rtf_fonts_name(struct rtf_fonts *f, char byte)
{
    struct font *font = f->n > 0 ? &f->v[f->n - 1] : NULL;
    if (font && byte != ';' && font->n + 1 < NAME_BYTES && (unsigned char)byte < 0x7F)
        font->name[font->n++] = byte;
}

static const struct font *find(const struct rtf_fonts *f, int number)
{
    for (size_t i = f->n; i-- > 0;)
        if (f->v[i].number == number)
            return &f->v[i];
    return NULL;
}

const char *rtf_fonts_find(const struct rtf_fonts *f, int number)
{
    const struct font *font = find(f, number);
    return font ? font->name : NULL;
}

static struct table *find_table(struct rtf_fonts *f, const char *label)
{
    for (size_t i = 0; i < f->n_tables; i++)
        if (f->tables[i].label == label)
            return &f->tables[i];
    struct table *t = mem_append(f, f->tables, f->n_tables);
    t->label = label;
    return t;
}

void rtf_fonts_decode(struct rtf_fonts *f, int number, const char *bytes, size_t n, struct str *out)
{
    const struct font *font = find(f, number);
    const char *label = f->label, *by;
    bool wide = f->wide, lossy;
    for (size_t i = 0; font && i < ARRAY_LEN(charsets); i++)
        if (charsets[i].charset == font->charset) {
            label = charsets[i].label;
            wide = charsets[i].wide;
        }
    if (font && legacy_hint_of_font(font->name).kind != LEGACY_NONE) {
        label = "windows-1252";
        wide = false;
    }
    if (wide) {
        str_add(out, charset_decode(f, label, bytes, n, &by, &lossy));
        return;
    }
    struct table *t = find_table(f, label);
    for (size_t i = 0; i < n; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (!t->of[byte])
            t->of[byte] = charset_decode(f, label, bytes + i, 1, &by, &lossy);
        str_add(out, t->of[byte]);
    }
}
