/* date.c: scans one date. Refuses what the calendar does not have, so that 12/15 or 31/02 is no date. */
#include "fields/date.h"

static size_t blanks(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && str_space(s[i]))
        i++;
    return i;
}

static size_t digits(const char *s, size_t n, size_t most, int *ret)
{
    size_t i = 0;
    int value = 0;
    while (i < n && i < most && str_digit(s[i]))
        value = value * 10 + (s[i++] - '0');
    if (i == 0 || (i < n && str_digit(s[i])))
        return 0;
    *ret = value;
    return i;
}

static size_t word(const char *s, size_t n, const char *w)
{
    size_t k = strlen(w);
    return k && k <= n && memcmp(s, w, k) == 0 ? k : 0;
}

static int days_of(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (leap && month == 2);
}

bool date_valid(struct date d)
{
    return d.year >= 1945 && d.year <= 2099 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
           d.day <= days_of(d.year, d.month);
}

/* Blanks, a word, blanks: how day, month and year follow one another in a long date. */
static size_t joint(const char *s, size_t n, const char *w)
{
    size_t i = blanks(s, n), k = word(s + i, n - i, w);
    return k ? i + k + blanks(s + i + k, n - i - k) : 0;
}

static size_t mark(const char *s, size_t n, char c)
{
    return n && *s == c;
}

size_t date_scan(const char *s, size_t n, const struct date_words *w, struct date *ret)
{
    struct date d = {0};
    size_t i = word(s, n, w->day), k;
    i += i ? blanks(s + i, n - i) : 0;
    if (!(k = digits(s + i, n - i, 2, &d.day)))
        return 0;
    i += k;
    char c = i < n ? s[i] : 0;
    bool is_short = c == '/' || c == '.' || c == '-';
    k = is_short ? mark(s + i, n - i, c) : joint(s + i, n - i, w->month);
    if (!k || !(i += k, k = digits(s + i, n - i, 2, &d.month)))
        return 0;
    i += k;
    k = is_short ? mark(s + i, n - i, c) : joint(s + i, n - i, w->year);
    if (!k || !(i += k, k = digits(s + i, n - i, 4, &d.year)) || !date_valid(d))
        return 0;
    *ret = d;
    return i + k;
}

char *date_iso(const void *mem, struct date d)
{
    return mem_fmt(mem, "%04d-%02d-%02d", d.year, d.month, d.day);
}

size_t date_scan_open(const char *s, size_t n, const struct date_words *w, struct date *ret)
{
    struct date d = {0};
    size_t whole = date_scan(s, n, w, ret), i = word(s, n, w->day), k;
    if (whole)
        return whole;
    i += i ? blanks(s + i, n - i) : 0;
    if (!(k = digits(s + i, n - i, 2, &d.day)))
        return 0;
    i += k;
    k = i < n && s[i] == '/' ? 1 : joint(s + i, n - i, w->month);
    if (!k || !(i += k, k = digits(s + i, n - i, 2, &d.month)))
        return 0;
    i += k;
    if ((i < n && s[i] == '/') || !date_valid((struct date){2000, d.month, d.day}))
        return 0;
    *ret = d;
    return i;
}

bool date_parse(const char *iso, struct date *ret)
{
    struct date d = {0};
    if (strlen(iso) != 10 || iso[4] != '-' || iso[7] != '-' || !digits(iso, 4, 4, &d.year) ||
        !digits(iso + 5, 2, 2, &d.month) || !digits(iso + 8, 2, 2, &d.day) || !date_valid(d))
        return false;
    *ret = d;
    return true;
}

struct date date_add(struct date d, int days)
{
    d.day += days;
    while (d.day > days_of(d.year, d.month)) {
        d.day -= days_of(d.year, d.month);
        d.year += d.month == 12;
        d.month = d.month == 12 ? 1 : d.month + 1;
    }
    return d;
}
