/* field_holds.c: see field_holds.h. Each hold says what was read and where, so that a person can see the
 * very words. Refuses to hold a citizen's letter: the fields of a document are only those of submissions.
 */
#include "desk/field_holds.h"
#include "desk/form_evidence.h"

enum { SHOWN_MAX = 120 /* bytes of a list in the text of a hold */ };

void plan_hold_unconfirmed(struct plan *p, const struct submission *s)
{
    if (submission_is_confirmed(s) && !submission_is_held_for(s, "confirmation"))
        plan_hold(p, "confirmation", s->from, "MIC-13.1a");
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
static bool attached(const struct document_says *d)
{
    return *d->number && str_starts(d->number_where, "attachment:");
}

/* What the list of recipients says, cut; or where the document stands that has none. */
static const char *shown_recipients(const void *mem, const struct document_says *d)
{
    if (!*d->recipients)
        return *d->portal ? d->portal_where : d->number_where;
    size_t n = utf8_prefix(d->recipients, SIZE_MAX, SHOWN_MAX);
    return mem_fmt(mem, "%.*s%s", (int)n, d->recipients, d->recipients[n] ? " ..." : "");
}

void hold_document(struct plan *p, const struct document_says *d, const struct profile *profile)
{
    if (str_eq(d->issued, "no"))
        plan_hold(p, "not-issued", d->issued_where, "MIC-13.5b1");
    bool unnamed = str_eq(d->portal, "no") || str_eq(d->portal, "unclear") || (!*d->portal && attached(d));
    if (unnamed && profile->portal_names.n)
        plan_hold(p, "portal-recipient", shown_recipients(p, d), "MIC-13.5b1");
}

struct document_says document_says_of(const struct ruling *r)
{
    return (struct document_says){.issued = field_of(r, FIELD_ISSUED),
                                  .portal = field_of(r, FIELD_PORTAL),
                                  .number = field_of(r, FIELD_NUMBER),
                                  .recipients = field_of(r, FIELD_RECIPIENTS),
                                  .issued_where = place_of(r, FIELD_ISSUED),
                                  .number_where = place_of(r, FIELD_NUMBER),
                                  .portal_where = place_of(r, FIELD_PORTAL)};
}

/* ---- what people let pass ---- */

static bool adds(const struct plan *p, const char *reason)
{
    for (size_t i = 0; i < p->n_effects; i++)
        if (p->effects[i].kind == EFFECT_HOLD && str_eq(p->effects[i].key, reason))
            return true;
    return false;
}

void hold_what_passed(struct plan *p, const struct submission *s, const struct str_list *settled)
{
    for (size_t i = 0; i < s->n_let_pass; i++) {
        const char *reason = s->let_pass[i].reason;
        if (!submission_is_held_for(s, reason) && !adds(p, reason) &&
            !(settled && str_list_has(settled, reason)))
            plan_hold(p, mem_str(p, reason), s->let_pass[i].detail, "MIC-13.5b1");
    }
}

/* ---- items ---- */

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
    plan_note(p, "items", listed.s);
    if (found && lost.n)
        plan_hold(p, "items", lost.s, "DN-10.1");
}

void add_field_holds(struct plan *p, const struct evidence *e, const struct ruling *r,
                     const struct policy *policy, bool confirmed)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct document_says says = document_says_of(r);
    if (r->secrecy_marked)
        return; /* it goes nowhere, whatever else it says */
    if (r->category == CATEGORY_DOCUMENT)
        hold_document(p, &says, policy->profile);
    if (!category_is_restricted(r->category) && !adds(p, "unreadable") &&
        !adds(p, "limits")) /* they may name people (A33) */
        note_items(mem, p, &r->fields);
    if (!confirmed && form_evidence(mem, e, r).says == FORM_SAYS_BLANK)
        plan_hold(p, "form", place_of(r, FIELD_FORM), "LS-7.2");
}
