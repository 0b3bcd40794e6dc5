/* users.c: `users add NAME --login LOGIN --roles chief,editor`: staff accounts, by an admin. */
#include "cmd/cmd.h"
#include "sys/clock.h"

static bool parse_roles(const void *mem, const char *list, unsigned *ret, struct err *err)
{
    char *copy = mem_str(mem, list);
    for (char *word; (word = strsep(&copy, ",")) != NULL;) {
        enum role r;
        if (!role_parse(word, &r))
            return err_set(err, ERR_USAGE,
                           "role '%s': not known (chief standing-deputy deputy member secretary editor "
                           "inspector admin "
                           "viewer)",
                           word);
        *ret |= r;
    }
    return true;
}

static bool run_users(struct context *cx, struct err *err)
{
    struct actor actor;
    struct staff staff = {0};
    const char *what = args_word(cx), *name = args_word(cx), *roles = args_value(cx, "--roles", "viewer");
    if (!str_eq(what, "add"))
        return args_one_of(cx, what, "add", err);
    if (!args_need(cx, name, "NAME", err))
        return false;
    staff.user = name;
    staff.login = args_value(cx, "--login", name);
    staff.name = args_value(cx, "--name", name);
    if (!args_done(cx, err) || !parse_roles(cx->mem, roles, &staff.roles, err) ||
        !actor_of(cx, &actor, err))
        return false;
    if (!(actor.roles & ROLE_ADMIN))
        return err_set(err, ERR_NO, "add user '%s': only an admin may", name);
    if (!store_staff_add(cx->house->store, &staff, &actor, clock_now(), err))
        return false;
    if (cx->json)
        print_json(json_pack("{s:s, s:s, s:s}", "user", name, "login", staff.login, "roles", roles));
    else
        printf("%s (%s): %s\n", name, staff.login, roles);
    return true;
}

const struct command cmd_users = {"users", NEED_HOUSE | NEED_STORE, run_users};
