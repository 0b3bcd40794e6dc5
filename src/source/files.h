/* files.h: letters from files, directories, Maildirs, mboxes and standard input, for `bbt ingest` and
 * `bbt explain`, in input order: arguments as given, directories by name. A directory with cur/ and new/ is
 * a Maildir; a file whose first five bytes are "From " and that holds a blank-line-separated second one or
 * ends as an mbox is read as an mbox ("PATH#1", "PATH#2" ...). Hidden files are passed over. */
#ifndef SOURCE_FILES_H
#define SOURCE_FILES_H

#include "base/err.h"

struct files_letter {
    const char *shown;  /* path relative to its argument, mbox#n, or "-" */
    const char *path;   /* absolute or as given: the receipt key */
    const char *source; /* "file" "mbox" "stdin" */
    int fd;             /* positioned at the letter's first byte */
    int64_t bytes;      /* length of the letter; -1: up to the end (stdin) */
    int64_t mtime;      /* seconds UTC; WHEN_NONE for stdin */
};

/* visit: false stops the walk (its error stands). Unreadable or empty files are given to `bad` with a text
 * and the walk goes on. The descriptor belongs to the walk. */
typedef bool (*files_visit)(void *arg, const struct files_letter *letter, struct err *err);
typedef void (*files_bad)(void *arg, const char *path, const char *why);
bool files_walk(const char *argument, files_visit visit, files_bad bad, void *arg, struct err *err);

/* Number of letters the arguments hold, for progress (mboxes count as one). */
size_t files_count(const char *argument);

#endif
