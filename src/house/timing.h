/* timing.h: what the regulations say about time, as a profile's files say it: office hours, days off and
 * make-up Saturdays, time rules, periodic duties. Values only; desk/calendar, desk/deadline and desk/duty
 * compute with them. Days are civil days at +07, numbered from 1970-01-01 = 0; minutes are of such a day
 * (0-1440). */
#ifndef HOUSE_TIMING_H
#define HOUSE_TIMING_H

#include "base/str.h"
#include "base/when.h"

#define DAY_NONE INT32_MIN

#define TIMING_MINUTES_MAX (400 * 1440) /* the longest term in minutes or hours */
#define TIMING_DAYS_MAX    4000         /* in days */
#define TIMING_MONTHS_MAX  1200         /* in months */

/* Where an entry stands and which article it comes from. */
struct timing_source {
    const char *cite; /* "MIC-14.1"; "" when there is none */
    const char *file;
    int line;
};

/* Minutes of a day: [from, to). */
struct office_span {
    int from, to;
};

struct office_spans {
    struct office_span v[4]; /* ascending, not touching */
    size_t n;
};

/* hours from 2024-01-01 { 08:00-12:00 13:00-17:00 }: in force from that day on. The latest that has begun
 * holds; before the first of all, that one. A profile that has its own takes none of rules/common. */
struct office_hours {
    int32_t from_day;
    struct office_spans spans; /* at least one */
    const char *source;
    bool provisional; /* not confirmed by the institution */
    struct timing_source at;
};

/* A day that is not what its weekday says: off, worked (a make-up Saturday), or worked for part of it. */
struct marked_day {
    int32_t day;
    bool works;
    bool provisional;          /* not announced, or known from hearsay only */
    struct office_spans spans; /* its own hours; none: those in force */
    const char *name;          /* shown to people */
    const char *source;        /* the document that says so */
    struct timing_source at;
};

/* A year whose days are listed; `provisional` until the announcement is in the file. */
struct calendar_year {
    int year;
    bool provisional;
    const char *source;
    struct timing_source at;
};

/* switch NAME yes|no: whether the days marked with it count as marked. */
struct calendar_switch {
    const char *name;
    bool on;
    struct timing_source at;
};

struct calendar_rules {
    struct office_hours *hours; /* ascending by from_day; at least one in a loaded profile */
    size_t n_hours;
    struct marked_day *days; /* ascending by day, each once: the profile's own file replaces common's */
    size_t n_days;
    struct calendar_year *years; /* ascending */
    size_t n_years;
    struct calendar_switch *switches;
    size_t n_switches;
    bool day_ends_with_office; /* a term in days ends with the office hours of its last day, not at 24:00 */
};

enum span_unit {
    SPAN_WORKING_MINUTES, /* run on the office clock from the minute of the start; hours are written so too
                           */
    SPAN_WORKING_DAYS,    /* the day of the start is day 0; due at the end of day N (BLDS 2015, 147-148) */
    SPAN_CLOCK_MINUTES,   /* every minute counts */
    SPAN_CALENDAR_DAYS,   /* every day counts; due at the end of day N */
    SPAN_MONTHS           /* due at the end of the day of that number, else of the month's last day */
};

enum issuer {
    ISSUER_ANY,
    ISSUER_OWN,  /* documents that the institution itself issued */
    ISSUER_OTHER /* those of others, which it must carry out (LS-9.3) */
};

/* When its owner is reminded, once, before it is too late: `remind after 1 working-days` of a time rule
 * (when so much of the term has passed), `remind before 3 working-days` of a duty (so long before it is
 * due), `remind no`; nothing said: what is usual, see desk/remind.h. */
enum remind_how { REMIND_USUAL, REMIND_SPAN, REMIND_NO };

struct remind {
    enum remind_how how;
    enum span_unit unit;
    int length; /* of `unit`, at least 1 */
};

/* deadline mic/answer { start received; within 5 working-days; ... cite MIC-11.2a3 } */
struct time_rule {
    const char *id;         /* "mic/publish-edited" */
    const char *label;      /* shown to people */
    struct str_list starts; /* event words, any of which starts it: timing_event_words */
    enum span_unit unit;
    int length;    /* of `unit`; 0 with minutes: the very instant, backward: the second before it */
    bool in_hours; /* written in hours: shown so */
    bool backward; /* not later than `length` before the start */
    bool at_once;  /* the article says "at once": `length` is the tolerance of the house */
    bool moves;    /* a last day off moves to the next working day (BLDS 2015, 148.5); for
                      SPAN_CALENDAR_DAYS and SPAN_MONTHS forward */
    enum issuer issuer;
    struct str_list kinds;    /* kind ids or categories for which it opens by itself */
    struct str_list by_hand;  /* those for which it opens only when staff record its start */
    struct str_list ends;     /* events that end it */
    const char *switch_event; /* recorded event on which another rule takes over, "" none */
    const char *switch_to;    /* that rule's id */
    const char *late_flag;    /* what is raised on a case whose letter came after its due instant, "" */
    const char *owner;        /* whose it is to do: timing_owner_words */
    struct remind remind;
    const char *note; /* how a doubtful reading was ruled, "" */
    struct timing_source at;
};

enum duty_every {
    DUTY_DAY,
    DUTY_WORKING_DAY,
    DUTY_WEEK, /* ISO: Monday to Sunday */
    DUTY_MONTH,
    DUTY_QUARTER,
    DUTY_HALF_YEAR,
    DUTY_YEAR,
    DUTY_DATES /* on the dates of `before` only */
};

/* What the program itself sees of a duty being done; a person's word counts beside it. */
enum duty_proof {
    DUTY_BY_WORD,        /* nothing */
    DUTY_BY_BACKUP,      /* a backup that was restored and found whole counts when it was made */
    DUTY_BY_DIGEST,      /* the inspectorate's digest was sent */
    DUTY_BY_PUBLICATION, /* something was published */
    DUTY_BY_ROUTING,     /* no question that came in time is without its unit */
    DUTY_BY_SUPPLY       /* what the unit sent in time, of one of `kinds`, was approved or published */
};

/* "05-05" */
struct month_day {
    int month, day;
};

/* duty dongnai/members-report { before 05-05 11-05; owner member; cite DN-12 } */
struct duty {
    const char *id, *label, *owner;
    enum duty_every every;
    int times;                /* in each period, 1-31: backup 2 a week */
    struct month_day *before; /* strictly before that day begins; ascending */
    size_t n_before;
    int by_minute;   /* of the last day, -1: the end of the period (MIC-15.1: 16:00) */
    bool if_changed; /* due only when something changed (MIC-11.2c): may be marked as unchanged */
    bool each;       /* of everybody who has the owner's role (DN-12: the members report) */
    bool lapses;     /* what was missed cannot be made good: not spoken of after its period */
    enum duty_proof proof;
    struct str_list kinds; /* of DUTY_BY_SUPPLY */
    struct str_list units; /* each of them has it for itself; none: nobody is named */
    struct remind remind;
    const char *note;
    struct timing_source at;
};

/* Words of the grammar, NULL-ended. */
extern const char *const timing_event_words[];
extern const char *const timing_owner_words[];
extern const char *const timing_proof_words[]; /* in the order of enum duty_proof; the first is "word" */
extern const char *const timing_every_words[]; /* in the order of enum duty_every, without DUTY_DATES */

#endif
