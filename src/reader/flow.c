/* flow.c: see flow.h. Rows are marked with the control characters 1E and put right at their end, where it
 * is known whether a cell has several lines; XML cannot hold that character, so no document can fake it. */
#include "reader/flow.h"
#include "base/utf8.h"
#include "reader/extract.h"
#include "reader/nfc.h"

#define CELL_END  '\x1e'
#define NAMES_MAX 512u

struct flow flow_new(const void *mem, struct str_list *defects)
{
    struct flow f = {.mem = mem, .defects = defects};
    f.out.s = str_new(mem);
    f.box.s = str_new(mem);
    f.aside.s = str_new(mem);
    return f;
}

const char *flow_name(struct flow *f, const char *name)
{
    for (size_t i = 0; name && i < f->names.n; i++)
        if (str_eq(f->names.v[i], name))
            return f->names.v[i];
    if (!name || f->names.n >= NAMES_MAX)
        return NULL;
    str_list_add(f->mem, &f->names, name);
    return f->names.v[f->names.n - 1];
}

/* ---- text ---- */

/* Where rows and paragraphs are kept. */
static struct flow_text *place(struct flow *f)
{
    return f->boxes > 0 ? &f->box : &f->out;
}

static bool same_font(const struct flow_font *a, const struct flow_font *b)
{
    return a->run == b->run && a->style == b->style && a->paragraph == b->paragraph;
}

static void add(struct flow *f, struct flow_text *t, const struct flow_font *font, const char *s, size_t n)
{
    if (f->cut || t->s.n + n > EXTRACT_MAX_TEXT) {
        f->cut = true;
        extract_note(f->mem, f->defects, "text-cut");
        return;
    }
    str_addn(&t->s, s, n);
    if (t->n_spans == 0 || !same_font(&t->spans[t->n_spans - 1].font, font))
        *mem_append(f->mem, t->spans, t->n_spans) = (struct flow_span){.font = *font};
    t->spans[t->n_spans - 1].to = t->s.n;
}

void flow_text(struct flow *f, const char *s, size_t n)
{
    add(f, f->asides > 0 ? &f->aside : place(f), &f->font, s, n);
}

void flow_char(struct flow *f, char c)
{
    flow_text(f, &c, 1);
}

/* Moves the text of boxes behind the paragraph that they hang on. */
static void pour_box(struct flow *f)
{
    size_t from = 0;
    for (size_t i = 0; i < f->box.n_spans; i++) {
        const struct flow_span *span = &f->box.spans[i];
        add(f, &f->out, &span->font, f->box.s.s + from, span->to - from);
        from = span->to;
    }
    str_cut(&f->box.s, 0);
    f->box.n_spans = 0;
}

static void end_line(struct flow *f, struct flow_text *t)
{
    if (t->s.n > 0 && t->n_spans > 0)
        add(f, t, &t->spans[t->n_spans - 1].font, "\n", 1);
    else
        add(f, t, &f->font, "\n", 1);
}

void flow_paragraph(struct flow *f)
{
    end_line(f, place(f));
    if (f->asides > 0 && f->aside.s.n > 0 && f->aside.s.s[f->aside.s.n - 1] != '\n')
        end_line(f, &f->aside);
    if (f->boxes == 0 && f->box.s.n > 0)
        pour_box(f);
}

void flow_aside(struct flow *f)
{
    f->asides++;
}

void flow_aside_end(struct flow *f)
{
    if (f->asides > 0 && --f->asides == 0 && f->aside.s.n > 0 && f->aside.s.s[f->aside.s.n - 1] != '\n')
        end_line(f, &f->aside);
}

/* ---- boxes and rows ---- */

void flow_box(struct flow *f)
{
    f->boxes++;
}

void flow_box_end(struct flow *f)
{
    f->boxes -= f->boxes > 0;
}

void flow_row(struct flow *f)
{
    if (f->n_rows < FLOW_ROWS)
        f->rows[f->n_rows] = place(f)->s.n;
    f->n_rows++;
}

void flow_cell_end(struct flow *f)
{
    struct str *s = &place(f)->s;
    if (f->n_rows == 0 || f->n_rows > FLOW_ROWS)
        return;
    size_t from = f->rows[f->n_rows - 1];
    bool line = s->n > from && s->s[s->n - 1] == '\n';
    if (!line)
        add(f, place(f), &f->font, (const char[]){CELL_END}, 1);
    else
        s->s[s->n - 1] = CELL_END;
}

void flow_row_end(struct flow *f)
{
    struct str *s = &place(f)->s;
    if (f->n_rows == 0 || f->n_rows-- > FLOW_ROWS)
        return;
    size_t from = f->rows[f->n_rows];
    if (from >= s->n)
        return;
    bool lines = memchr(s->s + from, '\n', s->n - from) != NULL;
    for (size_t i = from; i < s->n; i++)
        if (s->s[i] == CELL_END)
            s->s[i] = lines || i + 1 == s->n ? '\n' : '\t';
    if (s->s[s->n - 1] != '\n')
        end_line(f, place(f));
}

/* ---- the end ---- */

void flow_join(struct str *out, const char *text, size_t n)
{
    size_t from = 0;
    while (n > 0 && (str_space(text[n - 1]) || text[n - 1] == CELL_END))
        n--;
    while (from < n && (text[from] == '\n' || text[from] == '\r'))
        from++;
    if (from == n)
        return;
    if (out->n > 0)
        str_add(out, "\n\f");
    for (; from < n; from++) /* a row that broken XML left open */
        str_addc(out, text[from] == CELL_END ? '\t' : text[from]);
}

char *flow_finish(const void *mem, struct str *out, struct str_list *defects)
{
    str_trim_end(out);
    if (out->n > EXTRACT_MAX_TEXT) {
        str_cut(out, utf8_prefix(out->s, SIZE_MAX, EXTRACT_MAX_TEXT));
        extract_note(mem, defects, "text-cut");
    }
    return nfc_safe(mem, out->s ? out->s : "", out->n);
}
