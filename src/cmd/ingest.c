/* ingest.c: letters from files, directories, Maildirs, mboxes or standard input, through the same durable
 * path and intake as a mailbox: spool first (in a process beside this one), then the sandboxed reader, then
 * one applied plan each. Reports come in input order. An empty or unreadable file is reported and gives
 * exit 65 after the others are done. */
#include "arrivals.h"
#include "cmd/cmd.h"
#include "intake.h"
#include "source/files.h"
#include "sys/progress.h"
#include <stdlib.h>

#define WAITING_MAX 4096 /* reports that wait for a slow letter before them: then nothing more is taken */

/* A report waits here until all before it are printed. */
struct waiting {
    char *id;
    char *text; /* NULL until applied */
};

struct ingest {
    struct context *cx;
    struct arrivals *arrivals;
    struct intake *intake;
    struct waiting *queue;
    size_t n_queue, printed;
    struct progress progress;
    enum err_kind worst; /* of what could not be taken in; each was printed where it happened */
};

static void print_ready(struct ingest *g)
{
    while (g->printed < g->n_queue && g->queue[g->printed].text) {
        struct waiting *w = &g->queue[g->printed++];
        if (*w->text)
            printf("%s\n", w->text);
        talloc_free(w->text);
        talloc_free(w->id);
    }
    if (g->printed == 0 || (g->printed < g->n_queue && g->printed < WAITING_MAX))
        return;
    memmove(g->queue, g->queue + g->printed, (g->n_queue - g->printed) * sizeof *g->queue);
    g->n_queue -= g->printed;
    g->printed = 0;
}

static char *one_line(struct ingest *g, const struct intake_result *r)
{
    _cleanup_mem_ void *tmp = mem_new();
    const struct catalog *c = g->cx->house->catalog;
    const struct submission *s = &r->report.plan->opening->s;
    const char *shown = utf8_printable(tmp, r->entry->facts.shown);
    if (*r->report.known->duplicate_of)
        return mem_fmt(g, "%s  %s  %s", r->report.plan->ref, catalog_text(c, "ingest.duplicate"), shown);
    char *category = mem_fmt(tmp, "category.%s", s->category),
         *verdict = mem_fmt(tmp, "verdict.%s", s->verdict);
    return mem_fmt(g, "%s  %s  %s  %s", r->report.plan->ref, catalog_text(c, category),
                   catalog_text(c, verdict), shown);
}

/* On stderr at once; with --json also what stands for it among the reports. */
static char *failed(struct ingest *g, const char *path, const struct err *err)
{
    g->worst = g->worst == ERR_DATA ? ERR_DATA : err->kind;
    print_failure(g->cx, err->text);
    if (!g->cx->json)
        return NULL;
    json_t *o = error_json(g->cx, err);
    json_object_set_new(o, "file", json_string(utf8_printable(g->cx->mem, path)));
    char *text = json_dumps(o, JSON_COMPACT), *line = mem_str(g, text ? text : "{}");
    free(text);
    json_decref(o);
    return line;
}

/* A letter that was taken but not applied is safe in the spool; the line says why it waits there. */
static char *line_of(struct ingest *g, const struct intake_result *r)
{
    struct err err = r->err;
    if (r->applied)
        return g->cx->json ? mem_str(g, r->report.plan->opening->report) : one_line(g, r);
    err_prefix(&err, "'%s'", r->entry->facts.shown);
    char *line = failed(g, r->entry->facts.shown, &err);
    return line ? line : mem_str(g, "");
}

static void reported(void *arg, const struct intake_result *r)
{
    struct ingest *g = arg;
    progress_add(&g->progress, 1);
    for (size_t i = g->printed; i < g->n_queue; i++)
        if (!g->queue[i].text && str_eq(g->queue[i].id, r->entry->id)) {
            g->queue[i].text = line_of(g, r);
            break;
        }
    print_ready(g);
}

static void bad_file(struct ingest *g, const struct arrival *a)
{
    struct err err = {0};
    err_set(&err, ERR_DATA, "%s", a->why);
    char *line = failed(g, a->path, &err);
    if (line)
        *mem_append(g, g->queue, g->n_queue) = (struct waiting){mem_str(g, ""), line};
    print_ready(g);
}

/* The next durable letter, for intake; bad files are reported on the way. */
static bool next_letter(void *arg, const void *mem, bool wait, struct fed *ret, struct err *err)
{
    struct ingest *g = arg;
    struct arrival a = {.kind = ARRIVAL_BAD};
    if (g->n_queue - g->printed >= WAITING_MAX && !wait)
        return true;
    while (a.kind == ARRIVAL_BAD) {
        if (!arrivals_next(g->arrivals, mem, wait, &a, err))
            return false;
        if (a.kind == ARRIVAL_BAD)
            bad_file(g, &a);
    }
    if (a.kind != ARRIVAL_LETTER) {
        ret->what = a.kind == ARRIVAL_END ? FED_END : FED_NONE;
        return true;
    }
    *mem_append(g, g->queue, g->n_queue) = (struct waiting){.id = mem_str(g, a.entry.id)};
    ret->what = FED_ENTRY;
    ret->entry = a.entry;
    return spool_open_raw(g->cx->house->spool, a.entry.id, &ret->raw_fd, err);
}

static bool ingest_all(struct ingest *g, bool look_up, struct err *err)
{
    struct intake_feed feed = {next_letter, g};
    struct str_list paths = {0};
    size_t total = 0;
    for (const char *path; (path = args_word(g->cx)) != NULL; total += files_count(path))
        str_list_add(g, &paths, path);
    if (!arrivals_start(g, g->cx->house->dir, &paths, look_up ? g->cx->house->conf : NULL, &g->arrivals,
                        err))
        return false;
    g->progress = progress_start("ingest", total);
    bool ok = intake_drain(g->intake, &feed, err);
    progress_end(&g->progress);
    return ok;
}

static bool run_ingest(struct context *cx, struct err *err)
{
    struct ingest *g = mem_zero(cx->mem, struct ingest);
    bool look_up = args_flag(cx, "--look-up");
    if (!args_no_options(cx, err) || !args_need(cx, cx->n_args ? cx->args[0] : NULL, "PATH... or -", err))
        return false;
    g->cx = cx;
    g->intake = intake_new(g, cx->house, reported, g);
    intake_in_order(g->intake);
    if (!ingest_all(g, look_up, err))
        return false;
    err->kind = g->worst; /* the exit code; nothing is left to say */
    return g->worst == ERR_NONE;
}

const struct command cmd_ingest = {
    "ingest", NEED_HOUSE | NEED_RULES | NEED_READER | NEED_SPOOL | NEED_STORE | NEED_LETTERS | NEED_TOKENS,
    run_ingest};
