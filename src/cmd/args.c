/* args.c: options and words of one command. Every option may stand anywhere after the command; behind "--"
 * there are only words, so that a file may be called "-x". */
#include "cmd/cmd.h"

static void take(struct context *cx, size_t at, size_t n)
{
    memmove(&cx->args[at], &cx->args[at + n], (cx->n_args - at - n) * sizeof *cx->args);
    cx->n_args -= n;
}

/* Index of an option before "--", or n_args. */
static size_t find(const struct context *cx, const char *name, bool with_equals)
{
    size_t n = strlen(name), until = cx->only_words ? 0 : cx->n_args;
    for (size_t i = 0; i < until && !str_eq(cx->args[i], "--"); i++)
        if (str_eq(cx->args[i], name) ||
            (with_equals && str_starts(cx->args[i], name) && cx->args[i][n] == '='))
            return i;
    return cx->n_args;
}

static bool is_option(const struct context *cx, size_t i)
{
    return !cx->only_words && cx->args[i][0] == '-' && cx->args[i][1];
}

bool args_flag(struct context *cx, const char *name)
{
    size_t i = find(cx, name, false);
    if (i == cx->n_args)
        return false;
    take(cx, i, 1);
    return true;
}

const char *args_value(struct context *cx, const char *name, const char *otherwise)
{
    size_t i = find(cx, name, true), n = strlen(name);
    if (i == cx->n_args)
        return otherwise;
    const char *value = cx->args[i][n] == '=' ? cx->args[i] + n + 1 : NULL;
    if (value) {
        take(cx, i, 1);
        return value;
    }
    if (i + 1 == cx->n_args)
        return otherwise; /* left in place: args_done reports it */
    value = cx->args[i + 1];
    take(cx, i, 2);
    return value;
}

const char *args_word(struct context *cx)
{
    if (!cx->only_words && cx->n_args > 0 && str_eq(cx->args[0], "--")) {
        cx->only_words = true;
        take(cx, 0, 1);
    }
    if (cx->n_args == 0 || is_option(cx, 0))
        return NULL;
    const char *word = cx->args[0];
    take(cx, 0, 1);
    return word;
}

bool args_version(struct context *cx, int64_t *ret, struct err *err)
{
    const char *n = args_value(cx, "--version", NULL);
    *ret = 0;
    return !n || str_int(n, 1, INT64_MAX, ret) ||
           err_set(err, ERR_USAGE, "--version '%s': not a number", n);
}

bool args_done(struct context *cx, struct err *err)
{
    if (cx->n_args == 0)
        return true;
    return usage_error(cx, is_option(cx, 0) ? "usage.option" : "usage.one-too-many", cx->args[0],
                       cx->command->name, err);
}

bool args_no_options(struct context *cx, struct err *err)
{
    for (size_t i = 0; i < cx->n_args && !str_eq(cx->args[i], "--"); i++)
        if (is_option(cx, i)) {
            take(cx, 0, i); /* args_done speaks of the first */
            return args_done(cx, err);
        }
    return true;
}

/* The name of an argument in the language asked for, as the help has it. */
static const char *argument_name(struct context *cx, const char *what)
{
    struct err none = {0};
    const char *key = mem_fmt(cx->mem, "argument.%s", what);
    return open_catalog(cx, &none) && catalog_has(cx->house->catalog, key) ? say(cx, key) : what;
}

bool args_need(struct context *cx, const char *word, const char *what, struct err *err)
{
    if (word)
        return true;
    return cx->n_args > 0
               ? args_done(cx, err)
               : usage_error(cx, "usage.missing", argument_name(cx, what), cx->command->name, err);
}

bool args_one_of(struct context *cx, const char *word, const char *known, struct err *err)
{
    return word ? usage_error(cx, "usage.one-of", word, known, err) : args_need(cx, NULL, known, err);
}
