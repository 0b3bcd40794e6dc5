/* backups.h: which backups of this house were proved to be whole (MIC-7.1a: two a week at least). */
#ifndef STORE_BACKUPS_H
#define STORE_BACKUPS_H

#include "store/store.h"

struct backup_state {
    const char *path;       /* of the newest that was proved, "" when there is none */
    int64_t made, verified; /* of it; 0 */
    int64_t in_week;        /* made in the seven days before `now`, and proved */
    int64_t first;          /* when the house began to write its journal; 0: it has not */
};

/* Remembers a proof, with a line in the journal. The same backup counts once. */
bool store_backup_proved(struct store *s, const char *sum, const char *path, int64_t made,
                         const struct actor *actor, int64_t now, struct err *err);
bool store_backup_state(struct store *s, const void *mem, int64_t now, struct backup_state *ret,
                        struct err *err);

/* One line in the journal about something that is no plan: ref "" when it concerns no submission. */
bool store_remark(struct store *s, const char *ref, const char *what, const char *detail,
                  const struct actor *actor, int64_t now, struct err *err);

#endif
