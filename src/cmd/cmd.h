/* cmd.h: one file per subcommand, one `const struct command` each; main.c holds the table.
 * A command reads its arguments with the args_ calls, does its work, prints results on stdout (a table or,
 * with
 * --json, JSON) and fails with one err; main prints that and turns its kind into the exit code. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "open.h"
#include <jansson.h>

struct context {
    void *mem;
    const struct command *command;
    struct house_options options;
    bool json;
    const char *as;    /* --as USER, or NULL */
    const char *now;   /* --now TIME as it was typed, or NULL */
    const char **args; /* what stands after the command; args_ calls take from it */
    size_t n_args;
    bool only_words;     /* "--" has been taken: nothing is an option any more */
    struct house *house; /* opened as command->needs says; NULL when it needs nothing */
};

struct command {
    const char *name; /* "ingest"; two words for "rules check" are read by the command itself */
    unsigned needs;   /* enum house_need */
    bool (*run)(struct context *cx, struct err *err);
};

/* ---- arguments ---- */
bool args_flag(struct context *cx, const char *name); /* takes `--once` */
const char *args_value(struct context *cx, const char *name,
                       const char *otherwise); /* takes `--ref X`, `--ref=X` */
const char *args_word(struct context *cx);     /* takes the next word; NULL at the end */
/* Takes `--version N`, the change of the case that was looked at; 0 when it is not said (WF-8). */
bool args_version(struct context *cx, int64_t *ret, struct err *err);
bool args_done(struct context *cx, struct err *err); /* USAGE when something is left */
/* USAGE when an option is left; for commands that take any number of words. */
bool args_no_options(struct context *cx, struct err *err);
/* USAGE when word is NULL: an option that is not known, else what is missing. */
bool args_need(struct context *cx, const char *word, const char *what, struct err *err);
/* USAGE: `word` is not one of the second words that this command knows, or there is none. */
bool args_one_of(struct context *cx, const char *word, const char *known, struct err *err);

/* ---- help (help.c) ---- */
bool open_catalog(struct context *cx, struct err *err); /* the texts alone, where no house is open */
/* USAGE with the text `key`, in the language asked for, about {{subject}} and {{other}}. */
bool usage_error(struct context *cx, const char *key, const char *subject, const char *other,
                 struct err *err);
/* USAGE: no such command; names the nearest of the n known ones. */
bool unknown_command(struct context *cx, const char *name, const char *const *known, size_t n,
                     struct err *err);
void print_help(const struct context *cx, const char *name); /* of one command */
void print_commands(const struct context *cx, const char *const *names, size_t n);
/* One line, broken at blanks so that it fits the screen; what follows hangs below its text. */
void print_wrapped(const char *line, size_t indent);

/* ---- output ---- */
const char *say(const struct context *cx, const char *key); /* a catalogue text */
void print_json(json_t *value);                             /* one line on stdout; drops the reference */
/* A text of many lines, each made printable: a letter must not give orders to the terminal. */
void print_text(FILE *to, const char *text);
/* "bbt COMMAND: TEXT" on stderr, for each line of the text. */
void print_failure(const struct context *cx, const char *text);
/* {"error": {"kind": ..., "message": ...}} */
json_t *error_json(const struct context *cx, const struct err *err);

struct column {
    const char *title;
    size_t width; /* terminal columns; 0: what is left of 80 */
};
/* Rows of n_columns cells each; cells are cut to fit and made printable. */
void print_table(const struct column *columns, size_t n_columns, const char *const *cells, size_t n_rows);

struct event; /* desk/step.h */
/* One event on one submission by the caller; prints its state after it. */
bool do_event(struct context *cx, const char *ref, const struct event *event, struct err *err);
/* The portal, anew; prints how many pages. publish.c */
bool build_site(struct context *cx, struct err *err);
/* The same without a word, after something else was done: what was taken down is not to be seen any more.
 */
bool refresh_site(struct context *cx, struct err *err);

/* ---- who acts ---- */
/* The staff account of the caller's login; `--as USER` for root, the house owner or a trial house. */
bool actor_of(struct context *cx, struct actor *ret, struct err *err);
/* May the caller read complaints? False also when it has no account. */
bool reads_restricted(struct context *cx);
/* May it read this one? Not a complaint that names it (A35). False also when that cannot be told. */
bool reads_case(struct context *cx, const char *ref);
/* The case. ERR_NO: not there, or a complaint and not for who asks. */
bool find_case(struct context *cx, const char *ref, struct submission **ret, struct err *err);
/* May the actor see its words and who sent it? Of what is neither restricted nor withheld: anybody. */
bool reads_words(struct context *cx, const struct submission *s);
bool reads_unread(struct context *cx);
/* A line in the journal: the caller saw a complaint (A36). `ref` "" for a list of them. */
bool note_view(struct context *cx, const char *ref, const char *detail, struct err *err);

/* The rows of a directory file (TSV, or CSV by its name) that are the profile's; owned by cx->mem, at most
 * 16 MB of file. Others are counted. */
bool read_units(struct context *cx, const char *path, struct directory_row **ret, size_t *ret_n,
                size_t *ret_others, struct err *err);

/* A descriptor that becomes readable on SIGTERM or SIGINT (signalfd), and on SIGHUP when `hup`. -1: err
 * set. */
int stop_descriptor(bool hup, struct err *err);

extern const struct command cmd_init, cmd_fetch, cmd_intake, cmd_run, cmd_ingest, cmd_explain, cmd_list,
    cmd_search, cmd_show, cmd_approve, cmd_refuse, cmd_return, cmd_withdraw, cmd_close, cmd_note,
    cmd_release, cmd_publish, cmd_digest, cmd_rules, cmd_units, cmd_users, cmd_outbox, cmd_confirm,
    cmd_send, cmd_site, cmd_fsck, cmd_status, cmd_deadline, cmd_audit, cmd_why, cmd_reclassify, cmd_learn,
    cmd_backup, cmd_restore, cmd_held, cmd_reread, cmd_keygen, cmd_unseal, cmd_export, cmd_edit,
    cmd_schedule, cmd_assign, cmd_check, cmd_flag, cmd_consult, cmd_consultation, cmd_event, cmd_answer,
    cmd_questions, cmd_timers, cmd_record, cmd_interim, cmd_campaign, cmd_topic, cmd_duties;

#endif
