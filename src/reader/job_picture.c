/* job_picture.c: a picture becomes words: unpacked, made small enough, turned upright, read by two passes
 * of the OCR program (ocr.h says why two).
 *
 * Upright: a telephone says in the file how it was held (picture.h). A scan does not: but where a page lies
 * on its side or head the two passes read different nonsense, and then the program is asked which way is
 * up. What it answers counts only when the turned picture is read alike by both passes. */
#include "reader/job_inside.h"
#include "reader/ocr.h"
#include "sys/clock.h"
#include <sys/mman.h>

#define SENSE 75u /* percent; measured: upright pages 90 and more, on the head 55 */

static unsigned ocr_left(const struct job *j)
{
    int64_t left = j->ocr_until - clock_monotonic_ms();
    return left > 0 ? (unsigned)left : 0;
}

bool job_may_read(struct job *j)
{
    if (j->pages_left == 0 || ocr_left(j) == 0) {
        job_note(j, "ocr-cut");
        return false;
    }
    j->pages++;
    j->pages_left--;
    return true;
}

static char *read_once(struct job *j, enum program_id id, int image, enum program_end *ret)
{
    _cleanup_close_ int text = memfd_create("text", MFD_CLOEXEC);
    struct program_run r = {.gate = j->gate,
                            .program = &j->table->of[id],
                            .in = image,
                            .out = text,
                            .wall_ms = ocr_left(j),
                            .given_up = j->done};
    *ret = r.wall_ms > 0 ? program_do(&r) : PROGRAM_TIMEOUT;
    return *ret == PROGRAM_OK || *ret == PROGRAM_CUT ? job_slurp(j, text) : mem_str(j->mem, "");
}

/* Both passes put together, and whether that is likely to be what stands there. */
struct seen {
    char *text;
    bool alike;
    unsigned sense;
};

static struct seen read_twice(struct job *j, int image)
{
    enum program_end first, second;
    char *layout = read_once(j, PROGRAM_OCR_LAYOUT, image, &first);
    char *lines = read_once(j, PROGRAM_OCR_LINES, image, &second);
    if (first == PROGRAM_TIMEOUT || second == PROGRAM_TIMEOUT)
        job_note(j, "ocr-cut");
    else if (first != PROGRAM_OK && second != PROGRAM_OK)
        job_note(j, "needs-ocr");
    if (ocr_noise(layout, lines))
        return (struct seen){mem_str(j->mem, ""), true, 100};
    return (struct seen){ocr_merge(j->mem, layout, lines), ocr_alike(layout, lines), ocr_sense(lines)};
}

/* ---- turning ---- */

static bool step(struct job *j, struct canvas *c, enum program_id id)
{
    int made = c->spare;
    if (job_run(j, id, c->now, made, 0) != PROGRAM_OK)
        return false;
    c->spare = c->now;
    c->now = made;
    return true;
}

static bool turned(struct job *j, struct canvas *c, unsigned degrees)
{
    switch (degrees) {
    case 90:
        return step(j, c, PROGRAM_TURN_RIGHT);
    case 180:
        return step(j, c, PROGRAM_TURN_OVER);
    case 270:
        return step(j, c, PROGRAM_TURN_LEFT);
    default:
        return false;
    }
}

/* Degrees clockwise until the page stands upright, as the program says: "Rotate: 270". */
static unsigned ask_turn(struct job *j, int image)
{
    enum program_end end;
    const char *said = read_once(j, PROGRAM_OCR_TURN, image, &end);
    const char *line = strstr(said, "Rotate: ");
    return line ? (unsigned)strtoul(line + 8, NULL, 10) : 0;
}

char *job_read_picture(struct job *j, struct canvas *c)
{
    struct seen seen = read_twice(j, c->now);
    if ((seen.alike && seen.sense >= SENSE) || !c->plain || !turned(j, c, ask_turn(j, c->now)))
        return seen.text;
    struct seen again = read_twice(j, c->now);
    return again.alike && again.sense > seen.sense ? again.text : seen.text;
}

/* ---- unpacking ---- */

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

/* Black and white cannot be made smaller well: the points in between need grey. */
static bool black_and_white(int image)
{
    char head[2];
    return pread(image, head, sizeof head, 0) == sizeof head && memcmp(head, "P4", 2) == 0;
}

/* False: the canvas is of no use. */
static bool unpacked(struct job *j, struct canvas *c)
{
    enum program_id unpacker;
    if (!find_unpacker(j, &unpacker) || job_run(j, unpacker, j->in, c->now, 0) != PROGRAM_OK)
        return false;
    if (black_and_white(c->now) && !step(j, c, PROGRAM_DEPTH))
        return false;
    return step(j, c, PROGRAM_SCALE) && (j->turn == 0 || turned(j, c, j->turn));
}

void job_picture(struct job *j)
{
    _cleanup_close_ int image = memfd_create("image", MFD_CLOEXEC);
    struct canvas canvas = {.now = image, .spare = j->made, .plain = true}, packed = {.now = j->in};
    if (!job_may_read(j))
        return;
    const char *seen = job_read_picture(j, unpacked(j, &canvas) ? &canvas : &packed);
    if (job_ink(seen, strlen(seen)) > 0)
        job_text(j, "ocr", seen);
    else if (j->notes.n == 0)
        job_note(j, "ocr-empty");
}
