/* clock.c: the only caller of clock_gettime for dates. The one file-scope variable is the fixed time of
 * --now. */
#include "sys/clock.h"
#include <time.h>

static struct {
    bool fixed;
    int64_t now;
} fixed_clock;

void clock_fix(int64_t now)
{
    fixed_clock.fixed = true;
    fixed_clock.now = now;
}

int64_t clock_now(void)
{
    struct timespec t;
    if (fixed_clock.fixed)
        return fixed_clock.now;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec;
}

int64_t clock_monotonic_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
