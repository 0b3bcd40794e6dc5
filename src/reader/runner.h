/* runner.h: the process beside the reader server that keeps the right to execute programs. */
#ifndef READER_RUNNER_H
#define READER_RUNNER_H

#include "reader/job.h"

/* Forks the runner before the server gives its rights up; *ret: our end of the talk with it. */
bool runner_start(const struct program_table *table, int *ret, struct err *err);

#endif
