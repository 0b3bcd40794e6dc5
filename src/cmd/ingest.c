/* ingest.c: letters from files, directories, Maildirs, mboxes or standard input, through the same durable
 * path and intake as a mailbox: spool first, then the sandboxed reader, then one applied plan each. Reports
 * come in input order. An empty or unreadable file is reported and gives exit 65 after the others are done.
 */
#include "arrive.h"
#include "cmd/cmd.h"
#include "intake.h"
#include "source/files.h"
#include "sys/clock.h"
#include "sys/progress.h"
#include <stdlib.h>

#define SPOOL_BATCH 64 /* letters made durable by one sync */

/* A report waits here until all before it are printed. */
struct waiting {
    const char *id;
    char *text; /* NULL until applied */
};

struct ingest {
    struct context *cx;
    struct arrive *arrive;
    struct intake *intake;
    struct entry *fresh; /* spooled, not yet given to a reader */
    size_t n_fresh;
    void *batch_mem;
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
    }
    if (g->printed == g->n_queue)
        g->printed = g->n_queue = 0;
}

static char *one_line(struct ingest *g, const struct intake_result *r)
{
    const struct catalog *c = g->cx->house->catalog;
    const struct submission *s = &r->report.plan->opening->s;
    const char *shown = utf8_printable(g->batch_mem, r->entry->facts.shown);
    if (*r->report.known->duplicate_of)
        return mem_fmt(g, "%s  %s  %s", r->report.plan->ref, catalog_text(c, "ingest.duplicate"), shown);
    char *category = mem_fmt(g->batch_mem, "category.%s", s->category),
         *verdict = mem_fmt(g->batch_mem, "verdict.%s", s->verdict);
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
        return g->cx->json ? letter_report_line(g, &r->report, g->cx->house->catalog) : one_line(g, r);
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

/* Makes the spooled letters durable and gives them to readers. */
static bool flush_spool(struct ingest *g, struct err *err)
{
    if (!arrive_commit(g->arrive, "", err))
        return false;
    for (size_t i = 0; i < g->n_fresh; i++)
        if (!intake_add(g->intake, &g->fresh[i], err))
            return false;
    talloc_free(g->batch_mem);
    g->batch_mem = talloc_new(g);
    g->fresh = NULL;
    g->n_fresh = 0;
    return true;
}

static void bad(struct ingest *g, const char *path, const struct err *err)
{
    char *line = failed(g, path, err);
    if (line)
        *mem_append(g, g->queue, g->n_queue) = (struct waiting){"", line};
    print_ready(g);
}

static void bad_file(void *arg, const char *path, const char *why)
{
    struct err err = {0};
    err_set(&err, ERR_DATA, "'%s': %s", path, why);
    bad(arg, path, &err);
}

static bool take_file(void *arg, const struct files_letter *f, struct err *err)
{
    struct ingest *g = arg;
    struct entry *e = mem_append(g->batch_mem, g->fresh, g->n_fresh);
    if (!arrive_file(g->arrive, f, g->batch_mem, e, err)) {
        g->n_fresh--;
        if (err->kind != ERR_DATA)
            return false;
        bad(g, f->path, err);
        *err = (struct err){0};
        return true;
    }
    mem_append(g, g->queue, g->n_queue)->id = mem_str(g, e->id);
    return g->n_fresh < SPOOL_BATCH || flush_spool(g, err);
}

static bool ingest_all(struct ingest *g, struct err *err)
{
    struct context *cx = g->cx;
    size_t total = 0;
    for (size_t i = 0; i < cx->n_args; i++)
        total += files_count(cx->args[i]);
    g->progress = progress_start("ingest", total);
    for (const char *path; (path = args_word(cx)) != NULL;)
        if (!files_walk(path, take_file, bad_file, g, err))
            return false;
    bool ok = flush_spool(g, err) && intake_finish(g->intake, err);
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
    g->batch_mem = talloc_new(g);
    g->intake = intake_new(g, cx->house, reported, g);
    intake_in_order(g->intake);
    g->arrive = arrive_files(g, cx->house->spool, look_up, clock_now);
    if (!ingest_all(g, err))
        return false;
    err->kind = g->worst; /* the exit code; nothing is left to say */
    return g->worst == ERR_NONE;
}

const struct command cmd_ingest = {
    "ingest", NEED_HOUSE | NEED_RULES | NEED_READER | NEED_SPOOL | NEED_STORE | NEED_LETTERS, run_ingest};
