/* log.h: `role: subject: event key=value` lines on stderr (the service manager adds the time). Never letter
 * text; addresses only at debug level. Values are made printable: no CR, LF, ESC reaches a terminal. */
#ifndef SYS_LOG_H
#define SYS_LOG_H

#include "base/mem.h"

void log_role(const char *role); /* a static string; "bbt" at first */
void log_debug_on(void);
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
