/* file.h: files written so that they are whole or absent, and read without surprises. */
#ifndef SYS_FILE_H
#define SYS_FILE_H

#include "base/err.h"

/* The whole file, at most max bytes, NUL-terminated copy; regular files only, O_NOFOLLOW is not set. */
bool file_read(const void *mem, const char *path, size_t max, char **ret, size_t *ret_n, struct err *err);
/* The same; refuses a file that group or others may read (passwords, keys: CONF). One trailing newline is
 * cut. */
bool file_read_secret(const void *mem, const char *path, char **ret, struct err *err);
/* Writes aside, syncs, renames, syncs the directory. */
bool file_write(const char *path, const void *bytes, size_t n, unsigned mode, struct err *err);
/* All n bytes to a descriptor, through EINTR and short writes. */
bool file_write_all(int fd, const void *bytes, size_t n, struct err *err);
bool file_sync_dir(const char *path, struct err *err);
bool file_make_dir(const char *path, unsigned mode, struct err *err); /* fine when it is there */
bool file_exists(const char *path);
/* "dir/name"; an absolute name stays as it is. */
char *file_join(const void *mem, const char *dir, const char *name);
/* Names in a directory (not . and ..), sorted by bytes. */
bool file_names(const void *mem, const char *dir, const char ***ret, size_t *ret_n, struct err *err);
/* Where conf/, rules/ lie: beside the binary's parent (a build tree) or in ../share/banbientap. */
char *file_share_dir(const void *mem);

/* A program of ours: beside this binary (a build tree) or in ../libexec. */
char *file_helper(const void *mem, const char *name);

#endif
