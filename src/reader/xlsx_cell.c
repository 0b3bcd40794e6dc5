/* xlsx_cell.c: see xlsx_cell.h. Dates are days since the end of 1899 (ECMA-376 part 1, 18.17.4.1), with a
 * 29 February 1900 that never was; formats 14-22 and 45-47 are dates, and others whose code has d, m, y or
 * h outside quotes and brackets (18.8.30-31). Shown the way they are written in Vietnam: 21/11/2026 08:30.
 */
#include "reader/xlsx_cell.h"
#include "reader/extract.h"
#include "reader/legacy.h"
#include "reader/xml.h"
#include <math.h>
#include <stdlib.h>

#define STRINGS_MAX 500000u
#define STYLES_MAX  65536u
#define FORMATS_MAX 4096u     /* Excel has 250 of its own making; each cell may look through all */
#define DAY_MAX     2958465.0 /* 9999-12-31 */

struct format {
    int64_t id;
    bool date;
};

struct style {
    int64_t format, font;
};

struct xlsx_cells {
    const void *mem;
    struct str_list *defects;
    const char **strings;
    size_t n_strings;
    struct format *formats;
    size_t n_formats;
    struct style *styles;
    size_t n_styles;
    const char **fonts;
    size_t n_fonts;
    struct str string; /* being read */
    unsigned text, phonetic, xfs, in_fonts;
    bool since_1904;
};

struct xlsx_cells *xlsx_cells_new(const void *mem, struct str_list *defects)
{
    struct xlsx_cells *c = mem_zero(mem, struct xlsx_cells);
    c->mem = mem;
    c->defects = defects;
    c->string = str_new(c);
    return c;
}

void xlsx_cells_since_1904(struct xlsx_cells *c, bool on)
{
    c->since_1904 = on;
}

/* ---- reading ---- */

static int64_t number(struct xlsx_cells *c, const struct xml_attrs *attrs, const char *name)
{
    _cleanup_mem_ char *s = xml_attr(c, attrs, name);
    int64_t n = -1;
    return s && str_int(s, 0, INT32_MAX, &n) ? n : -1;
}

static bool is_date_code(const char *code)
{
    bool quoted = false, bracket = false;
    for (; *code; code++) {
        if (*code == '\\' && code[1])
            code++;
        else if (*code == '"')
            quoted = !quoted;
        else if (!quoted && (*code == '[' || *code == ']'))
            bracket = *code == '[';
        else if (!quoted && !bracket && strchr("dmyhDMYH", *code))
            return true;
    }
    return false;
}

static void start_format(struct xlsx_cells *c, const struct xml_attrs *attrs)
{
    _cleanup_mem_ char *code = xml_attr(c, attrs, "formatCode");
    if (c->n_formats < FORMATS_MAX)
        *mem_append(c, c->formats, c->n_formats) =
            (struct format){.id = number(c, attrs, "numFmtId"), .date = code && is_date_code(code)};
}

static void start_style(struct xlsx_cells *c, const struct xml_attrs *attrs)
{
    if (c->xfs > 0 && c->n_styles < STYLES_MAX)
        *mem_append(c, c->styles, c->n_styles) =
            (struct style){.format = number(c, attrs, "numFmtId"), .font = number(c, attrs, "fontId")};
}

static void on_start(void *arg, const char *name, const struct xml_attrs *attrs)
{
    struct xlsx_cells *c = arg;
    c->text += strcmp(name, "t") == 0;
    c->phonetic += strcmp(name, "rPh") == 0;
    c->xfs += strcmp(name, "cellXfs") == 0;
    c->in_fonts += strcmp(name, "fonts") == 0;
    if (strcmp(name, "si") == 0)
        str_cut(&c->string, 0);
    else if (strcmp(name, "numFmt") == 0)
        start_format(c, attrs);
    else if (strcmp(name, "xf") == 0)
        start_style(c, attrs);
    else if (strcmp(name, "font") == 0 && c->in_fonts > 0 && c->n_fonts < STYLES_MAX)
        *mem_append(c, c->fonts, c->n_fonts) = "";
    else if (strcmp(name, "name") == 0 && c->in_fonts > 0 && c->n_fonts > 0)
        c->fonts[c->n_fonts - 1] = xml_attr(c, attrs, "val");
}

static void on_end(void *arg, const char *name)
{
    struct xlsx_cells *c = arg;
    c->text -= strcmp(name, "t") == 0 && c->text > 0;
    c->phonetic -= strcmp(name, "rPh") == 0 && c->phonetic > 0;
    c->xfs -= strcmp(name, "cellXfs") == 0 && c->xfs > 0;
    c->in_fonts -= strcmp(name, "fonts") == 0 && c->in_fonts > 0;
    if (strcmp(name, "si") != 0)
        return;
    if (c->n_strings < STRINGS_MAX)
        *mem_append(c, c->strings, c->n_strings) = mem_bytes(c, c->string.s, c->string.n);
    else
        extract_note(c->mem, c->defects, "text-cut");
}

static void on_text(void *arg, const char *s, size_t n)
{
    struct xlsx_cells *c = arg;
    if (c->text > 0 && c->phonetic == 0 && c->string.n + n < EXTRACT_MAX_TEXT)
        str_addn(&c->string, s, n);
}

void xlsx_cells_read(struct xlsx_cells *c, struct zip *z)
{
    static const struct xml_calls calls = {on_start, on_end, on_text};
    c->text = c->phonetic = c->xfs = c->in_fonts = 0;
    xml_read(c->mem, z, &calls, c, c->defects);
}

/* ---- showing ---- */

static const struct style *style_of(const struct xlsx_cells *c, int64_t style)
{
    return style >= 0 && (uint64_t)style < c->n_styles ? &c->styles[style] : NULL;
}

static bool is_date(const struct xlsx_cells *c, int64_t style)
{
    const struct style *s = style_of(c, style);
    if (!s)
        return false;
    if ((s->format >= 14 && s->format <= 22) || (s->format >= 45 && s->format <= 47))
        return true;
    for (size_t i = 0; i < c->n_formats; i++)
        if (c->formats[i].id == s->format)
            return c->formats[i].date;
    return false;
}

/* Days since 1970 to a date, after the algorithm of H. Hinnant (proleptic Gregorian). */
static void add_day(struct str *out, int64_t days)
{
    days += 719468;
    int64_t era = days / 146097, doe = days % 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t month = mp < 10 ? mp + 3 : mp - 9;
    str_addf(out, "%02d/%02d/%04d", (int)(doy - (153 * mp + 2) / 5 + 1), (int)month,
             (int)(yoe + era * 400 + (month <= 2)));
}

static void add_date(const struct xlsx_cells *c, double serial, struct str *out)
{
    double day = (double)(int64_t)serial; /* never negative */
    int64_t minutes = (int64_t)((serial - day) * 1440 + 0.5);
    if (minutes == 1440)
        minutes = 1439;
    if (day >= 1 || c->since_1904)
        add_day(out, (int64_t)day - (c->since_1904 ? 24107 : day < 60 ? 25568 : 25569));
    if (minutes > 0 || day < 1)
        str_addf(out, "%s%02d:%02d", day >= 1 ? " " : "", (int)(minutes / 60), (int)(minutes % 60));
}

static void add_number(const struct xlsx_cells *c, int64_t style, const char *value, struct str *out)
{
    char *end;
    double d = strtod(value, &end);
    bool whole = *end == '\0' && end != value && isfinite(d);
    if (whole && d >= 0 && d <= DAY_MAX && is_date(c, style))
        add_date(c, d, out);
    else if (whole && strchr(value, '.'))
        str_addf(out, "%.15g", d); /* 0.30000000000000004 was typed as 0.3 */
    else
        str_add(out, value);
}

/* Text in the font of its cell, which may be older than Unicode. */
static void add_text(const struct xlsx_cells *c, int64_t style, const char *text, struct str *out)
{
    const struct style *s = style_of(c, style);
    const char *font = s && s->font >= 0 && (uint64_t)s->font < c->n_fonts ? c->fonts[s->font] : NULL;
    struct legacy_hint hint = legacy_hint_of_font(font);
    struct legacy_found found;
    char *repaired = hint.kind ? legacy_repair(c->mem, text, strlen(text), hint, &found) : NULL;
    if (repaired)
        extract_note(c->mem, c->defects, "unicode");
    for (const char *p = repaired ? repaired : text; *p; p++)
        str_addc(out, *p == '\n' ? ' ' : *p);
}

static void add_cell(const struct xlsx_cells *c, char kind, const char *cell, struct str *out)
{
    const char *semicolon = strchr(cell, ';');
    _cleanup_mem_ char *number_text = semicolon ? mem_bytes(c, cell, (size_t)(semicolon - cell)) : NULL;
    int64_t style = 0, index = -1;
    if (!semicolon)
        return;
    str_int(number_text, 0, INT32_MAX, &style);
    if (kind == XLSX_NUMBER)
        add_number(c, style, semicolon + 1, out);
    else if (kind == XLSX_TEXT)
        add_text(c, style, semicolon + 1, out);
    else if (str_int(semicolon + 1, 0, INT32_MAX, &index) && (uint64_t)index < c->n_strings)
        add_text(c, style, c->strings[index], out);
    else /* words that are nowhere */
        extract_note(c->mem, c->defects, "file-broken");
}

void xlsx_cells_show(const struct xlsx_cells *c, const char *text, size_t n, struct str *out)
{
    for (size_t i = 0; i < n; i++) {
        const char *end = NULL;
        if (text[i] == XLSX_SHARED || text[i] == XLSX_NUMBER || text[i] == XLSX_TEXT)
            end = memchr(text + i, XLSX_END, n - i);
        if (out->n > EXTRACT_MAX_TEXT) {
            extract_note(c->mem, c->defects, "text-cut");
            return;
        }
        if (!end) {
            str_addc(out, text[i]);
            continue;
        }
        _cleanup_mem_ char *cell = mem_bytes(c, text + i + 1, (size_t)(end - text - (ptrdiff_t)i - 1));
        add_cell(c, text[i], cell, out);
        i = (size_t)(end - text);
    }
}
