/* corrected.c: see corrected.h. A note that the number is now such and such settles nothing: what counts
 * stands in the text that would be published. A field that the new text does not speak of stays as it was:
 * silence settles no hold. Refuses to show by itself what nobody has read, when no unit proved that it sent
 * it (A33). */
#include "desk/corrected.h"
#include "desk/clocks.h"
#include "desk/field_holds.h"
#include "desk/form_evidence.h"
#include "desk/unread.h"

enum { NOTE_WORDS = 40 /* own text of at most so many words is a covering note */ };

struct corrected corrected_text(const void *mem, const struct letter *l)
{
    const char *best = l->fresh ? l->fresh : "", *where = "body";
    for (size_t i = 0; i < l->n_attachments; i++) {
        const struct letter_attachment *a = &l->attachments[i];
        bool document = a->text && *a->real && !str_eq(a->real, "image");
        if (document && str_words(a->text) > str_words(best)) {
            best = a->text;
            where = mem_fmt(mem, "attachment:%s", a->name);
        }
    }
    if (str_words(best) <= NOTE_WORDS)
        return (struct corrected){"", ""};
    return (struct corrected){str_trim(mem, best, strlen(best)), where};
}

/* Does the place lie in what the text came with, and not in a note beside it? */
static bool in_text(const struct corrected *c, const char *place)
{
    return str_starts(place, "attachment:") || (str_starts(place, "body") && str_eq(c->where, "body"));
}

static bool is_added(const struct plan *p, const char *reason)
{
    for (size_t i = 0; i < p->n_effects; i++)
        if (p->effects[i].kind == EFFECT_HOLD && str_eq(p->effects[i].key, reason))
            return true;
    return false;
}

/* ---- as at receipt ---- */

/* What the letter would be held for, and noted of it, if it opened the case. */
static struct plan *as_new(struct plan *p, const struct submission *s, const struct letter *l,
                           const struct evidence *e, const struct ruling *r, const struct policy *policy)
{
    struct plan *fresh = plan_new(p, "", s->ref, &actor_system, p->now);
    struct ruling as = *r;
    category_parse(s->category, &as.category); /* an answer is of the category of its case */
    bool cut = p->opening && p->opening->facts && p->opening->facts->header_only;
    hold_unread_again(fresh, l, as.category, cut);
    add_field_holds(fresh, e, &as, policy, confirming_agrees(&e->confirming));
    return fresh;
}

static void take_over(struct plan *p, const struct submission *s, const struct plan *fresh)
{
    for (size_t i = 0; i < fresh->n_effects; i++) {
        const struct effect *x = &fresh->effects[i];
        bool there = submission_is_held_for(s, x->key) || is_added(p, x->key);
        if (x->kind != EFFECT_HOLD || !there)
            *plan_add(p, x->kind) = *x;
    }
}

/* ---- what is settled ---- */

/* What is asked about one reason. */
struct settling {
    const struct submission *s;
    const struct corrected *c;
    const struct ruling *ruling;
    struct document_says says;
    bool form; /* a leader whom the registry knows agrees in it */
    const struct plan *fresh;
};

static bool is_issued(const struct settling *x)
{
    return str_eq(x->says.issued, "yes") && in_text(x->c, x->says.number_where);
}

static bool names_portal(const struct settling *x)
{
    return str_eq(x->says.portal, "yes") && in_text(x->c, x->says.portal_where);
}

static bool has_opinion(const struct settling *x)
{
    return x->form;
}

static bool has_items(const struct settling *x)
{
    return x->ruling->fields.n_items > 0 && !is_added(x->fresh, "items");
}

static bool is_read(const struct settling *x)
{
    return *x->s->sender_unit && !is_added(x->fresh, "unreadable") && !is_added(x->fresh, "limits");
}

static const struct {
    const char *reason;
    bool (*settled)(const struct settling *x);
} settlers[] = {{"not-issued", is_issued}, {"portal-recipient", names_portal},
                {"form", has_opinion},     {"items", has_items},
                {"unreadable", is_read},   {"limits", is_read}};

struct str_list corrected_holds(struct plan *p, const struct submission *s, const struct letter *l,
                                const struct corrected *c, const struct evidence *e, const struct ruling *r,
                                const struct policy *policy, const char *cite)
{
    struct str_list settled = {0};
    const struct plan *fresh = as_new(p, s, l, e, r, policy);
    const struct settling x = {.s = s,
                               .c = c,
                               .ruling = r,
                               .says = document_says_of(r),
                               .form = form_evidence(p, e, r).says == FORM_SAYS_YES,
                               .fresh = fresh};
    take_over(p, s, fresh);
    if (!*c->text || r->secrecy_marked)
        return settled;
    if (p->opening)
        p->opening->corrects = true;
    for (size_t i = 0; i < ARRAY_LEN(settlers); i++) {
        if (is_added(fresh, settlers[i].reason) || !settlers[i].settled(&x))
            continue;
        str_list_add(p, &settled, settlers[i].reason);
        if (submission_is_held_for(s, settlers[i].reason))
            plan_release(p, settlers[i].reason, "resent", cite);
    }
    return settled;
}

/* ---- clocks ---- */

void corrected_clocks(struct plan *p, const struct submission *s, const struct corrected *c,
                      const struct ruling *r, int64_t at, const struct profile *profile)
{
    struct submission then = *s;
    const struct value *date = &r->fields.v[FIELD_DATE], *body = &r->fields.v[FIELD_BODY];
    if (!*c->text || !date->text || !in_text(c, date->where ? date->where : ""))
        return;
    then.received = at;
    clocks_document(p, &then, date->text, body->text ? body->text : "", profile);
}
