/* profile_load.h: what the parts of the profile loader share; private to house/profile*.c. */
#ifndef HOUSE_PROFILE_LOAD_H
#define HOUSE_PROFILE_LOAD_H

#include "house/option.h"
#include "house/profile.h"

#define NO_KIND SIZE_MAX

/* Where a rule was written, as far as the rule itself does not say. */
struct place {
    bool common; /* in rules/common */
    int column;
};

/* A word that refers to something which may be read later. */
struct word_ref {
    const struct tree_node *node;
    size_t i;
};

struct loader {
    const void *mem; /* owns the problems and what is only needed while loading */
    struct profile *p;
    struct problems *problems;
    const struct tree_node *institution; /* the block, once it was seen */
    const struct tree_node *fallback, *fallback_common;
    struct place *phrase_places;         /* beside p->phrases */
    struct place *signal_places;         /* beside p->signals */
    const struct tree_node **kind_nodes; /* beside p->kinds */
    struct word_ref *ground_refs;        /* in tracks */
    size_t n_ground_refs;
    struct word_ref *flag_refs; /* in tracks */
    size_t n_flag_refs;
    const char *first_file; /* of the profile's own files: where what is missing as a whole is reported */
    const struct tree_node **rule_nodes;                               /* beside p->time_rules */
    const struct tree_node **unit_nodes, **topic_nodes, **route_nodes; /* beside those of p->office */
    const char **targets; /* kind ids and category words, for the nearest word */
    size_t n_targets;
};

extern const char *const loader_category_words[CATEGORY_COUNT + 1]; /* NULL-ended */

/* A file of rules/common, as opposed to the profile's own. */
bool loader_common(const char *file);
void loader_problem(struct loader *l, const struct tree_node *node, size_t word, const char *key,
                    const char *hint);
/* The block has no line that begins with `what`. */
void loader_missing(struct loader *l, const struct tree_node *block, const char *what);

/* profile_identity.c */
void load_institution(struct loader *l, const struct tree_node *node);
void load_public_mail(struct loader *l, const struct tree_node *node);
void load_kind(struct loader *l, const struct tree_node *node);
void load_ground(struct loader *l, const struct tree_node *node);
void load_fallback(struct loader *l, const struct tree_node *node);
/* After all kinds are read: main kinds, the fallback, tracks that kinds name. */
void identity_finish(struct loader *l);
/* The kind that words[1] names: an id, or a category word for its main kind. NO_KIND after a problem. */
size_t load_target(struct loader *l, const struct tree_node *node);

/* What an entry says beside its texts. */
struct terms {
    size_t kind;
    enum utf8_form_name form;
    unsigned where;
    int weight;
    const char *cite;
};

/* profile_phrase.c; to be called after identity_finish() */
void load_phrases(struct loader *l, const struct tree_node *node);
/* Once all is read: the profile's own replace those of rules/common. */
void phrases_finish(struct loader *l);
/* words[i] as a weight. */
bool load_weight(struct loader *l, const struct tree_node *node, size_t i, int *ret);
/* Words from i on: places, then perhaps `cite ID...` to the end. */
bool load_places(struct loader *l, const struct tree_node *node, size_t i, struct terms *t);
/* The cite that holds for a whole block; the kind's own when there is none. */
const char *load_block_cite(struct loader *l, const struct tree_node *node, size_t kind);
/* words[i] is that keyword, not in quotes. */
bool loader_bare_word(const struct tree_node *node, size_t i, const char *word);

/* profile_signal.c; to be called after identity_finish() */
void load_signals(struct loader *l, const struct tree_node *node);
void load_example(struct loader *l, const struct tree_node *node);
void signals_finish(struct loader *l);

/* profile_track.c */
void load_track(struct loader *l, const struct tree_node *node);

/* profile_flag.c */
void load_flag(struct loader *l, const struct tree_node *node);
void load_release(struct loader *l, const struct tree_node *node);
/* words[i...until) as roles ("staff": all who work on cases) into `roles`; reports what is none. */
void load_role_words(struct loader *l, const struct tree_node *node, size_t i, size_t until,
                     struct str_list *roles);
/* After all flags are read: those that tracks name. */
void flags_finish(struct loader *l);
/* approval [FLAG] N of ROLE... [cite ID...] | approval [FLAG] each ROLE... [cite ID...] */
void load_approval(struct loader *l, struct track *t, const struct tree_node *node);
/* words[i...until) as `each ROLE...` or `N of ROLE...`. */
bool load_people(struct loader *l, const struct tree_node *node, size_t i, size_t until, int *ret_people,
                 bool *ret_each, struct str_list *roles);

/* profile_calendar.c */
void load_hours(struct loader *l, const struct tree_node *node);
void load_day_ends(struct loader *l, const struct tree_node *node);
void load_switch(struct loader *l, const struct tree_node *node);
void load_year(struct loader *l, const struct tree_node *node); /* after all switches */
void calendar_finish(struct loader *l);
/* "16:00" as minutes of a day, 0-1440. */
bool load_clock(const char *word, int *ret);

/* profile_deadline.c; load_deadline after identity_finish() */
void load_deadline(struct loader *l, const struct tree_node *node);
/* words[i] out of a NULL-ended list: its place in it; NULL after a problem `key`. */
const char *const *load_known(struct loader *l, const struct tree_node *line, size_t i,
                              const char *const *words, const char *key);
/* words[first...] as kinds or categories, each once. */
void load_kinds(struct loader *l, const struct tree_node *line, size_t first, struct str_list *ret);
/* Whether the block's line `owner` says one of timing_owner_words. */
void load_owner(struct loader *l, const struct tree_node *node);
/* remind WORD N UNIT, or remind no. */
void load_remind(struct loader *l, const struct tree_node *line, const char *word, struct remind *ret);

/* profile_duty.c; after all units are read */
void load_duty(struct loader *l, const struct tree_node *node);
void deadlines_finish(struct loader *l);
/* The id that words[1] gives: DIRECTORY/NAME of this file's directory, or common/NAME, which a profile may
 * replace. NULL after a problem. */
const char *load_rule_id(struct loader *l, const struct tree_node *node);

/* profile_route.c; load_route after all units and fields are read */
void load_unit(struct loader *l, const struct tree_node *node);
void load_field(struct loader *l, const struct tree_node *node);
void load_route(struct loader *l, const struct tree_node *node);
void routes_finish(struct loader *l);
/* words[i] as a civil day: 2026-11-22. */
bool load_date(struct loader *l, const struct tree_node *node, size_t i, int32_t *ret);
/* The line of a block that begins with that word; the block itself when there is none. */
const struct tree_node *loader_line(const struct tree_node *block, const char *word);

/* profile_office.c; load_metadata and load_retention after identity_finish() */
void load_role(struct loader *l, const struct tree_node *node);
void load_metadata(struct loader *l, const struct tree_node *node);
void load_retention(struct loader *l, const struct tree_node *node);
extern const char *const loader_role_words[]; /* NULL-ended; profile_track.c */

#endif
