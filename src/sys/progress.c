/* progress.c: at most five updates a second, on a terminal only. */
#include "sys/progress.h"
#include "sys/clock.h"

struct progress progress_start(const char *what, size_t total)
{
    int64_t now = clock_monotonic_ms();
    return (struct progress){
        .what = what, .total = total, .started_ms = now, .shown_ms = now, .on = isatty(2)};
}

static void show(const struct progress *p, int64_t now)
{
    double seconds = (double)(now - p->started_ms) / 1000.0;
    double rate = seconds > 0 ? (double)p->done / seconds : 0;
    if (p->total > p->done && rate > 0)
        fprintf(stderr, "\r\033[K%s %zu/%zu  %.0f/s  ETA %.0f s", p->what, p->done, p->total, rate,
                (double)(p->total - p->done) / rate);
    else
        fprintf(stderr, "\r\033[K%s %zu  %.0f/s", p->what, p->done, rate);
    fflush(stderr);
}

void progress_add(struct progress *p, size_t n)
{
    p->done += n;
    if (!p->on)
        return;
    int64_t now = clock_monotonic_ms();
    if (now - p->shown_ms < 200)
        return;
    p->shown_ms = now;
    show(p, now);
}

void progress_end(struct progress *p)
{
    if (p->on && p->shown_ms != p->started_ms)
        fprintf(stderr, "\r\033[K");
    p->on = false;
}
