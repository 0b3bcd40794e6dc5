/* explain.c: letter, evidence, ruling and plan of files, with nothing stored and no network. */
#include "cmd/cmd.h"
#include "intake.h"
#include "source/files.h"
#include "sys/clock.h"

struct explain {
    struct context *cx;
    size_t bad;
};

static void fill_facts(void *mem, const struct files_letter *f, struct facts *facts)
{
    *facts = (struct facts){.account = "explain",
                            .source = f->source,
                            .receipt = f->path,
                            .shown = f->shown,
                            .received = f->mtime == WHEN_NONE ? clock_now() : f->mtime,
                            .received_by = f->mtime == WHEN_NONE ? "now" : "mtime",
                            .trust_results = true};
    (void)mem;
}

/* The reader wants a descriptor of its own that holds this letter alone. */
static bool read_letter(struct explain *x, void *mem, const struct files_letter *f, struct facts *facts,
                        struct letter **ret, struct err *err)
{
    uint64_t tag;
    _cleanup_close_ int fd = files_private_copy(f, facts->sha256, &facts->bytes, err);
    if (fd < 0 || !reader_submit(x->cx->house->reader, fd, facts->sha256, facts->bytes, 0, err))
        return false;
    *ret = reader_wait(x->cx->house->reader, mem, -1, &tag);
    return *ret ? true : err_set(err, ERR_RETRY, "read '%s': the reader gave nothing", f->shown);
}

static bool explain_file(void *arg, const struct files_letter *f, struct err *err)
{
    struct explain *x = arg;
    _cleanup_mem_ void *mem = mem_new();
    struct facts facts;
    struct letter *letter;
    struct letter_report report;
    fill_facts(mem, f, &facts);
    if (!read_letter(x, mem, f, &facts, &letter, err))
        return false;
    intake_explain(x->cx->house, mem, letter, &facts, &report);
    if (x->cx->json)
        printf("%s\n", letter_report_line(mem, &report, x->cx->house->catalog));
    else
        printf("%s\n", letter_report_text(mem, &report, x->cx->house->catalog));
    return true;
}

static void bad_file(void *arg, const char *path, const char *why)
{
    struct explain *x = arg;
    x->bad++;
    fflush(stdout);
    fprintf(stderr, "bbt explain: '%s': %s\n", path, why);
}

static bool run_explain(struct context *cx, struct err *err)
{
    struct explain x = {.cx = cx};
    if (cx->n_args == 0)
        return args_need(NULL, "FILE...", err);
    for (const char *path; (path = args_word(cx)) != NULL;)
        if (!files_walk(path, explain_file, bad_file, &x, err))
            return false;
    if (!args_done(cx, err))
        return false;
    return x.bad == 0 || err_set(err, ERR_DATA, "%zu of the files could not be read; see above", x.bad);
}

const struct command cmd_explain = {"explain", NEED_RULES | NEED_READER, run_explain};
