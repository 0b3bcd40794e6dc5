/* main.c: global options, the table of commands, opening what a command needs, and the exit code. */
#include "cmd/cmd.h"
#include "sys/clock.h"
#include "sys/sandbox.h"
#include <signal.h>
#include <stdlib.h>

/* In the order of `bbt --help`; a label help.group.NAME stands as a title before the command NAME. */
static const struct command *const commands[] = {
    &cmd_init,      &cmd_units,   &cmd_users,   &cmd_rules,        &cmd_fetch,    &cmd_intake,
    &cmd_run,       &cmd_ingest,  &cmd_explain, &cmd_why,          &cmd_held,     &cmd_reread,
    &cmd_list,      &cmd_show,    &cmd_search,  &cmd_timers,       &cmd_deadline, &cmd_duties,
    &cmd_check,     &cmd_confirm, &cmd_assign,  &cmd_flag,         &cmd_consult,  &cmd_edit,
    &cmd_approve,   &cmd_return,  &cmd_refuse,  &cmd_schedule,     &cmd_publish,  &cmd_withdraw,
    &cmd_close,     &cmd_note,    &cmd_release, &cmd_reclassify,   &cmd_record,   &cmd_topic,
    &cmd_questions, &cmd_answer,  &cmd_interim, &cmd_consultation, &cmd_event,    &cmd_campaign,
    &cmd_digest,    &cmd_export,  &cmd_keygen,  &cmd_unseal,       &cmd_outbox,   &cmd_send,
    &cmd_site,      &cmd_status,  &cmd_fsck,    &cmd_audit,        &cmd_backup,   &cmd_restore,
    &cmd_learn};

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        if (str_eq(commands[i]->name, name))
            return commands[i];
    return NULL;
}

/* Vietnamese unless --lang or a LANG of en_* says English (C and POSIX do not). */
static const char *language(const char *given)
{
    const char *const vars[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    if (*given)
        return given;
    for (size_t i = 0; i < ARRAY_LEN(vars); i++) {
        const char *v = getenv(vars[i]);
        if (v && *v)
            return str_starts(v, "en_") || str_eq(v, "en") ? "en" : "";
    }
    return "";
}

static bool set_now(const char *text, struct err *err)
{
    int64_t now;
    if (!text)
        return true;
    if (!when_parse_rfc3339(text, &now))
        return err_set(err, ERR_USAGE, "--now '%s': not a time like 2026-11-21T08:30:00+07:00", text);
    clock_fix(now);
    return true;
}

/* Global options may stand before or after the command. */
static bool read_globals(struct context *cx, struct err *err)
{
    struct house_options *o = &cx->options;
    o->dir = args_value(cx, "--house", o->dir);
    o->config = args_value(cx, "--config", o->config);
    o->profile = args_value(cx, "--profile", o->profile);
    o->lang = language(args_value(cx, "--lang", ""));
    cx->json = args_flag(cx, "--json") || cx->json;
    cx->as = args_value(cx, "--as", NULL);
    if (*o->lang && !str_eq(o->lang, "vi") && !str_eq(o->lang, "en"))
        return err_set(err, ERR_USAGE, "--lang '%s': vi or en", o->lang);
    cx->now = args_value(cx, "--now", NULL);
    return set_now(cx->now, err);
}

static const char *const *command_names(const struct context *cx)
{
    const char **names = mem_array(cx->mem, const char *, ARRAY_LEN(commands));
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        names[i] = commands[i]->name;
    return names;
}

static bool help(struct context *cx, const char *name, struct err *err)
{
    if (name && !find_command(name))
        return unknown_command(cx, name, command_names(cx), ARRAY_LEN(commands), err);
    if (!open_catalog(cx, err))
        return false;
    if (name)
        print_help(cx, name);
    else
        print_commands(cx, command_names(cx), ARRAY_LEN(commands));
    return true;
}

static bool unknown(struct context *cx, const char *name, struct err *err)
{
    if (name)
        return unknown_command(cx, name, command_names(cx), ARRAY_LEN(commands), err);
    if (cx->n_args > 0)
        return usage_error(cx, "usage.global-option", cx->args[0], "", err);
    return usage_error(cx, "usage.no-command", "", "", err);
}

static bool run(struct context *cx, struct err *err)
{
    if (!read_globals(cx, err))
        return false;
    bool wants_help = args_flag(cx, "--help") || args_flag(cx, "-h");
    const char *name = args_word(cx);
    if (str_eq(name, "help"))
        return help(cx, args_word(cx), err);
    if (!name && wants_help)
        return help(cx, NULL, err);
    cx->command = name ? find_command(name) : NULL;
    if (!cx->command)
        return unknown(cx, name, err);
    if (wants_help)
        return help(cx, name, err);
    if (cx->command->needs && !house_open(cx->mem, &cx->options, cx->command->needs, &cx->house, err))
        return false;
    return cx->command->run(cx, err);
}

static void report(const struct context *cx, const struct err *err)
{
    if (!err->text[0])
        return; /* a command that met several errors has printed each of them */
    print_failure(cx, err->text);
    if (cx->json)
        print_json(error_json(cx, err));
}

int main(int argc, char **argv)
{
    _cleanup_mem_ void *mem = mem_new();
    struct err err = {0};
    struct context cx = {.mem = mem, .options = {.dir = "", .config = "", .profile = "", .lang = ""}};
    sandbox_no_core();
    signal(SIGPIPE, SIG_IGN);
    cx.args = mem_array(mem, const char *, (size_t)argc);
    for (int i = 1; i < argc; i++)
        cx.args[cx.n_args++] = argv[i];
    bool ok = run(&cx, &err);
    if (ok && fflush(stdout) != 0)
        ok = err_errno(&err, "write results");
    if (!ok)
        report(&cx, &err);
    if (err.kind == ERR_BUG)
        abort();
    return ok ? 0 : err_exit_code(err.kind);
}
