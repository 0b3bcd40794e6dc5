/* fields_text.c: see fields_text.h. Decides nothing. Values come from letters: nothing of them is written
 * that a terminal would obey, and line ends inside them become blanks. */
#include "render/fields_text.h"
#include "fields/date.h"
#include "fields/page.h"

enum { COLUMNS = 80, INDENT = 22 /* columns before a value */ };

static const char *label_of(const void *mem, const struct catalog *c, const char *group, const char *name)
{
    return catalog_text(c, mem_fmt(mem, "%s.%s", group, name));
}

static void pad(struct str *out, size_t columns)
{
    while (columns--)
        str_addc(out, ' ');
}

/* One word behind what stands on the line already (`*width` columns), or on a new one. */
static void add_word(struct str *out, const char *word, size_t *width)
{
    size_t w = utf8_width(word);
    bool begins = *width == INDENT;
    if (!begins && *width + 1 + w > COLUMNS) {
        str_addc(out, '\n');
        pad(out, INDENT);
        *width = INDENT;
        begins = true;
    }
    if (!begins)
        str_addc(out, ' ');
    str_add(out, word);
    *width += w + !begins;
}

static void add_words(struct str *out, const char *text, size_t *width)
{
    _cleanup_mem_ void *mem = mem_new();
    const char *s = utf8_printable(mem, text);
    while (*s) {
        size_t k = strcspn(s, " \n\t");
        if (k)
            add_word(out, mem_bytes(mem, s, k), width);
        s += k + (s[k] != '\0');
    }
}

/* On one line, where it fits on one. */
static void add_source(struct str *out, const char *source, size_t *width)
{
    _cleanup_mem_ char *shown = utf8_printable(NULL, source);
    if (*shown && INDENT + utf8_width(shown) <= COLUMNS)
        add_word(out, shown, width);
    else
        add_words(out, source, width);
}

/* "  label:     value [source]". */
static void add_row(struct str *out, const char *label, const char *value, const char *source)
{
    size_t width = INDENT, w = utf8_width(label) + 3;
    str_addf(out, "  %s:", label);
    pad(out, w + 1 < INDENT ? INDENT - w : 1);
    width = w + 1 < INDENT ? INDENT : w + 1;
    add_words(out, value, &width);
    add_source(out, source, &width);
    str_addc(out, '\n');
}

const char *part_text(const void *mem, const struct catalog *c, const char *where)
{
    if (str_starts(where, "attachment:"))
        return mem_fmt(mem, "%s %s", catalog_text(c, "part.attachment"), strchr(where, ':') + 1);
    if (str_eq(where, "subject") || str_eq(where, "body") || str_eq(where, PAGE_HIDDEN))
        return label_of(mem, c, "part", where);
    return where;
}

char *hold_says(const void *mem, const struct catalog *c, const char *reason, const char *detail)
{
    char *key = mem_fmt(mem, "hold.%s", reason);
    char *text = catalog_say(mem, c, key, "detail", part_text(mem, c, detail ? detail : ""), NULL);
    return str_trim(mem, text, strlen(text));
}

/* "[attachment a.docx, 12-25]", bytes of its text; "[subject]"; "" when the value stands in no one place.
 */
static const char *source_of(const void *mem, const struct value *v, const struct catalog *c)
{
    if (!v->where || !*v->where)
        return "";
    const char *shown = part_text(mem, c, v->where);
    return v->to > v->from ? mem_fmt(mem, "[%s, %zu-%zu]", shown, v->from, v->to)
                           : mem_fmt(mem, "[%s]", shown);
}

/* Dates as they are written here, and the words of judgements in the reader's language. */
static const char *shown_value(const void *mem, enum field field, const char *text, const struct catalog *c)
{
    struct date d;
    if (field == FIELD_ISSUED || field == FIELD_PORTAL || field == FIELD_FORM_APPROVED)
        return label_of(mem, c, mem_fmt(mem, "field.%s", field_name(field)), text);
    return date_parse(text, &d) ? mem_fmt(mem, "%02d/%02d/%04d", d.day, d.month, d.year) : text;
}

static void add_items(struct str *out, const struct ruling_fields *f, const struct catalog *c)
{
    _cleanup_mem_ void *mem = mem_new();
    for (size_t i = 0; i < f->n_items; i++) {
        const struct item *item = &f->items[i];
        char *label = mem_fmt(mem, "%s %zu", catalog_text(c, "field.item"), i + 1);
        add_row(out, label, item->title.text, source_of(mem, &item->title, c));
        if (item->text.to > item->text.from)
            add_row(out, catalog_text(c, "field.item-text"), source_of(mem, &item->text, c), "");
        for (size_t k = 0; k < item->attachments.n; k++) {
            const struct value name = {.where = item->attachments.v[k]};
            add_row(out, catalog_text(c, "field.item-attachment"), source_of(mem, &name, c), "");
        }
        if (!item_found(item))
            add_row(out, catalog_text(c, "field.item-text"), catalog_text(c, "field.item-nothing"), "");
    }
}

static void add_form(struct str *out, const struct form_evidence *form, const struct catalog *c)
{
    static const char *const says[] = {"", "blank", "unclear", "other", "yes"};
    _cleanup_mem_ void *mem = mem_new();
    if (form->says != FORM_SAYS_NOTHING)
        add_row(out, catalog_text(c, "field.form-evidence"),
                label_of(mem, c, "form-evidence", says[form->says]),
                form->leader ? mem_fmt(mem, "(%s)", form->leader->name) : "");
}

void fields_text(struct str *out, const struct ruling *r, const struct form_evidence *form,
                 const struct catalog *c)
{
    _cleanup_mem_ void *mem = mem_new();
    struct str rows = str_new(mem);
    for (enum field i = 0; i < FIELD_COUNT; i++) {
        const struct value *v = &r->fields.v[i];
        if (v->text && *v->text)
            add_row(&rows, label_of(mem, c, "field", field_name(i)), shown_value(mem, i, v->text, c),
                    source_of(mem, v, c));
    }
    add_form(&rows, form, c);
    add_items(&rows, &r->fields, c);
    if (rows.n)
        str_addf(out, "%s:\n%s", catalog_text(c, "explain.fields"), rows.s);
}
