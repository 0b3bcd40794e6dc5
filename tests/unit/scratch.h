/* scratch.h: where a test writes: below TMPDIR, which tests/run puts into memory where there is enough of
 * it. */
#ifndef TEST_SCRATCH_H
#define TEST_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>

#define SCRATCH_MAX 256

/* Makes a directory of its own, named after `what`, whose path is in `dir` then; NULL: it cannot be made.
 */
static inline char *scratch_dir(char dir[static SCRATCH_MAX], const char *what)
{
    const char *base = getenv("TMPDIR");
    int n = snprintf(dir, SCRATCH_MAX, "%s/bbt-%s-XXXXXX", base && *base ? base : "/tmp", what);
    return n < SCRATCH_MAX ? mkdtemp(dir) : NULL;
}

#endif
