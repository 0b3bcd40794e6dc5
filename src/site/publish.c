/* publish.c: see publish.h. Items become pages through Mustache templates whose target is HTML or XML, so
 * every value is escaped and none can be raw (PB-3); templates load nothing and hold no script. An item is
 * written only when the hash of its title and body is the one that was approved (WF-4, LS-14.2: publish
 * exactly the approved content), and only under a reference that is a plain name. */
#include "site/publish.h"
#include "base/str.h"
#include "base/utf8.h"
#include "desk/consultation.h"
#include "render/catalog.h"
#include "render/template.h"
#include "site/tree.h"
#include "sys/file.h"

#define TEMPLATE_BYTES (512u << 10)
#define PAGE_ITEMS     50 /* on one index page, and in the feed */
#define WRAPPED        60 /* columns: mail is broken at 65 to 78, a word may be long */

enum { T_INDEX, T_ITEM, T_CAMPAIGN, T_ATOM, T_HEAD, T_FOOT, T_STYLE, T_COUNT };

static const struct {
    const char *file;
    enum template_target target;
} files[T_COUNT] = {{"site/index.html", TEMPLATE_HTML},    {"site/item.html", TEMPLATE_HTML},
                    {"site/campaign.html", TEMPLATE_HTML}, {"feeds/atom.xml", TEMPLATE_XML},
                    {"site/head.html", TEMPLATE_HTML},     {"site/foot.html", TEMPLATE_HTML},
                    {"site/style.css", TEMPLATE_TEXT}};

struct publish {
    const void *mem;
    const struct publish_input *in;
    struct site_tree *tree;
    char *text[T_COUNT];
    size_t n_text[T_COUNT];
    const struct catalog *labels;
    struct portal_item *items; /* those that may be written */
    size_t n;
    size_t n_refused;
    const char *first_refused;
};

static json_t *text(const char *s)
{
    json_t *v = json_string(s ? s : "");
    return v ? v : json_string(""); /* not UTF-8: nothing */
}

static const char *partial(void *arg, const char *name)
{
    const struct publish *p = arg;
    return str_eq(name, "head") ? p->text[T_HEAD] : str_eq(name, "foot") ? p->text[T_FOOT] : NULL;
}

static bool read_templates(struct publish *p, struct err *err)
{
    for (size_t i = 0; i < T_COUNT; i++) {
        const char *path = file_join(p->mem, p->in->templates, files[i].file);
        if (!file_read(p->mem, path, TEMPLATE_BYTES, &p->text[i], &p->n_text[i], err))
            return false;
        if (i != T_STYLE && !template_check(path, p->text[i], files[i].target, err))
            return false;
    }
    return true;
}

static bool read_labels(struct publish *p, struct err *err)
{
    struct problems problems = {0};
    char *bytes;
    size_t n;
    const char *path = file_join(p->mem, p->in->templates, "labels");
    if (!file_read(p->mem, path, TEMPLATE_BYTES, &bytes, &n, err))
        return false;
    p->labels = catalog_load(p->mem, path, bytes, n, &problems);
    if (problems.n)
        return err_set(err, ERR_CONF, "%s:%d: problem '%s' with '%s'", path, problems.v[0].line,
                       problems.v[0].key, problems.v[0].subject);
    return true;
}

static bool plain_name(const char *ref)
{
    size_t n = strlen(ref);
    for (size_t i = 0; i < n; i++)
        if (!str_alpha(ref[i]) && !str_digit(ref[i]) && ref[i] != '-')
            return false;
    return n > 0 && n <= 100;
}

static bool is_as_approved(const struct publish *p, const struct portal_item *item)
{
    const char *hash =
        submission_whole_hash(p->mem, item->title, item->body, item->extra ? item->extra : "");
    return plain_name(item->ref) && item->content_hash && strlen(hash) == strlen(item->content_hash) &&
           hash_equal(hash, item->content_hash, strlen(hash));
}

static bool choose_items(struct publish *p, struct portal *portal, struct err *err)
{
    struct portal_item *all;
    size_t n;
    if (!portal_items(portal, p->mem, false, &all, &n, err))
        return false;
    p->items = mem_array(p->mem, struct portal_item, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (is_as_approved(p, &all[i]))
            p->items[p->n++] = all[i];
        else if (p->n_refused++ == 0)
            p->first_refused = all[i].ref;
    }
    return true;
}

/* ---- data of the templates ---- */

static char *day(const void *mem, int64_t t)
{
    struct when_civil c = when_civil(t);
    return mem_fmt(mem, "%02d/%02d/%04d", c.day, c.month, c.year);
}

/* A line as long as mail programs make them was broken by one; a short one ends where its writer ended it,
 * and so does one before an item of a list. */
static bool continues(const char *before, const char *line)
{
    return utf8_width(before) >= WRAPPED && !strchr("-+*", line[0]) && !str_digit(line[0]);
}

static void add_line(const void *mem, json_t *lines, const char *line)
{
    json_t *last = json_array_get(lines, json_array_size(lines) - 1);
    const char *before = last ? json_string_value(json_object_get(last, "last")) : "";
    if (last && continues(before, line)) {
        const char *so_far = json_string_value(json_object_get(last, "text"));
        json_object_set_new(last, "text", text(mem_fmt(mem, "%s %s", so_far, line)));
        json_object_set_new(last, "last", text(line));
    } else {
        json_array_append_new(lines, json_pack("{s:o, s:o, s:b}", "text", text(line), "last", text(line),
                                               "more", last != NULL));
    }
}

/* [{"lines": [{"text": "...", "more": bool}, ...]}, ...]: paragraphs end at blank lines. */
static json_t *paragraphs(const void *mem, const char *body)
{
    json_t *all = json_array(), *lines = NULL;
    for (const char *at = body; *at;) {
        size_t len = strcspn(at, "\n");
        const char *line = str_trim(mem, at, len);
        if (!*line) {
            lines = NULL;
        } else {
            if (!lines) {
                lines = json_array();
                json_array_append_new(all, json_pack("{s:o}", "lines", lines));
            }
            add_line(mem, lines, line);
        }
        at += len + (at[len] == '\n');
    }
    return all;
}

/* What readers see as the kind of an item: its own label, or its category's; never an internal id. */
static const char *label_of(const struct publish *p, const struct portal_item *item)
{
    const char *own = item->kind_label;
    if (own && *own && !strchr(own, '/'))
        return own;
    return catalog_text(p->labels, mem_fmt(p->mem, "category.%s", item->category));
}

static json_t *item_data(const struct publish *p, const struct portal_item *item)
{
    const char *label = label_of(p, item);
    const char *shown_title = *item->title ? item->title : item->ref;
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "ref", text(item->ref), "title",
                     text(shown_title), "category", text(item->category), "label", text(label), "unit",
                     text(item->unit_name), "date", text(day(p->mem, item->published)), "datetime",
                     text(when_rfc3339(p->mem, item->published)), "day",
                     text(when_date(p->mem, item->published)));
}

/* Takes `data`, adds what every page has, renders and writes the file. `root`: path back to the site's top.
 */
static bool write_page(struct publish *p, int which, const char *file, const char *root, json_t *data,
                       struct err *err)
{
    _cleanup_mem_ void *page = mem_new();
    char *out;
    json_object_set_new(data, "institution", text(p->in->institution));
    json_object_set_new(data, "url", text(p->in->url));
    json_object_set_new(data, "root", text(root));
    bool ok = template_render(page, files[which].file, p->text[which], data, files[which].target, partial,
                              p, &out, err);
    json_decref(data);
    return ok && site_tree_file(p->tree, file, out, strlen(out), err);
}

/* Open, not yet open or over is said as of the time of the building, which is done anew at both turns. */
static void add_window(const struct publish *p, const struct portal_item *item, json_t *data)
{
    const struct consultation c = {.opens = item->opens, .closes = item->closes};
    if (!item->closes)
        return;
    enum consultation_phase phase = consultation_phase(&c, p->in->now);
    const char *box = phase == CONSULTATION_OVER || !p->in->mailbox ? "" : p->in->mailbox;
    json_object_set_new(
        data, "window",
        json_pack("{s:o, s:o, s:o, s:o, s:b, s:b, s:b, s:o}", "opens", text(when_short(p->mem, c.opens)),
                  "closes", text(when_short(p->mem, c.closes)), "opens_at",
                  text(when_rfc3339(p->mem, c.opens)), "closes_at", text(when_rfc3339(p->mem, c.closes)),
                  "before", (int)(phase == CONSULTATION_BEFORE), "open", (int)(phase == CONSULTATION_OPEN),
                  "over", (int)(phase == CONSULTATION_OVER), "address",
                  text(consultation_address(p->mem, box, item->ref))));
}

/* ---- campaigns (MIC-13.5e): one page each, what was published of each section, newest first ---- */

static bool in_campaign(const struct portal_item *item)
{
    return item->campaign && *item->campaign && plain_name(item->campaign);
}

static void add_campaign(const struct portal_item *item, json_t *data)
{
    if (in_campaign(item))
        json_object_set_new(data, "campaign",
                            json_pack("{s:o, s:o, s:o}", "code", text(item->campaign), "name",
                                      text(item->campaign_title), "section", text(item->section_title)));
}

static bool is_first_of(const struct publish *p, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (str_eq(p->items[i].campaign, p->items[at].campaign))
            return false;
    return in_campaign(&p->items[at]);
}

/* The next higher number of a section of that campaign; 0 when there is none. */
static int64_t next_section(const struct publish *p, const char *code, int64_t after)
{
    int64_t next = 0;
    for (size_t i = 0; i < p->n; i++) {
        const struct portal_item *x = &p->items[i];
        if (str_eq(x->campaign, code) && x->section > after && (!next || x->section < next))
            next = x->section;
    }
    return next;
}

static json_t *section_data(const struct publish *p, const char *code, int64_t number)
{
    json_t *items = json_array();
    const char *title = "";
    for (size_t i = 0; i < p->n; i++) {
        const struct portal_item *x = &p->items[i];
        if (!str_eq(x->campaign, code) || x->section != number)
            continue;
        title = x->section_title;
        json_array_append_new(items, item_data(p, x));
    }
    return json_pack("{s:o, s:o}", "section", text(title), "items", items);
}

static bool write_campaigns(struct publish *p, struct err *err)
{
    for (size_t i = 0; i < p->n; i++) {
        const char *code = p->items[i].campaign;
        if (!is_first_of(p, i))
            continue;
        json_t *sections = json_array();
        for (int64_t n = 0; (n = next_section(p, code, n)) > 0;)
            json_array_append_new(sections, section_data(p, code, n));
        json_t *data =
            json_pack("{s:o, s:o}", "title", text(p->items[i].campaign_title), "sections", sections);
        if (!write_page(p, T_CAMPAIGN, mem_fmt(p->mem, "campaigns/%s.html", code), "../", data, err))
            return false;
    }
    return true;
}

static json_t *campaigns_data(const struct publish *p)
{
    json_t *all = json_array();
    for (size_t i = 0; i < p->n; i++)
        if (is_first_of(p, i))
            json_array_append_new(all, json_pack("{s:o, s:o}", "code", text(p->items[i].campaign), "name",
                                                 text(p->items[i].campaign_title)));
    return all;
}

static bool write_item(struct publish *p, const struct portal_item *item, struct err *err)
{
    json_t *data = item_data(p, item);
    json_object_set_new(data, "paragraphs", paragraphs(p->mem, item->body));
    add_window(p, item, data);
    add_campaign(item, data);
    return write_page(p, T_ITEM, mem_fmt(p->mem, "items/%s.html", item->ref), "../", data, err);
}

static json_t *items_data(const struct publish *p, size_t from, size_t until, bool bodies)
{
    json_t *list = json_array();
    for (size_t i = from; i < until && i < p->n; i++) {
        json_t *item = item_data(p, &p->items[i]);
        if (bodies)
            json_object_set_new(item, "body", text(p->items[i].body));
        json_array_append_new(list, item);
    }
    return list;
}

static char *index_name(const struct publish *p, size_t page)
{
    return page == 0 ? mem_str(p->mem, "index.html") : mem_fmt(p->mem, "page-%zu.html", page + 1);
}

static bool write_index(struct publish *p, struct err *err)
{
    size_t pages = p->n ? (p->n + PAGE_ITEMS - 1) / PAGE_ITEMS : 1;
    for (size_t i = 0; i < pages; i++) {
        json_t *data = json_object();
        json_object_set_new(data, "items", items_data(p, i * PAGE_ITEMS, (i + 1) * PAGE_ITEMS, false));
        if (i == 0)
            json_object_set_new(data, "campaigns", campaigns_data(p));
        json_object_set_new(data, "page", json_integer((json_int_t)i + 1));
        json_object_set_new(data, "pages", json_integer((json_int_t)pages));
        json_object_set_new(data, "paged", json_boolean(pages > 1));
        json_object_set_new(data, "newer", text(i ? index_name(p, i - 1) : ""));
        json_object_set_new(data, "older", text(i + 1 < pages ? index_name(p, i + 1) : ""));
        if (!write_page(p, T_INDEX, index_name(p, i), "", data, err))
            return false;
    }
    return true;
}

static bool write_atom(struct publish *p, struct err *err)
{
    int64_t updated = p->n ? p->items[0].published : p->in->now;
    for (size_t i = 1; i < p->n; i++)
        updated = p->items[i].published > updated ? p->items[i].published : updated;
    json_t *data = json_object();
    json_object_set_new(data, "updated", text(when_rfc3339(p->mem, updated)));
    json_object_set_new(data, "items", items_data(p, 0, PAGE_ITEMS, true));
    return write_page(p, T_ATOM, "atom.xml", "", data, err);
}

static bool write_all(struct publish *p, struct err *err)
{
    if (!site_tree_begin(p->mem, p->in->house, p->in->site_dir, &p->tree, err) ||
        !site_tree_dir(p->tree, "items", err) || !site_tree_dir(p->tree, "campaigns", err) ||
        !site_tree_file(p->tree, "style.css", p->text[T_STYLE], p->n_text[T_STYLE], err))
        return false;
    for (size_t i = 0; i < p->n; i++)
        if (!write_item(p, &p->items[i], err))
            return false;
    return write_index(p, err) && write_campaigns(p, err) && write_atom(p, err) &&
           site_tree_finish(p->tree, err);
}

bool publish_build(const void *mem, struct portal *portal, const struct publish_input *in,
                   size_t *ret_pages, const char **ret_index, struct err *err)
{
    _cleanup_mem_ void *work = mem_new();
    struct publish p = {.mem = work, .in = in};
    if (!str_starts(in->url, "https://") && !str_starts(in->url, "http://"))
        return err_set(err, ERR_CONF, "cannot publish: site url '%s' is not http or https", in->url);
    if (!str_ends(in->url, "/"))
        return err_set(err, ERR_CONF, "cannot publish: site url '%s' does not end in /", in->url);
    if (!read_templates(&p, err) || !read_labels(&p, err) || !choose_items(&p, portal, err) ||
        !write_all(&p, err))
        return false;
    *ret_pages = p.n;
    *ret_index = mem_fmt(mem, "%s/%s/index.html", in->house, in->site_dir);
    if (p.n_refused)
        return err_set(err, ERR_DATA,
                       "%zu items not published, first '%s': content is not what was approved", p.n_refused,
                       p.first_refused);
    return true;
}
