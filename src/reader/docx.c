/* docx.c: Office Open XML text documents (ECMA-376 part 1, 17). First the page headers and footers, each
 * with a form feed behind it (a secrecy stamp stands there, so their first lines must count as the head of
 * a page), then the body, then notes and comments, and last, apart, what a reader does not see: deleted and
 * hidden text. Text of a drawing is read once although it is stored twice; the words of a watermark count.
 *
 * Files are told by the beginning of their names in word/, since programs number them as they like. */
#include "reader/docx_font.h"
#include "reader/extract.h"
#include "reader/flow.h"
#include "reader/office.h"
#include "reader/xml.h"

enum story { HEADER, FOOTER, BODY, NOTES, COMMENTS, ASIDE, STORIES };

struct docx {
    const void *mem;
    struct str_list *defects;
    struct docx_fonts *fonts;
    struct flow flow; /* of the file being read */
    struct {
        struct flow *v; /* as read, in the order of the archive */
        size_t n;
    } stories[STORIES];
    unsigned text, silent, properties, old_properties;
    bool hidden; /* the run is */
};

struct tag {
    const char *name;
    void (*start)(struct docx *d, const struct xml_attrs *attrs);
    void (*end)(struct docx *d);
};

/* ---- runs and paragraphs ---- */

static void start_text(struct docx *d, const struct xml_attrs *attrs)
{
    (void)attrs;
    d->text++;
}

static void end_text(struct docx *d)
{
    d->text -= d->text > 0;
}

static void show_run(struct docx *d)
{
    if (d->hidden)
        flow_aside_end(&d->flow);
    d->hidden = false;
}

static void start_run(struct docx *d, const struct xml_attrs *attrs)
{
    (void)attrs;
    show_run(d);
    d->flow.font.run = d->flow.font.style = NULL;
}

static void start_vanish(struct docx *d, const struct xml_attrs *attrs)
{
    /* In pPr it is the paragraph mark that is hidden. */
    if (d->properties > 0 || d->old_properties > 0 || d->hidden || !xml_on(attrs))
        return;
    extract_note(d->mem, d->defects, "hidden-text");
    d->hidden = true;
    flow_aside(&d->flow);
}

static void start_fonts(struct docx *d, const struct xml_attrs *attrs)
{
    if (d->properties > 0 || d->old_properties > 0)
        return;
    _cleanup_mem_ char *ansi = xml_attr(d->mem, attrs, "hAnsi");
    _cleanup_mem_ char *ascii = ansi ? NULL : xml_attr(d->mem, attrs, "ascii");
    d->flow.font.run = flow_name(&d->flow, ansi ? ansi : ascii);
}

static void start_run_style(struct docx *d, const struct xml_attrs *attrs)
{
    _cleanup_mem_ char *name = xml_attr(d->mem, attrs, "val");
    if (d->properties == 0 && d->old_properties == 0)
        d->flow.font.style = flow_name(&d->flow, name);
}

static void start_paragraph_style(struct docx *d, const struct xml_attrs *attrs)
{
    _cleanup_mem_ char *name = xml_attr(d->mem, attrs, "val");
    if (d->old_properties == 0)
        d->flow.font.paragraph = flow_name(&d->flow, name);
}

static void start_paragraph(struct docx *d, const struct xml_attrs *attrs)
{
    (void)attrs;
    d->flow.font = (struct flow_font){0};
}

static void end_paragraph(struct docx *d)
{
    show_run(d);
    flow_paragraph(&d->flow);
}

static void start_properties(struct docx *d, const struct xml_attrs *attrs)
{
    (void)attrs;
    d->properties++;
}

static void end_properties(struct docx *d)
{
    d->properties -= d->properties > 0;
}

static void start_old(struct docx *d, const struct xml_attrs *attrs)
{
    (void)attrs;
    extract_note(d->mem, d->defects, "tracked-changes");
    d->old_properties++;
}

static void end_old(struct docx *d)
{
    d->old_properties -= d->old_properties > 0;
}

/* ---- changes, drawings, tables ---- */

static void start_inserted(struct docx *d, const struct xml_attrs *attrs)
{
    (void)attrs;
    extract_note(d->mem, d->defects, "tracked-changes");
}

static void start_deleted(struct docx *d, const struct xml_attrs *attrs)
{
    start_inserted(d, attrs);
    flow_aside(&d->flow);
}

static void end_deleted(struct docx *d)
{
    flow_aside_end(&d->flow);
}

static void start_silent(struct docx *d, const struct xml_attrs *attrs)
{
    (void)attrs;
    d->silent++;
}

static void start_box(struct docx *d, const struct xml_attrs *attrs)
{
    (void)attrs;
    flow_box(&d->flow);
}

static void end_box(struct docx *d)
{
    flow_box_end(&d->flow);
}

/* WordArt in VML, as watermarks are made. */
static void start_textpath(struct docx *d, const struct xml_attrs *attrs)
{
    _cleanup_mem_ char *words = xml_attr(d->mem, attrs, "string");
    if (!words)
        return;
    flow_box(&d->flow);
    flow_text(&d->flow, words, strlen(words));
    flow_paragraph(&d->flow);
    flow_box_end(&d->flow);
}

static void start_row(struct docx *d, const struct xml_attrs *attrs)
{
    (void)attrs;
    flow_row(&d->flow);
}

static void end_row(struct docx *d)
{
    flow_row_end(&d->flow);
}

static void end_cell(struct docx *d)
{
    flow_cell_end(&d->flow);
}

/* ---- single characters ---- */

static void start_tab(struct docx *d, const struct xml_attrs *attrs)
{
    (void)attrs;
    if (d->properties == 0) /* tab stops are called "tab" too */
        flow_char(&d->flow, '\t');
}

static void start_break(struct docx *d, const struct xml_attrs *attrs)
{
    _cleanup_mem_ char *type = xml_attr(d->mem, attrs, "type");
    flow_char(&d->flow, '\n');
    if (type && str_eq(type, "page"))
        flow_char(&d->flow, '\f');
}

static void start_hyphen(struct docx *d, const struct xml_attrs *attrs)
{
    (void)attrs;
    flow_char(&d->flow, '-');
}

/* Boxes and ticks of the Wingdings fonts, which forms are filled in with; other symbols are ornaments. */
static void start_symbol(struct docx *d, const struct xml_attrs *attrs)
{
    static const struct {
        const char *code, *utf8;
    } known[] = {{"6F", "\xe2\x98\x90"}, {"A8", "\xe2\x98\x90"}, {"71", "\xe2\x98\x90"},
                 {"FE", "\xe2\x98\x91"}, {"52", "\xe2\x98\x91"}, {"FD", "\xe2\x98\x92"},
                 {"78", "\xe2\x98\x92"}, {"FC", "\xe2\x9c\x93"}, {"FB", "\xe2\x9c\x97"}};
    _cleanup_mem_ char *code = xml_attr(d->mem, attrs, "char");
    const char *low = code && strlen(code) >= 2 ? code + strlen(code) - 2 : "";
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (str_ieq(low, known[i].code))
            flow_text(&d->flow, known[i].utf8, 3);
}

static const struct tag tags[] = {
    {"t", start_text, end_text},
    {"delText", start_text, end_text},
    {"r", start_run, show_run},
    {"p", start_paragraph, end_paragraph},
    {"pPr", start_properties, end_properties},
    {"rFonts", start_fonts, NULL},
    {"rStyle", start_run_style, NULL},
    {"pStyle", start_paragraph_style, NULL},
    {"vanish", start_vanish, NULL},
    {"rPrChange", start_old, end_old},
    {"pPrChange", start_old, end_old},
    {"ins", start_inserted, NULL},
    {"moveTo", start_inserted, NULL},
    {"del", start_deleted, end_deleted},
    {"moveFrom", start_deleted, end_deleted},
    {"tr", start_row, end_row},
    {"tc", NULL, end_cell},
    {"tab", start_tab, NULL},
    {"ptab", start_tab, NULL},
    {"br", start_break, NULL},
    {"cr", start_break, NULL},
    {"noBreakHyphen", start_hyphen, NULL},
    {"sym", start_symbol, NULL},
    {"txbxContent", start_box, end_box},
    {"textpath", start_textpath, NULL},
};

static const struct tag *find_tag(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(tags); i++)
        if (strcmp(tags[i].name, name) == 0)
            return &tags[i];
    return NULL;
}

/* The other form of a drawing, for programs that do not know the first: the same words again. */
static bool is_fallback(const char *name)
{
    return strcmp(name, "Fallback") == 0;
}

static void on_start(void *arg, const char *name, const struct xml_attrs *attrs)
{
    struct docx *d = arg;
    const struct tag *tag = d->silent > 0 ? NULL : find_tag(name);
    if (is_fallback(name))
        start_silent(d, attrs);
    else if (tag && tag->start)
        tag->start(d, attrs);
}

static void on_end(void *arg, const char *name)
{
    struct docx *d = arg;
    const struct tag *tag = d->silent > 0 ? NULL : find_tag(name);
    if (is_fallback(name))
        d->silent -= d->silent > 0;
    else if (tag && tag->end)
        tag->end(d);
}

static void on_text(void *arg, const char *s, size_t n)
{
    struct docx *d = arg;
    if (d->text > 0 && d->silent == 0)
        flow_text(&d->flow, s, n);
}

/* ---- files ---- */

static bool story_of(const char *entry, enum story *ret)
{
    static const struct {
        const char *begin;
        enum story story;
    } files[] = {{"word/document", BODY},      {"word/header", HEADER},    {"word/footer", FOOTER},
                 {"word/footnotes", NOTES},    {"word/endnotes", NOTES},   {"word/comments", COMMENTS},
                 {"word/diagrams/data", BODY}, {"word/charts/chart", BODY}};
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        if (str_starts(entry, files[i].begin) && str_ends(entry, ".xml")) {
            *ret = files[i].story;
            return true;
        }
    return false;
}

static void read_story(struct docx *d, struct zip *z, enum story story)
{
    static const struct xml_calls calls = {on_start, on_end, on_text};
    d->flow = flow_new(d->mem, d->defects);
    d->text = d->silent = d->properties = d->old_properties = 0;
    d->hidden = false;
    xml_read(d->mem, z, &calls, d, d->defects);
    *mem_append(d->mem, d->stories[story].v, d->stories[story].n) = d->flow;
}

static char *put_together(struct docx *d)
{
    struct str out = str_new(d->mem);
    for (size_t story = 0; story < ASIDE; story++)
        for (size_t i = 0; i < d->stories[story].n; i++)
            docx_fonts_join(d->fonts, &out, &d->stories[story].v[i].out);
    for (size_t story = 0; story < ASIDE; story++)
        for (size_t i = 0; i < d->stories[story].n; i++)
            docx_fonts_join(d->fonts, &out, &d->stories[story].v[i].aside);
    return flow_finish(d->mem, &out, d->defects);
}

char *extract_docx(struct extract *x)
{
    struct docx d = {.mem = x->mem, .defects = &x->a->defects};
    d.fonts = docx_fonts_new(x->mem, &x->a->defects);
    struct zip *z = zip_open(x->mem, x->part, &x->a->defects);
    enum story story;
    for (const char *name; (name = zip_next(z));) {
        if (story_of(name, &story))
            read_story(&d, z, story);
        else if (str_eq(name, "word/styles.xml"))
            docx_fonts_read(d.fonts, z);
        else
            office_other(x, z, name);
    }
    talloc_free(z);
    return put_together(&d);
}
