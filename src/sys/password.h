/* password.h: passwords as Argon2id hashes (libsodium), and asking for one without showing it. */
#ifndef SYS_PASSWORD_H
#define SYS_PASSWORD_H

#include "base/err.h"

#define PASSWORD_MIN 12   /* characters */
#define PASSWORD_MAX 1024 /* bytes */

/* "$argon2id$..." with a salt of its own; 64 MiB and two passes, a tenth of a second. */
bool password_hash(const void *mem, const char *password, const char **ret, struct err *err);
/* In the same time for a wrong password and for no hash at all (""), so that nobody learns who has one. */
bool password_right(const char *hash, const char *password);
/* ERR_NO with the cause when it is too short or long, or is the user's name. */
bool password_good(const char *password, const char *user, struct err *err);

/* From the terminal without echo, twice; from standard input, when that is none, the first line. `ask` and
 * `again` are printed on the terminal. The bytes are wiped when `mem` is freed. */
bool password_read(const void *mem, const char *ask, const char *again, const char **ret, struct err *err);

#endif
