/* office.c: see office.h. Targets that lie outside (TargetMode External) are never followed, nor kept. */
#include "reader/office.h"
#include "reader/magic.h"
#include "reader/picture.h"

#define LINKS_MAX    20000u
#define PICTURES_MAX 6u /* of one document that are read: each costs seconds of OCR; the rest is noted */

/* ---- other files ---- */

static void on_type(void *arg, const char *name, const struct xml_attrs *attrs)
{
    struct extract *x = arg;
    (void)name;
    _cleanup_mem_ char *type = xml_attr(x->mem, attrs, "ContentType");
    if (type &&
        (str_ifind(type, strlen(type), "macroEnabled") || str_ifind(type, strlen(type), "vbaProject")))
        extract_note(x->mem, &x->a->defects, "macro");
}

static bool has_macro_name(const char *name)
{
    const char *slash = strrchr(name, '/');
    const char *base = slash ? slash + 1 : name;
    return str_istarts(base, "vbaProject") || str_istarts(name, "Basic/") || str_istarts(name, "Scripts/");
}

/* Vector drawings and films are no pictures here; what is too small for words is passed over silently. */
static void add_picture(struct extract *x, const char *name, struct part *part)
{
    const char *head;
    size_t n = part_peek(part, &head);
    struct picture p = picture_look(head, n);
    if (!str_eq(magic_type(head, n, name, "application/octet-stream"), "image") || picture_small(&p))
        return;
    if (++x->pictures > PICTURES_MAX) {
        extract_note(x->mem, &x->a->defects, "pictures-unread");
        return;
    }
    if (extract_inside(x, name, "application/octet-stream", part))
        x->inner[x->n_inner - 1].illustrates = true;
}

void office_other(struct extract *x, struct zip *z, const char *name)
{
    static const struct xml_calls calls = {on_type, NULL, NULL};
    if (has_macro_name(name))
        extract_note(x->mem, &x->a->defects, "macro");
    if (str_eq(name, "[Content_Types].xml")) {
        xml_read(x->mem, z, &calls, x, &x->a->defects);
        return;
    }
    bool embedded = strstr(name, "/embeddings/") || str_istarts(name, "word/afchunk");
    bool picture = strstr(name, "/media/") || str_starts(name, "Pictures/");
    if (!(embedded || picture) || zip_encrypted(z))
        return;
    struct part *part = part_open_pull(x->mem, zip_pull, z, part_budget(x->part));
    if (picture)
        add_picture(x, name, part);
    else
        extract_inside(x, name, "application/octet-stream", part);
    talloc_free(part);
}

/* ---- links ---- */

struct rels {
    struct extract *x;
    struct office_links *links;
    const char *from;
};

/* "../notesSlides/n.xml" seen from "ppt/slides/slide1.xml" is "ppt/notesSlides/n.xml". */
static char *resolve(const void *mem, const char *from, const char *target)
{
    if (*target == '/')
        return mem_str(mem, target + 1);
    const char *slash = strrchr(from, '/');
    size_t n = slash ? (size_t)(slash - from) : 0;
    for (; str_starts(target, "../"); target += 3)
        while (n > 0 && from[--n] != '/')
            continue;
    return mem_fmt(mem, "%.*s%s%s", (int)n, from, n ? "/" : "", target);
}

static void on_link(void *arg, const char *name, const struct xml_attrs *attrs)
{
    struct rels *r = arg;
    const void *mem = r->x->mem;
    if (strcmp(name, "Relationship") != 0 || r->links->n >= LINKS_MAX)
        return;
    _cleanup_mem_ char *mode = xml_attr(mem, attrs, "TargetMode");
    _cleanup_mem_ char *target = xml_attr(mem, attrs, "Target");
    char *id = xml_attr(mem, attrs, "Id");
    if (!id || !target || (mode && str_ieq(mode, "External")))
        return;
    *mem_append(mem, r->links->v, r->links->n) =
        (struct office_link){.from = r->from, .id = id, .target = resolve(mem, r->from, target)};
}

bool office_links_read(struct extract *x, struct zip *z, const char *name, struct office_links *links)
{
    static const struct xml_calls calls = {on_link, NULL, NULL};
    const char *dir = strstr(name, "_rels/");
    if (!dir || !str_ends(name, ".rels"))
        return false;
    const char *base = dir + 6;
    char *from = mem_fmt(x->mem, "%.*s%.*s", (int)(dir - name), name, (int)(strlen(base) - 5), base);
    struct rels r = {.x = x, .links = links, .from = from};
    xml_read(x->mem, z, &calls, &r, &x->a->defects);
    return true;
}

const char *office_link_find(const struct office_links *links, const char *from, const char *id)
{
    for (size_t i = 0; i < links->n; i++)
        if (str_eq(links->v[i].id, id) && str_eq(links->v[i].from, from))
            return links->v[i].target;
    return NULL;
}
