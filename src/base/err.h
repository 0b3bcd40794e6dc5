/* err.h: the one way to fail. A function without a `struct err *` parameter cannot fail.
 *
 * Messages are lower case: what failed first, the subject in single quotes, the cause last, no full stop.
 * Only main, cmd/ and the role loops print or log them. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/mem.h"

enum err_kind {
    ERR_NONE,
    ERR_RETRY, /* the world is in the way: stay, back off, exit 75 */
    ERR_DATA,  /* this input is bad: to held/ and the human queue, go on; exit 65 */
    ERR_CONF,  /* the operator must act: file:line in the text; exit 78 */
    ERR_NO,    /* the thing asked for is not so: not found, refused by the rules; exit 1 */
    ERR_USAGE, /* the command line is wrong; exit 64 */
    ERR_BUG    /* impossible: abort; the service manager restarts, the spool makes it safe */
};

struct err {
    enum err_kind kind;
    char text[4000]; /* bytes; room for all problems of a configuration, one per line */
};

/* Records an error and returns false, so that a caller can write `return err_set(...)`. */
bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with ": strerror(errno)" at the end; RETRY, or CONF where no retry helps (ENOENT, EACCES). */
bool err_errno(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Puts "what: " before the text of an error that is already set; returns false. */
bool err_prefix(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The exit code of the contract for an error kind (0 for ERR_NONE). */
int err_exit_code(enum err_kind kind);

/* "retry", "data", "conf", "no", "usage", "bug"; a static string. */
const char *err_kind_name(enum err_kind kind);

#endif
