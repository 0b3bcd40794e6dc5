/* matters.c: see matters.h. One line each: what, of which case, since when, and who is to do it. */
#include "cmd/matters.h"

static const char *who_text(struct context *cx, const char *who)
{
    const char *roles = mem_fmt(cx->mem, "role.%s", who), *owner = mem_fmt(cx->mem, "owner.%s", who);
    const struct catalog *c = cx->house->catalog;
    return catalog_has(c, owner)   ? catalog_text(c, owner)
           : catalog_has(c, roles) ? catalog_text(c, roles)
                                   : who;
}

/* Whose part of a duty it is, when it is one person's. */
static const char *who_of(struct context *cx, const struct timer_matter *m)
{
    const char *who = who_text(cx, m->who);
    return *m->person ? mem_fmt(cx->mem, "%s (%s)", m->person, who) : who;
}

/* That something of a complaint waits is a count for everybody; of which, for those who may read it (QC-6).
 */
static const char *ref_of(struct context *cx, const struct timer_matter *m)
{
    return m->restricted && !reads_case(cx, m->ref) ? "-" : m->ref;
}

void print_matters(struct context *cx, const struct timer_matter *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        printf("! %s\n",
               catalog_say(cx->mem, cx->house->catalog, mem_fmt(cx->mem, "matter.%s", v[i].what), "ref",
                           ref_of(cx, &v[i]), "label", v[i].label, "since", when_short(cx->mem, v[i].since),
                           "who", who_of(cx, &v[i]), "rule", v[i].rule, "period", v[i].period, NULL));
}

json_t *matters_json(struct context *cx, const struct timer_matter *v, size_t n)
{
    json_t *a = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(a, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "what", v[i].what,
                                           "submission", ref_of(cx, &v[i]), "rule", v[i].rule, "who",
                                           v[i].who, "person", v[i].person, "period", v[i].period, "since",
                                           when_rfc3339(cx->mem, v[i].since)));
    return a;
}
