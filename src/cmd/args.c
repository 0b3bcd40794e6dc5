/* args.c: options and words of one command. Every option may stand anywhere after the command. */
#include "cmd/cmd.h"

static void take(struct context *cx, size_t at, size_t n)
{
    memmove(&cx->args[at], &cx->args[at + n], (cx->n_args - at - n) * sizeof *cx->args);
    cx->n_args -= n;
}

/* Index of an option before "--", or n_args. */
static size_t find(const struct context *cx, const char *name, bool with_equals)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < cx->n_args && !str_eq(cx->args[i], "--"); i++)
        if (str_eq(cx->args[i], name) ||
            (with_equals && str_starts(cx->args[i], name) && cx->args[i][n] == '='))
            return i;
    return cx->n_args;
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
    if (cx->n_args > 0 && str_eq(cx->args[0], "--"))
        take(cx, 0, 1);
    else if (cx->n_args > 0 && cx->args[0][0] == '-' && cx->args[0][1])
        return NULL;
    if (cx->n_args == 0)
        return NULL;
    const char *word = cx->args[0];
    take(cx, 0, 1);
    return word;
}

bool args_done(struct context *cx, struct err *err)
{
    if (cx->n_args == 0)
        return true;
    const char *left = cx->args[0];
    return err_set(err, ERR_USAGE,
                   left[0] == '-'
                       ? "option '%s': not known here, or its value is missing; see: bbt %s --help"
                       : "argument '%s': one too many; see: bbt %s --help",
                   left, cx->command->name);
}

bool args_need(const char *word, const char *what, struct err *err)
{
    return word ? true : err_set(err, ERR_USAGE, "missing argument: %s", what);
}
