/* reclassify.c: `reclassify REF KIND --reason TEXT`: a person says what a case is. KIND is the id of a kind
 * ("mic/licence-list"), its part behind the slash, or a category, which means its main kind. */
#include "act.h"
#include "cmd/cmd.h"

#define NEED_ACT (NEED_HOUSE | NEED_RULES | NEED_STORE | NEED_LETTERS | NEED_TOKENS)

static const struct kind *kind_named(const struct profile *p, const char *word)
{
    enum category category;
    for (size_t i = 0; i < p->n_kinds; i++) {
        const char *slash = strchr(p->kinds[i].id, '/');
        if (str_eq(p->kinds[i].id, word) || (slash && str_eq(slash + 1, word)))
            return &p->kinds[i];
    }
    return category_parse(word, &category) ? &p->kinds[p->main_kind[category]] : NULL;
}

static bool print_done(struct context *cx, const char *ref, bool was_readable, struct err *err)
{
    struct submission *s;
    if (!store_submission(cx->house->store, cx->mem, ref, &s, err))
        return false;
    const struct kind *kind = profile_find_kind(cx->house->profile, s->kind);
    if (cx->json)
        print_json(json_pack("{s:s, s:s, s:s, s:s, s:b, s:i}", "submission", ref, "kind", s->kind,
                             "category", s->category, "state", s->state, "restricted", s->restricted,
                             "version", (int)s->version));
    else
        printf("%s: %s (%s), %s\n", ref, kind ? kind->label : s->kind, s->kind,
               say(cx, mem_fmt(cx->mem, "state.%s", s->state)));
    if (!cx->json && s->restricted && was_readable)
        printf("%s\n", say(cx, "reclassify.restricted"));
    return true;
}

static bool run_reclassify(struct context *cx, struct err *err)
{
    struct actor actor;
    struct submission *before;
    struct event event = {
        .name = "reclassify", .ground = "", .reason = args_value(cx, "--reason", ""), .hold = ""};
    const char *ref = args_word(cx), *word = args_word(cx);
    if (!args_need(cx, ref, "REF", err) || !args_need(cx, word, "KIND", err) || !args_done(cx, err) ||
        !actor_of(cx, &actor, err) || !store_submission(cx->house->store, cx->mem, ref, &before, err))
        return false;
    const struct kind *kind = kind_named(cx->house->profile, word);
    event.kind = kind ? kind->id : word;
    return act(cx->house, cx->mem, ref, &event, &actor, NULL, err) &&
           print_done(cx, ref, !before->restricted, err);
}

const struct command cmd_reclassify = {"reclassify", NEED_ACT, run_reclassify};
