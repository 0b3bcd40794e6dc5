/* directory.h: units, their people, and which domain belongs to which unit (MISSION MIC-8.2, MIC-12.1).
 * Read from the store or from a TSV; immutable afterwards. */
#ifndef HOUSE_DIRECTORY_H
#define HOUSE_DIRECTORY_H

#include "base/err.h"
#include "base/str.h"

enum person_role { PERSON_LEADER, PERSON_DEPUTY, PERSON_CONTACT, PERSON_MEMBER };

struct person {
    const char *unit; /* unit id */
    enum person_role role;
    const char *name, *title;
    const char *address; /* lower case */
};

struct unit {
    const char *id, *name;
    struct str_list domains; /* domains at which only this unit's people have addresses */
};

struct directory {
    struct unit *units;
    size_t n_units;
    struct person *people;
    size_t n_people;
    /* Set before directory_finish(): domains that never belong to a unit, such as free mail, even when only
     * one unit has people there (profile.public_mail). */
    struct str_list shared;
    struct directory_index *index; /* made by directory_finish(); looked into by directory.c only */
};

/* Adds one person (and the unit when new). Call directory_finish() after the last. */
void directory_add(const void *mem, struct directory *d, const char *unit, const char *unit_name,
                   const struct person *person);

/* Derives unit domains: a domain belongs to a unit when all registered addresses in it are that unit's and
 * it is not shared. Makes the indexes: without it the look-ups below find nobody. */
void directory_finish(const void *mem, struct directory *d);

const struct unit *directory_find_unit(const struct directory *d, const char *id);
const struct person *directory_find_address(const struct directory *d, const char *address);

/* The unit owning the longest suffix of `domain` (dot boundary), or NULL. A domain under which another unit
 * has its own speaks for itself only: with vp@tinh.gov.vn and stp@stp.tinh.gov.vn registered, nobody is
 * proved by moi.tinh.gov.vn (MIC-8.2: unknown subdomain = hold). */
const struct unit *directory_find_domain(const struct directory *d, const char *domain);

/* A person whose display name equals `name` in the bare form, or NULL (look-alike checks). */
const struct person *directory_find_name(const struct directory *d, const char *name);

const char *person_role_name(enum person_role role); /* "leader" "deputy" "contact" "member" */
bool person_role_parse(const char *word, enum person_role *ret);

/* Rows of a directory file (TSV, or CSV by libcsv): header line, then columns
 * `profile unit unit_name role name title address` in any order; other columns are ignored. Rows of other
 * profiles are counted in *ret_other. All bad rows are reported at once (ERR_DATA), as "FILE:LINE: ..."
 * lines joined by newlines in err, as far as they fit. The caller owns *ret with mem. */
struct directory_row {
    const char *unit, *unit_name;
    struct person person;
    int line;
};
bool directory_parse(const void *mem, const char *file, const char *bytes, size_t n, bool csv,
                     const char *profile, struct directory_row **ret, size_t *ret_n, size_t *ret_other,
                     struct err *err);

#endif
