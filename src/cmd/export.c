/* export.c: `export ask`, `export approve`, `export make`: the complaints of one week as files, for two
 * people (abuse A36). Who asks gives a reason; another of those who may read complaints agrees; then who
 * asked makes it, once, within a week. What is sealed leaves the house sealed.
 *
 * Refuses: the same account or the same login twice, but for the players of a trial house; complaints that
 * name the one who exports. */
#include "cmd/cmd.h"
#include "desk/digest.h"
#include "sealing.h"
#include "store/exports.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/seal.h"

#define GOOD_FOR (7 * 86400) /* seconds after consent */

static const char *label(const void *arg, const char *key)
{
    return catalog_text(arg, key);
}

static bool may(const struct actor *a, struct err *err)
{
    return (a->roles & (ROLE_INSPECTOR | ROLE_CHIEF)) ||
           err_set(err, ERR_NO, "export: for inspector and chief only");
}

static bool ask(struct context *cx, const struct actor *actor, struct err *err)
{
    const char *week = args_value(cx, "--week", NULL), *reason = args_value(cx, "--reason", "");
    int64_t from, until, id;
    if (!args_done(cx, err))
        return false;
    if (!week || !when_week_span(week, &from, &until))
        return err_set(err, ERR_USAGE, "--week '%s': not an ISO week like 2026-W47", week ? week : "");
    if (!*reason)
        return err_set(err, ERR_USAGE, "export: --reason is missing");
    if (!store_export_ask(cx->house->store, actor, week, reason, clock_now(), &id, err))
        return false;
    if (cx->json)
        print_json(json_pack("{s:I, s:s}", "export", (json_int_t)id, "period", week));
    else
        printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "export.asked", "id",
                                   mem_fmt(cx->mem, "%lld", (long long)id), NULL));
    return true;
}

static bool which(struct context *cx, struct store_export *ret, struct err *err)
{
    int64_t id;
    const char *word = args_word(cx);
    if (!args_need(cx, word, "NUMBER", err))
        return false;
    if (!str_int(word, 1, INT64_MAX, &id))
        return err_set(err, ERR_USAGE, "export '%s': not a number", word);
    return store_export_get(cx->house->store, cx->mem, id, ret, err);
}

static bool approve(struct context *cx, const struct actor *actor, struct err *err)
{
    struct store_export x;
    if (!which(cx, &x, err) || !args_done(cx, err))
        return false;
    bool same = str_eq(x.user, actor->user) || (str_eq(x.login, actor->login) && !cx->house->conf->trial);
    if (same)
        return err_set(err, ERR_NO, "export %lld: another person has to agree", (long long)x.id);
    if (!store_export_approve(cx->house->store, x.id, actor, clock_now(), err))
        return false;
    if (cx->json)
        print_json(json_pack("{s:I, s:s}", "export", (json_int_t)x.id, "approved_by", actor->user));
    else
        printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "export.approved", "id",
                                   mem_fmt(cx->mem, "%lld", (long long)x.id), NULL));
    return true;
}

/* ---- making it ---- */

static bool take_items(struct context *cx, const struct actor *actor, const char *period,
                       struct digest_input *in, struct err *err)
{
    struct digest_item *items;
    size_t n, kept = 0;
    in->period = period;
    if (!when_week_span(period, &in->from, &in->until) ||
        !store_restricted_in(cx->house->store, cx->mem, in->from, in->until, &items, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        bool recused = false;
        if (!store_recused(cx->house->store, items[i].ref, actor, &recused, err))
            return false;
        if (!recused)
            items[kept++] = items[i];
    }
    in->items = items;
    in->n_items = kept;
    return true;
}

static bool add_sealed(struct context *cx, const struct digest_input *in, struct str *bundle,
                       struct err *err)
{
    for (size_t i = 0; i < in->n_items; i++) {
        struct store_sealed *rows;
        size_t n;
        if (!store_sealed_of(cx->house->store, cx->mem, in->items[i].ref, &rows, &n, err))
            return false;
        for (size_t k = 0; k < n; k++) {
            char *bytes;
            size_t size;
            if (!sealing_read(cx->house, cx->mem, &rows[k], &bytes, &size, err))
                return false;
            str_addn(bundle, bytes, size);
            talloc_free(bytes);
        }
    }
    return true;
}

static bool write_files(struct context *cx, const struct digest_input *in, const char *dir, struct err *err)
{
    struct str bundle = str_new(cx->mem);
    const char *csv = digest_csv(cx->mem, in), *html = digest_html(cx->mem, in);
    if (file_exists(dir))
        return err_set(err, ERR_NO, "export into '%s': it is there already", dir);
    return add_sealed(cx, in, &bundle, err) && file_make_dir(dir, 0700, err) &&
           file_write(mem_fmt(cx->mem, "%s/register.csv", dir), csv, strlen(csv), 0600, err) &&
           file_write(mem_fmt(cx->mem, "%s/register.html", dir), html, strlen(html), 0600, err) &&
           (!bundle.n ||
            file_write(mem_fmt(cx->mem, "%s/complaints.sealed", dir), bundle.s, bundle.n, 0600, err));
}

/* The row says "made" before a file is there: a failure costs the consent, never makes two of one. */
static bool make(struct context *cx, const struct actor *actor, struct err *err)
{
    struct store_export x;
    struct digest_input in = {.institution = "", .label = label, .label_arg = cx->house->catalog};
    const char *dir = args_value(cx, "--out", NULL);
    if (!which(cx, &x, err) || !args_done(cx, err))
        return false;
    if (!dir)
        return err_set(err, ERR_USAGE, "export: --out DIR is missing");
    if (x.approved == WHEN_NONE || clock_now() > x.approved + GOOD_FOR)
        return err_set(err, ERR_NO, "export %lld: nobody agreed to it within the last week",
                       (long long)x.id);
    if (!take_items(cx, actor, x.period, &in, err) ||
        !store_export_made(cx->house->store, x.id, actor, in.n_items, clock_now(), err) ||
        !write_files(cx, &in, dir, err))
        return false;
    if (cx->json)
        print_json(json_pack("{s:I, s:i}", "export", (json_int_t)x.id, "items", (int)in.n_items));
    else
        printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "export.made", "n",
                                   mem_fmt(cx->mem, "%zu", in.n_items), "dir", dir, NULL));
    return true;
}

static bool run_export(struct context *cx, struct err *err)
{
    struct actor actor;
    const char *what = args_word(cx);
    if (!what || (!str_eq(what, "ask") && !str_eq(what, "approve") && !str_eq(what, "make")))
        return args_one_of(cx, what, "ask, approve, make", err);
    if (!actor_of(cx, &actor, err) || !may(&actor, err))
        return false;
    if (str_eq(what, "ask"))
        return ask(cx, &actor, err);
    return str_eq(what, "approve") ? approve(cx, &actor, err) : make(cx, &actor, err);
}

const struct command cmd_export = {"export", NEED_HOUSE | NEED_STORE, run_export};
