/* tree.h: a directory tree that is written aside and put in place by one rename, for publish.c. */
#ifndef SITE_TREE_H
#define SITE_TREE_H

#include "base/err.h"

struct site_tree;

/* Locks the place (ERR_RETRY when another process holds it) and makes an empty HOUSE/NAME.N beside the
 * current one. ERR_CONF when HOUSE/NAME is there and no link: we remove nothing that we did not make.
 * Closing it unfinished (talloc_free) leaves what stands. */
bool site_tree_begin(const void *mem, const char *house, const char *name, struct site_tree **ret,
                     struct err *err);
bool site_tree_dir(struct site_tree *t, const char *name, struct err *err);
bool site_tree_file(struct site_tree *t, const char *name, const char *bytes, size_t n, struct err *err);
/* Makes the tree durable, points the link at it, removes the older trees. */
bool site_tree_finish(struct site_tree *t, struct err *err);

#endif
