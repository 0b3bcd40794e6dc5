/* xlsx.c: Office Open XML workbooks (ECMA-376 part 1, 18): sheets in the order of the workbook, one line a
 * row, tabs between cells; page headers, comments and text boxes, too. Shared strings and number formats
 * are often stored behind the sheets, so cells are kept as marks until the end; a mark is made of control
 * characters that XML cannot hold. Formulas are not calculated: the stored value is shown. */
#include "base/utf8.h"
#include "reader/flow.h"
#include "reader/office.h"
#include "reader/xlsx_cell.h"

#define SHEET_MAX (4u << 20) /* bytes of one sheet with its marks */

struct sheet {
    const char *name; /* of the file */
    struct str text, head;
    bool told;
};

struct xlsx {
    struct extract *x;
    struct xlsx_cells *cells;
    struct office_links links;
    struct sheet *sheets; /* comments and drawings, too */
    size_t n;
    struct str_list order, titles; /* relation id and title of each sheet */
    struct str text, head;         /* of the file being read */
    struct str value;              /* of the cell being read */
    char *type;
    int64_t style;
    size_t column; /* of the cell before, 0 at the beginning of a row */
    unsigned in_value, in_head, in_plain;
};

/* ---- a sheet ---- */

/* "BC12" -> 55; 0 when it is no reference. */
static size_t column_of(const char *ref)
{
    size_t column = 0;
    for (; ref && str_alpha(*ref) && column < 20000; ref++)
        column = column * 26 + (size_t)(str_lower_char(*ref) - 'a' + 1);
    return column;
}

static void start_cell(struct xlsx *s, const struct xml_attrs *attrs)
{
    _cleanup_mem_ char *ref = xml_attr(s->x->mem, attrs, "r");
    _cleanup_mem_ char *style = xml_attr(s->x->mem, attrs, "s");
    size_t column = column_of(ref);
    size_t gap = column > s->column ? column - s->column : 1;
    for (size_t i = s->column == 0; i < gap && i < 20; i++)
        str_addc(&s->text, '\t');
    s->column = column ? column : s->column + 1;
    talloc_free(s->type);
    s->type = xml_attr(s->x->mem, attrs, "t");
    s->style = 0;
    if (style)
        str_int(style, 0, 100000, &s->style);
    str_cut(&s->value, 0);
}

static void end_cell(struct xlsx *s)
{
    const char *type = s->type ? s->type : "n";
    char kind = str_eq(type, "s") ? XLSX_SHARED : str_eq(type, "n") ? XLSX_NUMBER : XLSX_TEXT;
    if (s->text.n > SHEET_MAX)
        extract_note(s->x->mem, &s->x->a->defects, "text-cut");
    else if (s->value.n > 0)
        str_addf(&s->text, "%c%d;%s%c", kind, (int)s->style, s->value.s, XLSX_END);
}

static bool is_head(const char *name)
{
    static const char *const names[] = {"oddHeader",   "oddFooter",   "evenHeader", "evenFooter",
                                        "firstHeader", "firstFooter", NULL};
    return xml_listed(names, name);
}

static void on_start(void *arg, const char *name, const struct xml_attrs *attrs)
{
    struct xlsx *s = arg;
    if (strcmp(name, "c") == 0)
        start_cell(s, attrs);
    else if (strcmp(name, "row") == 0)
        s->column = 0;
    else if (strcmp(name, "v") == 0)
        s->in_value++;
    else if (strcmp(name, "t") == 0 || strcmp(name, "text") == 0)
        s->in_plain++;
    else if (is_head(name))
        s->in_head++;
}

static void on_end(void *arg, const char *name)
{
    struct xlsx *s = arg;
    if (strcmp(name, "c") == 0)
        end_cell(s);
    else if (strcmp(name, "v") == 0)
        s->in_value -= s->in_value > 0;
    else if (strcmp(name, "t") == 0 || strcmp(name, "text") == 0)
        s->in_plain -= s->in_plain > 0;
    else if (strcmp(name, "row") == 0)
        str_addc(&s->text, '\n');
    else if (is_head(name) && s->in_head-- > 0)
        str_addc(&s->head, '\n');
}

static void on_text(void *arg, const char *text, size_t n)
{
    struct xlsx *s = arg;
    struct str *to = s->in_head > 0 ? &s->head : &s->value;
    if (s->in_value + s->in_plain + s->in_head > 0 && to->n + n < EXTRACT_MAX_TEXT)
        str_addn(to, text, n);
}

/* Comments and drawings: their paragraphs as lines, no cells. */
static void on_end_plain(void *arg, const char *name)
{
    struct xlsx *s = arg;
    bool line =
        strcmp(name, "p") == 0 || strcmp(name, "comment") == 0 || strcmp(name, "threadedComment") == 0;
    on_end(arg, strcmp(name, "c") == 0 ? "" : name);
    if (!line || s->value.n == 0)
        return;
    str_addn(&s->text, s->value.s, s->value.n);
    str_addc(&s->text, '\n');
    str_cut(&s->value, 0);
}

static void read_sheet(struct xlsx *s, struct zip *z, const char *name, bool plain)
{
    static const struct xml_calls cells = {on_start, on_end, on_text};
    static const struct xml_calls lines = {on_start, on_end_plain, on_text};
    char *kept = mem_str(s->x->mem, name);
    s->text = str_new(s->x->mem);
    s->head = str_new(s->x->mem);
    s->value = str_new(s->x->mem);
    s->in_value = s->in_plain = s->in_head = 0;
    s->column = 0;
    xml_read(s->x->mem, z, plain ? &lines : &cells, s, &s->x->a->defects);
    *mem_append(s->x->mem, s->sheets, s->n) =
        (struct sheet){.name = kept, .text = s->text, .head = s->head};
}

/* ---- the workbook ---- */

static void on_order(void *arg, const char *name, const struct xml_attrs *attrs)
{
    struct xlsx *s = arg;
    const void *mem = s->x->mem;
    if (strcmp(name, "workbookPr") == 0) {
        _cleanup_mem_ char *since_1904 = xml_attr(mem, attrs, "date1904");
        xlsx_cells_since_1904(s->cells,
                              since_1904 && (str_eq(since_1904, "1") || str_eq(since_1904, "true")));
    }
    if (strcmp(name, "sheet") != 0 || s->order.n >= ZIP_MAX_ENTRIES)
        return;
    _cleanup_mem_ char *id = xml_attr(mem, attrs, "id"), *title = xml_attr(mem, attrs, "name");
    _cleanup_mem_ char *state = xml_attr(mem, attrs, "state");
    if (state && !str_eq(state, "visible"))
        extract_note(mem, &s->x->a->defects, "hidden-text");
    str_list_add(mem, &s->order, id ? id : "");
    str_list_add(mem, &s->titles, title ? title : "");
}

/* Page headers hold codes: "&C&\"Arial,Bold\"&14" and then the words; "&&" is one "&". */
static void add_head(struct str *out, const struct str *head)
{
    for (size_t i = 0; i < head->n; i++) {
        if (head->s[i] != '&' || i + 1 >= head->n) {
            str_addc(out, head->s[i]);
            continue;
        }
        char code = head->s[++i];
        if (code == '&')
            str_addc(out, '&');
        else if (code == 'L' || code == 'C' || code == 'R')
            str_addc(out, '\n');
        else if (code == '"')
            while (i + 1 < head->n && head->s[++i] != '"')
                continue;
        else if (str_digit(code))
            while (i + 1 < head->n && str_digit(head->s[i + 1]))
                i++;
    }
}

static void tell(struct xlsx *s, struct sheet *sheet, const char *title, struct str *out)
{
    struct str head = str_new(s->x->mem), text = str_new(s->x->mem);
    if (sheet->told)
        return;
    sheet->told = true;
    add_head(&head, &sheet->head);
    flow_join(out, head.s, head.n);
    if (*title)
        str_addf(&text, "%s\n", title);
    xlsx_cells_show(s->cells, sheet->text.s, sheet->text.n, &text);
    flow_join(out, text.s, text.n);
}

static struct sheet *find_sheet(struct xlsx *s, const char *name)
{
    for (size_t i = 0; name && i < s->n; i++)
        if (str_eq(s->sheets[i].name, name))
            return &s->sheets[i];
    return NULL;
}

static char *put_together(struct xlsx *s)
{
    struct str out = str_new(s->x->mem);
    for (size_t i = 0; i < s->order.n; i++) {
        struct sheet *sheet = find_sheet(s, office_link_find(&s->links, "xl/workbook.xml", s->order.v[i]));
        if (sheet)
            tell(s, sheet, s->titles.v[i], &out);
    }
    for (size_t i = 0; i < s->n; i++)
        tell(s, &s->sheets[i], "", &out);
    return flow_finish(s->x->mem, &out, &s->x->a->defects);
}

static bool is_plain(const char *name)
{
    return str_starts(name, "xl/comments") || str_starts(name, "xl/threadedComments/") ||
           str_starts(name, "xl/drawings/drawing") || str_starts(name, "xl/charts/chart");
}

char *extract_xlsx(struct extract *x)
{
    static const struct xml_calls order = {on_order, NULL, NULL};
    struct xlsx s = {.x = x, .cells = xlsx_cells_new(x->mem, &x->a->defects)};
    struct zip *z = zip_open(x->mem, x->part, &x->a->defects);
    for (const char *name; (name = zip_next(z));) {
        bool xml = str_ends(name, ".xml");
        if (str_eq(name, "xl/workbook.xml"))
            xml_read(x->mem, z, &order, &s, &x->a->defects);
        else if (str_eq(name, "xl/sharedStrings.xml") || str_eq(name, "xl/styles.xml"))
            xlsx_cells_read(s.cells, z);
        else if (xml && (str_starts(name, "xl/worksheets/") || is_plain(name)))
            read_sheet(&s, z, name, is_plain(name));
        else if (!office_links_read(x, z, name, &s.links))
            office_other(x, z, name);
    }
    talloc_free(z);
    return put_together(&s);
}
