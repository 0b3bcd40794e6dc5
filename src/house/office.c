/* office.c: finds units, fields and rules for a kind; says on which days a route holds. */
#include "house/office.h"

const struct office_unit *office_find_unit(const struct office_rules *o, const char *id)
{
    for (size_t i = 0; i < o->n_units; i++)
        if (str_eq(o->units[i].id, id))
            return &o->units[i];
    return NULL;
}

const struct topic *office_find_topic(const struct office_rules *o, const char *id)
{
    for (size_t i = 0; i < o->n_topics; i++)
        if (str_eq(o->topics[i].id, id))
            return &o->topics[i];
    return NULL;
}

const struct metadata_rule *office_find_metadata(const struct office_rules *o, size_t kind)
{
    for (size_t i = 0; i < o->n_metadata; i++)
        if (o->metadata[i].kind == kind)
            return &o->metadata[i];
    return NULL;
}

bool route_holds(const struct route_rule *r, int32_t day)
{
    return (r->from == OFFICE_NO_DAY || day >= r->from) && (r->until == OFFICE_NO_DAY || day <= r->until);
}

bool route_away(const struct route_rule *r, int32_t day)
{
    for (size_t i = 0; i < r->n_away; i++)
        if (day >= r->away[i].from && day <= r->away[i].until)
            return true;
    return false;
}
