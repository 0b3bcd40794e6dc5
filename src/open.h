/* open.h: the house: what a role has open. Each command names what it needs and gets exactly that, in the
 * order that keeps secrets away from letters: the reader server is started before the store is opened. */
#ifndef OPEN_H
#define OPEN_H

#include "classify/classify.h"
#include "desk/notify.h"
#include "house/conf.h"
#include "reader/reader.h"
#include "render/catalog.h"
#include "send/letters.h"
#include "spool/spool.h"
#include "store/store.h"

struct house {
    const char *dir;   /* HOUSE */
    const char *share; /* where rules/ and conf/ lie */
    const char *lang;  /* "vi" or "en" */
    const struct conf *conf;
    const struct catalog *catalog;
    const struct profile *profile;
    struct policy policy; /* profile with the configuration's overrides */
    const struct classifier *classifier;
    const struct thread_words *conversation; /* quotes, forwarded letters, signatures */
    const struct directory *directory;
    struct letters_context *letters;
    struct notify_rules notify; /* which letters go out by themselves */
    struct reader *reader;
    struct spool *spool;
    struct store *store;
    struct sealing *sealing; /* sealing.h; NULL until asked for, and without keys */
};

enum house_need {
    NEED_RULES = 1, /* profile, policy, classifier */
    NEED_READER = 2,
    NEED_SPOOL = 4,
    NEED_STORE = 8,        /* and the directory of units */
    NEED_LETTERS = 16,     /* templates of outgoing letters */
    NEED_HOUSE = 32,       /* a house directory with its configuration must be there */
    NEED_RULES_FILES = 64, /* only the catalogue and, when a house is named, its configuration */
    NEED_DIRECTORY = 128,  /* the units of the house, when one is named */
    NEED_TOKENS = 256      /* the key of the tokens in outgoing letters */
};

struct house_options {
    const char *dir;     /* --house, or "" */
    const char *config;  /* --config, or "" for HOUSE/banbientap.conf */
    const char *profile; /* --profile, or "" for the house's */
    const char *lang;    /* --lang, or "" */
};

/* Everything is owned by mem. CONF errors carry all problems of a file, one per line. */
bool house_open(const void *mem, const struct house_options *o, unsigned needs, struct house **ret,
                struct err *err);

/* A new secret of HASH_BYTES in hexadecimal, mode 0600. */
bool house_make_key(const char *path, struct err *err);

/* Reads and loads one profile's rules from SHARE/rules; problems as in profile_load. NULL with err set when
 * a file cannot be read, or with problems added. */
struct profile *house_load_profile(const void *mem, const char *share, const char *name,
                                   struct problems *problems, struct err *err);

/* The shipped model and what the house in `dir` (NULL: none) has learned (HOUSE/learned.model), ready to
 * vote. A missing file is an empty one. */
bool house_load_model(const void *mem, const char *share, const char *dir, struct model **ret,
                      struct err *err);

/* "FILE:LINE:COL: text" in the catalogue's language, one line per problem. */
char *house_problems_text(const void *mem, const struct problems *problems, const struct catalog *catalog);

/* The catalogue SHARE/conf/LANG/labels and labels.d/. */
bool house_load_catalog(const void *mem, const char *share, const char *lang, struct catalog **ret,
                        struct err *err);

#endif
