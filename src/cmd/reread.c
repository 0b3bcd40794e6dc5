/* reread.c: letters that intake could not apply lie in spool/held; `held` lists them, `reread` gives them
 * back to intake. The line in the journal comes first: a crash between leaves a letter that is held and a
 * line that says somebody wanted it read, never a move that nobody made. What was applied before is known
 * by its entry and not applied twice. */
#include "reread.h"
#include "cmd/cmd.h"
#include "reread.h"
#include "store/backups.h"
#include "sys/clock.h"

#define MAY_REREAD (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_SECRETARY | ROLE_ADMIN)

struct held {
    const char *entry, *why;
    int64_t since;
};

struct held_list {
    struct context *cx;
    struct held *v;
    size_t n;
};

static bool add_held(void *arg, const char *state, const char *id, struct err *err)
{
    struct held_list *l = arg;
    struct context *cx = l->cx;
    if (!str_eq(state, "held"))
        return true;
    struct held *h = mem_append(cx->mem, l->v, l->n);
    h->entry = mem_str(cx->mem, id);
    return spool_why(cx->house->spool, cx->mem, id, &h->why, &h->since, err);
}

static bool list_held(struct context *cx, struct held_list *ret, struct err *err)
{
    *ret = (struct held_list){.cx = cx};
    return spool_walk(cx->house->spool, add_held, ret, err);
}

static void print_held(struct context *cx, const struct held_list *l)
{
    const struct column columns[] = {
        {say(cx, "held.entry"), 44}, {say(cx, "held.age"), 16}, {say(cx, "held.why"), 0}};
    const char **cells = NULL;
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++) {
        *mem_append(cx->mem, cells, n) = l->v[i].entry;
        *mem_append(cx->mem, cells, n) = when_short(cx->mem, l->v[i].since);
        *mem_append(cx->mem, cells, n) = l->v[i].why;
    }
    if (l->n == 0) {
        printf("%s\n", say(cx, "held.none"));
        return;
    }
    printf("%s: %s\n", say(cx, "held.owner"), say(cx, "held.waits-for"));
    print_table(columns, ARRAY_LEN(columns), cells, l->n);
}

static bool run_held(struct context *cx, struct err *err)
{
    struct held_list l;
    if (!args_done(cx, err) || !list_held(cx, &l, err))
        return false;
    if (!cx->json) {
        print_held(cx, &l);
        return true;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < l.n; i++)
        json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:s, s:I, s:s}", "entry", utf8_printable(cx->mem, l.v[i].entry), "why",
                      utf8_printable(cx->mem, l.v[i].why), "since", when_rfc3339(cx->mem, l.v[i].since),
                      "age", (json_int_t)(clock_now() - l.v[i].since), "owner", role_name(ROLE_SECRETARY)));
    print_json(list);
    return true;
}

static bool reread(struct context *cx, const struct actor *actor, const char *entry, struct err *err)
{
    const char *why;
    int64_t since;
    if (!spool_why(cx->house->spool, cx->mem, entry, &why, &since, err)) {
        err->kind = ERR_NO;
        return false;
    }
    char *detail = mem_fmt(cx->mem, "entry=%s was=%s", entry, why);
    return store_remark(cx->house->store, "", "REREAD", detail, actor, clock_now(), err) &&
           spool_requeue(cx->house->spool, entry, err);
}

static bool reread_all(struct context *cx, const struct actor *actor, const struct held_list *l,
                       struct err *err)
{
    json_t *list = json_array();
    bool ok = true;
    for (size_t i = 0; i < l->n && ok; i++) {
        ok = reread(cx, actor, l->v[i].entry, err);
        if (ok && cx->json)
            json_array_append_new(list, json_string(utf8_printable(cx->mem, l->v[i].entry)));
        else if (ok)
            print_text(stdout, catalog_say(cx->mem, cx->house->catalog, "reread.done", "entry",
                                           l->v[i].entry, NULL));
    }
    if (cx->json && ok)
        print_json(json_pack("{s:o}", "reread", list));
    else
        json_decref(list);
    return ok;
}

/* A case whose letter nobody could read. */
static bool reread_ref(struct context *cx, const struct actor *actor, const char *ref, struct err *err)
{
    struct submission *s;
    if (!reread_case(cx->house, cx->mem, ref, actor, &s, err))
        return false;
    if (cx->json)
        print_json(json_pack("{s:s, s:s, s:s, s:i}", "submission", ref, "state", s->state, "kind", s->kind,
                             "version", (int)s->version));
    else
        print_text(stdout,
                   mem_fmt(cx->mem, "%s: %s", ref, say(cx, mem_fmt(cx->mem, "category.%s", s->category))));
    return true;
}

static bool run_reread(struct context *cx, struct err *err)
{
    struct actor actor;
    struct held_list l = {.cx = cx};
    bool all = args_flag(cx, "--all");
    const char *entry = all ? NULL : args_word(cx);
    if ((!all && !args_need(cx, entry, "LETTER", err)) || !args_done(cx, err) || !actor_of(cx, &actor, err))
        return false;
    if (!(actor.roles & MAY_REREAD))
        return err_set(err, ERR_NO, "read letters again: '%s' may not", actor.user);
    if (!all && str_starts(entry, "BBT-"))
        return reread_ref(cx, &actor, entry, err);
    if (!all && str_starts(entry, "BBT-"))
        return reread_ref(cx, &actor, entry, err);
    if (all && !list_held(cx, &l, err))
        return false;
    if (!all)
        mem_append(cx->mem, l.v, l.n)->entry = entry;
    return reread_all(cx, &actor, &l, err);
}

const struct command cmd_held = {"held", NEED_HOUSE | NEED_SPOOL, run_held};
const struct command cmd_reread = {
    "reread", NEED_HOUSE | NEED_RULES | NEED_READER | NEED_SPOOL | NEED_STORE | NEED_LETTERS | NEED_TOKENS,
    run_reread};
