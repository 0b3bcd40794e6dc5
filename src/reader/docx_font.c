/* docx_font.c: see docx_font.h. Chains of styles are followed 20 long at most: they may go round in
 * circles.
 */
#include "reader/docx_font.h"
#include "reader/extract.h"
#include "reader/legacy.h"
#include "reader/xml.h"

#define CHAIN_MAX  20u
#define STYLES_MAX 1000u

struct style {
    const char *id, *based_on, *font; /* NULL when not said */
};

struct docx_fonts {
    const void *mem;
    struct str_list *defects;
    struct style *styles;
    size_t n;
    const char *first;    /* id of the default paragraph style */
    const char *defaults; /* font */
    bool in_style, in_defaults, old;
};

struct docx_fonts *docx_fonts_new(const void *mem, struct str_list *defects)
{
    struct docx_fonts *f = mem_zero(mem, struct docx_fonts);
    f->mem = mem;
    f->defects = defects;
    return f;
}

/* ---- reading ---- */

static void start_style(struct docx_fonts *f, const struct xml_attrs *attrs)
{
    if (f->n >= STYLES_MAX)
        return;
    f->in_style = true;
    struct style *s = mem_append(f, f->styles, f->n);
    s->id = xml_attr(f, attrs, "styleId");
    const char *type = xml_attr(f, attrs, "type"), *first = xml_attr(f, attrs, "default");
    if (first && str_eq(first, "1") && type && str_eq(type, "paragraph"))
        f->first = s->id;
}

static void start_font(struct docx_fonts *f, const struct xml_attrs *attrs)
{
    const char *font = xml_attr(f, attrs, "hAnsi");
    font = font ? font : xml_attr(f, attrs, "ascii");
    if (f->in_style && f->n > 0)
        f->styles[f->n - 1].font = font;
    else if (f->in_defaults)
        f->defaults = font;
}

static void on_start(void *arg, const char *name, const struct xml_attrs *attrs)
{
    struct docx_fonts *f = arg;
    if (strcmp(name, "rPrChange") == 0)
        f->old = true;
    else if (strcmp(name, "style") == 0)
        start_style(f, attrs);
    else if (strcmp(name, "docDefaults") == 0)
        f->in_defaults = true;
    else if (strcmp(name, "rFonts") == 0 && !f->old)
        start_font(f, attrs);
    else if (strcmp(name, "basedOn") == 0 && f->in_style)
        f->styles[f->n - 1].based_on = xml_attr(f, attrs, "val");
}

static void on_end(void *arg, const char *name)
{
    struct docx_fonts *f = arg;
    if (strcmp(name, "style") == 0)
        f->in_style = false;
    else if (strcmp(name, "docDefaults") == 0)
        f->in_defaults = false;
    else if (strcmp(name, "rPrChange") == 0)
        f->old = false;
}

void docx_fonts_read(struct docx_fonts *f, struct zip *z)
{
    static const struct xml_calls calls = {on_start, on_end, NULL};
    xml_read(f->mem, z, &calls, f, f->defects);
}

/* ---- asking ---- */

static const struct style *find_style(const struct docx_fonts *f, const char *id)
{
    for (size_t i = 0; id && i < f->n; i++)
        if (f->styles[i].id && str_eq(f->styles[i].id, id))
            return &f->styles[i];
    return NULL;
}

static const char *font_of_style(const struct docx_fonts *f, const char *id)
{
    const struct style *s = find_style(f, id);
    for (unsigned i = 0; s && i < CHAIN_MAX; i++) {
        if (s->font)
            return s->font;
        s = find_style(f, s->based_on);
    }
    return NULL;
}

static const char *font_of(const struct docx_fonts *f, const struct flow_font *font)
{
    const char *name = font->run;
    name = name ? name : font_of_style(f, font->style);
    name = name ? name : font_of_style(f, font->paragraph);
    name = name || font->paragraph ? name : font_of_style(f, f->first);
    return name ? name : f->defaults;
}

static void add_repaired(const struct docx_fonts *f, struct str *out, const char *s, size_t n,
                         struct legacy_hint hint)
{
    struct legacy_found found;
    char *repaired = hint.kind == LEGACY_NONE ? NULL : legacy_repair(f->mem, s, n, hint, &found);
    if (repaired) {
        extract_note(f->mem, f->defects, "unicode");
        str_add(out, repaired);
    } else {
        str_addn(out, s, n);
    }
}

void docx_fonts_join(const struct docx_fonts *f, struct str *out, const struct flow_text *text)
{
    struct str all = str_new(f->mem);
    size_t from = 0;
    struct legacy_hint hint = {LEGACY_NONE, false};
    for (size_t i = 0, at = 0; i < text->n_spans; at = text->spans[i].to, i++) {
        struct legacy_hint next = legacy_hint_of_font(font_of(f, &text->spans[i].font));
        if (next.kind == hint.kind && next.capitals == hint.capitals)
            continue;
        add_repaired(f, &all, text->s.s + from, at - from, hint);
        from = at;
        hint = next;
    }
    add_repaired(f, &all, text->s.s + from, text->s.n - from, hint);
    flow_join(out, all.s, all.n);
}
