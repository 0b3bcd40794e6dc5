/* thread_date.c: dates as mail programs write them for people, in whatever order their language has. The
 * clock, the year (four digits) and the names of months are looked for; the two small numbers before the
 * year are day and month, those behind it month and day. Refuses what is no date: WHEN_NONE.
 *
 * 12/6/2024 is read as the 12th of June, as Vietnamese do, unless an English "AM" or "PM" stands by it. */
#include "base/when.h"
#include "mail/lines.h"

enum { DATE_BYTES = 200, NUMBERS_MAX = 8 };

struct number {
    int value;
    size_t at;
};

struct digits {
    struct number v[NUMBERS_MAX];
    size_t n;
    int hour, minute, second; /* hour -1: no clock */
};

static int read_number(const char *s, size_t *pos)
{
    int value = 0;
    while (str_digit(s[*pos])) {
        value = value < 100000 ? value * 10 + (s[*pos] - '0') : value;
        ++*pos;
    }
    return value;
}

static void read_clock(struct digits *d, const char *s, size_t *pos, int hour)
{
    ++*pos;
    d->hour = hour;
    d->minute = read_number(s, pos);
    if (s[*pos] == ':' && str_digit(s[*pos + 1])) {
        ++*pos;
        d->second = read_number(s, pos);
    }
}

static struct digits read_digits(const char *s)
{
    struct digits d = {.hour = -1};
    for (size_t i = 0; s[i];) {
        if (!str_digit(s[i])) {
            i++;
            continue;
        }
        size_t at = i;
        int value = read_number(s, &i);
        if (d.hour < 0 && s[i] == ':' && str_digit(s[i + 1]))
            read_clock(&d, s, &i, value);
        else if (d.n < NUMBERS_MAX)
            d.v[d.n++] = (struct number){value, at};
    }
    return d;
}

/* The longest name of a month in the text; its number, 0 when there is none. */
static int month_name(const char *s, const struct thread_words *words, size_t *ret_at)
{
    size_t best = 0;
    int month = 0;
    for (size_t i = 0; words && i < words->lists[THREAD_MONTH].n; i++) {
        const struct str_list one = {.v = &words->lists[THREAD_MONTH].v[i], .n = 1};
        size_t n = strlen(one.v[0]);
        int64_t value;
        if (n <= best || !words_inside(&one, s) || !str_int(words->month_values.v[i], 1, 12, &value))
            continue;
        best = n;
        month = (int)value;
        *ret_at = (size_t)(strstr(s, one.v[0]) - s);
    }
    return month;
}

static int nearest_day(const struct digits *d, size_t at)
{
    int day = 0;
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < d->n; i++) {
        size_t gap = d->v[i].at > at ? d->v[i].at - at : at - d->v[i].at;
        if (d->v[i].value >= 1 && d->v[i].value <= 31 && gap < best) {
            best = gap;
            day = d->v[i].value;
        }
    }
    return day;
}

/* Day and month around the year at index y. */
static bool around_year(const struct digits *d, size_t y, bool american, int *ret_month, int *ret_day)
{
    if (y >= 2) {
        *ret_day = d->v[y - 2].value;
        *ret_month = d->v[y - 1].value;
        if (*ret_month > 12 || (american && *ret_day <= 12)) {
            int day = *ret_month;
            *ret_month = *ret_day;
            *ret_day = day;
        }
        return true;
    }
    if (y + 2 >= d->n)
        return false;
    *ret_month = d->v[y + 1].value;
    *ret_day = d->v[y + 2].value;
    return true;
}

static int hour_of_day(const struct digits *d, const char *s, const struct thread_words *words)
{
    int hour = d->hour < 0 ? 0 : d->hour;
    if (!words || hour > 12)
        return hour;
    if (words_inside(&words->lists[THREAD_AFTERNOON], s))
        return hour < 12 ? hour + 12 : hour;
    return hour == 12 && words_inside(&words->lists[THREAD_MORNING], s) ? 0 : hour;
}

static bool english_half(const char *s)
{
    const char *half[] = {"am", "pm"};
    const struct str_list list = {.v = half, .n = ARRAY_LEN(half)};
    return strchr(s, '/') && words_inside(&list, s);
}

/* Index of the year; d->n when there is none. */
static size_t find_year(const struct digits *d)
{
    size_t y = 0;
    while (y < d->n && (d->v[y].value < 1970 || d->v[y].value > 2999))
        y++;
    return y;
}

static bool is_date(int month, int day, int hour, const struct digits *d)
{
    return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23 && d->minute <= 59 &&
           d->second <= 60;
}

int64_t thread_date(const char *text, const struct thread_words *words)
{
    int64_t at;
    if (when_parse_rfc5322(text, &at) || when_parse_rfc3339(text, &at))
        return at;
    size_t n = strlen(text), name_at = 0;
    _cleanup_mem_ char *s = words_fold(NULL, text, n > DATE_BYTES ? DATE_BYTES : n);
    struct digits d = read_digits(s);
    size_t y = find_year(&d);
    if (y == d.n)
        return WHEN_NONE;
    int day = 0, month = month_name(s, words, &name_at);
    if (month > 0)
        day = nearest_day(&d, name_at);
    else if (!around_year(&d, y, english_half(s), &month, &day))
        return WHEN_NONE;
    int hour = hour_of_day(&d, s, words);
    if (!is_date(month, day, hour, &d))
        return WHEN_NONE;
    return when_from_civil(d.v[y].value, month, day, hour, d.minute, d.second);
}
