/* office.h: who does what, as a profile's files say it: units, fields and whose each field is, roles, what
 * a kind must come with, how long it is kept. Values only; classify/topic finds fields, desk/route
 * proposes. Days are civil days at +07, numbered from 1970-01-01 = 0. */
#ifndef HOUSE_OFFICE_H
#define HOUSE_OFFICE_H

#include "base/str.h"

#define OFFICE_NO_DAY INT32_MIN

/* Where an entry stands and which article it comes from. */
struct office_source {
    const char *cite, *file;
    int line;
};

/* unit TTra { name "..."; also "..."; alternate LDB; inspectorate yes; cite ... } */
struct office_unit {
    const char *id;        /* as in the directory: "CVT"; rules and routes name it */
    const char *name;      /* full name */
    struct str_list also;  /* other names in letters: recusal looks for all of them, never for the id */
    const char *alternate; /* unit that gets what this one may not, "" */
    bool inspectorate;     /* gets complaints and denunciations (MIC-13.5d) */
    struct office_source at;
};

struct topic_phrase {
    const char *text, *shown; /* folded; as the editor wrote it */
    int weight;               /* -100..100; in the subject it counts double */
    int line;
};

/* field telecom { label "..."; group "..."; weight 3 { "..." } cite ... }: one of the fields of MIC-10.1 */
struct topic {
    const char *id, *label, *group;
    struct topic_phrase *phrases;
    size_t n_phrases;
    struct office_source at;
};

/* First and last day of an absence. */
struct office_absence {
    int32_t from, until;
};

/* route telecom { to CVT; deputy PTTH; from 2017-02-16; until 2024-12-31; shared yes; cite ... } */
struct route_rule {
    size_t topic;        /* index into office_rules.topics */
    const char *to;      /* unit id, or the address of a member of the board */
    const char *deputy;  /* the same; stands in while `to` is away or may not have it; "" */
    int32_t from, until; /* first and last day it holds; OFFICE_NO_DAY: without bound */
    bool shared;         /* the field has more than one owner: all are proposed (DN-8.2) */
    struct office_absence *away;
    size_t n_away;
    struct office_source at;
};

/* role chief { label "..."; holder "..."; stands-in-for ...; cite ... } */
struct role_rule {
    const char *role;          /* a word of enum role */
    const char *label;         /* as the regulation calls it */
    const char *holder;        /* who it is by office, "" */
    const char *stands_in_for; /* role whose part it takes when that one is absent, "" */
    struct office_source at;
};

/* metadata document { item doc_number "..."; column licence-no "..." "..."; cite ... } */
struct metadata_item {
    const char *name;       /* a field of fields/value.h, one of metadata_words, or a column's own name */
    bool column;            /* of an attached table */
    struct str_list labels; /* shown: the first; headings of the column: any */
    int line;
};

struct metadata_rule {
    size_t kind; /* index into profile.kinds */
    struct metadata_item *items;
    size_t n_items;
    struct office_source at;
};

enum retention_keep { KEEP_FOREVER, KEEP_YEARS, KEEP_MONTHS };

/* retention law { label "..."; of document; keep 1 years after expired; cite ... } */
struct retention_rule {
    const char *id, *label;
    struct str_list of; /* kind ids or categories; "everything": what no other class names */
    enum retention_keep keep;
    int length;
    bool least;        /* at least so long ("toi thieu") */
    const char *after; /* event that starts it: retention_event_words */
    struct office_source at;
};

struct office_rules {
    struct office_unit *units;
    size_t n_units;
    struct topic *topics;
    size_t n_topics;
    struct route_rule *routes;
    size_t n_routes;
    struct role_rule *roles;
    size_t n_roles;
    struct metadata_rule *metadata;
    size_t n_metadata;
    struct retention_rule *retention;
    size_t n_retention;
};

const struct office_unit *office_find_unit(const struct office_rules *o, const char *id);
const struct topic *office_find_topic(const struct office_rules *o, const char *id);
/* The rule for exactly that kind, or NULL. */
const struct metadata_rule *office_find_metadata(const struct office_rules *o, size_t kind);
/* Whether a route holds on that day, and whether its owner is away then. */
bool route_holds(const struct route_rule *r, int32_t day);
bool route_away(const struct route_rule *r, int32_t day);

#endif
