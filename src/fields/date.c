/* date.c: scans one date. Refuses what the calendar does not have, so that 12/15 or 31/02 is no date. */
#include "fields/date.h"
#include "fields/numeral.h"

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

/* Digits before a blank, where a scan may have given l or i for 1 and o for 0. */
static size_t misread(const char *s, size_t n, size_t most, int *ret)
{
    size_t i = 0;
    int value = 0;
    for (; i < n && i < most && (str_digit(s[i]) || strchr("lio|", s[i])); i++)
        value = value * 10 + (str_digit(s[i]) ? s[i] - '0' : s[i] != 'o');
    if (i == 0 || (i < n && (str_alpha(s[i]) || str_digit(s[i]) || (unsigned char)s[i] >= 0x80)))
        return 0;
    *ret = value;
    return i;
}

/* One part of a long date, in digits or in words before the word `next` (NULL: the last part). */
static size_t part(const char *s, size_t n, size_t most, const struct date_words *w, const char *next,
                   int *ret)
{
    size_t k = misread(s, n, most, ret); /* all digits are read so too, before a blank */
    k = k ? k : digits(s, n, most, ret);
    return k || !w->numerals ? k : numeral_scan(s, n, w->numerals, w->meanings, next, ret);
}

/* "day D month M year YYYY"; the word for day is not needed before digits. */
static size_t long_date(const char *s, size_t n, const struct date_words *w, struct date *ret)
{
    size_t day = word(s, n, w->day), i = day ? day + blanks(s + day, n - day) : 0, k;
    k = day ? part(s + i, n - i, 2, w, w->month, &ret->day) : digits(s, n, 2, &ret->day);
    if (!k || !(k = (i += k, joint(s + i, n - i, w->month))))
        return 0;
    i += k;
    if (!(k = part(s + i, n - i, 2, w, w->year, &ret->month)) ||
        !(k = (i += k, joint(s + i, n - i, w->year))))
        return 0;
    i += k;
    k = part(s + i, n - i, 4, w, NULL, &ret->year);
    return k ? i + k : 0;
}

/* "[day] D/M/YYYY", the same mark twice. */
static size_t short_date(const char *s, size_t n, const struct date_words *w, struct date *ret)
{
    size_t i = word(s, n, w->day), k;
    i += i ? blanks(s + i, n - i) : 0;
    if (!(k = digits(s + i, n - i, 2, &ret->day)))
        return 0;
    i += k;
    char c = i < n ? s[i] : 0;
    if (c != '/' && c != '.' && c != '-')
        return 0;
    if (!(k = (i++, digits(s + i, n - i, 2, &ret->month))) || !(k = (i += k, mark(s + i, n - i, c))))
        return 0;
    i += k;
    k = digits(s + i, n - i, 4, &ret->year);
    return k ? i + k : 0;
}

size_t date_scan(const char *s, size_t n, const struct date_words *w, struct date *ret)
{
    struct date d = {0};
    size_t k = short_date(s, n, w, &d);
    k = k ? k : long_date(s, n, w, &d);
    if (!k || !date_valid(d))
        return 0;
    *ret = d;
    return k;
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
