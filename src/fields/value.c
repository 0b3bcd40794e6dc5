/* value.c: the names of the fields. Invariant: the tables follow FIELDS, so no field is without a name. */
#include "fields/value.h"

static const char *const names[FIELD_COUNT] = {
#define FIELD(id, name, meaning) name,
    FIELDS(FIELD)
#undef FIELD
};

static const char *const meanings[FIELD_COUNT] = {
#define FIELD(id, name, meaning) meaning,
    FIELDS(FIELD)
#undef FIELD
};

bool item_found(const struct item *item)
{
    return item->attachments.n > 0 || item->text.to > item->text.from;
}

const char *field_name(enum field field)
{
    return names[field];
}

const char *field_meaning(enum field field)
{
    return meanings[field];
}
