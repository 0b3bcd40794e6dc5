/* odt.c: OpenDocument texts, sheets and slides (ODF 1.3 part 3): content.xml, and styles.xml for page
 * headers and footers, which come first with a form feed behind each. Slides are pages. Notes and comments
 * follow the body, and deleted and hidden text comes last; a reader does not see it, but it was sent. */
#include "reader/extract.h"
#include "reader/flow.h"
#include "reader/office.h"
#include "reader/xml.h"

#define REPEAT_MAX                                                                                         \
    64u /* a repeated blank or cell: sheets repeat empty cells to the edge, a million times */

struct odf {
    struct extract *x;
    struct flow body, heads, notes, comments;
    struct flow *to; /* one of them */
    unsigned text, changes, notes_depth, comment_depth, head_depth, drops;
    size_t repeat; /* of the current cell */
    size_t cell_at;
};

struct tag {
    const char *name;
    void (*start)(struct odf *o, const struct xml_attrs *attrs);
    void (*end)(struct odf *o);
};

static size_t count_attr(struct odf *o, const struct xml_attrs *attrs, const char *name)
{
    _cleanup_mem_ char *value = xml_attr(o->x->mem, attrs, name);
    int64_t n = 1;
    if (value && !str_int(value, 1, INT32_MAX, &n))
        n = 1;
    return n < REPEAT_MAX ? (size_t)n : REPEAT_MAX;
}

/* ---- where text goes ---- */

static void choose(struct odf *o)
{
    o->to = o->comment_depth > 0 ? &o->comments
            : o->notes_depth > 0 ? &o->notes
            : o->head_depth > 0  ? &o->heads
                                 : &o->body;
}

static void start_note(struct odf *o, const struct xml_attrs *attrs)
{
    (void)attrs;
    o->notes_depth++;
    choose(o);
}

static void end_note(struct odf *o)
{
    o->notes_depth -= o->notes_depth > 0;
    choose(o);
}

static void start_comment(struct odf *o, const struct xml_attrs *attrs)
{
    (void)attrs;
    o->comment_depth++;
    choose(o);
}

static void end_comment(struct odf *o)
{
    o->comment_depth -= o->comment_depth > 0;
    choose(o);
}

static void start_head(struct odf *o, const struct xml_attrs *attrs)
{
    (void)attrs;
    o->head_depth++;
    choose(o);
}

static void end_head(struct odf *o)
{
    o->head_depth -= o->head_depth > 0;
    flow_char(&o->heads, '\f');
    choose(o);
}

/* Who wrote a comment and when is not its text. */
static void start_drop(struct odf *o, const struct xml_attrs *attrs)
{
    (void)attrs;
    o->drops++;
}

static void end_drop(struct odf *o)
{
    o->drops -= o->drops > 0;
}

/* ---- paragraphs ---- */

static void start_paragraph(struct odf *o, const struct xml_attrs *attrs)
{
    (void)attrs;
    o->text++;
}

static void end_paragraph(struct odf *o)
{
    o->text -= o->text > 0;
    flow_paragraph(o->to);
}

static void start_box(struct odf *o, const struct xml_attrs *attrs)
{
    (void)attrs;
    if (o->text > 0)
        flow_box(o->to);
}

static void end_box(struct odf *o)
{
    flow_box_end(o->to);
}

static void start_blanks(struct odf *o, const struct xml_attrs *attrs)
{
    for (size_t n = count_attr(o, attrs, "c"); n > 0; n--)
        flow_char(o->to, ' ');
}

static void start_tab(struct odf *o, const struct xml_attrs *attrs)
{
    (void)attrs;
    if (o->text > 0)
        flow_char(o->to, '\t');
}

static void start_break(struct odf *o, const struct xml_attrs *attrs)
{
    (void)attrs;
    flow_char(o->to, '\n');
}

static void end_page(struct odf *o)
{
    flow_char(o->to, '\f');
}

/* ---- changes, hidden text ---- */

static void start_changes(struct odf *o, const struct xml_attrs *attrs)
{
    (void)attrs;
    flow_aside(o->to);
}

static void end_changes(struct odf *o)
{
    flow_aside_end(o->to);
}

static void start_change(struct odf *o, const struct xml_attrs *attrs)
{
    (void)attrs;
    extract_note(o->x->mem, &o->x->a->defects, "tracked-changes");
}

static void start_hidden(struct odf *o, const struct xml_attrs *attrs)
{
    (void)attrs;
    extract_note(o->x->mem, &o->x->a->defects, "hidden-text");
    flow_aside(o->to);
}

static void see_style(struct odf *o, const struct xml_attrs *attrs)
{
    _cleanup_mem_ char *display = xml_attr(o->x->mem, attrs, "display");
    if (display && str_eq(display, "none"))
        extract_note(o->x->mem, &o->x->a->defects, "hidden-text");
}

/* ---- tables ---- */

static void start_row(struct odf *o, const struct xml_attrs *attrs)
{
    (void)attrs;
    flow_row(o->to);
}

static void end_row(struct odf *o)
{
    flow_row_end(o->to);
}

static void start_cell(struct odf *o, const struct xml_attrs *attrs)
{
    o->repeat = count_attr(o, attrs, "number-columns-repeated");
    o->cell_at = o->to->out.s.n;
}

static void end_cell(struct odf *o)
{
    /* Only empty cells are repeated in practice; a repeated word says nothing more. */
    bool empty = o->to->out.s.n == o->cell_at;
    for (size_t i = 0; i < (empty && o->repeat > 0 && o->repeat < REPEAT_MAX ? o->repeat : 1); i++)
        flow_cell_end(o->to);
    o->repeat = 0;
}

static void start_table(struct odf *o, const struct xml_attrs *attrs)
{
    _cleanup_mem_ char *name = xml_attr(o->x->mem, attrs, "name");
    if (!str_eq(o->x->a->real, "ods") || !name)
        return;
    flow_text(o->to, name, strlen(name));
    flow_paragraph(o->to);
}

static const struct tag tags[] = {
    {"p", start_paragraph, end_paragraph},
    {"h", start_paragraph, end_paragraph},
    {"s", start_blanks, NULL},
    {"tab", start_tab, NULL},
    {"line-break", start_break, NULL},
    {"text-box", start_box, end_box},
    {"note-citation", start_drop, end_drop},
    {"note", start_note, end_note},
    {"annotation", start_comment, end_comment},
    {"creator", start_drop, end_drop},
    {"header", start_head, end_head},
    {"header-left", start_head, end_head},
    {"header-first", start_head, end_head},
    {"footer", start_head, end_head},
    {"footer-left", start_head, end_head},
    {"footer-first", start_head, end_head},
    {"tracked-changes", start_changes, end_changes},
    {"changed-region", start_change, NULL},
    {"hidden-text", start_hidden, end_changes},
    {"hidden-paragraph", start_hidden, end_changes},
    {"text-properties", see_style, NULL},
    {"table", start_table, NULL},
    {"table-row", start_row, end_row},
    {"table-cell", start_cell, end_cell},
    {"covered-table-cell", start_cell, end_cell},
    {"page", NULL, end_page},
};

static const struct tag *find_tag(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(tags); i++)
        if (strcmp(tags[i].name, name) == 0)
            return &tags[i];
    return NULL;
}

static void on_start(void *arg, const char *name, const struct xml_attrs *attrs)
{
    const struct tag *tag = find_tag(name);
    if (tag && tag->start)
        tag->start(arg, attrs);
}

static void on_end(void *arg, const char *name)
{
    const struct tag *tag = find_tag(name);
    if (tag && tag->end)
        tag->end(arg);
}

static void on_text(void *arg, const char *s, size_t n)
{
    struct odf *o = arg;
    if (o->text > 0 && o->drops == 0)
        flow_text(o->to, s, n);
}

/* ---- the document ---- */

static void read_file(struct odf *o, struct zip *z)
{
    static const struct xml_calls calls = {on_start, on_end, on_text};
    o->text = o->notes_depth = o->comment_depth = o->head_depth = o->drops = 0;
    choose(o);
    xml_read(o->x->mem, z, &calls, o, &o->x->a->defects);
}

/* META-INF/manifest.xml names the cipher of each locked file. */
static void see_manifest(void *arg, const char *name, const struct xml_attrs *attrs)
{
    struct extract *x = arg;
    (void)attrs;
    if (strcmp(name, "encryption-data") == 0)
        extract_note(x->mem, &x->a->defects, "encrypted");
}

static char *put_together(struct odf *o)
{
    struct str out = str_new(o->x->mem);
    struct flow *const order[] = {&o->heads, &o->body, &o->notes, &o->comments};
    for (size_t i = 0; i < ARRAY_LEN(order); i++)
        flow_join(&out, order[i]->out.s.s, order[i]->out.s.n);
    for (size_t i = 0; i < ARRAY_LEN(order); i++)
        flow_join(&out, order[i]->aside.s.s, order[i]->aside.s.n);
    return flow_finish(o->x->mem, &out, &o->x->a->defects);
}

char *extract_odf(struct extract *x)
{
    static const struct xml_calls manifest = {see_manifest, NULL, NULL};
    struct odf o = {.x = x};
    struct flow *const all[] = {&o.heads, &o.body, &o.notes, &o.comments};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        *all[i] = flow_new(x->mem, &x->a->defects);
    struct zip *z = zip_open(x->mem, x->part, &x->a->defects);
    for (const char *name; (name = zip_next(z));) {
        if (str_eq(name, "content.xml") || str_eq(name, "styles.xml"))
            read_file(&o, z);
        else if (str_eq(name, "META-INF/manifest.xml"))
            xml_read(x->mem, z, &manifest, x, &x->a->defects);
        else
            office_other(x, z, name);
    }
    talloc_free(z);
    return put_together(&o);
}
