/* publish.c: `publish REF` is an event, followed by a new portal; `publish --all` and `site build` only
 * build. */
#include "site/publish.h"
#include "act.h"
#include "backup.h"
#include "cmd/cmd.h"
#include "store/campaigns.h"
#include "store/consultations.h"
#include "sys/clock.h"

/* A restored house knows nothing of what was withdrawn since its backup. */
static bool may_build(struct context *cx, struct err *err)
{
    const char *made = backup_restored(cx->mem, cx->house->dir);
    return !made || err_set(err, ERR_NO, "%s",
                            catalog_say(cx->mem, cx->house->catalog, "site.restored", "made", made, NULL));
}

static bool build(struct context *cx, size_t *ret_pages, const char **ret_index, struct err *err)
{
    const struct house *h = cx->house;
    struct portal *portal;
    const struct publish_input in = {.house = h->dir,
                                     .site_dir = h->conf->site_dir,
                                     .templates = mem_fmt(cx->mem, "%s/conf/vi", h->share),
                                     .institution = h->profile->institution,
                                     .mailbox = h->profile->mailbox,
                                     .url = h->conf->site_url,
                                     .now = clock_now()};
    return may_build(cx, err) && portal_open(cx->mem, h->dir, &portal, err) &&
           (!h->store || (store_windows_to_portal(h->store, portal, err) &&
                          store_campaigns_to_portal(h->store, portal, err))) &&
           publish_build(cx->mem, portal, &in, ret_pages, ret_index, err);
}

bool refresh_site(struct context *cx, struct err *err)
{
    size_t pages;
    const char *index;
    /* There is none to refresh in a restored house before somebody has looked. */
    return backup_restored(cx->mem, cx->house->dir) || build(cx, &pages, &index, err);
}

bool build_site(struct context *cx, struct err *err)
{
    size_t pages;
    const char *index;
    if (!build(cx, &pages, &index, err))
        return false;
    if (cx->json)
        print_json(json_pack("{s:i, s:s}", "pages", (int)pages, "index", index));
    else
        printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "site.built", "pages",
                                   mem_fmt(cx->mem, "%zu", pages), "index", index, NULL));
    return true;
}

static bool publish_one(struct context *cx, const char *ref, struct err *err)
{
    struct actor actor;
    const struct event event = {
        .name = "publish", .ground = "", .reason = args_value(cx, "--reason", ""), .hold = ""};
    if (!args_done(cx, err) || !actor_of(cx, &actor, err) || !may_build(cx, err))
        return false;
    return act(cx->house, cx->mem, ref, &event, &actor, NULL, err) && build_site(cx, err);
}

static bool run_publish(struct context *cx, struct err *err)
{
    bool all = args_flag(cx, "--all");
    const char *ref = args_word(cx);
    if (ref && all)
        return err_set(err, ERR_USAGE, "'%s' and --all: one of them", ref);
    if (ref)
        return publish_one(cx, ref, err);
    return args_need(cx, all ? "" : NULL, "REF or --all", err) && args_done(cx, err) && build_site(cx, err);
}

static bool run_site(struct context *cx, struct err *err)
{
    const char *what = args_word(cx);
    if (!str_eq(what, "build"))
        return args_one_of(cx, what, "build", err);
    bool looked = args_flag(cx, "--restored");
    return args_done(cx, err) && (!looked || backup_looked_through(cx->house->dir, err)) &&
           build_site(cx, err);
}

#define NEED_PUBLISH (NEED_HOUSE | NEED_RULES | NEED_STORE | NEED_LETTERS | NEED_TOKENS)
const struct command cmd_publish = {"publish", NEED_PUBLISH, run_publish};
const struct command cmd_site = {"site", NEED_HOUSE | NEED_RULES, run_site};
