/* progress.h: one line on a terminal (done, rate, ETA), nothing when stderr is piped. */
#ifndef SYS_PROGRESS_H
#define SYS_PROGRESS_H
#include "base/mem.h"
struct progress {
    const char *what; /* "ingest" */
    size_t done, total;
    int64_t started_ms, shown_ms;
    bool on;
};
struct progress progress_start(const char *what, size_t total); /* total 0: unknown */
void progress_add(struct progress *p, size_t n);
void progress_end(struct progress *p); /* wipes the line */
#endif
