/* job_pdf.c: a PDF becomes its text; pages without one are read as pictures.
 *
 * A page with text may bear a picture of words as well: a stamp. So the pictures of a PDF that has text are
 * listed, and pages with one that can be a stamp are looked at: what is seen there follows apart, as a
 * second text of the result. A picture that was on an earlier page (a letterhead), that is smaller than any
 * stamp, or small and square (an emblem, a seal, a QR code: stamps of secrecy are about three times as wide
 * as high) is not worth the seconds; nor are more than LOOK_PAGES pages of one file. */
#include "reader/job_inside.h"
#include "reader/ocr.h"
#include "reader/picture.h"
#include <sys/mman.h>

#define BLANK_PAGE  20u /* fewer bytes of text than this: perhaps a scan */
#define LOOK_PAGES  4u  /* pages of one PDF that have text and are looked at nevertheless */
#define LISTED      50u /* pages whose pictures are listed: the last is in program.c */
#define OBJECTS_MAX 500u
#define STAMP_WIDE  50u /* hundredths of an inch */
#define STAMP_HIGH  15u
#define SQUARE_MAX  160u

struct pdf {
    const char *page[LISTED + 1]; /* the text of a page, NULL: none, or it was read as a picture */
    size_t n[LISTED + 1];
    size_t ink;
};

/* ---- painting ---- */

static bool paint(struct job *j, unsigned page, int image)
{
    enum program_end end = job_run(j, PROGRAM_PDF_PAGE, j->in, image, page);
    if (end == PROGRAM_OK && lseek(image, 0, SEEK_END) > 0)
        return true;
    job_note(j, end == PROGRAM_ABSENT    ? "needs-ocr"
                : end == PROGRAM_TIMEOUT ? "program-timeout"
                                         : "program-failed");
    return false;
}

/* The words on one page, seen as a picture; "" when it cannot be painted. */
static char *read_page(struct job *j, unsigned page)
{
    _cleanup_close_ int image = memfd_create("image", MFD_CLOEXEC);
    struct canvas c = {.now = image, .spare = j->made, .plain = true};
    return paint(j, page, image) ? job_read_picture(j, &c) : mem_str(j->mem, "");
}

/* Pages that have a text keep it, the others are looked at as pictures. */
static void pages_of(struct job *j, const char *text, struct str *out, struct pdf *pdf)
{
    unsigned page = 1;
    for (const char *s = text; *s; page++) {
        size_t n = strcspn(s, "\f");
        size_t ink = job_ink(s, n);
        pdf->ink += ink;
        if (ink < BLANK_PAGE && job_may_read(j)) {
            str_add(out, read_page(j, page));
        } else if (page <= LISTED) {
            pdf->page[page] = s;
            pdf->n[page] = n;
        }
        str_addn(out, s, n);
        str_addc(out, '\n');
        s += n;
        s += *s == '\f';
    }
}

/* ---- pictures on pages with text ---- */

#define COLUMNS 16

/* A line of the list: page num type width height color comp bpc enc interp object ID x-ppi y-ppi ... */
struct row {
    const char *type, *object;
    unsigned page, width, height, x_ppi, y_ppi;
};

static unsigned count_of(const char *s)
{
    unsigned long v = strtoul(s, NULL, 10);
    return v < 1000000 ? (unsigned)v : 1000000;
}

/* Splits in place. A picture in the page's own stream has "[inline]" for object and ID. */
static bool split_row(char *line, struct row *ret)
{
    char *word[COLUMNS], *state;
    size_t n = 0;
    for (char *w = strtok_r(line, " ", &state); w && n < COLUMNS; w = strtok_r(NULL, " ", &state))
        word[n++] = w;
    if (n < 13 || !str_digit(*word[0]))
        return false;
    size_t at = *word[10] == '[' ? 11 : 12;
    if (at + 1 >= n)
        return false;
    *ret = (struct row){.type = word[2],
                        .object = word[10],
                        .page = count_of(word[0]),
                        .width = count_of(word[3]),
                        .height = count_of(word[4]),
                        .x_ppi = count_of(word[at]),
                        .y_ppi = count_of(word[at + 1])};
    return true;
}

static bool can_be_stamp(const struct row *r)
{
    struct picture p = {.width = r->width, .height = r->height};
    if (str_eq(r->type, "smask") || picture_small(&p)) /* an smask belongs to the picture above it */
        return false;
    if (r->x_ppi == 0 || r->y_ppi == 0)
        return true;
    unsigned wide = r->width * 100 / r->x_ppi, high = r->height * 100 / r->y_ppi;
    bool square = wide * 4 <= high * 5 && high * 4 <= wide * 5;
    return wide >= STAMP_WIDE && high >= STAMP_HIGH &&
           !(square && wide <= SQUARE_MAX && high <= SQUARE_MAX);
}

static bool is_new(struct job *j, struct str_list *objects, const char *object)
{
    if (*object == '[')
        return true;
    if (str_list_has(objects, object))
        return false;
    if (objects->n < OBJECTS_MAX)
        str_list_add(j->mem, objects, mem_str(j->mem, object));
    return true;
}

/* The pages to be looked at, in ascending order as they are listed. */
static size_t choose_pages(struct job *j, char *list, const struct pdf *pdf, unsigned ret[LOOK_PAGES])
{
    struct str_list objects = {0};
    struct row row;
    size_t n = 0;
    for (char *line = list, *next; *line; line = next) {
        next = line + strcspn(line, "\n");
        if (*next)
            *next++ = '\0';
        if (!split_row(line, &row) || row.page > LISTED || !pdf->page[row.page])
            continue;
        if (!can_be_stamp(&row) || !is_new(j, &objects, row.object))
            continue;
        if (n > 0 && ret[n - 1] == row.page)
            continue;
        if (n == LOOK_PAGES) {
            job_note(j, "pictures-unread");
            break;
        }
        ret[n++] = row.page;
    }
    return n;
}

/* The page's text with what stands only in its pictures. */
static void look_at(struct job *j, const struct pdf *pdf, unsigned page, struct str *out)
{
    if (!job_may_read(j))
        return;
    const char *text = mem_bytes(j->mem, pdf->page[page], pdf->n[page]), *seen = read_page(j, page);
    str_addf(out, "%s\n\f", ocr_merge(j->mem, text, seen));
}

static char *look_at_pictures(struct job *j, const struct pdf *pdf)
{
    unsigned pages[LOOK_PAGES];
    struct str out = str_new(j->mem);
    enum program_end end = job_run(j, PROGRAM_PDF_PICTURES, j->in, j->made, 0);
    if (end != PROGRAM_OK && end != PROGRAM_CUT)
        return mem_str(j->mem, "");
    size_t n = choose_pages(j, job_slurp(j, j->made), pdf, pages);
    for (size_t i = 0; i < n; i++)
        look_at(j, pdf, pages[i], &out);
    return out.n ? out.s : mem_str(j->mem, "");
}

/* ---- the whole ---- */

void job_pdf(struct job *j)
{
    enum program_end end = job_run(j, PROGRAM_PDF_TEXT, j->in, j->made, 0);
    job_note_end(j, end);
    if (end != PROGRAM_OK && end != PROGRAM_CUT)
        return;
    struct str out = str_new(j->mem);
    struct pdf pdf = {0};
    pages_of(j, job_slurp(j, j->made), &out, &pdf);
    bool any = job_ink(out.s, out.n) > 0;
    if (any && pdf.ink > 0 && j->pages > 0)
        job_note(j, "ocr-pages");
    const char *seen = pdf.ink > 0 ? look_at_pictures(j, &pdf) : "";
    if (any && *seen)
        job_two_texts(j, "pdf", out.s, seen);
    else if (any)
        job_text(j, pdf.ink > 0 ? "pdf" : "ocr", out.s);
    else if (j->notes.n == 0)
        job_note(j, "ocr-empty");
}
