/* backup.h: a copy of a whole house that can be proved, made while the house works, and back again.
 *
 * A backup is a directory: the databases at one instant, the spool, everything else that cannot be made
 * anew, and MANIFEST:
 *
 *   banbientap-backup 1
 *   made 2026-11-22T02:00:00+07:00 / profile NAME / head COUNT LINK / count NAME N ... / keys yes|no
 *   dir MODE PATH ... / file SHA256 BYTES MODE PATH ...
 *   seal HMAC-SHA-256 of all lines before, under keys/journal.key
 *   sum SHA-256 of all lines before
 *
 * It exists when its directory has its name; until then it is NAME.part. Keys and passwords are in it only
 * when asked for, as one file keys.secret of mode 0600: a backup without them is of no use to who finds it,
 * and for sealed letters that is the point. */
#ifndef BACKUP_H
#define BACKUP_H

#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

struct backup_file {
    const char *path;
    char sha256[HASH_HEX];
    int64_t bytes;
    unsigned mode;
};

struct backup_count {
    const char *name;
    int64_t n;
};

struct backup { /* what a MANIFEST says */
    const char *path;
    const char *profile;
    int64_t made;
    const char *head; /* "COUNT LINK": the witness line of the journal */
    bool keys;
    char sum[HASH_HEX], seal[HASH_HEX];
    const char *sealed; /* the text under the seal */
    size_t n_sealed;
    struct backup_file *files; /* sorted by path */
    size_t n_files;
    struct backup_file *dirs; /* path and mode */
    size_t n_dirs;
    struct backup_count *counts;
    size_t n_counts;
    int64_t bytes; /* of all files */
};

/* ---- backup.c */
struct backup_order {
    const char *house;
    const char *to; /* a directory that is there: a new name in it; else the name itself */
    const char *profile;
    int64_t now;
    bool with_keys;
};
/* Makes one; *ret is what its manifest says. */
bool backup_make(const void *mem, const struct backup_order *order, struct backup *ret, struct err *err);
/* A new name in a directory is bbt-20261122T020000. */
#define BACKUP_PREFIX "bbt-"
#define BACKUP_KEYS   "keys.secret"

/* ---- manifest.c */
bool backup_open(const void *mem, const char *path, struct backup *ret, struct err *err);
char *backup_manifest(const void *mem, struct backup *b, const unsigned char key[HASH_BYTES]);

/* ---- restore.c */
/* Copies every file into the new directory `into`, which must be absent or empty, and checks each on its
 * way: what differs, is missing or is not in the manifest goes to `faults`, and then nothing is left.
 * `keys`: a directory with journal.key ..., "" to take those in the backup. The journal.key that is used
 * must be the one that made the seal. `durable`: synced; a house of a moment need not be. */
bool backup_restore(const void *mem, const struct backup *b, const char *into, const char *keys,
                    bool durable, struct str_list *faults, struct err *err);
/* Does the restored house stand? integrity, journal, every letter, and the counts of the manifest. */
bool backup_prove(const void *mem, const struct backup *b, const char *house, struct str_list *faults,
                  struct err *err);
/* What was withdrawn after the backup would be on the portal again: a mark in the restored house keeps the
 * portal from being built until a person has looked. */
bool backup_mark_restored(const char *house, int64_t made, struct err *err);
/* When the backup of the marked house was made, as staff write it; NULL: it is not marked. */
const char *backup_restored(const void *mem, const char *house);
bool backup_looked_through(const char *house, struct err *err);

#endif
