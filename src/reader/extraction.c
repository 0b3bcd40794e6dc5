/* extraction.c: see extraction.h. For each attachment: an order to the server (job.h); the job leaves a
 * small letter in a memory file and closes its pipe; that letter is read by a child of the server like any;
 * its text, its defects and, of a winmail.dat, its own attachments go into ours. Files inside a winmail.dat
 * may need programs in turn, but nothing deeper does.
 *
 * Refuses to believe a result: `how` is one of a list, everything else came over the checked wire. */
#include "reader/extraction.h"
#include "reader/extract.h"
#include "reader/incoming.h"
#include "reader/job.h"
#include "reader/packet.h"
#include "sys/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#define LETTER_MS   90000 /* program time of one letter */
#define OCR_MS      60000
#define OCR_PAGES   20u
#define READ_MS     30000 /* a job without OCR: at most three programs of 10 s; and a child that reads */
#define TODO_MAX    200u
#define INNER_DEPTH 1

#define SIGNATURES_MAX 8u

struct todo {
    size_t at;              /* in letter->attachments */
    unsigned outer, number; /* of the letter that holds it: raw */
    int raw;                /* ours */
    int depth;
};

enum phase { WAITING, RUNNING, READING, DONE };

struct extraction {
    struct letter *letter;
    struct todo *todo;
    size_t n, next; /* next: the one that waits or is under way */
    enum phase phase;
    int raw, done, result; /* of the letter; the job's pipe; its memory file; -1: none */
    int *kept;             /* results that hold attachments of their own */
    size_t n_kept;
    struct incoming in;
    int64_t started, spent, deadline;
    int64_t ocr_ms;
    unsigned pages;
};

static bool needs_program(const struct letter_attachment *a)
{
    static const char *const reasons[] = {"picture-small", "picture-large", "limit-depth"};
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (str_list_has(&a->defects, reasons[i]))
            return false;
    return str_eq(a->how, "none") && a->real && program_reads(a->real);
}

bool extraction_needed(const struct letter *letter)
{
    for (size_t i = 0; i < letter->n_attachments; i++)
        if (needs_program(&letter->attachments[i]))
            return true;
    return false;
}

static void add_todos(struct extraction *x, size_t from, int raw, int depth)
{
    for (size_t i = from; i < x->letter->n_attachments && x->n < TODO_MAX; i++) {
        const struct letter_attachment *a = &x->letter->attachments[i];
        if (needs_program(a))
            *mem_append(x, x->todo, x->n) =
                (struct todo){.at = i, .outer = a->outer, .number = a->number, .raw = raw, .depth = depth};
    }
}

struct extraction *extraction_new(struct letter *letter, int raw)
{
    struct extraction *x = mem_zero(NULL, struct extraction);
    *x = (struct extraction){
        .letter = talloc_steal(x, letter), .done = -1, .result = -1, .ocr_ms = OCR_MS, .pages = OCR_PAGES};
    x->in.pipe = -1;
    x->raw = fcntl(raw, F_DUPFD_CLOEXEC, 3);
    add_todos(x, 0, x->raw, 0);
    x->phase = x->n > 0 ? WAITING : DONE;
    return x;
}

/* ---- what happens to the attachment under way ---- */

static struct letter_attachment *current(const struct extraction *x)
{
    return &x->letter->attachments[x->todo[x->next].at];
}

static void close_one(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Time, descriptors, and on to the next. */
static void finish(struct extraction *x, const char *defect)
{
    if (defect)
        extract_note(x->letter, &current(x)->defects, defect);
    if (x->started > 0)
        x->spent += clock_monotonic_ms() - x->started;
    x->started = 0;
    close_one(&x->done);
    close_one(&x->result);
    incoming_close(&x->in);
    x->phase = ++x->next < x->n ? WAITING : DONE;
}

static const char *how_of(const struct letter *result)
{
    static const char *const known[] = {"pdf", "ocr", "doc", "xls", "ppt", "tnef"};
    const struct letter_header *h = letter_header_find(result, JOB_HOW, 0);
    for (size_t i = 0; h && i < ARRAY_LEN(known); i++)
        if (str_eq(h->value, known[i]))
            return known[i];
    return "none";
}

static void take_notes(struct extraction *x, const struct letter *result)
{
    const struct letter_header *h;
    for (size_t i = 0; (h = letter_header_find(result, JOB_NOTE, i)); i++)
        extract_note(x->letter, &current(x)->defects, h->value);
    for (size_t i = 0; i < result->defects.n; i++)
        extract_note(x->letter, &current(x)->defects, result->defects.v[i]);
}

/* One line of job.h's form. False: it is not. */
static bool parse_signature(const void *mem, const char *s, struct letter_signature *ret)
{
    char intact[8], whole[8], at[24];
    int n = 0;
    int64_t t = WHEN_NONE;
    if (sscanf(s, "%7s %7s %23s %n", intact, whole, at, &n) != 3 || n == 0)
        return false;
    if (str_digit(*at))
        t = strtoll(at, NULL, 10);
    *ret = (struct letter_signature){.name = mem_str(mem, s + n),
                                     .at = t,
                                     .intact = str_eq(intact, "intact"),
                                     .whole = str_eq(whole, "whole")};
    return true;
}

static void take_signatures(struct extraction *x, const struct letter *result)
{
    struct letter_attachment *a = current(x);
    struct letter_signature signature;
    const struct letter_header *h;
    for (size_t i = 0; i < SIGNATURES_MAX && (h = letter_header_find(result, JOB_SIGNED, i)); i++)
        if (parse_signature(x->letter, h->value, &signature))
            *mem_append(x->letter, a->signatures, a->n_signatures) = signature;
}

static void take_pages(struct extraction *x, const struct letter *result)
{
    const struct letter_header *h = letter_header_find(result, JOB_PAGES, 0);
    unsigned long pages = h ? strtoul(h->value, NULL, 10) : 0;
    if (pages == 0)
        return;
    x->pages -= pages < x->pages ? (unsigned)pages : x->pages;
    x->ocr_ms -= clock_monotonic_ms() - x->started;
}

/* Room for n attachments behind the letter's. False: there are too many. */
static bool make_room(struct letter *l, size_t n)
{
    size_t have = l->n_attachments;
    if (n == 0 || have + n > TODO_MAX)
        return false;
    l->attachments = mem_grow(l, l->attachments, have, have + n, sizeof *l->attachments);
    l->n_attachments += n;
    return true;
}

static bool has_seen(const struct letter_attachment *a, const struct letter *result)
{
    return str_eq(a->how, "pdf") && result->n_texts == 2;
}

/* Words that stand in the pictures of a document are an attachment of their own, behind all others: they
 * are never mixed with its text, which is certain. */
static void take_seen(struct extraction *x, const struct letter *result)
{
    struct letter *l = x->letter;
    if (!has_seen(current(x), result) || !make_room(l, 1))
        return;
    const struct letter_attachment *a = current(x);
    l->attachments[l->n_attachments - 1] = (struct letter_attachment){.name = mem_fmt(l, "%s/ocr", a->name),
                                                                      .type = "text/plain",
                                                                      .real = "text",
                                                                      .how = "ocr",
                                                                      .text = result->texts[1].text};
}

/* A winmail.dat's files stand behind the letter's own. */
static void take_files(struct extraction *x, const struct letter *result, int depth)
{
    struct letter *l = x->letter;
    size_t from = l->n_attachments;
    if (!make_room(l, result->n_attachments)) {
        if (result->n_attachments > 0)
            extract_note(l, &current(x)->defects, "limit-attachments");
        return;
    }
    memcpy(l->attachments + from, result->attachments, result->n_attachments * sizeof *l->attachments);
    const char *outer = *current(x)->name ? current(x)->name : "winmail.dat";
    for (size_t i = from; i < l->n_attachments; i++)
        l->attachments[i].name = mem_fmt(l, "%s/%s", outer, l->attachments[i].name);
    if (depth >= INNER_DEPTH)
        return;
    add_todos(x, from, x->result, depth + 1);
    *mem_append(x, x->kept, x->n_kept) = x->result;
    x->result = -1;
}

static void take_result(struct extraction *x)
{
    struct letter *result = incoming_letter(&x->in, x->letter);
    if (!result || !result->complete || !letter_header_find(result, JOB_HOW, 0)) {
        finish(x, "program-failed");
        return;
    }
    struct todo todo = x->todo[x->next];
    struct letter_attachment *a = current(x);
    a->how = how_of(result);
    a->text = str_eq(a->how, "none") ? "" : has_seen(a, result) ? result->texts[0].text : result->body;
    take_notes(x, result);
    take_signatures(x, result);
    /* A photo between words that were read: it was looked at, and says nothing. */
    if (a->illustrates && str_list_has(&a->defects, "ocr-empty"))
        a->how = "ocr";
    take_seen(x, result);
    take_pages(x, result);
    take_files(x, result, todo.depth);
    finish(x, NULL);
}

/* ---- starting ---- */

static bool order_job(struct extraction *x, int socket)
{
    struct job_order order = {.what = 'e',
                              .outer = x->todo[x->next].outer,
                              .number = x->todo[x->next].number,
                              .turn = current(x)->turn,
                              .pages = x->pages,
                              .ocr_ms = x->ocr_ms > 0 ? (uint32_t)x->ocr_ms : 0};
    int ends[2];
    snprintf(order.real, sizeof order.real, "%s", current(x)->real);
    x->result = memfd_create("result", MFD_CLOEXEC);
    if (x->result < 0 || pipe2(ends, O_CLOEXEC) < 0)
        return false;
    int fds[] = {x->todo[x->next].raw, x->result, ends[1]};
    x->done = ends[0];
    bool sent = packet_send(socket, &order, sizeof order, fds, 3);
    close(ends[1]);
    return sent;
}

static bool order_reading(struct extraction *x, int socket)
{
    int end;
    if (!incoming_open(&x->in, &end))
        return false;
    int fds[] = {x->result, end};
    bool sent = packet_send(socket, "l", 1, fds, 2);
    close(end);
    return sent;
}

void extraction_go(struct extraction *x, int socket)
{
    if (x->spent >= LETTER_MS) {
        finish(x, "program-timeout");
        return;
    }
    int64_t ocr = x->ocr_ms > 0 ? x->ocr_ms : 0, left = LETTER_MS - x->spent;
    x->started = clock_monotonic_ms();
    x->deadline = x->started + (READ_MS + ocr < left ? READ_MS + ocr : left);
    x->phase = RUNNING;
    if (!order_job(x, socket))
        finish(x, "program-failed");
}

void extraction_step(struct extraction *x, int socket, bool readable)
{
    if (x->phase != RUNNING && x->phase != READING)
        return;
    bool ended = readable && x->phase == RUNNING; /* a result may come in drops for ever */
    if (!ended && clock_monotonic_ms() >= x->deadline) {
        finish(x, "program-timeout");
        return;
    }
    if (!readable)
        return;
    if (x->phase == RUNNING) {
        close_one(&x->done);
        x->phase = READING;
        if (!order_reading(x, socket))
            finish(x, "program-failed");
        return;
    }
    enum incoming_state state = incoming_read(&x->in);
    if (state == INCOMING_ENDED)
        take_result(x);
    else if (state == INCOMING_FAILED)
        finish(x, "program-failed");
}

/* ---- questions and the end ---- */

bool extraction_waits(const struct extraction *x)
{
    return x->phase == WAITING;
}

bool extraction_done(const struct extraction *x)
{
    return x->phase == DONE;
}

int64_t extraction_spent(const struct extraction *x)
{
    return x->spent;
}

int extraction_fd(const struct extraction *x, int64_t *ret_deadline_ms)
{
    *ret_deadline_ms = x->deadline;
    return x->phase == RUNNING ? x->done : x->phase == READING ? x->in.pipe : -1;
}

struct letter *extraction_end(struct extraction *x, const void *mem)
{
    struct letter *letter = talloc_steal(mem, x->letter);
    x->letter = NULL;
    extraction_drop(x);
    return letter;
}

void extraction_drop(struct extraction *x)
{
    close_one(&x->raw);
    close_one(&x->done);
    close_one(&x->result);
    for (size_t i = 0; i < x->n_kept; i++)
        close_one(&x->kept[i]);
    incoming_close(&x->in);
    talloc_free(x);
}
