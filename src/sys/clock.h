/* clock.h: the one place that asks what time it is. `--now` fixes it for the whole process. */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

void clock_fix(int64_t now);      /* all later clock_now() calls return this */
int64_t clock_now(void);          /* seconds UTC */
int64_t clock_monotonic_ms(void); /* for timeouts only; never fixed */

#endif
