/* spool_internal.h: shared by the files of the spool room only. */
#ifndef SPOOL_INTERNAL_H
#define SPOOL_INTERNAL_H

#include "spool/spool.h"

enum spool_state { SPOOL_NEW, SPOOL_HELD, SPOOL_DONE, SPOOL_STATES };
extern const char *const spool_state_names[SPOOL_STATES];
#define SPOOL_MARKS 2
extern const char *const spool_mark_names[SPOOL_MARKS];

struct spool {
    int root; /* HOUSE/spool */
    int tmp;
    int state[SPOOL_STATES];
    int mark[SPOOL_MARKS];
    unsigned next;               /* number of the next entry of this process */
    bool moved_to[SPOOL_STATES]; /* directories that a rename touched since the last sync */
};

/* "new" or "held": plain names. "done": fanned out, "ab/ID.eml" by the hash of the id. */
void spool_path(enum spool_state state, const char *id, const char *suffix, char *ret, size_t size);
#define SPOOL_PATH_MAX 200

/* Opens a regular file with one link and no symbolic link; -1 with errno otherwise. */
int spool_open_file(int dir, const char *path);

#endif
