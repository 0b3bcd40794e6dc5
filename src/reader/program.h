/* program.h: the programs that read what no library of ours reads, and how far each may go. A program is
 * one row of the table in program.c; which of them an attachment needs is decided in job.c. */
#ifndef READER_PROGRAM_H
#define READER_PROGRAM_H

#include "sys/sandbox.h"

enum program_id {
    PROGRAM_PDF_TEXT,     /* PDF -> text, pages end in FF */
    PROGRAM_PDF_PICTURES, /* PDF -> a line for each picture on its first pages */
    PROGRAM_PDF_PAGE,     /* PDF, page number -> one grey image */
    PROGRAM_PDF_SIGNED,   /* PDF -> what its signatures are */
    PROGRAM_JPEG,         /* image -> portable image */
    PROGRAM_PNG,
    PROGRAM_GIF,
    PROGRAM_BMP,
    PROGRAM_DEPTH, /* portable image -> the same with 256 steps: black and white cannot be scaled well */
    PROGRAM_SCALE, /* portable image -> the same, 2,400 pixels on the long side */
    PROGRAM_TURN_RIGHT, /* portable image -> the same turned by 90 degrees clockwise */
    PROGRAM_TURN_OVER,  /* ... by 180 */
    PROGRAM_TURN_LEFT,  /* ... by 270 */
    PROGRAM_OCR_TURN,   /* image -> which way is up */
    PROGRAM_OCR_LAYOUT, /* image -> text, columns apart; words in frames are lost */
    PROGRAM_OCR_LINES,  /* image -> text, line by line; words in frames are kept */
    PROGRAM_DOC,        /* Word 97 -> text */
    PROGRAM_DOC_OTHER,  /* the same by another program, where the first fails */
    PROGRAM_XLS,        /* Excel 97 -> comma-separated text */
    PROGRAM_PPT,        /* PowerPoint 97 -> text */
    PROGRAM_TNEF,       /* winmail.dat -> files in the private directory */
    PROGRAM_COUNT
};

#define PROGRAM_ARGS 12

struct program {
    const char *path;
    const char *argv[PROGRAM_ARGS];  /* "%p": the page number; NULL-ended */
    const char *reads[PROGRAM_ARGS]; /* its own files and trees, NULL-ended */
    bool private_dir;                /* needs a place to write */
    unsigned cpu_s, wall_ms;         /* seconds of processor time; milliseconds of time */
    uint64_t memory;                 /* bytes of address space */
    uint64_t output;                 /* bytes that it may write in one file */
    const char *encrypted;           /* said on stderr of a file that has a password; NULL: never */
};

struct program_table {
    struct program of[PROGRAM_COUNT];
};

/* What bbt-reader uses. */
const struct program_table *program_table(void);

/* Whether some program reads attachments of this type (letter_attachment.real). */
bool program_reads(const char *real);

/* How a run ended. */
enum program_end {
    PROGRAM_OK,
    PROGRAM_CUT,       /* wrote more than it may: what it wrote is there */
    PROGRAM_ABSENT,    /* not installed, or no sandbox for it */
    PROGRAM_FAILED,    /* said so, or died */
    PROGRAM_ENCRYPTED, /* the file has a password */
    PROGRAM_TIMEOUT
};

struct program_run {
    const struct sandbox_gate *gate;
    const struct program *program;
    int in, out;      /* private memory files: read from the start; emptied, then written */
    unsigned page;    /* for "%p" */
    const char *dir;  /* for private_dir */
    unsigned wall_ms; /* at most; 0: as the table says */
    int given_up;     /* write end of a pipe: when its reader has gone, nobody waits any more */
};

enum program_end program_do(const struct program_run *run);

#endif
