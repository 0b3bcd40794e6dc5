/* job_inside.h: what the files job*.c share. A job copies bytes, counts and starts programs; it never
 * interprets a file, for it has no sandbox of its own. */
#ifndef READER_JOB_INSIDE_H
#define READER_JOB_INSIDE_H

#include "base/str.h"
#include "reader/job.h"

struct job {
    const void *mem;
    const struct program_table *table;
    const struct sandbox_gate *gate;
    int in, made, done; /* the file; what a program made; see program_run.given_up */
    int64_t ocr_until;  /* monotonic milliseconds */
    unsigned pages, pages_left, turn;
    const char *how;
    struct str_list notes, signatures; /* values of their headers */
    struct str body;                   /* of the result: its last headers, an empty line, the text */
};

void job_note(struct job *j, const char *code); /* once */
void job_note_end(struct job *j, enum program_end end);
enum program_end job_run(struct job *j, enum program_id id, int in, int out, unsigned page);
/* What a program wrote, without NUL. */
char *job_slurp(const struct job *j, int fd);
size_t job_ink(const char *s, size_t n); /* characters that are no blanks */
/* The result is this text. */
void job_text(struct job *j, const char *how, const char *text);
/* Two: what it says, and what is seen in its pictures. */
void job_two_texts(struct job *j, const char *how, const char *text, const char *seen);

/* ---- pictures (job_picture.c) ---- */

/* A picture between two programs. */
struct canvas {
    int now, spare; /* memory files */
    bool plain;     /* a portable image, which can be turned */
};

/* Whether one more page may be read by OCR; it is counted then, else "ocr-cut" is noted. */
bool job_may_read(struct job *j);
/* The words in a picture, read twice (ocr.h) and upright. */
char *job_read_picture(struct job *j, struct canvas *c);

void job_picture(struct job *j);
void job_pdf(struct job *j);

/* What is said of the signatures in a PDF (job_signed.c). */
void job_signed(struct job *j);

#endif
