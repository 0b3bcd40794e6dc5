/* form_evidence.c: the opinion in a request form against the registry of leaders. Refuses a name that only
 * looks alike: names are compared whole, with their marks unless the writer typed none. Fails closed: no
 * registry, no unit or a form of another unit is never the leader's yes. */
#include "desk/form_evidence.h"
#include <utf8proc.h>

static const char *said(const struct ruling *r, enum field field)
{
    return r->fields.v[field].text ? r->fields.v[field].text : "";
}

/* ---- names ---- */

static bool has_marks(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s >= 0x80)
            return true;
    return false;
}

/* A word with a capital goes on right behind exact offset `at`, parted by blanks only: a longer name. */
static bool name_goes_on(const struct utf8_form *exact, size_t at)
{
    int32_t cp = 0;
    size_t from = at;
    while (at < exact->n && exact->s[at] == ' ')
        at++;
    if (at < exact->n)
        utf8_decode(exact->s + at, exact->n - at, &cp);
    return at > from && utf8proc_category(cp) == UTF8PROC_CATEGORY_LU;
}

static bool edge_before(const struct utf8_form *f, size_t at)
{
    size_t i = at;
    int32_t cp = ' ';
    while (i > 0 && ((unsigned char)f->s[i - 1] & 0xC0) == 0x80)
        i--;
    if (at > 0)
        utf8_decode(f->s + (i ? i - 1 : 0), at - (i ? i - 1 : 0), &cp);
    return !utf8_word_char(cp);
}

bool form_names(const char *text, const char *name)
{
    _cleanup_mem_ void *mem = mem_new();
    struct utf8_forms forms;
    bool marks = has_marks(text);
    const char *wanted = marks ? utf8_fold(mem, name) : utf8_bare(mem, name);
    size_t k = strlen(wanted);
    utf8_make_forms(mem, text, strlen(text), &forms);
    const struct utf8_form *f = marks ? &forms.folded : &forms.bare;
    for (size_t at = 0; k && at + k <= f->n; at++) {
        int32_t next = ' ';
        if (memcmp(f->s + at, wanted, k) != 0 || !edge_before(f, at))
            continue;
        if (at + k < f->n)
            utf8_decode(f->s + at + k, f->n - at - k, &next);
        if (!utf8_word_char(next) && !name_goes_on(&forms.exact, f->at[at + k]))
            return true;
    }
    return false;
}

/* ---- units ---- */

/* The unit that the form names, by its name or id; NULL for none or one that nobody registered. */
static const struct unit *unit_named(const void *mem, const struct directory *d, const char *name)
{
    const char *folded = utf8_fold(mem, name);
    for (size_t i = 0; *name && i < d->n_units; i++)
        if (str_eq(utf8_fold(mem, d->units[i].name), folded) || str_eq(d->units[i].id, name))
            return &d->units[i];
    return NULL;
}

static const struct person *leader_of(const struct directory *d, const struct unit *unit, const char *text)
{
    for (size_t i = 0; i < d->n_people; i++) {
        const struct person *p = &d->people[i];
        bool leads = p->role == PERSON_LEADER || p->role == PERSON_DEPUTY;
        if (leads && str_eq(p->unit, unit->id) && form_names(text, p->name))
            return p;
    }
    return NULL;
}

static const struct person *right_leader(const void *mem, const struct evidence *e, const struct ruling *r,
                                         const char *words)
{
    const struct directory *d = e->directory;
    if (!d)
        return NULL;
    const struct unit *named = unit_named(mem, d, said(r, FIELD_FORM_UNIT));
    const struct unit *unit = e->unit ? e->unit : e->own_domain ? named : NULL;
    bool other = named && unit && !str_eq(named->id, unit->id);
    return unit && !other ? leader_of(d, unit, words) : NULL;
}

struct form_evidence form_evidence(const void *mem, const struct evidence *e, const struct ruling *r)
{
    struct form_evidence f = {FORM_SAYS_NOTHING, NULL, ""};
    const char *approved = said(r, FIELD_FORM_APPROVED), *leader = said(r, FIELD_FORM_LEADER);
    if (!*approved)
        return f;
    f.words = mem_fmt(mem, "%s%s%s", said(r, FIELD_FORM_OPINION), *leader ? "; " : "", leader);
    f.says = str_eq(approved, "no") ? FORM_SAYS_BLANK : FORM_SAYS_UNCLEAR;
    if (!str_eq(approved, "yes"))
        return f;
    f.leader = right_leader(mem, e, r, f.words);
    f.says = f.leader ? FORM_SAYS_YES : FORM_SAYS_OTHER;
    return f;
}
