/* timing.h: what the regulations say about time, as a profile's files say it: office hours, days off and
 * make-up Saturdays, time rules, periodic duties. Values only; desk/calendar and desk/deadline compute with
 * them. Days are civil days at +07, numbered from 1970-01-01 = 0; minutes are of such a day (0-1440). */
#ifndef HOUSE_TIMING_H
#define HOUSE_TIMING_H

#include "base/str.h"
#include "base/when.h"

#define DAY_NONE INT32_MIN

/* Where an entry stands and which article it comes from. */
struct timing_source {
    const char *cite; /* "MIC-14.1"; "" when there is none */
    const char *file;
    int line;
};

/* hours from 2024-01-01 { 08:00-12:00 13:00-17:00 }: in force from that day on. The latest that has begun
 * holds. */
struct office_hours {
    int32_t from_day;
    struct {
        int from, to;
    } spans[4]; /* ascending, not touching */
    size_t n_spans;
    struct timing_source at;
};

/* A day that is not what its weekday says: a weekday off, or a Saturday worked. */
struct marked_day {
    int32_t day;
    bool works;
    const char *name;   /* "Giỗ Tổ Hùng Vương", "làm bù ngày 02/01" */
    const char *source; /* the document that says so */
    struct timing_source at;
};

/* A year whose days are listed; `provisional` until the announcement is in the file. */
struct calendar_year {
    int year;
    bool provisional;
    const char *source;
    struct timing_source at;
};

struct calendar_rules {
    struct office_hours *hours; /* ascending by from_day */
    size_t n_hours;
    struct marked_day *days; /* ascending by day, each once: the profile's own file replaces common's */
    size_t n_days;
    struct calendar_year *years; /* ascending */
    size_t n_years;
};

enum span_unit {
    SPAN_WORKING_HOURS, /* run on the office clock from the minute of the start */
    SPAN_WORKING_DAYS,  /* the day of the start is day 0; due at the close of day N (BLDS 2015, 147-148) */
    SPAN_CLOCK_HOURS,   /* every hour counts */
    SPAN_CALENDAR_DAYS, /* every day counts; due at the end of day N */
    SPAN_MONTHS,
    SPAN_AT_ONCE /* "ngay": `length` is the tolerance shown, in minutes of office time */
};

/* deadline mic/answer { start received; within 5 working-days; ... cite MIC-11.2a3 } */
struct time_rule {
    const char *id;    /* "mic/publish-edited" */
    const char *label; /* shown to people */
    const char
        *start; /* event word: received, signed, approved, accepted, consented, occurred, handed-over,
                   expired, changed, requested ... (checked against a list of the rules) */
    enum span_unit unit;
    int length;
    bool backward;            /* not later than `length` before the start */
    int stricter;             /* tolerance used by the house for at-once rules; minutes */
    struct str_list kinds;    /* kind ids or categories for which it opens by itself */
    struct str_list ends;     /* events that end it: published, answered, forwarded ... */
    const char *switch_event; /* recorded event on which another rule takes over, "" none */
    const char *switch_to;    /* that rule's id */
    const char *owner;        /* role or "unit" whose it is to do */
    const char *note;         /* how a doubtful reading was ruled, "" */
    struct timing_source at;
};

enum duty_every {
    DUTY_DAY,
    DUTY_WORKING_DAY,
    DUTY_WEEK,
    DUTY_MONTH,
    DUTY_QUARTER,
    DUTY_HALF_YEAR,
    DUTY_YEAR
};

/* duty dn/members-report { before 05-05 05-11; owner member; cite DN-12 } */
struct duty {
    const char *id, *label, *owner;
    enum duty_every every;
    int times;              /* in each period: backup 2 a week */
    struct str_list before; /* "05-05": month and day; strictly before that day begins */
    int by_minute;          /* of the day, -1: the end of the period (MIC-15.1: 16:00) */
    struct timing_source at;
};

#endif
