/* metadata.c: compares a letter with the `metadata` block of its kind. A field counts when its reader found
 * it; a column when one of its headings stands in the text of an attachment, with or without marks; a file
 * when anything is attached. Says what is missing and holds nothing: the sender is asked by a person. */
#include "desk/metadata.h"
#include "base/utf8.h"

static bool field_named(const char *name, enum field *ret)
{
    for (enum field i = 0; i < FIELD_COUNT; i++)
        if (str_eq(field_name(i), name)) {
            *ret = i;
            return true;
        }
    return false;
}

static bool has_heading(const struct letter *l, const struct metadata_item *item)
{
    for (size_t i = 0; i < l->n_attachments; i++) {
        _cleanup_mem_ void *mem = mem_new();
        const char *text = utf8_bare(mem, l->attachments[i].text);
        for (size_t k = 0; k < item->labels.n; k++)
            if (strstr(text, utf8_bare(mem, item->labels.v[k])))
                return true;
    }
    return false;
}

/* Whether it is there, or nobody could tell. */
static bool found(const struct letter *l, const struct ruling *r, const struct metadata_item *item)
{
    enum field field;
    if (item->column)
        return has_heading(l, item);
    if (str_eq(item->name, "file"))
        return l->n_attachments > 0;
    if (str_eq(item->name, "title"))
        return r->fields.title && *r->fields.title;
    if (!field_named(item->name, &field))
        return true;
    const char *text = r->fields.v[field].text;
    return text && *text;
}

struct str_list metadata_missing(const void *mem, const struct letter *letter, const struct ruling *ruling,
                                 const struct profile *profile)
{
    struct str_list missing = {0};
    const struct metadata_rule *rule =
        office_find_metadata(&profile->office, (size_t)(ruling->kind - profile->kinds));
    for (size_t i = 0; rule && i < rule->n_items; i++)
        if (!found(letter, ruling, &rule->items[i]))
            str_list_add(mem, &missing, rule->items[i].labels.v[0]);
    return missing;
}
