/* password.c: Argon2id of libsodium. Refuses passwords on the command line (there is no way to give one)
 * and leaves none in memory that was freed. */
#include "sys/password.h"
#include "base/str.h"
#include "base/utf8.h"
#include <errno.h>
#include <sodium.h>
#include <termios.h>

bool password_hash(const void *mem, const char *password, const char **ret, struct err *err)
{
    char hash[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str(hash, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        return err_set(err, ERR_RETRY, "hash the password: not enough memory");
    *ret = mem_str(mem, hash);
    return true;
}

/* The hash of something that nobody typed. */
#define NOBODY                                                                                             \
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRvZm5vYm9keQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

bool password_right(const char *hash, const char *password)
{
    bool same = crypto_pwhash_str_verify(*hash ? hash : NOBODY, password, strlen(password)) == 0;
    return same && *hash;
}

bool password_good(const char *password, const char *user, struct err *err)
{
    if (!utf8_valid(password, strlen(password)))
        return err_set(err, ERR_NO, "password: not UTF-8");
    if (utf8_count(password) < PASSWORD_MIN)
        return err_set(err, ERR_NO, "password: shorter than %d characters", PASSWORD_MIN);
    if (strlen(password) > PASSWORD_MAX)
        return err_set(err, ERR_NO, "password: longer than %d bytes", PASSWORD_MAX);
    if (str_ieq(password, user))
        return err_set(err, ERR_NO, "password: it is the name of the account");
    return true;
}

struct secret {
    char bytes[PASSWORD_MAX + 2];
};

static int wipe(struct secret *s)
{
    sodium_memzero(s, sizeof *s);
    return 0;
}

/* One line, byte by byte: what stands behind it belongs to somebody else. */
static bool read_line(struct secret *s, struct err *err)
{
    size_t n = 0;
    for (ssize_t got = 0; n < sizeof s->bytes - 1; n++) {
        while ((got = read(STDIN_FILENO, &s->bytes[n], 1)) < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_errno(err, "read the password");
        if (got == 0 || s->bytes[n] == '\n')
            break;
    }
    s->bytes[n] = '\0';
    return n > 0 || err_set(err, ERR_NO, "password: none given");
}

static bool ask_once(struct secret *s, const char *ask, struct err *err)
{
    struct termios shown, hidden;
    if (tcgetattr(STDIN_FILENO, &shown) < 0)
        return err_errno(err, "read the password");
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    fprintf(stderr, "%s: ", ask);
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) < 0)
        return err_errno(err, "read the password");
    bool ok = read_line(s, err);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    fputc('\n', stderr);
    return ok;
}

bool password_read(const void *mem, const char *ask, const char *again, const char **ret, struct err *err)
{
    struct secret *s = mem_zero(mem, struct secret), *twice = mem_zero(mem, struct secret);
    bool terminal = isatty(STDIN_FILENO);
    talloc_set_destructor(s, wipe);
    talloc_set_destructor(twice, wipe);
    if (!(terminal ? ask_once(s, ask, err) : read_line(s, err)))
        return false;
    if (terminal && !ask_once(twice, again, err))
        return false;
    if (terminal && !str_eq(s->bytes, twice->bytes))
        return err_set(err, ERR_NO, "password: the two differ");
    *ret = s->bytes;
    return true;
}
