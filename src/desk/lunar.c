/* lunar.c: the Vietnamese lunisolar calendar by Ho Ngoc Duc's method: astronomical new moons and the sun's
 * longitude, both at the meridian of UTC+7 (J. Meeus, "Astronomical Algorithms", 1998, in the short form of
 * that author). A month begins on the day of a new moon; the 11th holds the winter solstice; in a year of
 * 13 months the first without a principal term is the leap month. A table from China would be wrong: at
 * UTC+8 some new moons fall on another day (2007, 2030). Refuses years outside 1800-2199, for which the
 * short series were not checked. Plain double arithmetic; no table of years, so nothing has to be updated.
 */
#include "desk/calendar.h"
#include <math.h>

#define PI          3.14159265358979323846
#define ZONE_HOURS  7.0
#define JULIAN_1970 2440588 /* the Julian day number of 1970-01-01 */
#define FIRST_YEAR  1800
#define LAST_YEAR   2199

/* Julian date of the k-th new moon since 1900-01-01 (13:52 UCT). */
static double new_moon(int k)
{
    double t = k / 1236.85, t2 = t * t, t3 = t2 * t, dr = PI / 180;
    double jd = 2415020.75933 + 29.53058868 * k + 0.0001178 * t2 - 0.000000155 * t3;
    jd += 0.00033 * sin((166.56 + 132.87 * t - 0.009173 * t2) * dr);
    double m = (359.2242 + 29.10535608 * k - 0.0000333 * t2 - 0.00000347 * t3) * dr;
    double mpr = (306.0253 + 385.81691806 * k + 0.0107306 * t2 + 0.00001236 * t3) * dr;
    double f = (21.2964 + 390.67050646 * k - 0.0016528 * t2 - 0.00000239 * t3) * dr;
    double c = (0.1734 - 0.000393 * t) * sin(m) + 0.0021 * sin(2 * m);
    c += -0.4068 * sin(mpr) + 0.0161 * sin(2 * mpr) - 0.0004 * sin(3 * mpr);
    c += 0.0104 * sin(2 * f) - 0.0051 * sin(m + mpr) - 0.0074 * sin(m - mpr);
    c += 0.0004 * sin(2 * f + m) - 0.0004 * sin(2 * f - m) - 0.0006 * sin(2 * f + mpr);
    c += 0.0010 * sin(2 * f - mpr) + 0.0005 * sin(2 * mpr + m);
    double delta = t < -11 ? 0.001 + 0.000839 * t + 0.0002261 * t2 - 0.00000845 * t3 - 0.000000081 * t * t3
                           : -0.000278 + 0.000265 * t + 0.000262 * t2;
    return jd + c - delta;
}

/* Julian day number, at UTC+7, on which the k-th new moon falls. */
static int new_moon_day(int k)
{
    return (int)floor(new_moon(k) + 0.5 + ZONE_HOURS / 24);
}

/* The twelfth of the ecliptic, 0-11 from the March equinox, in which the sun is at midnight before a day.
 */
static int sun_sector(int julian_day)
{
    double t = (julian_day - 2451545.5 - ZONE_HOURS / 24) / 36525, t2 = t * t, dr = PI / 180;
    double m = (357.52910 + 35999.05030 * t - 0.0001559 * t2 - 0.00000048 * t * t2) * dr;
    double l = 280.46645 + 36000.76983 * t + 0.0003032 * t2;
    l += (1.914600 - 0.004817 * t - 0.000014 * t2) * sin(m);
    l += (0.019993 - 0.000101 * t) * sin(2 * m) + 0.000290 * sin(3 * m);
    double turns = l / 360;
    return (int)floor((turns - floor(turns)) * 12);
}

/* Noon in Viet Nam is 05:00 UTC: dividing towards zero would be a day late before 1970. */
static int julian(int year, int month, int day)
{
    int64_t seconds = when_from_civil(year, month, day, 12, 0, 0);
    return (int)(seconds / 86400 - (seconds % 86400 < 0)) + JULIAN_1970;
}

/* The number of the new moon that begins the 11th month of the lunar year ending around `year`. */
static int moon_11(int year)
{
    int k = (int)floor((julian(year, 12, 31) - 2415021) / 29.530588853);
    return sun_sector(new_moon_day(k)) >= 9 ? k - 1 : k; /* the solstice was before it */
}

/* Which month after the 11th (moon `k`) is the leap one: the first without a principal term. */
static int leap_offset(int k)
{
    int i = 1, last, sector = sun_sector(new_moon_day(k + i));
    do {
        last = sector;
        i++;
        sector = sun_sector(new_moon_day(k + i));
    } while (sector != last && i < 14);
    return i - 1;
}

/* The moons between two 11th months, and the leap one; leap 0: none. */
struct frame {
    int first; /* moon of the 11th month that opens it */
    int leap;  /* months after it */
};

static struct frame frame_of(int year)
{
    int a = moon_11(year - 1), b = moon_11(year);
    return (struct frame){a, b - a > 12 ? leap_offset(a) : 0};
}

/* Months from the 11th that opens the frame to this one; -1 when there is no such leap month. */
static int offset_of(const struct frame *f, int month, bool leap)
{
    int offset = month >= 11 ? month - 11 : month + 1;
    int leap_month = f->leap < 3 ? f->leap + 10 : f->leap - 2;
    if (leap && (f->leap == 0 || leap_month != month))
        return -1;
    return f->leap && (leap || offset >= f->leap) ? offset + 1 : offset;
}

bool lunar_to_day(int year, int month, int day, bool leap, int32_t *ret_day)
{
    if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1 || day > 30)
        return false;
    struct frame f = frame_of(month >= 11 ? year + 1 : year);
    int offset = offset_of(&f, month, leap);
    int first = new_moon_day(f.first + offset), next = new_moon_day(f.first + offset + 1);
    if (offset < 0 || day > next - first)
        return false; /* no such leap month, or a month of 29 days */
    *ret_day = first + day - 1 - JULIAN_1970;
    return true;
}

bool lunar_of_day(int32_t day, struct lunar_date *ret)
{
    int jd = (int)day + JULIAN_1970, year = day == DAY_NONE ? 0 : calendar_year_of(day);
    if (year <= FIRST_YEAR || year > LAST_YEAR)
        return false;
    int k = (int)floor((jd - 2415021.076998695) / 29.530588853);
    int moon = k + 1;
    while (new_moon_day(moon) > jd) /* the mean month is half a day off at most */
        moon--;
    struct frame f = frame_of(year);
    if (moon >= moon_11(year)) {
        year++;
        f = frame_of(year);
    }
    int offset = moon - f.first;
    struct lunar_date d = {.day = jd - new_moon_day(moon) + 1, .leap = f.leap && offset == f.leap};
    if (f.leap && offset >= f.leap)
        offset--;
    d.month = (offset + 10) % 12 + 1;
    d.year = offset < 2 ? year - 1 : year; /* months 11 and 12 belong to the year before */
    *ret = d;
    return true;
}
