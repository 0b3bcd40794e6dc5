/* message.c: a letter that came as a file (.eml, or a page saved as .mht, which is built like a letter). It
 * is read like every other letter, under the budget of the one it came in; its text is the subject and the
 * body, and what was attached to it is attached inside x. Who sent it is shown as its header says, proved
 * by nothing. */
#include "reader/extract.h"
#include "reader/parse.h"

#define RAW_MAX (16u << 20) /* bytes of a letter that is held in memory; more is cut */

static const char *header(const struct letter *l, const char *name)
{
    const struct letter_header *h = letter_header_find(l, name, 0);
    return h ? h->value : "";
}

static void add_attachments(struct extract *x, struct letter *l)
{
    const char *outer = *x->a->name ? x->a->name : "message";
    for (size_t i = 0; i < l->n_attachments; i++)
        l->attachments[i].name = mem_fmt(x->mem, "%s/%s", outer, l->attachments[i].name);
    extract_add_inside(x, l->attachments, l->n_attachments);
}

char *extract_letter_text(struct extract *x, const char *bytes, size_t n)
{
    struct str out = str_new(x->mem);
    struct letter *l = parse_inside(x->mem, bytes, n, x->depth + 1, part_budget(x->part));
    x->a->mail_from = header(l, "From");
    x->a->mail_date = header(l, "Date");
    x->a->mail_subject = header(l, "Subject");
    str_addf(&out, "%s\n", x->a->mail_subject);
    for (size_t i = 0; i < l->n_texts; i++) {
        str_addf(&out, "%s\n", l->texts[i].text);
        if (l->texts[i].hidden && *l->texts[i].hidden)
            str_addf(&out, "\n%s\n", l->texts[i].hidden);
    }
    for (size_t i = 0; i < l->defects.n; i++)
        extract_note(x->mem, &x->a->defects, l->defects.v[i]);
    add_attachments(x, l);
    str_trim_end(&out);
    return out.s;
}

char *extract_letter(struct extract *x)
{
    struct str raw = extract_raw(x, RAW_MAX);
    char *text = extract_letter_text(x, raw.s, raw.n);
    if (raw.n > 0)
        talloc_free(raw.s);
    return text;
}
