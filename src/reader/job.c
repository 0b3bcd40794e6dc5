/* job.c: see job.h. Which programs read which type, what comes out of them, and what is said when nothing
 * does: "program-failed" "program-timeout" "no-program" "encrypted" "needs-ocr" "ocr-empty" "ocr-pages"
 * "ocr-cut" "text-cut" "limit-size".
 *
 * Copies bytes and counts; never interprets a file. Names in a winmail.dat are only shown, never used. */
#include "reader/job.h"
#include "base/str.h"
#include "reader/job_tnef.h"
#include "reader/ocr.h"
#include "sys/clock.h"
#include "sys/file.h"
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#define INPUT_MAX  (64u << 20)
#define OUTPUT_MAX (64u << 20)
#define BLANK_PAGE 20 /* fewer bytes of text than this: perhaps a scan */
#define MAX_PAGES  20 /* RELIABILITY 4.2 */

struct job {
    const void *mem;
    const struct program_table *table;
    const struct sandbox_gate *gate;
    int in, made, done; /* the file; what a program made; see program_run.given_up */
    int64_t ocr_until;  /* monotonic milliseconds */
    unsigned pages, pages_left;
    const char *how;
    struct str_list notes;
    struct str body; /* of the result: its last headers, an empty line, the text */
};

static void note(struct job *j, const char *code)
{
    if (!str_list_has(&j->notes, code))
        str_list_add(j->mem, &j->notes, code);
}

static enum program_end run(struct job *j, enum program_id id, int in, int out, unsigned page)
{
    struct program_run r = {.gate = j->gate,
                            .program = &j->table->of[id],
                            .in = in,
                            .out = out,
                            .page = page,
                            .given_up = j->done};
    return program_do(&r);
}

static void note_end(struct job *j, enum program_end end)
{
    static const char *const codes[] = {[PROGRAM_CUT] = "text-cut",
                                        [PROGRAM_ABSENT] = "no-program",
                                        [PROGRAM_FAILED] = "program-failed",
                                        [PROGRAM_ENCRYPTED] = "encrypted",
                                        [PROGRAM_TIMEOUT] = "program-timeout"};
    if (end != PROGRAM_OK)
        note(j, codes[end]);
}

/* What a program wrote, without NUL. */
static char *slurp(const struct job *j, int fd)
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

static size_t count_ink(const char *s, size_t n)
{
    size_t ink = 0;
    for (size_t i = 0; i < n; i++)
        ink += !str_space(s[i]);
    return ink;
}

/* ---- OCR ---- */

static unsigned ocr_left(const struct job *j)
{
    int64_t left = j->ocr_until - clock_monotonic_ms();
    return left > 0 ? (unsigned)left : 0;
}

static char *read_once(struct job *j, enum program_id id, int image, int text, enum program_end *ret)
{
    struct program_run r = {.gate = j->gate,
                            .program = &j->table->of[id],
                            .in = image,
                            .out = text,
                            .wall_ms = ocr_left(j),
                            .given_up = j->done};
    *ret = r.wall_ms > 0 ? program_do(&r) : PROGRAM_TIMEOUT;
    return *ret == PROGRAM_OK || *ret == PROGRAM_CUT ? slurp(j, text) : mem_str(j->mem, "");
}

/* The words in one picture, read twice (ocr.h). */
static char *read_picture(struct job *j, int image)
{
    _cleanup_close_ int text = memfd_create("text", MFD_CLOEXEC);
    enum program_end first, second;
    j->pages++;
    j->pages_left--;
    char *layout = read_once(j, PROGRAM_OCR_LAYOUT, image, text, &first);
    char *lines = read_once(j, PROGRAM_OCR_LINES, image, text, &second);
    if (first == PROGRAM_TIMEOUT || second == PROGRAM_TIMEOUT)
        note(j, "ocr-cut");
    else if (first != PROGRAM_OK && second != PROGRAM_OK)
        note(j, "needs-ocr");
    return ocr_merge(j->mem, layout, lines);
}

/* The words on one page of the PDF, seen as a picture; "" when it cannot be painted. */
static char *read_page(struct job *j, unsigned page)
{
    _cleanup_close_ int image = memfd_create("image", MFD_CLOEXEC);
    enum program_end end = run(j, PROGRAM_PDF_PAGE, j->in, image, page);
    if (end == PROGRAM_OK && lseek(image, 0, SEEK_END) > 0)
        return read_picture(j, image);
    note(j, end == PROGRAM_ABSENT    ? "needs-ocr"
            : end == PROGRAM_TIMEOUT ? "program-timeout"
                                     : "program-failed");
    return mem_str(j->mem, "");
}

static bool may_read_page(struct job *j)
{
    if (j->pages_left > 0 && ocr_left(j) > 0)
        return true;
    note(j, "ocr-cut");
    return false;
}

/* ---- PDF and images ---- */

/* Pages that have a text keep it, the others are looked at as pictures. */
static void pages_of(struct job *j, const char *text, struct str *out, size_t *ret_ink)
{
    unsigned page = 1;
    for (const char *s = text; *s; page++) {
        size_t n = strcspn(s, "\f");
        size_t ink = count_ink(s, n);
        *ret_ink += ink;
        if (ink < BLANK_PAGE && may_read_page(j))
            str_add(out, read_page(j, page));
        str_addn(out, s, n);
        str_addc(out, '\n');
        s += n;
        s += *s == '\f';
    }
}

static void plain_result(struct job *j, const char *how, const char *text)
{
    j->how = how;
    str_add(&j->body, "Content-Type: text/plain; charset=utf-8\n\n");
    str_add(&j->body, text);
}

static void do_pdf(struct job *j)
{
    enum program_end end = run(j, PROGRAM_PDF_TEXT, j->in, j->made, 0);
    note_end(j, end);
    if (end != PROGRAM_OK && end != PROGRAM_CUT)
        return;
    struct str out = str_new(j->mem);
    size_t ink = 0;
    pages_of(j, slurp(j, j->made), &out, &ink);
    bool any = count_ink(out.s, out.n) > 0;
    if (any && ink > 0 && j->pages > 0)
        note(j, "ocr-pages");
    if (any)
        plain_result(j, ink > 0 ? "pdf" : "ocr", out.s);
    else if (j->notes.n == 0)
        note(j, "ocr-empty");
}

/* The program that unpacks this picture; those without one are left to the OCR program's own libraries. */
static bool find_unpacker(const struct job *j, enum program_id *ret)
{
    static const struct {
        const char *mark;
        size_t n;
        enum program_id id;
    } known[] = {{"\xff\xd8\xff", 3, PROGRAM_JPEG},
                 {"\x89PNG", 4, PROGRAM_PNG},
                 {"GIF8", 4, PROGRAM_GIF},
                 {"BM", 2, PROGRAM_BMP}};
    char head[4];
    if (pread(j->in, head, sizeof head, 0) != sizeof head)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (memcmp(head, known[i].mark, known[i].n) == 0) {
            *ret = known[i].id;
            return true;
        }
    return false;
}

/* False: `image` is of no use. */
static bool scaled(struct job *j, int image)
{
    enum program_id unpacker;
    return find_unpacker(j, &unpacker) && run(j, unpacker, j->in, image, 0) == PROGRAM_OK &&
           run(j, PROGRAM_DEPTH, image, j->made, 0) == PROGRAM_OK &&
           run(j, PROGRAM_SCALE, j->made, image, 0) == PROGRAM_OK;
}

static void do_image(struct job *j)
{
    _cleanup_close_ int image = memfd_create("image", MFD_CLOEXEC);
    if (!may_read_page(j))
        return;
    const char *seen = read_picture(j, scaled(j, image) ? image : j->in);
    if (count_ink(seen, strlen(seen)) > 0)
        plain_result(j, "ocr", seen);
    else if (j->notes.n == 0)
        note(j, "ocr-empty");
}

/* ---- documents of the time before XML ---- */

static bool text_by(struct job *j, enum program_id id, const char *how, enum program_end *ret)
{
    *ret = run(j, id, j->in, j->made, 0);
    char *text = *ret == PROGRAM_OK || *ret == PROGRAM_CUT ? slurp(j, j->made) : mem_str(j->mem, "");
    if (count_ink(text, strlen(text)) == 0)
        return false;
    if (*ret == PROGRAM_CUT)
        note(j, "text-cut");
    plain_result(j, how, text);
    return true;
}

static void do_old(struct job *j, const char *how, enum program_id first, enum program_id second)
{
    enum program_end end;
    if (text_by(j, first, how, &end))
        return;
    if (end != PROGRAM_ENCRYPTED && second != first && text_by(j, second, how, &end))
        return;
    note_end(j, end == PROGRAM_OK ? PROGRAM_FAILED : end);
}

static void do_tnef(struct job *j)
{
    struct program_run r = {.gate = j->gate,
                            .program = &j->table->of[PROGRAM_TNEF],
                            .in = j->in,
                            .out = j->made,
                            .given_up = j->done};
    enum program_end end = job_tnef(j->mem, &r, &j->body);
    note_end(j, end);
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
            note(j, "limit-size");
            return false;
        }
    }
    return all > 0;
}

static void read_file(struct job *j, const char *real)
{
    if (str_eq(real, "pdf"))
        do_pdf(j);
    else if (str_eq(real, "image"))
        do_image(j);
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
    j.pages_left = order->pages < MAX_PAGES ? order->pages : MAX_PAGES;
    j.body = str_new(j.mem);
    if (j.in < 0 || j.made < 0)
        _exit(75);
    if (take_bytes(&j, bytes))
        read_file(&j, order->real);
    if (str_eq(j.how, "none") && j.notes.n == 0)
        note(&j, "program-failed");
    _exit(write_result(&j, out) ? 0 : 74);
}
