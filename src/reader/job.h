/* job.h: one attachment, read by programs. A job is a process of the runner (runner.c): it gets the decoded
 * bytes through a pipe, runs what its type needs, and leaves the result as a small letter of our own
 * making. That letter is then read like every other, in the sandbox, because what a program says about a
 * hostile file is hostile too (and may be in a legacy encoding). */
#ifndef READER_JOB_H
#define READER_JOB_H

#include "reader/program.h"

/* Asked by reader.c of the server, and passed on to the runner: one packet with the descriptors. */
struct job_order {
    char what;      /* 'e' */
    char real[11];  /* letter_attachment.real */
    uint32_t outer; /* letter_attachment.outer, .number, .turn */
    uint32_t number;
    uint32_t turn;
    uint32_t pages;  /* pages that may still be read by OCR in this letter */
    uint32_t ocr_ms; /* milliseconds of OCR left in this letter */
};

/* Headers of the result. HOW: letter_attachment.how; NOTE: a defect code; PAGES: by OCR; SIGNED: a
 * letter_signature: "intact" or "broken", "whole" or "part", seconds or "-", the name. */
#define JOB_HOW    "X-Bbt-How"
#define JOB_NOTE   "X-Bbt-Note"
#define JOB_PAGES  "X-Bbt-Pages"
#define JOB_SIGNED "X-Bbt-Signed"

/* bytes: read end of a pipe; out: an empty private memory file; done: write end of a pipe that is closed,
 * by our end, when `out` is complete. */
void job_do(const struct program_table *table, const struct sandbox_gate *gate,
            const struct job_order *order, int bytes, int out, int done) __attribute__((noreturn));

#endif
