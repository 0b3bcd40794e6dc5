/* form.c: reads a request form: a heading on a line of its own, then labels with values behind the colon,
 * in the next cell, or on the lines below. Dots, underscores and printed hints ("sign, full name") are what
 * a form leaves open, not values. Refuses the words of a form in running text: without its heading there is
 * none. */
#include "fields/form.h"

enum {
    FORM_CELLS = 160,
    HEADING_MAX = 160, /* bytes of the line of a heading */
    VALUE_LINES = 4,
    VALUE_MAX = 400 /* bytes */
};

static const struct {
    enum words_list labels;
    enum field field;
} parts[] = {{WORDS_FORM_UNIT, FIELD_FORM_UNIT},     {WORDS_FORM_TITLE, FIELD_FORM_TITLE},
             {WORDS_FORM_TOPIC, FIELD_FORM_TOPIC},   {WORDS_FORM_TIME, FIELD_FORM_TIME},
             {WORDS_FORM_SENDER, FIELD_FORM_SENDER}, {WORDS_FORM_OPINION, FIELD_FORM_OPINION},
             {WORDS_FORM_LEADER, FIELD_FORM_LEADER}};

/* Past "1.", "a)", "-" before a label. */
static size_t past_number(const struct utf8_form *f, size_t from, size_t to)
{
    size_t i = from;
    while (i < to && i - from < 3 && (str_digit(f->s[i]) || str_alpha(f->s[i])))
        i++;
    if (i > from && i < to && strchr(".)", f->s[i]))
        from = i + 1;
    while (from < to && strchr("-*+ ", f->s[from]))
        from++;
    return from;
}

/* Past blanks and a hint in brackets that stand between a label and its colon. */
static size_t past_hint(const struct utf8_form *f, size_t from, size_t to)
{
    while (from < to && f->s[from] == ' ')
        from++;
    const char *close = from < to && f->s[from] == '(' ? memchr(f->s + from, ')', to - from) : NULL;
    if (!close)
        return from;
    from = (size_t)(close - f->s) + 1;
    while (from < to && f->s[from] == ' ')
        from++;
    return from;
}

/* Which part the cell is the label of; ARRAY_LEN(parts) for none. *ret_value: folded offset behind it. */
static size_t part_of(const struct document_words *w, const struct page *page, const struct cell *cell,
                      size_t *ret_value)
{
    const struct utf8_form *f = &page->forms.folded;
    size_t to = page_form_offset(f, cell->to), from = past_number(f, page_form_offset(f, cell->from), to);
    size_t best = 0, part = ARRAY_LEN(parts), which;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        size_t k = head_list(&w->lists[parts[i].labels], f->s + from, to - from, &which);
        if (k > best) {
            best = k;
            part = i;
        }
    }
    if (!best)
        return part;
    size_t end = past_hint(f, from + best, to);
    bool colon = end < to && f->s[end] == ':';
    *ret_value = end + colon;
    return colon || end == to ? part : ARRAY_LEN(parts);
}

static bool is_open(int32_t cp)
{
    return cp == '.' || cp == '_' || cp == 0x2026 || cp == '-' || cp == '/' || cp == ' ' || cp == '\t' ||
           cp == ':' || cp == '|' || cp == 0xA0 || cp == '\n' || cp == '\r';
}

/* Narrows [from, to) to what was written, without dots at both ends; false when nothing was, or only a hint
 * in brackets. */
static bool written(const struct document_words *w, const struct page *page, size_t *from, size_t *to)
{
    const char *s = page->forms.exact.s;
    const struct utf8_form *f = &page->forms.folded;
    int32_t cp;
    while (*from < *to) {
        size_t k = utf8_decode(s + *from, *to - *from, &cp);
        if (!is_open(cp))
            break;
        *from += k;
    }
    while (*to > *from) {
        size_t i = *to - 1;
        while (i > *from && ((unsigned char)s[i] & 0xC0) == 0x80)
            i--;
        utf8_decode(s + i, *to - i, &cp);
        if (!is_open(cp))
            break;
        *to = i;
    }
    size_t a = page_form_offset(f, *from), b = page_form_offset(f, *to), which;
    if (a < b && f->s[a] == '(')
        a++;
    return *from < *to && !head_list(&w->lists[WORDS_FORM_HINT], f->s + a, b - a, &which);
}

/* ---- a form as it is read ---- */

struct form {
    const void *mem;
    const struct document_words *w;
    const struct page *page;
    struct value *v;
    size_t part; /* whose value is being read; ARRAY_LEN(parts): none */
    size_t from, to, line, lines;
};

static void keep(struct form *form)
{
    size_t from = form->from, to = form->to;
    if (form->part == ARRAY_LEN(parts))
        return;
    struct value *v = &form->v[parts[form->part].field];
    form->part = ARRAY_LEN(parts);
    if (*v->text)
        return;
    to = to - from > VALUE_MAX ? from + utf8_prefix(form->page->forms.exact.s + from, SIZE_MAX, VALUE_MAX)
                               : to;
    if (written(form->w, form->page, &from, &to))
        *v = head_value(form->mem, form->page, from, to);
}

/* The next cell: a label ends the value before it; other cells are the value's. */
static void take(struct form *form, const struct cell *cell)
{
    size_t value = 0, part = part_of(form->w, form->page, cell, &value);
    if (part < ARRAY_LEN(parts)) {
        keep(form);
        form->part = part;
        form->from = form->page->forms.folded.at[value];
        form->to = cell->to > form->from ? cell->to : form->from;
        form->line = cell->line;
        form->lines = 0;
        return;
    }
    if (form->part == ARRAY_LEN(parts))
        return;
    bool new_line = cell->line != form->line;
    form->lines += new_line;
    form->line = cell->line;
    size_t from = form->from, to = form->to;
    bool filled = written(form->w, form->page, &from, &to);
    const char *s = form->page->forms.exact.s;
    bool gap = memmem(s + form->to, cell->from - form->to, "\n\n", 2) != NULL;
    if (form->lines > VALUE_LINES || (new_line && filled && gap))
        keep(form);
    else
        form->to = cell->to;
    if (!filled)
        form->from = cell->from;
}

static bool is_heading(const struct document_words *w, const struct page *page, const struct cell *cell)
{
    const struct utf8_form *f = &page->forms.folded;
    size_t from = page_form_offset(f, cell->from), to = page_form_offset(f, cell->to), which;
    return cell->to - cell->from <= HEADING_MAX &&
           head_list(&w->lists[WORDS_FORM_HEADING], f->s + from, to - from, &which);
}

static const char *approved(const struct document_words *w, const struct value *opinion)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct utf8_forms forms;
    size_t k;
    if (!*opinion->text)
        return "no";
    utf8_make_forms(tmp, opinion->text, strlen(opinion->text), &forms);
    const struct utf8_form *f = &forms.folded;
    bool agrees = head_find(&w->lists[WORDS_CONSENT], f, 0, f->n, &k) != SIZE_MAX;
    bool reserved = head_find(&w->lists[WORDS_RESERVE], f, 0, f->n, &k) != SIZE_MAX;
    return agrees && !reserved && !memchr(f->s, '?', f->n) ? "yes" : "unclear";
}

static bool read_page(const void *mem, const struct document_words *w, const struct page *page,
                      size_t until, struct value v[])
{
    struct form form = {.mem = mem, .w = w, .page = page, .v = v, .part = ARRAY_LEN(parts)};
    struct cell cell = {0};
    bool found = false;
    size_t cells = 0;
    for (size_t pos = 0; cells < FORM_CELLS && page_cell(page->forms.exact.s, until, &pos, &cell);) {
        bool heading = is_heading(w, page, &cell);
        if (heading && found)
            break;
        if (heading)
            v[FIELD_FORM] = head_value(mem, page, cell.from, cell.to);
        else if (found)
            take(&form, &cell);
        found = found || heading;
        cells += found;
    }
    keep(&form);
    return found;
}

void form_read(const void *mem, const struct document_words *w, const struct pages *pages,
               struct value v[FIELD_COUNT])
{
    bool found = false;
    for (size_t i = 0; i < pages->n && !found; i++) {
        const struct page *page = &pages->v[i];
        if (page->kind & (WHERE_BODY | WHERE_ATTACHMENT))
            found =
                read_page(mem, w, page, page->kind == WHERE_BODY ? pages->fresh : page->forms.exact.n, v);
    }
    if (!found)
        return;
    const struct value *opinion = &v[FIELD_FORM_OPINION];
    const char *where = *opinion->text ? opinion->where : v[FIELD_FORM].where;
    v[FIELD_FORM_APPROVED] = (struct value){approved(w, opinion), where, opinion->from, opinion->to};
}
