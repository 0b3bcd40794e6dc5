/* pptx.c: Office Open XML slides (ECMA-376 part 1, 19): slides in the order of the show, each with its
 * notes, a form feed after each. Files without a place in the order come last: somebody may have hidden
 * them. */
#include "reader/flow.h"
#include "reader/office.h"

struct slide {
    const char *name; /* "ppt/slides/slide1.xml" */
    struct flow flow;
    bool told;
};

struct pptx {
    struct extract *x;
    struct slide *slides; /* notes and comments, too */
    size_t n;
    struct office_links links;
    struct str_list order; /* relation ids of the slides */
    unsigned text, silent;
    struct flow flow;
};

static void on_start(void *arg, const char *name, const struct xml_attrs *attrs)
{
    struct pptx *p = arg;
    (void)attrs;
    if (strcmp(name, "Fallback") == 0)
        p->silent++;
    if (p->silent > 0)
        return;
    if (strcmp(name, "t") == 0 || strcmp(name, "text") == 0)
        p->text++;
    else if (strcmp(name, "br") == 0)
        flow_char(&p->flow, '\n');
    else if (strcmp(name, "tab") == 0)
        flow_char(&p->flow, '\t');
    else if (strcmp(name, "tr") == 0)
        flow_row(&p->flow);
}

static void on_end(void *arg, const char *name)
{
    struct pptx *p = arg;
    if (strcmp(name, "Fallback") == 0)
        p->silent -= p->silent > 0;
    if (p->silent > 0)
        return;
    if (strcmp(name, "t") == 0 || strcmp(name, "text") == 0)
        p->text -= p->text > 0;
    else if (strcmp(name, "p") == 0 || strcmp(name, "cm") == 0)
        flow_paragraph(&p->flow);
    else if (strcmp(name, "tc") == 0)
        flow_cell_end(&p->flow);
    else if (strcmp(name, "tr") == 0)
        flow_row_end(&p->flow);
}

static void on_text(void *arg, const char *s, size_t n)
{
    struct pptx *p = arg;
    if (p->text > 0 && p->silent == 0)
        flow_text(&p->flow, s, n);
}

static void on_order(void *arg, const char *name, const struct xml_attrs *attrs)
{
    struct pptx *p = arg;
    if (strcmp(name, "sldId") != 0 || p->order.n >= ZIP_MAX_ENTRIES)
        return;
    /* Two attributes are called id; the relation's is not a number. */
    for (int i = 0; i < attrs->n; i++) {
        const unsigned char *const *a = attrs->v + 5 * (size_t)i;
        if (strcmp((const char *)a[0], "id") == 0 && a[1])
            str_list_add(p->x->mem, &p->order, mem_bytes(p->x->mem, a[3], (size_t)(a[4] - a[3])));
    }
}

/* ---- the show ---- */

static void tell(struct slide *s, struct str *out)
{
    if (!s->told)
        flow_join(out, s->flow.out.s.s, s->flow.out.s.n);
    s->told = true;
}

static struct slide *find_slide(struct pptx *p, const char *name)
{
    for (size_t i = 0; name && i < p->n; i++)
        if (str_eq(p->slides[i].name, name))
            return &p->slides[i];
    return NULL;
}

/* The slide and what it refers to: notes, comments, diagrams. */
static void tell_with_notes(struct pptx *p, struct slide *slide, struct str *out)
{
    tell(slide, out);
    for (size_t i = 0; i < p->links.n; i++) {
        const struct office_link *l = &p->links.v[i];
        struct slide *other = str_eq(l->from, slide->name) ? find_slide(p, l->target) : NULL;
        if (other)
            tell(other, out);
    }
}

static bool has_text(const char *name)
{
    static const char *const begins[] = {"ppt/slides/", "ppt/notesSlides/", "ppt/comments",
                                         "ppt/diagrams/data"};
    for (size_t i = 0; i < ARRAY_LEN(begins); i++)
        if (str_starts(name, begins[i]) && str_ends(name, ".xml"))
            return true;
    return false;
}

static void read_slide(struct pptx *p, struct zip *z, const char *name)
{
    static const struct xml_calls calls = {on_start, on_end, on_text};
    char *kept = mem_str(p->x->mem, name);
    p->flow = flow_new(p->x->mem, &p->x->a->defects);
    p->text = p->silent = 0;
    xml_read(p->x->mem, z, &calls, p, &p->x->a->defects);
    *mem_append(p->x->mem, p->slides, p->n) = (struct slide){.name = kept, .flow = p->flow};
}

char *extract_pptx(struct extract *x)
{
    static const struct xml_calls order = {on_order, NULL, NULL};
    struct pptx p = {.x = x};
    struct str out = str_new(x->mem);
    struct zip *z = zip_open(x->mem, x->part, &x->a->defects);
    for (const char *name; (name = zip_next(z));) {
        if (str_eq(name, "ppt/presentation.xml"))
            xml_read(x->mem, z, &order, &p, &x->a->defects);
        else if (has_text(name))
            read_slide(&p, z, name);
        else if (!office_links_read(x, z, name, &p.links))
            office_other(x, z, name);
    }
    talloc_free(z);
    for (size_t i = 0; i < p.order.n; i++) {
        struct slide *s = find_slide(&p, office_link_find(&p.links, "ppt/presentation.xml", p.order.v[i]));
        if (s)
            tell_with_notes(&p, s, &out);
    }
    for (size_t i = 0; i < p.n; i++)
        if (str_starts(p.slides[i].name, "ppt/slides/"))
            tell_with_notes(&p, &p.slides[i], &out);
    for (size_t i = 0; i < p.n; i++)
        tell(&p.slides[i], &out);
    return flow_finish(x->mem, &out, &x->a->defects);
}
