/* hash.h: SHA-256 and HMAC-SHA-256 on libsodium, and hexadecimal. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/mem.h"

#define HASH_BYTES 32
#define HASH_HEX   (HASH_BYTES * 2 + 1) /* with the NUL */

struct hash {
    unsigned char state[256] __attribute__((aligned(16))) /* as talloc aligns */;
};

/* Streaming SHA-256: start, add as often as needed, end (hex, lower case). */
void hash_start(struct hash *h);
void hash_add(struct hash *h, const void *p, size_t n);
void hash_add_str(struct hash *h,
                  const char *s); /* the bytes and a NUL, so that ("ab","c") != ("a","bc") */
void hash_end(struct hash *h, char ret_hex[HASH_HEX]);

char *hash_hex(const void *mem, const void *p, size_t n); /* SHA-256 in hex */
char *hash_hmac_hex(const void *mem, const unsigned char key[HASH_BYTES], const void *p, size_t n);
void hash_to_hex(const unsigned char *bytes, size_t n, char *ret); /* ret: 2n + 1 bytes */
bool hash_from_hex(const char *hex, unsigned char *ret, size_t n); /* exactly n bytes */
bool hash_equal(const void *a, const void *b, size_t n);           /* constant time */

#endif
