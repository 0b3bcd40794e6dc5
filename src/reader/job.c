/* job.c: see job.h. Which programs read which type, what comes out of them, and what is said when nothing
 * does: "program-failed" "program-timeout" "no-program" "encrypted" "needs-ocr" "ocr-empty" "ocr-pages"
 * "ocr-cut" "text-cut" "limit-size".
 *
 * Copies bytes and counts; never interprets a file. Names in a winmail.dat are only shown, never used. */
#include "reader/job.h"
#include "reader/job_inside.h"
#include "reader/job_parts.h"
#include "reader/job_tnef.h"
#include "sys/clock.h"
#include "sys/file.h"
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#define INPUT_MAX  (64u << 20)
#define OUTPUT_MAX (64u << 20)
#define MAX_PAGES  20 /* RELIABILITY 4.2 */

void job_note(struct job *j, const char *code)
{
    if (!str_list_has(&j->notes, code))
        str_list_add(j->mem, &j->notes, code);
}

enum program_end job_run(struct job *j, enum program_id id, int in, int out, unsigned page)
{
    struct program_run r = {.gate = j->gate,
                            .program = &j->table->of[id],
                            .in = in,
                            .out = out,
                            .page = page,
                            .given_up = j->done};
    return program_do(&r);
}

void job_note_end(struct job *j, enum program_end end)
{
    static const char *const codes[] = {[PROGRAM_CUT] = "text-cut",
                                        [PROGRAM_ABSENT] = "no-program",
                                        [PROGRAM_FAILED] = "program-failed",
                                        [PROGRAM_ENCRYPTED] = "encrypted",
                                        [PROGRAM_TIMEOUT] = "program-timeout"};
    if (end != PROGRAM_OK)
        job_note(j, codes[end]);
}

/* What a program wrote, without NUL. */
char *job_slurp(const struct job *j, int fd)
{
    struct str s = str_new(j->mem);
    char block[16384];
    ssize_t n;
    lseek(fd, 0, SEEK_SET);
    while ((n = read(fd, block, sizeof block)) > 0 && s.n < OUTPUT_MAX)
        for (const char *p = block, *end = block + n; p < end;) {
            const char *nul = memchr(p, '\0', (size_t)(end - p));
            str_addn(&s, p, (size_t)((nul ? nul : end) - p));
            p = nul ? nul + 1 : end;
        }
    return s.n ? s.s : mem_str(j->mem, "");
}

size_t job_ink(const char *s, size_t n)
{
    size_t ink = 0;
    for (size_t i = 0; i < n; i++)
        ink += !str_space(s[i]);
    return ink;
}

void job_text(struct job *j, const char *how, const char *text)
{
    j->how = how;
    str_add(&j->body, "Content-Type: text/plain; charset=utf-8\n\n");
    str_add(&j->body, text);
}

void job_two_texts(struct job *j, const char *how, const char *text, const char *seen)
{
    static const char type[] = "text/plain; charset=utf-8";
    struct str parts = str_new(j->mem);
    j->how = how;
    job_parts_add(&parts, type, NULL, text, strlen(text));
    job_parts_add(&parts, type, NULL, seen, strlen(seen));
    job_parts_end(&j->body, &parts);
}

/* ---- documents of the time before XML ---- */

static bool text_by(struct job *j, enum program_id id, const char *how, enum program_end *ret)
{
    *ret = job_run(j, id, j->in, j->made, 0);
    char *text = *ret == PROGRAM_OK || *ret == PROGRAM_CUT ? job_slurp(j, j->made) : mem_str(j->mem, "");
    if (job_ink(text, strlen(text)) == 0)
        return false;
    if (*ret == PROGRAM_CUT)
        job_note(j, "text-cut");
    job_text(j, how, text);
    return true;
}

static void do_old(struct job *j, const char *how, enum program_id first, enum program_id second)
{
    enum program_end end;
    if (text_by(j, first, how, &end))
        return;
    if (end != PROGRAM_ENCRYPTED && second != first && text_by(j, second, how, &end))
        return;
    job_note_end(j, end == PROGRAM_OK ? PROGRAM_FAILED : end);
}

static void do_tnef(struct job *j)
{
    struct program_run r = {.gate = j->gate,
                            .program = &j->table->of[PROGRAM_TNEF],
                            .in = j->in,
                            .out = j->made,
                            .given_up = j->done};
    enum program_end end = job_tnef(j->mem, &r, &j->body);
    job_note_end(j, end);
    if (j->body.n > 0)
        j->how = "tnef";
}

/* ---- the job ---- */

/* The pipe's bytes in a file that programs can go back in. */
static bool take_bytes(struct job *j, int bytes)
{
    char block[16384];
    struct err err = {0};
    size_t all = 0;
    ssize_t n;
    while ((n = read(bytes, block, sizeof block)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 || !file_write_all(j->in, block, (size_t)n, &err))
            return false;
        all += (size_t)n;
        if (all > INPUT_MAX) {
            job_note(j, "limit-size");
            return false;
        }
    }
    return all > 0;
}

static void read_file(struct job *j, const char *real)
{
    if (str_eq(real, "pdf")) {
        job_pdf(j);
        job_signed(j);
    } else if (str_eq(real, "image"))
        job_picture(j);
    else if (str_eq(real, "tnef"))
        do_tnef(j);
    else if (str_eq(real, "xls"))
        do_old(j, "xls", PROGRAM_XLS, PROGRAM_XLS);
    else if (str_eq(real, "ppt"))
        do_old(j, "ppt", PROGRAM_PPT, PROGRAM_PPT);
    else
        do_old(j, "doc", PROGRAM_DOC, PROGRAM_DOC_OTHER);
}

static bool write_result(const struct job *j, int out)
{
    struct err err = {0};
    struct str s = str_new(j->mem);
    str_addf(&s, JOB_HOW ": %s\n" JOB_PAGES ": %u\n", j->how, j->pages);
    for (size_t i = 0; i < j->notes.n; i++)
        str_addf(&s, JOB_NOTE ": %s\n", j->notes.v[i]);
    for (size_t i = 0; i < j->signatures.n; i++)
        str_addf(&s, JOB_SIGNED ": %s\n", j->signatures.v[i]);
    return file_write_all(out, s.s, s.n, &err) &&
           file_write_all(out, j->body.n ? j->body.s : "\n", j->body.n ? j->body.n : 1, &err);
}

void job_do(const struct program_table *table, const struct sandbox_gate *gate,
            const struct job_order *order, int bytes, int out, int done)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGCHLD, SIG_DFL); /* the programs are waited for */
    signal(SIGPIPE, SIG_IGN);
    struct job j = {.mem = mem_new(), .table = table, .gate = gate, .done = done, .how = "none"};
    j.in = memfd_create("in", MFD_CLOEXEC);
    j.made = memfd_create("made", MFD_CLOEXEC);
    j.ocr_until = clock_monotonic_ms() + order->ocr_ms;
    j.turn = order->turn;
    j.pages_left = order->pages < MAX_PAGES ? order->pages : MAX_PAGES;
    j.body = str_new(j.mem);
    if (j.in < 0 || j.made < 0)
        _exit(75);
    if (take_bytes(&j, bytes))
        read_file(&j, order->real);
    if (str_eq(j.how, "none") && j.notes.n == 0)
        job_note(&j, "program-failed");
    _exit(write_result(&j, out) ? 0 : 74);
}
