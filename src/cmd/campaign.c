/* campaign.c: `campaign new|request|list|show|add|close`: a campaign with its sections, the units that are
 * asked for them, what came, what is missing (MIC-13.5e, BCA-5.5). What a unit answers is put in by itself;
 * a case of nobody's request is put in with `add`. */
#include "act.h"
#include "campaigning.h"
#include "cmd/cmd.h"
#include "sys/clock.h"

#define DAY 86400

enum { SECTIONS_MAX = 60, TITLE_MAX = 300 /* bytes: it stands in subjects of letters */ };

/* A day counts whole: its last second. */
static bool parse_until(const char *text, int64_t *ret, struct err *err)
{
    int64_t t;
    *ret = WHEN_NONE;
    if (!text)
        return true;
    if (!when_parse_rfc3339(text, &t))
        return err_set(err, ERR_USAGE,
                       "--until '%s': not a day like 2026-12-01 or a time like 2026-12-01T17:00:00+07:00",
                       text);
    *ret = strlen(text) == strlen("2026-12-01") ? t + DAY - 1 : t;
    return true;
}

/* One line of plain text: it goes into the subject of a letter. */
static bool plain_title(const void *mem, const char *what, const char *text, const char **ret,
                        struct err *err)
{
    char *clean = utf8_nfc(mem, text, strlen(text));
    *ret = str_trim(mem, clean, strlen(clean));
    for (const char *c = *ret; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            return err_set(err, ERR_USAGE, "%s: a control character in it", what);
    return (**ret && strlen(*ret) <= TITLE_MAX) ||
           err_set(err, ERR_USAGE, "%s '%s': empty, or longer than %d bytes", what, *ret, (int)TITLE_MAX);
}

/* ---- new, close ---- */

static bool read_sections(struct context *cx, struct campaign *c, struct err *err)
{
    for (const char *v; (v = args_value(cx, "--section", NULL));) {
        const char *title;
        if (!plain_title(cx->mem, "--section", v, &title, err))
            return false;
        if (campaign_find_section(c, title))
            return err_set(err, ERR_USAGE, "--section '%s': twice, or the number of another", title);
        if (c->n_sections == SECTIONS_MAX)
            return err_set(err, ERR_USAGE, "--section: more than %d", (int)SECTIONS_MAX);
        int64_t number = (int64_t)c->n_sections + 1;
        *mem_append(cx->mem, c->sections, c->n_sections) =
            (struct campaign_section){.number = number, .title = title};
    }
    return true;
}

static bool done(struct context *cx, const char *code, const char *key, struct err *err)
{
    (void)err;
    if (cx->json)
        print_json(json_pack("{s:s, s:s}", "campaign", code, "done", key));
    else
        printf("%s\n", catalog_say(cx->mem, cx->house->catalog, mem_fmt(cx->mem, "campaign.%s", key),
                                   "code", code, NULL));
    return true;
}

static bool new_one(struct context *cx, struct err *err)
{
    struct actor actor;
    struct campaign c = {.closed = WHEN_NONE, .title = args_value(cx, "--title", NULL)};
    const char *until = args_value(cx, "--until", NULL);
    if (!read_sections(cx, &c, err))
        return false;
    c.code = args_word(cx);
    if (!args_need(cx, c.code, "CODE", err) || !args_need(cx, c.title, "--title TEXT", err) ||
        !args_need(cx, c.n_sections ? "" : NULL, "--section TEXT", err) || !args_done(cx, err) ||
        !plain_title(cx->mem, "--title", c.title, &c.title, err) || !parse_until(until, &c.until, err))
        return false;
    if (!campaign_code_valid(c.code))
        return err_set(err, ERR_USAGE, "code '%s': not 2 to 40 letters, digits and '-'", c.code);
    if (c.until != WHEN_NONE && c.until <= clock_now())
        return err_set(err, ERR_USAGE, "--until '%s': is over already", until);
    if (!actor_of(cx, &actor, err))
        return false;
    struct plan *p = campaign_open(cx->mem, c.code, &actor, clock_now());
    if (p->refused)
        return act_refused(cx->house, p, NULL, err);
    return store_campaign_new(cx->house->store, &c, &actor, clock_now(), err) &&
           done(cx, c.code, "made", err);
}

static bool close_one(struct context *cx, struct err *err)
{
    struct actor actor;
    struct campaign *c;
    size_t n;
    const char *reason = args_value(cx, "--reason", ""), *code = args_word(cx);
    if (!args_need(cx, code, "CODE", err) || !args_done(cx, err) || !actor_of(cx, &actor, err) ||
        !store_campaigns(cx->house->store, cx->mem, code, &c, &n, err))
        return false;
    struct plan *p = campaign_close(cx->mem, c, reason, &actor, clock_now());
    if (p->refused)
        return act_refused(cx->house, p, NULL, err);
    return store_campaign_close(cx->house->store, c->code, reason, &actor, clock_now(), err) &&
           done(cx, c->code, "closed", err);
}

/* ---- request, add ---- */

static bool request(struct context *cx, struct err *err)
{
    struct actor actor;
    int64_t due;
    const char *section = args_value(cx, "--section", NULL), *unit = args_value(cx, "--unit", NULL);
    const char *until = args_value(cx, "--until", NULL), *code = args_word(cx);
    if (!args_need(cx, code, "CODE", err) || !args_need(cx, section, "--section SECTION", err) ||
        !args_need(cx, unit, "--unit UNIT", err) || !args_done(cx, err) || !parse_until(until, &due, err) ||
        !actor_of(cx, &actor, err) ||
        !campaigning_ask(cx->house, cx->mem, code, section, unit, due, &actor, &due, err))
        return false;
    if (cx->json)
        print_json(json_pack("{s:s, s:s, s:s}", "campaign", code, "unit", unit, "due",
                             when_rfc3339(cx->mem, due)));
    else
        printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "campaign.asked", "code", code, "unit",
                                   unit, "due", when_short(cx->mem, due), NULL));
    return true;
}

static bool add(struct context *cx, struct err *err)
{
    struct actor actor;
    struct submission *s;
    const char *section = args_value(cx, "--section", NULL);
    const char *code = args_word(cx), *ref = args_word(cx);
    if (!args_need(cx, code, "CODE", err) || !args_need(cx, ref, "REF", err) ||
        !args_need(cx, section, "--section SECTION", err) || !args_done(cx, err) ||
        !actor_of(cx, &actor, err) ||
        !campaigning_put(cx->house, cx->mem, code, ref, section, &actor, err) ||
        !store_submission(cx->house->store, cx->mem, ref, &s, err) ||
        (s->on_portal && !refresh_site(cx, err))) /* its page, and that of the campaign, say so at once */
        return false;
    if (cx->json)
        print_json(json_pack("{s:s, s:s}", "campaign", code, "submission", ref));
    else
        printf("%s\n",
               catalog_say(cx->mem, cx->house->catalog, "campaign.added", "code", code, "ref", ref, NULL));
    return true;
}

/* ---- list, show ---- */

/* "came" "late" (nothing came in time) "waiting" */
static const char *standing(const struct campaign_request *r)
{
    return r->items ? "came" : r->due < clock_now() ? "late" : "waiting";
}

/* What is known of one campaign. */
struct view {
    struct campaign *c;
    struct campaign_request *requests;
    struct campaign_item *items;
    size_t n_requests, n_items, missing, overdue;
};

static bool load(struct context *cx, const char *code, struct view *v, struct err *err)
{
    size_t n;
    struct store *s = cx->house->store;
    *v = (struct view){0};
    if (!store_campaigns(s, cx->mem, code, &v->c, &n, err) ||
        !store_campaign_requests(s, cx->mem, code, &v->requests, &v->n_requests, err) ||
        !store_campaign_items(s, cx->mem, code, &v->items, &v->n_items, err))
        return false;
    for (size_t i = 0; i < v->n_requests; i++) {
        v->missing += !v->requests[i].items;
        v->overdue += str_eq(standing(&v->requests[i]), "late");
    }
    return true;
}

static json_t *time_json(struct context *cx, int64_t t)
{
    return t == WHEN_NONE ? json_null() : json_string(when_rfc3339(cx->mem, t));
}

static json_t *section_json(struct context *cx, const struct view *v, const struct campaign_section *s)
{
    json_t *requests = json_array(), *items = json_array();
    for (size_t i = 0; i < v->n_requests; i++) {
        const struct campaign_request *r = &v->requests[i];
        if (r->section == s->number)
            json_array_append_new(requests,
                                  json_pack("{s:s, s:o, s:o, s:s, s:s, s:I}", "unit", r->unit, "due",
                                            time_json(cx, r->due), "asked", time_json(cx, r->at), "by",
                                            r->user, "state", standing(r), "items", (json_int_t)r->items));
    }
    for (size_t i = 0; i < v->n_items; i++) {
        const struct campaign_item *x = &v->items[i];
        if (x->section == s->number)
            json_array_append_new(items, json_pack("{s:s, s:s, s:s, s:s, s:o, s:b, s:s}", "submission",
                                                   x->ref, "unit", x->unit, "title", x->title, "state",
                                                   x->state, "received", time_json(cx, x->received),
                                                   "asked_for", (int)(x->request != 0), "by", x->user));
    }
    return json_pack("{s:I, s:s, s:o, s:o}", "number", (json_int_t)s->number, "title", s->title, "requests",
                     requests, "items", items);
}

static json_t *view_json(struct context *cx, const struct view *v, bool whole)
{
    json_t *sections = json_array();
    for (size_t i = 0; whole && i < v->c->n_sections; i++)
        json_array_append_new(sections, section_json(cx, v, &v->c->sections[i]));
    json_t *all =
        json_pack("{s:s, s:s, s:o, s:o, s:s, s:s, s:i, s:i, s:i, s:i}", "campaign", v->c->code, "title",
                  v->c->title, "until", time_json(cx, v->c->until), "closed", time_json(cx, v->c->closed),
                  "reason", v->c->reason, "by", v->c->user, "requests", (int)v->n_requests, "items",
                  (int)v->n_items, "missing", (int)v->missing, "overdue", (int)v->overdue);
    if (whole)
        json_object_set_new(all, "sections", sections);
    else
        json_decref(sections);
    return all;
}

static char *number(struct context *cx, size_t n)
{
    return mem_fmt(cx->mem, "%zu", n);
}

/* A part of the line that is there only when there is a time to name. */
static const char *time_part(struct context *cx, const char *key, int64_t t)
{
    return t == WHEN_NONE
               ? ""
               : catalog_say(cx->mem, cx->house->catalog, key, "time", when_short(cx->mem, t), NULL);
}

static void print_head(struct context *cx, const struct view *v)
{
    const char *until = time_part(cx, "campaign.line-until", v->c->until);
    const char *closed = time_part(cx, "campaign.line-closed", v->c->closed);
    print_wrapped(catalog_say(cx->mem, cx->house->catalog, "campaign.line", "code", v->c->code, "title",
                              utf8_printable(cx->mem, v->c->title), "until", until, "closed", closed,
                              "requests", number(cx, v->n_requests), "items", number(cx, v->n_items),
                              "missing", number(cx, v->missing), "overdue", number(cx, v->overdue), NULL),
                  0);
}

/* One table: what was asked of whom, and what is there. */
static void print_section(struct context *cx, const struct view *v, const struct campaign_section *s)
{
    const struct column columns[] = {{say(cx, "campaign.unit"), 10},
                                     {say(cx, "campaign.due"), 16},
                                     {say(cx, "campaign.state"), 13},
                                     {say(cx, "campaign.item"), 0}};
    const char **cells = mem_array(cx->mem, const char *, (v->n_requests + v->n_items) * 4 + 1);
    size_t n = 0;
    printf("\n%lld. %s\n", (long long)s->number, utf8_printable(cx->mem, s->title));
    for (size_t i = 0; i < v->n_requests; i++) {
        const struct campaign_request *r = &v->requests[i];
        if (r->section != s->number)
            continue;
        const char **c = &cells[n++ * 4];
        c[0] = r->unit;
        c[1] = when_short(cx->mem, r->due);
        c[2] = say(cx, mem_fmt(cx->mem, "campaign.%s", standing(r)));
        c[3] = r->items ? mem_fmt(cx->mem, "%lld", (long long)r->items) : "";
    }
    for (size_t i = 0; i < v->n_items; i++) {
        const struct campaign_item *x = &v->items[i];
        if (x->section != s->number)
            continue;
        const char **c = &cells[n++ * 4];
        c[0] = x->unit;
        c[1] = when_short(cx->mem, x->received);
        c[2] = say(cx, mem_fmt(cx->mem, "state.%s", x->state));
        c[3] = mem_fmt(cx->mem, "%s %s", x->ref, x->title);
    }
    if (n)
        print_table(columns, ARRAY_LEN(columns), cells, n);
}

static bool show(struct context *cx, struct err *err)
{
    struct view v;
    const char *code = args_word(cx);
    if (!args_need(cx, code, "CODE", err) || !args_done(cx, err) || !load(cx, code, &v, err))
        return false;
    if (cx->json) {
        print_json(view_json(cx, &v, true));
        return true;
    }
    print_head(cx, &v);
    for (size_t i = 0; i < v.c->n_sections; i++)
        print_section(cx, &v, &v.c->sections[i]);
    return true;
}

static bool list(struct context *cx, struct err *err)
{
    struct campaign *all;
    size_t n;
    if (!args_done(cx, err) || !store_campaigns(cx->house->store, cx->mem, "", &all, &n, err))
        return false;
    if (!n && !cx->json)
        printf("%s\n", say(cx, "campaign.none"));
    for (size_t i = 0; i < n; i++) {
        struct view v;
        if (!load(cx, all[i].code, &v, err))
            return false;
        if (cx->json)
            print_json(view_json(cx, &v, false));
        else
            print_head(cx, &v);
    }
    return true;
}

static bool run_campaign(struct context *cx, struct err *err)
{
    static const struct {
        const char *verb;
        bool (*run)(struct context *cx, struct err *err);
    } verbs[] = {{"new", new_one}, {"request", request}, {"list", list},
                 {"show", show},   {"add", add},         {"close", close_one}};
    const char *verb = args_word(cx);
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
        if (str_eq(verb, verbs[i].verb))
            return verbs[i].run(cx, err);
    return args_one_of(cx, verb, "new, request, list, show, add, close", err);
}

const struct command cmd_campaign = {
    "campaign", NEED_HOUSE | NEED_RULES | NEED_STORE | NEED_LETTERS | NEED_TOKENS, run_campaign};
