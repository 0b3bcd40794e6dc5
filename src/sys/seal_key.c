/* seal_key.c: key files. Text, so that a person sees which half he holds: a line "bbt-public-key HEX" or
 * "bbt-secret-key HEX". The secret one is made on the recipient's machine, or carried there; the house is
 * given the public one only, and refuses to be given the other. */
#include "base/hash.h"
#include "sys/file.h"
#include "sys/seal.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>

#define PUBLIC  "bbt-public-key "
#define SECRET  "bbt-secret-key "
#define KEY_MAX 4096 /* bytes of a key file */

/* Never over a file that is there. */
static bool make(const char *path, const char *word, const unsigned char key[SEAL_KEY_BYTES], unsigned mode,
                 struct err *err)
{
    char line[sizeof SECRET + 2 * SEAL_KEY_BYTES + 1], hex[2 * SEAL_KEY_BYTES + 1];
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
    if (fd < 0 && errno == EEXIST)
        return err_set(err, ERR_NO, "make key '%s': the file is there already", path);
    if (fd < 0)
        return err_errno(err, "make key '%s'", path);
    hash_to_hex(key, SEAL_KEY_BYTES, hex);
    int n = snprintf(line, sizeof line, "%s%s\n", word, hex);
    bool ok = file_write_all(fd, line, (size_t)n, err) &&
              (fsync(fd) == 0 || err_errno(err, "sync key '%s'", path));
    close(fd);
    sodium_memzero(line, sizeof line);
    sodium_memzero(hex, sizeof hex);
    return ok;
}

bool seal_make_pair(const char *path, struct err *err)
{
    _cleanup_mem_ char *other = mem_fmt(NULL, "%s.pub", path);
    unsigned char public_key[SEAL_KEY_BYTES], secret[SEAL_KEY_BYTES];
    if (sodium_init() < 0)
        abort();
    crypto_box_keypair(public_key, secret);
    bool ok = make(path, SECRET, secret, 0600, err);
    sodium_memzero(secret, sizeof secret);
    if (ok && !make(other, PUBLIC, public_key, 0644, err)) {
        unlink(path);
        return false;
    }
    return ok;
}

static bool parse(const char *path, const char *text, const char *word, unsigned char ret[SEAL_KEY_BYTES],
                  struct err *err)
{
    _cleanup_mem_ char *line = str_trim(NULL, text, strlen(text));
    if (!str_starts(line, word) || !hash_from_hex(line + strlen(word), ret, SEAL_KEY_BYTES))
        return err_set(err, ERR_CONF, "key '%s': not a line '%sHEX'", path, word);
    return true;
}

bool seal_read_public(const char *path, struct seal_key *ret, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    char *text;
    size_t n;
    if (!file_read(mem, path, KEY_MAX, &text, &n, err))
        return false;
    if (str_starts(text, SECRET))
        return err_set(err, ERR_CONF,
                       "key '%s': this is the secret half; the house gets '%s.pub' alone, and a secret key "
                       "that was here must not be used any more",
                       path, path);
    return parse(path, text, PUBLIC, ret->bytes, err);
}

bool seal_read_secret(const char *path, unsigned char ret[SEAL_KEY_BYTES], struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    char *text;
    if (!file_read_secret(mem, path, &text, err))
        return false;
    bool ok = parse(path, text, SECRET, ret, err);
    sodium_memzero(text, strlen(text));
    return ok;
}
