/* users.c: staff accounts: who may do what, passwords, and who acts for whom while he is away. The rules
 * about it are desk/accounts.h; every change is in the journal. */
#include "cmd/cmd.h"
#include "store/accounts.h"
#include "sys/clock.h"
#include "sys/password.h"

#define DAY INT64_C(86400)

/* ---- words ---- */

static bool parse_roles(const void *mem, const char *list, unsigned *ret, struct err *err)
{
    char *copy = mem_str(mem, list);
    for (char *word; (word = strsep(&copy, ",")) != NULL;) {
        enum role r;
        if (!role_parse(word, &r))
            return err_set(err, ERR_USAGE,
                           "role '%s': not known (chief standing-deputy deputy member secretary editor "
                           "inspector admin viewer)",
                           word);
        *ret |= r;
    }
    return true;
}

static char *roles_text(const void *mem, unsigned roles)
{
    struct str_list names = {0};
    for (unsigned bit = 1; bit < ROLE_SYSTEM; bit <<= 1)
        if (roles & bit)
            str_list_add(mem, &names, role_name((enum role)bit));
    return names.n ? str_list_join(mem, &names, ",") : mem_str(mem, "-");
}

static bool refused(struct context *cx, const char *user, const char *key, struct err *err)
{
    const char *text = catalog_say(cx->mem, cx->house->catalog, mem_fmt(cx->mem, "refusal.%s", key),
                                   "detail", say(cx, "summary.users"), "ref", user, NULL);
    return err_set(err, ERR_NO, "'%s': %s", user, text);
}

static bool done(struct context *cx, const char *user, const char *key)
{
    if (cx->json)
        print_json(json_pack("{s:s, s:s}", "user", utf8_printable(cx->mem, user), "done", key));
    else
        print_text(stdout, catalog_say(cx->mem, cx->house->catalog, mem_fmt(cx->mem, "users.%s", key),
                                       "user", user, NULL));
    return true;
}

/* ---- add, set ---- */

/* Another account has its login or its address: one person would be two, or two be one (WF-2). */
static bool shared(struct context *cx, const struct account *a, const char **ret_no, struct err *err)
{
    struct account *all = NULL;
    size_t n = 0;
    if (!store_accounts(cx->house->store, cx->mem, &all, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (str_eq(all[i].user, a->user))
            continue;
        if (*a->login && str_eq(all[i].login, a->login))
            *ret_no = "login-taken";
        if (*a->address && str_ieq(all[i].address, a->address))
            *ret_no = "address-taken";
    }
    return true;
}

/* He who administers has no roles that decide, nor those of others (MIC-5). */
static bool acts_for_others(struct context *cx, const struct account *after, const char **ret_no,
                            struct err *err)
{
    struct delegation *d = NULL;
    size_t n = 0;
    if (!(after->roles & ROLE_ADMIN) || cx->house->conf->trial)
        return true;
    if (!store_delegations(cx->house->store, cx->mem, after->user, &d, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (d[i].until > clock_now() && !d[i].ended)
            *ret_no = "admin-decides";
    return true;
}

static bool put(struct context *cx, const struct account *before, const struct account *after,
                struct err *err)
{
    struct actor actor;
    if (!actor_of(cx, &actor, err))
        return false;
    const char *no = accounts_cannot_change(&actor, before, after, cx->house->conf->trial);
    if (!no && (!shared(cx, after, &no, err) || !acts_for_others(cx, after, &no, err)))
        return false;
    if (no)
        return refused(cx, after->user, no, err);
    if (!store_account_put(cx->house->store, after, &actor, clock_now(), err))
        return false;
    const char *roles = roles_text(cx->mem, after->roles);
    if (cx->json)
        print_json(json_pack("{s:s, s:s, s:s}", "user", utf8_printable(cx->mem, after->user), "login",
                             utf8_printable(cx->mem, after->login), "roles", roles));
    else
        print_text(stdout, mem_fmt(cx->mem, "%s (%s): %s", after->user, after->login, roles));
    return true;
}

/* What is said on the command line over what was there. `add` of an account that is there is `set`. */
static bool add_or_set(struct context *cx, bool add, struct err *err)
{
    const char *roles = args_value(cx, "--roles", NULL), *login = args_value(cx, "--login", NULL),
               *full = args_value(cx, "--name", NULL), *address = args_value(cx, "--address", NULL),
               *fields = args_value(cx, "--fields", NULL), *user = args_word(cx);
    struct account before, after;
    struct err none = {0};
    if (!args_need(cx, user, "NAME", err) || !args_done(cx, err))
        return false;
    bool there = store_account(cx->house->store, cx->mem, user, &before, &none);
    if (!there && (none.kind != ERR_NO || !add)) {
        *err = none;
        return false;
    }
    after = there ? before
                  : (struct account){.user = user,
                                     .login = user,
                                     .name = user,
                                     .address = "",
                                     .fields = "",
                                     .roles = ROLE_VIEWER};
    after.login = login ? login : after.login;
    after.name = full ? full : after.name;
    after.address = address ? address : after.address;
    after.fields = fields ? fields : after.fields;
    if (roles) {
        after.roles = 0;
        if (!parse_roles(cx->mem, roles, &after.roles, err))
            return false;
    }
    return put(cx, there ? &before : NULL, &after, err);
}

static bool users_add(struct context *cx, struct err *err)
{
    return add_or_set(cx, true, err);
}

static bool users_set(struct context *cx, struct err *err)
{
    return add_or_set(cx, false, err);
}

/* ---- list ---- */

static json_t *delegations_json(struct context *cx, const struct delegation *d, size_t n, const char *taker)
{
    json_t *list = json_array();
    int64_t now = clock_now();
    for (size_t i = 0; i < n; i++)
        if (str_eq(d[i].taker, taker) && d[i].until > now && !d[i].ended)
            json_array_append_new(
                list,
                json_pack("{s:I, s:s, s:s, s:s, s:b}", "delegation", (json_int_t)d[i].id, "from",
                          utf8_printable(cx->mem, d[i].giver), "since", when_rfc3339(cx->mem, d[i].since),
                          "until", when_rfc3339(cx->mem, d[i].until), "now", (int)(d[i].since <= now)));
    return list;
}

static void list_json(struct context *cx, const struct account *a, size_t n, const struct delegation *d,
                      size_t n_d)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:o}", "user",
                      utf8_printable(cx->mem, a[i].user), "login", utf8_printable(cx->mem, a[i].login),
                      "name", utf8_printable(cx->mem, a[i].name), "roles", roles_text(cx->mem, a[i].roles),
                      "address", utf8_printable(cx->mem, a[i].address), "fields",
                      utf8_printable(cx->mem, a[i].fields), "disabled", (int)a[i].disabled, "password",
                      (int)a[i].has_password, "acts_for", delegations_json(cx, d, n_d, a[i].user)));
    print_json(list);
}

static void list_text(struct context *cx, const struct account *a, size_t n, const struct delegation *d,
                      size_t n_d)
{
    const struct column columns[] = {
        {say(cx, "users.user"), 16}, {say(cx, "users.login"), 16}, {say(cx, "users.roles"), 0}};
    const char **cells = NULL;
    size_t n_cells = 0;
    for (size_t i = 0; i < n; i++) {
        *mem_append(cx->mem, cells, n_cells) = a[i].user;
        *mem_append(cx->mem, cells, n_cells) = a[i].login;
        *mem_append(cx->mem, cells, n_cells) = mem_fmt(cx->mem, "%s%s", roles_text(cx->mem, a[i].roles),
                                                       a[i].disabled ? say(cx, "users.off") : "");
    }
    print_table(columns, ARRAY_LEN(columns), cells, n);
    for (size_t i = 0; i < n_d; i++)
        if (d[i].until > clock_now() && !d[i].ended)
            print_text(stdout,
                       catalog_say(cx->mem, cx->house->catalog, "users.acts-for", "number",
                                   mem_fmt(cx->mem, "%lld", (long long)d[i].id), "taker", d[i].taker,
                                   "giver", d[i].giver, "since", when_short(cx->mem, d[i].since), "until",
                                   when_short(cx->mem, d[i].until), NULL));
}

static bool users_list(struct context *cx, struct err *err)
{
    struct account *a = NULL;
    struct delegation *d = NULL;
    size_t n = 0, n_d = 0;
    if (!args_done(cx, err) || !store_accounts(cx->house->store, cx->mem, &a, &n, err) ||
        !store_delegations(cx->house->store, cx->mem, "", &d, &n_d, err))
        return false;
    (cx->json ? list_json : list_text)(cx, a, n, d, n_d);
    return true;
}

/* ---- password, disable, enable ---- */

/* The account that the command names, and who typed it. */
static bool named(struct context *cx, struct account *ret, struct actor *actor, struct err *err)
{
    const char *user = args_word(cx);
    return args_need(cx, user, "NAME", err) && args_done(cx, err) && actor_of(cx, actor, err) &&
           store_account(cx->house->store, cx->mem, user, ret, err);
}

static bool users_password(struct context *cx, struct err *err)
{
    struct account who;
    struct actor actor;
    const char *password, *hash;
    if (!named(cx, &who, &actor, err))
        return false;
    const char *no = accounts_cannot_set_password(&actor, &who);
    if (no)
        return refused(cx, who.user, no, err);
    if (!password_read(cx->mem, say(cx, "users.ask"), say(cx, "users.ask-again"), &password, err) ||
        !password_good(password, who.user, err) || !password_hash(cx->mem, password, &hash, err) ||
        !store_account_set_password(cx->house->store, who.user, hash, &actor, clock_now(), err))
        return false;
    return done(cx, who.user, "password-set");
}

static bool other_admins(struct context *cx, const char *user, size_t *ret, struct err *err)
{
    struct account *a = NULL;
    size_t n = 0;
    *ret = 0;
    if (!store_accounts(cx->house->store, cx->mem, &a, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        *ret += (a[i].roles & ROLE_ADMIN) && !a[i].disabled && !str_eq(a[i].user, user);
    return true;
}

static bool switch_account(struct context *cx, bool off, struct err *err)
{
    struct account who;
    struct actor actor;
    size_t others = 0;
    if (!named(cx, &who, &actor, err) || !other_admins(cx, who.user, &others, err))
        return false;
    const char *no = off ? accounts_cannot_disable(&actor, &who, others)
                         : accounts_cannot_change(&actor, &who, &who, cx->house->conf->trial);
    if (no)
        return refused(cx, who.user, no, err);
    if (!store_account_disable(cx->house->store, who.user, off, &actor, clock_now(), err))
        return false;
    return done(cx, who.user, off ? "disabled" : "enabled");
}

static bool users_disable(struct context *cx, struct err *err)
{
    return switch_account(cx, true, err);
}

static bool users_enable(struct context *cx, struct err *err)
{
    return switch_account(cx, false, err);
}

/* ---- acting for another ---- */

/* A date is a whole day: `until` that date goes to its end. */
static bool parse_window(const char *from, const char *until, int64_t now, int64_t *ret_since,
                         int64_t *ret_until, struct err *err)
{
    *ret_since = now;
    if (*from && !when_parse_rfc3339(from, ret_since))
        return err_set(err, ERR_USAGE, "--from '%s': not a date like 2026-11-30", from);
    if (!when_parse_rfc3339(until, ret_until))
        return err_set(err, ERR_USAGE, "--until '%s': not a date like 2026-11-30", until);
    if (!strchr(until, 'T') && !strchr(until, 't'))
        *ret_until += DAY;
    return true;
}

static bool users_delegate(struct context *cx, struct err *err)
{
    struct account giver, taker;
    struct actor actor;
    int64_t since, until, now = clock_now();
    const char *from = args_value(cx, "--from", ""), *to = args_value(cx, "--until", NULL),
               *giver_name = args_word(cx), *taker_name = args_word(cx);
    if (!args_need(cx, giver_name, "FROM", err) || !args_need(cx, taker_name, "TO", err) ||
        !args_done(cx, err) || !args_need(cx, to, "--until DATE", err) ||
        !parse_window(from, to, now, &since, &until, err) || !actor_of(cx, &actor, err) ||
        !store_account(cx->house->store, cx->mem, giver_name, &giver, err) ||
        !store_account(cx->house->store, cx->mem, taker_name, &taker, err))
        return false;
    const char *no =
        accounts_cannot_delegate(&actor, &giver, &taker, since, until, now, cx->house->conf->trial);
    if (no)
        return refused(cx, giver.user, no, err);
    if (!store_delegate(cx->house->store, giver.user, taker.user, since, until, &actor, now, err))
        return false;
    return done(cx, taker.user, "delegated");
}

static bool users_undelegate(struct context *cx, struct err *err)
{
    struct actor actor;
    struct delegation *d = NULL;
    size_t n = 0;
    int64_t id;
    const char *number = args_word(cx);
    if (!args_need(cx, number, "NUMBER", err) || !args_done(cx, err) || !actor_of(cx, &actor, err))
        return false;
    if (!str_int(number, 1, INT64_MAX, &id))
        return err_set(err, ERR_USAGE, "'%s': not the number of a delegation; see: bbt users list", number);
    if (!store_delegations(cx->house->store, cx->mem, "", &d, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (d[i].id == id && !str_eq(actor.user, d[i].giver) && !str_eq(actor.user, d[i].taker) &&
            !accounts_may_arrange(&actor))
            return refused(cx, d[i].giver, "not-allowed-role", err);
    if (!store_undelegate(cx->house->store, id, &actor, clock_now(), err))
        return false;
    return done(cx, number, "undelegated");
}

static bool run_users(struct context *cx, struct err *err)
{
    static const struct {
        const char *word;
        bool (*run)(struct context *cx, struct err *err);
    } verbs[] = {{"add", users_add},           {"set", users_set},
                 {"list", users_list},         {"password", users_password},
                 {"disable", users_disable},   {"enable", users_enable},
                 {"delegate", users_delegate}, {"undelegate", users_undelegate}};
    const char *what = args_word(cx);
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
        if (str_eq(verbs[i].word, what))
            return verbs[i].run(cx, err);
    return args_one_of(cx, what, "add, set, list, password, disable, enable, delegate, undelegate", err);
}

const struct command cmd_users = {"users", NEED_HOUSE | NEED_STORE, run_users};
