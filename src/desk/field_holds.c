/* field_holds.c: see field_holds.h. Each hold says what was read and where, so that a person can see the
 * very words. Refuses to hold a citizen's letter: the fields of a document are only those of submissions.
 */
#include "desk/field_holds.h"
#include "desk/form_evidence.h"

enum { SHOWN_MAX = 120 /* bytes of a list in the text of a hold */ };

void plan_hold(struct plan *p, const char *reason, const char *detail, const char *cite)
{
    struct effect *e = plan_add(p, EFFECT_HOLD);
    e->key = reason;
    e->text = mem_str(p, detail);
    e->cite = cite;
}

static const char *field_of(const struct ruling *r, enum field field)
{
    return r->fields.v[field].text ? r->fields.v[field].text : "";
}

static const char *place_of(const struct ruling *r, enum field field)
{
    return r->fields.v[field].where ? r->fields.v[field].where : "";
}

/* Is what was read a document that stands in an attachment, and not one that the letter only speaks of? */
static bool attached(const struct ruling *r)
{
    return *field_of(r, FIELD_NUMBER) && str_starts(place_of(r, FIELD_NUMBER), "attachment:");
}

/* What the list of recipients says, cut; or where the document stands that has none. */
static const char *shown_recipients(const void *mem, const struct ruling *r)
{
    const char *list = field_of(r, FIELD_RECIPIENTS);
    if (!*list)
        return place_of(r, *field_of(r, FIELD_PORTAL) ? FIELD_PORTAL : FIELD_NUMBER);
    size_t n = utf8_prefix(list, SIZE_MAX, SHOWN_MAX);
    return mem_fmt(mem, "%.*s%s", (int)n, list, list[n] ? " ..." : "");
}

static void hold_document(const void *mem, struct plan *p, const struct ruling *r,
                          const struct policy *policy)
{
    const char *portal = field_of(r, FIELD_PORTAL);
    if (str_eq(field_of(r, FIELD_ISSUED), "no"))
        plan_hold(p, "not-issued", place_of(r, FIELD_ISSUED), "MIC-13.5b1");
    bool unnamed = str_eq(portal, "no") || str_eq(portal, "unclear") || (!*portal && attached(r));
    if (unnamed && policy->profile->portal_names.n)
        plan_hold(p, "portal-recipient", shown_recipients(mem, r), "MIC-13.5b1");
}

/* Several items stay one submission, which a person splits: the journal says what there is, and it is held
 * when some of them have a text or an attachment and some have neither. */
static void note_items(const void *mem, struct plan *p, const struct ruling_fields *f)
{
    struct str listed = str_new(mem), lost = str_new(mem);
    size_t found = 0;
    for (size_t i = 0; i < f->n_items; i++) {
        const struct item *item = &f->items[i];
        str_addf(&listed, "%s%zu. %s", i ? "; " : "", i + 1, item->title.text);
        for (size_t k = 0; k < item->attachments.n; k++)
            str_addf(&listed, "%s%s", k ? ", " : " [", strchr(item->attachments.v[k], ':') + 1);
        str_add(&listed, item->attachments.n ? "]" : "");
        found += item_found(item);
        if (!item_found(item))
            str_addf(&lost, "%s%zu", lost.n ? ", " : "", i + 1);
    }
    if (!f->n_items)
        return;
    struct effect *e = plan_add(p, EFFECT_NOTE);
    e->key = "items";
    e->text = mem_str(p, listed.s);
    if (found && lost.n)
        plan_hold(p, "items", lost.s, "DN-10.1");
}

void add_field_holds(struct plan *p, const struct evidence *e, const struct ruling *r,
                     const struct policy *policy, bool confirmed)
{
    _cleanup_mem_ void *mem = mem_new();
    if (r->secrecy_marked)
        return; /* it goes nowhere, whatever else it says */
    if (r->category == CATEGORY_DOCUMENT)
        hold_document(mem, p, r, policy);
    if (!category_is_restricted(r->category)) /* titles and names of files may name people (A33) */
        note_items(mem, p, &r->fields);
    if (!confirmed && form_evidence(mem, e, r).says == FORM_SAYS_BLANK)
        plan_hold(p, "form", place_of(r, FIELD_FORM), "LS-7.2");
}
