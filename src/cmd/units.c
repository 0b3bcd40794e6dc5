/* units.c: the directory of units and people: `units import FILE.tsv|.csv`, `units check`. */
#include "cmd/cmd.h"
#include "sys/clock.h"
#include "sys/file.h"

#define DIRECTORY_MAX (16u << 20)

bool read_units(struct context *cx, const char *path, struct directory_row **ret, size_t *ret_n,
                size_t *ret_others, struct err *err)
{
    char *bytes;
    size_t n;
    return file_read(cx->mem, path, DIRECTORY_MAX, &bytes, &n, err) &&
           directory_parse(cx->mem, path, bytes, n, str_iends(path, ".csv"), cx->house->profile->name, ret,
                           ret_n, ret_others, err);
}

static bool import(struct context *cx, struct err *err)
{
    const char *path = args_word(cx), *profile = cx->house->profile->name;
    size_t rows, others;
    struct directory_row *list;
    struct actor actor;
    if (!args_need(cx, path, "FILE.tsv", err) || !args_done(cx, err) || !actor_of(cx, &actor, err))
        return false;
    if (!(actor.roles & (ROLE_ADMIN | ROLE_CHIEF)))
        return err_set(err, ERR_NO, "import '%s': only admin or chief may", path);
    if (!read_units(cx, path, &list, &rows, &others, err) ||
        !store_units_import(cx->house->store, list, rows, &actor, clock_now(), err))
        return false;
    if (cx->json)
        print_json(json_pack("{s:i, s:i}", "imported", (int)rows, "other_profiles", (int)others));
    else
        printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "units.imported", "rows",
                                   mem_fmt(cx->mem, "%zu", rows), "other", mem_fmt(cx->mem, "%zu", others),
                                   "profile", profile, NULL));
    return true;
}

/* Every unit needs a leader who can confirm, and a focal point (MIC-12.1). */
static size_t count_role(const struct directory *d, const char *unit, enum person_role role)
{
    size_t k = 0;
    for (size_t i = 0; i < d->n_people; i++)
        k += str_eq(d->people[i].unit, unit) && d->people[i].role == role;
    return k;
}

static void find_faults(struct context *cx, const struct directory *d, struct str_list *ret)
{
    if (d->n_units == 0)
        str_list_add(cx->mem, ret, say(cx, "units.none"));
    for (size_t i = 0; i < d->n_units; i++) {
        const char *id = d->units[i].id, *name = d->units[i].name;
        const struct catalog *c = cx->house->catalog;
        if (!count_role(d, id, PERSON_LEADER))
            str_list_add(cx->mem, ret,
                         catalog_say(cx->mem, c, "units.no-leader", "unit", id, "name", name, NULL));
        if (!count_role(d, id, PERSON_CONTACT))
            str_list_add(cx->mem, ret,
                         catalog_say(cx->mem, c, "units.no-contact", "unit", id, "name", name, NULL));
    }
}

static void print_check(struct context *cx, const struct directory *d, const struct str_list *faults)
{
    json_t *list = json_array();
    for (size_t i = 0; i < faults->n; i++) {
        json_array_append_new(list, json_string(faults->v[i]));
        if (!cx->json)
            print_text(stdout, faults->v[i]);
    }
    if (cx->json)
        print_json(json_pack("{s:i, s:i, s:O}", "units", (int)d->n_units, "people", (int)d->n_people,
                             "faults", list));
    else if (faults->n == 0)
        printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "units.good", "units",
                                   mem_fmt(cx->mem, "%zu", d->n_units), "people",
                                   mem_fmt(cx->mem, "%zu", d->n_people), NULL));
    json_decref(list);
}

static bool check(struct context *cx, struct err *err)
{
    struct str_list faults = {0};
    if (!args_done(cx, err))
        return false;
    find_faults(cx, cx->house->directory, &faults);
    print_check(cx, cx->house->directory, &faults);
    return faults.n == 0 || err_set(err, ERR_NO, "faults in the directory: %zu", faults.n);
}

static bool run_units(struct context *cx, struct err *err)
{
    const char *what = args_word(cx);
    if (str_eq(what, "import"))
        return import(cx, err);
    if (str_eq(what, "check"))
        return check(cx, err);
    return args_one_of(cx, what, "import, check", err);
}

const struct command cmd_units = {"units", NEED_HOUSE | NEED_RULES | NEED_STORE, run_units};
