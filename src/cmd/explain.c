/* explain.c: letter, evidence, ruling and plan of files, with nothing stored, and no network but the DNS
 * where --look-up asks for it. */
#include "cmd/letters.h"
#include "intake.h"
#include "look_up.h"
#include "source/files.h"
#include "sys/clock.h"
#include "sys/file.h"
#include <errno.h>
#include <sys/mman.h>

struct explain {
    struct context *cx;
    struct gather *gather; /* NULL: no network */
    letter_show show;
    bool bad; /* some file could not be read; it was printed where it happened */
};

static void fill_facts(const struct explain *x, const struct files_letter *f, struct facts *facts)
{
    *facts = (struct facts){.account = "explain",
                            .source = f->source,
                            .receipt = f->path,
                            .shown = f->shown,
                            .received = f->mtime == WHEN_NONE ? clock_now() : f->mtime,
                            .received_by = f->mtime == WHEN_NONE ? "now" : "mtime",
                            .trust_results = true,
                            .look_up = x->gather != NULL};
}

#define COPY_MAX (256 << 20) /* bytes held in memory at most: a letter on stdin has no other bound here */

static bool copy_to(int fd, const struct files_letter *f, struct facts *facts, struct err *err)
{
    char buf[65536];
    struct hash h;
    ssize_t n = 0;
    int64_t left = f->bytes < 0 ? COPY_MAX : f->bytes;
    hash_start(&h);
    for (; left > 0; left -= n, facts->bytes += (size_t)n) {
        n = read(f->fd, buf, left < (int64_t)sizeof buf ? (size_t)left : sizeof buf);
        if (n <= 0)
            break;
        hash_add(&h, buf, (size_t)n);
        if (!file_write_all(fd, buf, (size_t)n, err))
            return false;
    }
    hash_end(&h, facts->sha256);
    if (n < 0)
        return err_set(err, ERR_DATA, "'%s': %s", f->path, strerror(errno));
    if (facts->bytes == 0 || (f->bytes >= 0 && left > 0))
        return err_set(err, ERR_DATA, "'%s': %s", f->path, facts->bytes ? "it became shorter" : "empty");
    return left > 0 || f->bytes >= 0 || err_set(err, ERR_DATA, "'%s': too large", f->path);
}

/* The letter alone, read-only for the reader: a part of an mbox and standard input have no file of their
 * own. */
static int private_copy(const struct files_letter *f, struct facts *facts, struct err *err)
{
    int fd = memfd_create("letter", MFD_CLOEXEC);
    if (fd < 0) {
        err_errno(err, "read '%s'", f->shown);
        return -1;
    }
    if (!copy_to(fd, f, facts, err)) {
        close(fd);
        return -1;
    }
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static bool read_letter(struct explain *x, void *mem, const struct files_letter *f, struct facts *facts,
                        struct letter **ret, struct err *err)
{
    uint64_t tag;
    _cleanup_close_ int fd = private_copy(f, facts, err);
    if (fd < 0 || !reader_submit(x->cx->house->reader, fd, facts->sha256, facts->bytes, 0, err))
        return false;
    if (x->gather) {
        facts->attempts = gather_letter(x->gather, mem, fd, facts->received, clock_now());
        facts->n_attempts = 1;
    }
    *ret = reader_wait(x->cx->house->reader, mem, -1, &tag);
    return *ret ? true : err_set(err, ERR_RETRY, "read '%s': the reader gave nothing", f->shown);
}

/* One line on stderr and, with --json, one object among the reports. */
static void failed(struct explain *x, const struct err *err)
{
    x->bad = true;
    print_failure(x->cx, err->text);
    if (x->cx->json)
        print_json(error_json(x->cx, err));
}

static bool explain_file(void *arg, const struct files_letter *f, struct err *err)
{
    struct explain *x = arg;
    _cleanup_mem_ void *mem = mem_new();
    struct facts facts;
    struct letter *letter;
    struct letter_report report;
    fill_facts(x, f, &facts);
    if (!read_letter(x, mem, f, &facts, &letter, err)) {
        if (err->kind != ERR_DATA)
            return false;
        failed(x, err);
        *err = (struct err){0};
        return true;
    }
    intake_explain(x->cx->house, mem, letter, &facts, &report);
    x->show(x->cx, mem, &report);
    return true;
}

static void bad_file(void *arg, const char *path, const char *why)
{
    struct err err = {0};
    err_set(&err, ERR_DATA, "'%s': %s", path, why);
    failed(arg, &err);
}

/* --directory FILE.tsv: units and people from a file, without a house. */
static bool load_directory(struct context *cx, const char *path, struct err *err)
{
    size_t rows, others;
    struct directory_row *list;
    struct directory *d = mem_zero(cx->mem, struct directory);
    if (!read_units(cx, path, &list, &rows, &others, err))
        return false;
    for (size_t i = 0; i < rows; i++)
        directory_add(d, d, list[i].unit, list[i].unit_name, &list[i].person);
    d->shared = cx->house->profile->public_mail;
    directory_finish(d, d);
    cx->house->directory = d;
    return true;
}

bool explain_files(struct context *cx, letter_show show, struct err *err)
{
    struct explain x = {.cx = cx, .show = show};
    const char *directory = args_value(cx, "--directory", NULL);
    bool look_up = args_flag(cx, "--look-up");
    if (!args_no_options(cx, err) || !args_need(cx, cx->n_args ? cx->args[0] : NULL, "FILE", err) ||
        (directory && !load_directory(cx, directory, err)) ||
        (look_up && !look_up_start(cx->mem, cx->house->dir, cx->house->conf, &x.gather, err)))
        return false;
    for (const char *path; (path = args_word(cx)) != NULL;)
        if (!files_walk(path, explain_file, bad_file, &x, err))
            return false;
    err->kind = x.bad ? ERR_DATA : ERR_NONE; /* the exit code; nothing is left to say */
    return !x.bad;
}

static void show(struct context *cx, void *mem, const struct letter_report *r)
{
    if (cx->json)
        printf("%s\n", letter_report_line(mem, r, cx->house->catalog));
    else
        printf("%s\n", letter_report_text(mem, r, cx->house->catalog, false));
}

static void show_plan(struct context *cx, void *mem, const struct letter_report *r)
{
    printf("%s\n", letter_report_text(mem, r, cx->house->catalog, true));
}

static bool run_explain(struct context *cx, struct err *err)
{
    bool plan = args_flag(cx, "--plan");
    return explain_files(cx, plan && !cx->json ? show_plan : show, err);
}

const struct command cmd_explain = {"explain", NEED_RULES | NEED_READER | NEED_DIRECTORY, run_explain};
