/* rules.c: `rules check [PROFILE]`: all problems of a profile at once, with file:line:column, in the
 * reader's language, and the catalogue keys that its words would need. `rules show` and `rules test` are
 * rules_show.c and rules_test.c. */
#include "cmd/rules.h"
#include "sys/file.h"

static void check_labels(const void *mem, const struct profile *p, const struct catalog *c,
                         struct problems *problems)
{
    for (size_t i = 0; i < p->n_tracks; i++) {
        const struct track *t = &p->tracks[i];
        for (size_t k = 0; k < t->states.n; k++)
            if (!catalog_has(c, mem_fmt(mem, "state.%s", t->states.v[k])))
                problem_add(mem, problems, t->file, t->line, 1, "no-label", t->states.v[k], "");
    }
    for (size_t i = 0; i < p->n_releases; i++)
        if (!catalog_has(c, mem_fmt(mem, "held.%s", p->releases[i].hold)))
            problem_add(mem, problems, p->releases[i].file, p->releases[i].line, 1, "unknown-hold",
                        p->releases[i].hold, "");
}

/* The name of a template that is there and looks like that one. */
static const char *nearest_template(const void *mem, const char *share, const char *key)
{
    struct err err = {0};
    const char **names;
    size_t n = 0;
    if (!file_names(mem, mem_fmt(mem, "%s/conf/vi/letters", share), &names, &n, &err))
        return "";
    for (size_t i = 0; i < n; i++)
        if (str_ends(names[i], ".txt"))
            names[i] = mem_bytes(mem, names[i], strlen(names[i]) - strlen(".txt"));
    return tree_nearest(key, names, n);
}

/* Every letter that a track sends has its template. */
static void check_letters(const void *mem, const char *share, const struct profile *p,
                          struct problems *problems)
{
    for (size_t i = 0; i < p->n_tracks; i++) {
        const struct track *t = &p->tracks[i];
        for (size_t k = 0; k < t->n_transitions; k++) {
            const char *key = t->transitions[k].letter;
            if (*key && !file_exists(mem_fmt(mem, "%s/conf/vi/letters/%s.txt", share, key)))
                problem_add(mem, problems, t->transitions[k].file, t->transitions[k].line, 1, "no-template",
                            key, nearest_template(mem, share, key));
        }
    }
}

static void print_problem_json(const struct problem *p)
{
    print_json(json_pack("{s:s, s:i, s:i, s:s, s:s, s:s}", "file", p->file, "line", p->line, "column",
                         p->column, "key", p->key, "subject", p->subject, "hint", p->hint));
}

static bool print_problems(struct context *cx, const struct problems *problems, const char *name,
                           struct err *err)
{
    for (size_t i = 0; cx->json && i < problems->n; i++)
        print_problem_json(&problems->v[i]);
    if (!cx->json)
        printf("%s", house_problems_text(cx->mem, problems, cx->house->catalog));
    return err_set(err, ERR_NO, "profile '%s': problems: %zu", name, problems->n);
}

static bool check(struct context *cx, const char *name, struct err *err)
{
    struct problems problems = {0};
    const char *share = cx->house->share;
    struct profile *p = house_load_profile(cx->mem, share, name, &problems, err);
    if (err->kind)
        return false;
    if (p) {
        check_labels(cx->mem, p, cx->house->catalog, &problems);
        check_letters(cx->mem, share, p, &problems);
    }
    if (problems.n)
        return print_problems(cx, &problems, name, err);
    if (cx->json)
        print_json(json_pack("{s:s, s:i, s:i, s:i}", "profile", name, "kinds", (int)p->n_kinds, "phrases",
                             (int)p->n_phrases, "tracks", (int)p->n_tracks));
    else
        printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "rules.good", "profile", name, "kinds",
                                   mem_fmt(cx->mem, "%zu", p->n_kinds), "phrases",
                                   mem_fmt(cx->mem, "%zu", p->n_phrases), "tracks",
                                   mem_fmt(cx->mem, "%zu", p->n_tracks), NULL));
    return true;
}

/* All of them, also when one is bad; the first error stands for the rest. */
static bool each(struct context *cx, const char *const *names, size_t n, rules_verb verb, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        struct err why = {0};
        if (!str_eq(names[i], "common") && !verb(cx, names[i], &why) && !err->kind)
            *err = why;
    }
    return !err->kind;
}

/* One verb over the house's profile, the one named, or all that are shipped. */
static bool over_profiles(struct context *cx, rules_verb verb, const char *name, struct err *err)
{
    const char **names;
    size_t n;
    name = name ? name : *cx->options.profile ? cx->options.profile : NULL;
    if (name || cx->house->conf)
        return verb(cx, name ? name : cx->house->conf->profile, err);
    if (!file_names(cx->mem, mem_fmt(cx->mem, "%s/rules", cx->house->share), &names, &n, err))
        return false;
    return each(cx, names, n, verb, err);
}

bool rules_load(struct context *cx, const char *name, struct profile **ret, struct err *err)
{
    struct problems problems = {0};
    *ret = house_load_profile(cx->mem, cx->house->share, name, &problems, err);
    return *ret || (!err->kind && print_problems(cx, &problems, name, err));
}

static bool run_rules(struct context *cx, struct err *err)
{
    const char *what = args_word(cx);
    bool html = str_eq(what, "show") && args_flag(cx, "--html");
    const char *name = args_word(cx);
    rules_verb verb = str_eq(what, "check")  ? check
                      : str_eq(what, "test") ? rules_test
                      : html                 ? rules_show_html
                      : str_eq(what, "show") ? rules_show
                                             : NULL;
    if (!verb)
        return args_one_of(cx, what, "check, show, test", err);
    return args_done(cx, err) && over_profiles(cx, verb, name, err);
}

const struct command cmd_rules = {"rules", NEED_RULES_FILES, run_rules};
