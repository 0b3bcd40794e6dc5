/* seal.h: bytes that this machine can close and cannot open. What is sealed for somebody is read with his
 * secret key, which never comes to the house (RELIABILITY A33, promise 19; section 5.5).
 *
 * A sealed thing is text lines and ciphertext, and things may follow each other in one file:
 *
 *     BBT-SEALED 1 LABEL
 *     key NAME ID BOX          for each recipient: crypto_box_seal of the random key of this thing, base64
 *     part NAME LENGTH         LENGTH bytes of plaintext follow as crypto_secretstream in chunks of 64 KiB,
 *     ...                      the label, the part's name and its length authenticated with each chunk
 *     end
 *
 * Each part stands for itself, so some can be handed on without the others and without a key. */
#ifndef SYS_SEAL_H
#define SYS_SEAL_H

#include "base/err.h"
#include "base/str.h"

#define SEAL_KEY_BYTES 32
#define SEAL_ID_TEXT   17                  /* with the NUL */
#define SEAL_MAX       ((size_t)256 << 20) /* bytes of a sealed file that are read */

struct seal_key {
    const char *name; /* "inspectorate" "recovery" "chief" "alternate"; borrowed */
    unsigned char bytes[SEAL_KEY_BYTES];
};

struct seal_keys {
    struct seal_key *v;
    size_t n;
};

struct seal_part {
    const char *name; /* [a-z-]+ */
    const char *bytes;
    size_t n;
};

/* A new pair: the secret into `path` (mode 0600), the public key into path.pub. ERR_NO when one of them is
 * there: a key that is overwritten is every complaint lost. */
bool seal_make_pair(const char *path, struct err *err);
/* The public key in a file; ERR_CONF when it holds none, or holds a secret one. */
bool seal_read_public(const char *path, struct seal_key *ret, struct err *err);
/* The secret key in a file that nobody else may read. */
bool seal_read_secret(const char *path, unsigned char ret[SEAL_KEY_BYTES], struct err *err);
/* The first half of the SHA-256 of a public key, in hex. */
void seal_key_id(const unsigned char public_key[SEAL_KEY_BYTES], char ret[SEAL_ID_TEXT]);

/* One sealed thing for all the keys, owned by mem. `label`: one word, not secret. */
char *seal_close(const void *mem, const char *label, const struct seal_keys *keys,
                 const struct seal_part *parts, size_t n_parts, size_t *ret_n);

/* Opens the thing that begins at bytes[*at] and moves *at behind it. The parts hang on mem. ERR_NO when the
 * key opens nothing in it, ERR_DATA when it is damaged, altered or cut. */
bool seal_open(const void *mem, const char *bytes, size_t n, size_t *at,
               const unsigned char secret[SEAL_KEY_BYTES], const char **ret_label,
               struct seal_part **ret_parts, size_t *ret_n_parts, struct err *err);

/* Appends to *out the one thing in bytes[0..n) with those parts only whose names are in `wanted`. Needs no
 * key. */
bool seal_excerpt(const char *bytes, size_t n, const struct str_list *wanted, struct str *out,
                  struct err *err);

#endif
