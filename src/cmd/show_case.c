/* show_case.c: see show_case.h. The routes are those that were proposed at receipt, as its report says; of
 * a case that a person has called something else since, those of its kind of today (desk/reroute.h). Of the
 * fields only those that were read. */
#include "cmd/show_case.h"
#include "desk/reroute.h"
#include "sys/clock.h"

static void line(struct context *cx, const char *key, const char *value)
{
    const char *label = say(cx, key);
    printf("%s:%*s %s\n", label, (int)(utf8_width(label) < 16 ? 16 - utf8_width(label) : 0), "",
           utf8_printable(cx->mem, value));
}

static const char *member(const json_t *o, const char *name)
{
    const char *text = json_string_value(json_object_get(o, name));
    return text ? text : "";
}

/* ---- routes ---- */

static json_t *route_json(struct context *cx, const struct route *r)
{
    char *why = catalog_say(cx->mem, cx->house->catalog, mem_fmt(cx->mem, "route.%s", r->why), "detail",
                            r->detail, "instead", r->instead, NULL);
    return json_pack("{s:s, s:s, s:o}", "to", r->to, "why", why, "cite",
                     *r->cite ? json_string(r->cite) : json_null());
}

json_t *routes_json(struct context *cx, const struct submission *s, const json_t *report)
{
    struct house *h = cx->house;
    json_t *said = json_object_get(report, "route"), *all = json_array();
    const struct kind *kind = h->profile ? profile_find_kind(h->profile, s->kind) : NULL;
    if (!kind || str_eq(member(report, "kind"), s->kind)) {
        json_array_extend(all, said);
        return all;
    }
    struct routes routes = reroute(cx->mem, s, kind, h->directory, h->profile, clock_now());
    for (size_t i = 0; i < routes.n; i++)
        json_array_append_new(all, route_json(cx, &routes.v[i]));
    return all;
}

static void print_routes(struct context *cx, const struct submission *s, const json_t *report)
{
    json_t *all = routes_json(cx, s, report);
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *r = json_array_get(all, i);
        const char *cite = member(r, "cite");
        line(cx, "explain.route",
             mem_fmt(cx->mem, "%s (%s%s%s)", member(r, "to"), member(r, "why"), *cite ? ", " : "", cite));
    }
    json_decref(all);
}

/* ---- clocks ---- */

static json_t *time_json(const void *mem, int64_t t)
{
    return t == WHEN_NONE ? json_null() : json_string(when_rfc3339(mem, t));
}

json_t *clocks_json(struct context *cx, const struct submission *s)
{
    json_t *all = json_array();
    for (size_t i = 0; i < s->n_deadlines; i++) {
        const struct case_deadline *d = &s->deadlines[i];
        json_array_append_new(
            all, json_pack("{s:s, s:o, s:o, s:s, s:b, s:o, s:o}", "rule", d->rule, "start",
                           time_json(cx->mem, d->start), "due", time_json(cx->mem, d->due), "cite", d->cite,
                           "provisional", (int)d->provisional, "ended", time_json(cx->mem, d->ended),
                           "ended_by", *d->ended_by ? json_string(d->ended_by) : json_null()));
    }
    return all;
}

static void print_clocks(struct context *cx, const struct submission *s)
{
    for (size_t i = 0; i < s->n_deadlines; i++) {
        const struct case_deadline *d = &s->deadlines[i];
        const char *due = d->due == WHEN_NONE ? say(cx, "proof.no-due") : when_short(cx->mem, d->due);
        const char *ended = "";
        if (*d->ended_by)
            ended = mem_fmt(cx->mem, "; %s, %s", say(cx, mem_fmt(cx->mem, "since.%s", d->ended_by)),
                            when_short(cx->mem, d->ended));
        line(cx, "show.due", mem_fmt(cx->mem, "%s (%s, %s%s)", due, d->rule, d->cite, ended));
    }
}

/* ---- fields ---- */

static void print_fields(struct context *cx, const json_t *report)
{
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(report, "fields"), name, value)
    {
        const char *key = mem_fmt(cx->mem, "field.%s", name), *text = json_string_value(value);
        if (text && *text && catalog_has(cx->house->catalog, key))
            line(cx, key, text);
    }
}

void print_case(struct context *cx, const struct submission *s, const json_t *report)
{
    print_routes(cx, s, report);
    print_clocks(cx, s);
    print_fields(cx, report);
}
