/* date.h: dates as documents write them, day first always (Decree 30/2020; DOMAIN 1.4). Lunar dates are
 * said in words and never read. */
#ifndef FIELDS_DATE_H
#define FIELDS_DATE_H

#include "base/str.h"

/* The words for day, month and year in the folded form; those of numbers, and beside them what each means
 * ("0" to "10", "tens" "hundred" "thousand" "and"); NULL: numbers are not read in words. */
struct date_words {
    const char *day, *month, *year;
    const struct str_list *numerals, *meanings;
};

struct date {
    int year, month, day;
};

/* A date that stands exactly at s: [day] D/M/YYYY with / . or -, or "day D month M year YYYY", each of
 * which may be in words, or have an l or o that a program took for 1 or 0 in a scan. Returns its length in
 * bytes, 0 when there is none or it is no calendar date of 1945-2099. s is folded text. */
size_t date_scan(const char *s, size_t n, const struct date_words *words, struct date *ret);

/* The same, or a date without its year, which then is 0: "from 1/12 to 31/12/2024". */
size_t date_scan_open(const char *s, size_t n, const struct date_words *words, struct date *ret);

char *date_iso(const void *mem, struct date d);
bool date_parse(const char *iso, struct date *ret);

/* `days` later, 0 to 3660. */
struct date date_add(struct date d, int days);

bool date_valid(struct date d); /* in the calendar, 1945-2099 */

#endif
