/* log.c: one line per event on stderr. Refuses to print control characters, whatever it is given. */
#include "sys/log.h"

static struct {
    const char *role;
    bool debug;
} log_state = {.role = "bbt"};

void log_role(const char *role)
{
    log_state.role = role;
}

void log_debug_on(void)
{
    log_state.debug = true;
}

static void __attribute__((format(printf, 2, 0))) put_line(const char *level, const char *fmt, va_list ap)
{
    char line[1024];
    int head = snprintf(line, sizeof line, "%s: %s", log_state.role, level);
    vsnprintf(line + head, sizeof line - (size_t)head - 1, fmt, ap);
    size_t n = strlen(line);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7F)
            line[i] = '?';
    line[n] = '\n';
    ssize_t put = write(2, line, n + 1);
    (void)put;
}

void log_info(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    put_line("", fmt, ap);
    va_end(ap);
}

void log_warn(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    put_line("warning: ", fmt, ap);
    va_end(ap);
}

void log_debug(const char *fmt, ...)
{
    va_list ap;
    if (!log_state.debug)
        return;
    va_start(ap, fmt);
    put_line("debug: ", fmt, ap);
    va_end(ap);
}
