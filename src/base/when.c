/* when.c: civil dates by arithmetic (days from civil, H. Hinnant's algorithm), no libc time zone. */
#include "base/when.h"
#include "base/str.h"

static int64_t days_from_civil(int64_t y, int m, int d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

struct when_civil when_civil(int64_t t)
{
    int64_t local = t + WHEN_VN_SHIFT, day = floor_div(local, 86400), sec = local - day * 86400;
    int64_t z = day + 719468, era = floor_div(z, 146097), doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);
    return (struct when_civil){.year = (int)(yoe + era * 400 + (month <= 2)),
                               .month = month,
                               .day = (int)(doy - (153 * mp + 2) / 5 + 1),
                               .hour = (int)(sec / 3600),
                               .minute = (int)(sec / 60 % 60),
                               .second = (int)(sec % 60),
                               .weekday = (int)(((day + 3) % 7 + 7) % 7 + 1)};
}

static int64_t utc_from_civil(int y, int mo, int d, int h, int mi, int s)
{
    return days_from_civil(y, mo, d) * 86400 + (int64_t)h * 3600 + (int64_t)mi * 60 + s;
}

int64_t when_from_civil(int y, int mo, int d, int h, int mi, int s)
{
    return utc_from_civil(y, mo, d, h, mi, s) - WHEN_VN_SHIFT;
}

char *when_rfc3339(const void *mem, int64_t t)
{
    if (t == WHEN_NONE)
        return mem_str(mem, "");
    struct when_civil c = when_civil(t);
    return mem_fmt(mem, "%04d-%02d-%02dT%02d:%02d:%02d+07:00", c.year, c.month, c.day, c.hour, c.minute,
                   c.second);
}

char *when_date(const void *mem, int64_t t)
{
    struct when_civil c = when_civil(t);
    return mem_fmt(mem, "%04d-%02d-%02d", c.year, c.month, c.day);
}

char *when_short(const void *mem, int64_t t)
{
    struct when_civil c = when_civil(t);
    return mem_fmt(mem, "%02d/%02d/%04d %02d:%02d", c.day, c.month, c.year, c.hour, c.minute);
}

static const char month_names[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char day_names[8][4] = {"", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

char *when_rfc5322(const void *mem, int64_t t)
{
    struct when_civil c = when_civil(t);
    return mem_fmt(mem, "%s, %02d %s %04d %02d:%02d:%02d +0700", day_names[c.weekday], c.day,
                   month_names[c.month - 1], c.year, c.hour, c.minute, c.second);
}

/* ---- parsing ---- */

/* Exactly `digits` digits at *p; moves *p past them. */
static bool fixed(const char **p, int digits, int *ret)
{
    int v = 0;
    for (int i = 0; i < digits; i++) {
        if (!str_digit((*p)[i]))
            return false;
        v = v * 10 + ((*p)[i] - '0');
    }
    *p += digits;
    *ret = v;
    return true;
}

static bool literal(const char **p, char c)
{
    if (**p != c)
        return false;
    (*p)++;
    return true;
}

static int days_in_month(int y, int m)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    return days[m - 1] + (m == 2 && leap);
}

static bool sane(int y, int mo, int d, int h, int mi, int s)
{
    return y >= 1 && mo >= 1 && mo <= 12 && d >= 1 && d <= days_in_month(y, mo) && h <= 23 && mi <= 59 &&
           s <= 60;
}

static bool parse_offset(const char **p, int *ret_seconds)
{
    int h, m, sign = **p == '-' ? -1 : 1;
    if (literal(p, 'Z') || literal(p, 'z')) {
        *ret_seconds = 0;
        return true;
    }
    if (!(literal(p, '+') || literal(p, '-')) || !fixed(p, 2, &h))
        return false;
    (void)literal(p, ':');
    if (!fixed(p, 2, &m) || h > 23 || m > 59)
        return false;
    *ret_seconds = sign * (h * 3600 + m * 60);
    return true;
}

static bool parse_day(const char **p, int *y, int *mo, int *d)
{
    return fixed(p, 4, y) && literal(p, '-') && fixed(p, 2, mo) && literal(p, '-') && fixed(p, 2, d);
}

/* "T08:30:00.123+07:00" */
static bool parse_time(const char **p, int *h, int *mi, int *sec, int *offset)
{
    if (!(literal(p, 'T') || literal(p, 't') || literal(p, ' ')))
        return false;
    if (!fixed(p, 2, h) || !literal(p, ':') || !fixed(p, 2, mi) || !literal(p, ':') || !fixed(p, 2, sec))
        return false;
    if (literal(p, '.'))
        while (str_digit(**p))
            (*p)++;
    return parse_offset(p, offset);
}

bool when_parse_rfc3339(const char *s, int64_t *ret)
{
    int y, mo, d, h = 0, mi = 0, sec = 0, offset = WHEN_VN_SHIFT;
    if (!parse_day(&s, &y, &mo, &d) || (*s && !parse_time(&s, &h, &mi, &sec, &offset)))
        return false;
    if (*s || !sane(y, mo, d, h, mi, sec))
        return false;
    *ret = utc_from_civil(y, mo, d, h, mi, sec) - offset;
    return true;
}

/* Skips white space and (nested) comments. */
static void skip_cfws(const char **p)
{
    int depth = 0;
    for (; **p; (*p)++) {
        if (**p == '(')
            depth++;
        else if (**p == ')' && depth > 0)
            depth--;
        else if (depth == 0 && !str_space(**p))
            return;
    }
}

static bool number(const char **p, int max_digits, int *ret, int *ret_digits)
{
    int v = 0, k = 0;
    for (; k < max_digits && str_digit(**p); k++, (*p)++)
        v = v * 10 + (**p - '0');
    *ret = v;
    *ret_digits = k;
    return k > 0;
}

static bool month_name(const char **p, int *ret)
{
    for (int i = 0; i < 12; i++) {
        if (str_ieqn(*p, month_names[i], 3)) {
            *p += 3;
            *ret = i + 1;
            return true;
        }
    }
    return false;
}

static int zone_seconds(const char **p)
{
    static const struct {
        char name[4];
        int hours;
    } zones[] = {{"EST", -5}, {"EDT", -4}, {"CST", -6}, {"CDT", -5},
                 {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};
    int offset = 0;
    if (**p == '+' || **p == '-')
        return parse_offset(p, &offset) ? offset : 0;
    for (size_t i = 0; i < ARRAY_LEN(zones); i++)
        if (str_ieqn(*p, zones[i].name, 3))
            return zones[i].hours * 3600;
    return 0;
}

static bool parse_clock(const char **p, int *h, int *mi, int *s)
{
    int k;
    *s = 0;
    skip_cfws(p);
    if (!number(p, 2, h, &k) || !literal(p, ':') || !number(p, 2, mi, &k))
        return false;
    if (literal(p, ':') && !number(p, 2, s, &k))
        return false;
    skip_cfws(p);
    return true;
}

bool when_parse_rfc5322(const char *s, int64_t *ret)
{
    int y, mo, d, h, mi, sec, k;
    skip_cfws(&s);
    while (str_alpha(*s))
        s++;
    (void)literal(&s, ',');
    skip_cfws(&s);
    if (!number(&s, 2, &d, &k))
        return false;
    skip_cfws(&s);
    if (!month_name(&s, &mo))
        return false;
    skip_cfws(&s);
    if (!number(&s, 4, &y, &k))
        return false;
    if (k == 2)
        y += y < 50 ? 2000 : 1900;
    else if (k == 3)
        y += 1900;
    if (!parse_clock(&s, &h, &mi, &sec) || !sane(y, mo, d, h, mi, sec))
        return false;
    *ret = utc_from_civil(y, mo, d, h, mi, sec) - zone_seconds(&s);
    return true;
}

/* ---- ISO weeks ---- */

/* Days since 1970 of the Monday that begins ISO week 1 (the week of 4 January). */
static int64_t first_monday(int year)
{
    int64_t jan4 = days_from_civil(year, 1, 4);
    return jan4 - ((jan4 + 3) % 7 + 7) % 7;
}

char *when_iso_week(const void *mem, int64_t t)
{
    int64_t day = floor_div(t + WHEN_VN_SHIFT, 86400);
    int year = when_civil(t).year;
    if (day >= first_monday(year + 1))
        year++;
    else if (day < first_monday(year))
        year--;
    return mem_fmt(mem, "%04d-W%02d", year, (int)((day - first_monday(year)) / 7 + 1));
}

bool when_week_span(const char *iso_week, int64_t *ret_from, int64_t *ret_until)
{
    int year, week;
    if (!fixed(&iso_week, 4, &year) || !literal(&iso_week, '-') || !literal(&iso_week, 'W') ||
        !fixed(&iso_week, 2, &week) || *iso_week)
        return false;
    int64_t monday = first_monday(year) + (int64_t)(week - 1) * 7;
    if (week < 1 || year < 1 || monday >= first_monday(year + 1))
        return false;
    *ret_from = monday * 86400 - WHEN_VN_SHIFT;
    *ret_until = *ret_from + 7 * 86400;
    return true;
}
