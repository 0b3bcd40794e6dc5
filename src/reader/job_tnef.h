/* job_tnef.h: winmail.dat becomes a multipart letter. */
#ifndef READER_JOB_TNEF_H
#define READER_JOB_TNEF_H

#include "base/str.h"
#include "reader/program.h"

/* Runs the unpacking program in a private directory, which is removed again, and appends the files it made:
 * "MIME-Version" and "Content-Type" headers, an empty line, a part for each. Nothing is appended when there
 * is no file. */
enum program_end job_tnef(const void *mem, struct program_run *run, struct str *out);

#endif
