/* units.c: the directory of units and people: `units import FILE.tsv|.csv`, `units check`. */
#include "cmd/cmd.h"
#include "sys/clock.h"
#include "sys/file.h"

#define DIRECTORY_MAX (16u << 20)

static bool import(struct context *cx, struct err *err)
{
    const char *path = args_word(cx), *profile = cx->house->profile->name;
    char *bytes;
    size_t n, rows, others;
    struct directory_row *list;
    struct actor actor;
    if (!args_need(path, "FILE.tsv", err) || !args_done(cx, err) || !actor_of(cx, &actor, err))
        return false;
    if (!(actor.roles & (ROLE_ADMIN | ROLE_CHIEF)))
        return err_set(err, ERR_NO, "import '%s': only admin or chief may", path);
    if (!file_read(cx->mem, path, DIRECTORY_MAX, &bytes, &n, err) ||
        !directory_parse(cx->mem, path, bytes, n, str_iends(path, ".csv"), profile, &list, &rows, &others,
                         err) ||
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

static bool check(struct context *cx, struct err *err)
{
    const struct directory *d = cx->house->directory;
    size_t faults = 0;
    if (!args_done(cx, err))
        return false;
    for (size_t i = 0; i < d->n_units; i++) {
        const char *const wrong[] = {
            count_role(d, d->units[i].id, PERSON_LEADER) ? NULL : "units.no-leader",
            count_role(d, d->units[i].id, PERSON_CONTACT) ? NULL : "units.no-contact"};
        for (size_t k = 0; k < ARRAY_LEN(wrong); k++) {
            if (!wrong[k])
                continue;
            faults++;
            printf("%s\n", catalog_say(cx->mem, cx->house->catalog, wrong[k], "unit", d->units[i].id,
                                       "name", d->units[i].name, NULL));
        }
    }
    return faults == 0 || err_set(err, ERR_NO, "%zu faults in the directory", faults);
}

static bool run_units(struct context *cx, struct err *err)
{
    const char *what = args_word(cx);
    if (str_eq(what, "import"))
        return import(cx, err);
    if (str_eq(what, "check"))
        return check(cx, err);
    return err_set(err, ERR_USAGE, "units '%s': import FILE or check", what ? what : "");
}

const struct command cmd_units = {"units", NEED_HOUSE | NEED_RULES | NEED_STORE, run_units};
