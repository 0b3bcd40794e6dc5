/* route.c: field -> owner, by the profile (MIC-13.3, DN-8.2); complaints and denunciations to the
 * inspectorate and nobody else (MIC-13.5d), unless they accuse it.
 *
 * Refuses to choose: a field with two owners, or a letter between two fields, gives all of them and a
 * person picks. An owner who is away is replaced by the deputy. Spam, bounces and automatic answers go
 * nowhere. */
#include "desk/route.h"
#include "desk/recuse.h"

enum { ALTERNATES = 4 /* steps from one alternate to the next; more is a circle */ };

struct routing {
    const void *mem;
    const struct profile *profile;
    const struct letter *letter;
    const struct directory *directory;
    struct routes *ret;
};

static int32_t day_of(int64_t t)
{
    int64_t local = t + WHEN_VN_SHIFT;
    return (int32_t)(local / 86400 - (local % 86400 < 0));
}

static void propose(struct routing *r, struct route route)
{
    for (size_t i = 0; i < r->ret->n; i++)
        if (str_eq(r->ret->v[i].to, route.to))
            return;
    *mem_append(r->mem, r->ret->v, r->ret->n) = route;
}

/* ---- complaints and denunciations ---- */

/* The inspectorate, or who receives in its place. */
static void propose_inspectorate(struct routing *r, const struct office_unit *u)
{
    const struct office_unit *first = u;
    const char *accused = NULL, *named = NULL;
    for (int i = 0; u && i < ALTERNATES; i++) {
        named = recuse_named(r->mem, r->letter, r->profile, u, r->directory);
        if (!named)
            break;
        accused = accused ? accused : named;
        r->ret->recused = true;
        u = *u->alternate ? office_find_unit(&r->profile->office, u->alternate) : NULL;
    }
    if (!u || named)
        return; /* everybody is accused: held, and the chief decides */
    if (accused)
        propose(r, (struct route){u->id, "alternate", accused, first->id, u->at.cite});
    else
        propose(r, (struct route){u->id, "inspectorate", u->name, "", u->at.cite});
}

static void route_restricted(struct routing *r, const struct kind *kind)
{
    const struct office_rules *o = &r->profile->office;
    for (size_t i = 0; i < o->n_units; i++)
        if (*kind->to ? str_eq(o->units[i].id, kind->to) : o->units[i].inspectorate)
            propose_inspectorate(r, &o->units[i]);
}

/* ---- by field ---- */

static void propose_owner(struct routing *r, const struct route_rule *rule, int32_t day)
{
    const char *label = r->profile->office.topics[rule->topic].label;
    if (*rule->deputy && route_away(rule, day))
        propose(r, (struct route){rule->deputy, "deputy", label, rule->to, rule->at.cite});
    else
        propose(r, (struct route){rule->to, "field", label, "", rule->at.cite});
}

static void route_by_field(struct routing *r, const struct ruling *ruling, int32_t day)
{
    const struct office_rules *o = &r->profile->office;
    for (size_t i = 0; i < ruling->n_topics; i++)
        for (size_t k = 0; k < o->n_routes; k++)
            if (o->routes[k].topic == ruling->topics[i].topic && route_holds(&o->routes[k], day))
                propose_owner(r, &o->routes[k], day);
}

struct routes desk_route(const void *mem, const struct letter *letter, const struct evidence *evidence,
                         const struct ruling *ruling, const struct profile *profile, int64_t now)
{
    struct routes ret = {0};
    struct routing r = {mem, profile, letter, evidence->directory, &ret};
    const struct kind *kind = ruling->kind;
    if (category_is_restricted(ruling->category))
        route_restricted(&r, kind);
    else if (*kind->to)
        propose(&r, (struct route){kind->to, "kind", kind->label, "", kind->cite});
    else if (ruling->category != CATEGORY_SPAM && ruling->category != CATEGORY_BOUNCE &&
             ruling->category != CATEGORY_AUTOREPLY)
        route_by_field(&r, ruling, day_of(now));
    return ret;
}

const char *routes_unit(const struct routes *r, const struct profile *profile)
{
    return r->n == 1 && office_find_unit(&profile->office, r->v[0].to) ? r->v[0].to : "";
}
