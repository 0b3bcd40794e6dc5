/* job_parts.h: several files or texts of a job as one multipart letter. */
#ifndef READER_JOB_PARTS_H
#define READER_JOB_PARTS_H

#include "base/str.h"

/* Appends a part in base64; name: as the file says, or NULL for a text of the letter itself. */
void job_parts_add(struct str *parts, const char *type, const char *name, const char *bytes, size_t n);

/* Appends the headers, an empty line, and the parts to a letter. */
void job_parts_end(struct str *letter, const struct str *parts);

#endif
