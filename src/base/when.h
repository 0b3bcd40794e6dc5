/* when.h: time is an argument. Instants are seconds since 1970-01-01 UTC (int64_t); civil dates are those
 * of Viet Nam, UTC+07:00 all year (no daylight saving since 1975), so no time-zone database is needed. */
#ifndef BASE_WHEN_H
#define BASE_WHEN_H

#include "base/mem.h"

#define WHEN_NONE     INT64_MIN /* "not known" */
#define WHEN_VN_SHIFT (7 * 3600)

struct when_civil {
    int year, month, day;     /* 2026, 1-12, 1-31 */
    int hour, minute, second; /* 0-23, 0-59, 0-60 */
    int weekday;              /* 1 Monday .. 7 Sunday (ISO 8601) */
};

struct when_civil when_civil(int64_t t);                             /* in Viet Nam */
int64_t when_from_civil(int y, int mo, int d, int h, int mi, int s); /* from Viet Nam; days may overflow */

/* "2026-11-21T08:30:00+07:00"; "" for WHEN_NONE. */
char *when_rfc3339(const void *mem, int64_t t);
char *when_date(const void *mem, int64_t t);    /* "2026-11-21" in Viet Nam */
char *when_rfc5322(const void *mem, int64_t t); /* "Sat, 21 Nov 2026 08:30:00 +0700" */
char *when_short(const void *mem, int64_t t);   /* "21/11/2026 08:30", as staff write it */

/* RFC 3339 with zone (Z or +hh:mm); a date alone means midnight in Viet Nam. False: *ret untouched. */
bool when_parse_rfc3339(const char *s, int64_t *ret);

/* The date-time of RFC 5322 (also obsolete zones, comments, missing weekday or seconds), as in Received. */
bool when_parse_rfc5322(const char *s, int64_t *ret);

/* ISO 8601 week of an instant: "2026-W47"; and the instants at which such a week begins and ends
 * (Monday 00:00 to the next Monday 00:00, +07). */
char *when_iso_week(const void *mem, int64_t t);
bool when_week_span(const char *iso_week, int64_t *ret_from, int64_t *ret_until);

#endif
