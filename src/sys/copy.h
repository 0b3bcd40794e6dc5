/* copy.h: copying and listing whole trees of files, as backups need it: nothing is followed that leads out
 * of the tree, and what is copied is hashed on the way. */
#ifndef SYS_COPY_H
#define SYS_COPY_H

#include "base/err.h"
#include "base/hash.h"

/* All bytes from a descriptor into the new file `to` (must not exist; mode and times of the source), with
 * their number and SHA-256. Not synced: the caller syncs the file system once. */
bool file_copy(int from, const char *to, int64_t *ret_bytes, char ret_sha256[HASH_HEX], struct err *err);
/* Number and SHA-256 of what a descriptor has. */
bool file_measure(int fd, const char *shown, int64_t *ret_bytes, char ret_sha256[HASH_HEX],
                  struct err *err);

enum file_kind { FILE_PLAIN, FILE_DIR, FILE_OTHER }; /* OTHER: a link, a pipe, a device ... */
struct file_node {
    const char *path; /* below the root, without a slash at its beginning */
    enum file_kind kind;
    unsigned mode; /* permission bits */
};
/* Everything below `root`, sorted by path, so that a directory comes before what is in it. `enter` says
 * whether to look into a directory (and to list it at all); NULL: all. */
typedef bool (*file_enter)(void *arg, const struct file_node *node);
bool file_tree(const void *mem, const char *root, file_enter enter, void *arg, struct file_node **ret,
               size_t *ret_n, struct err *err);
/* Removes a directory and all that is in it; links are removed, never followed. Fine when it is not there.
 */
bool file_remove_tree(const char *path, struct err *err);
/* Makes the directories (0700) in front of the last name of `path` that are below `root`. */
bool file_make_parents(const char *root, const char *path, struct err *err);
/* One barrier for everything written to the file system that `path` is on. */
bool file_sync_all(const char *path, struct err *err);

#endif
