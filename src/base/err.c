/* err.c: errors as values. Nothing here prints. */
#include "base/err.h"
#include <errno.h>

static void __attribute__((format(printf, 3, 0)))
set_text(struct err *err, enum err_kind kind, const char *fmt, va_list ap)
{
    err->kind = kind;
    vsnprintf(err->text, sizeof err->text, fmt, ap);
}

bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    set_text(err, kind, fmt, ap);
    va_end(ap);
    return false;
}

static enum err_kind kind_of_errno(int e)
{
    return e == ENOENT || e == EACCES || e == ENOTDIR || e == EPERM || e == EISDIR ? ERR_CONF : ERR_RETRY;
}

bool err_errno(struct err *err, const char *fmt, ...)
{
    int e = errno;
    va_list ap;
    va_start(ap, fmt);
    set_text(err, kind_of_errno(e), fmt, ap);
    va_end(ap);
    size_t n = strlen(err->text);
    snprintf(err->text + n, sizeof err->text - n, ": %s", strerror(e));
    return false;
}

bool err_prefix(struct err *err, const char *fmt, ...)
{
    char old[sizeof err->text];
    memcpy(old, err->text, sizeof old);
    va_list ap;
    va_start(ap, fmt);
    set_text(err, err->kind, fmt, ap);
    va_end(ap);
    size_t n = strlen(err->text);
    snprintf(err->text + n, sizeof err->text - n, ": %s", old);
    return false;
}

int err_exit_code(enum err_kind kind)
{
    static const int code[] = {[ERR_NONE] = 0, [ERR_RETRY] = 75, [ERR_DATA] = 65, [ERR_CONF] = 78,
                               [ERR_NO] = 1,   [ERR_USAGE] = 64, [ERR_BUG] = 70};
    return code[kind];
}

const char *err_kind_name(enum err_kind kind)
{
    static const char *const name[] = {
        [ERR_NONE] = "none", [ERR_RETRY] = "retry", [ERR_DATA] = "data", [ERR_CONF] = "conf",
        [ERR_NO] = "no",     [ERR_USAGE] = "usage", [ERR_BUG] = "bug"};
    return name[kind];
}
