/* hash.c: see hash.h. Nettle uses the processor's SHA instructions where there are some (libsodium does
 * not: hashing was 6 % of an ingest); libsodium compares in constant time. Neither needs to be initialised.
 */
#include "base/hash.h"
#include <nettle/hmac.h>
#include <nettle/sha2.h>
#include <sodium.h>

_Static_assert(sizeof(struct sha256_ctx) <= sizeof(struct hash), "struct hash is too small");

static struct sha256_ctx *state(struct hash *h)
{
    return (struct sha256_ctx *)(void *)h->state;
}

void hash_start(struct hash *h)
{
    sha256_init(state(h));
}

void hash_add(struct hash *h, const void *p, size_t n)
{
    if (n)
        sha256_update(state(h), n, p);
}

void hash_add_str(struct hash *h, const char *s)
{
    hash_add(h, s ? s : "", s ? strlen(s) + 1 : 1);
}

void hash_to_hex(const unsigned char *bytes, size_t n, char *ret)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        ret[2 * i] = digits[bytes[i] >> 4];
        ret[2 * i + 1] = digits[bytes[i] & 15];
    }
    ret[2 * n] = '\0';
}

void hash_end(struct hash *h, char ret_hex[HASH_HEX])
{
    unsigned char out[HASH_BYTES];
    sha256_digest(state(h), sizeof out, out);
    hash_to_hex(out, sizeof out, ret_hex);
}

char *hash_hex(const void *mem, const void *p, size_t n)
{
    struct hash h;
    char *hex = mem_zero_size(mem, HASH_HEX, 1, "hash");
    hash_start(&h);
    hash_add(&h, p, n);
    hash_end(&h, hex);
    return hex;
}

char *hash_hmac_hex(const void *mem, const unsigned char key[HASH_BYTES], const void *p, size_t n)
{
    unsigned char out[HASH_BYTES];
    struct hmac_sha256_ctx hmac;
    hmac_sha256_set_key(&hmac, HASH_BYTES, key);
    hmac_sha256_update(&hmac, n, p);
    hmac_sha256_digest(&hmac, sizeof out, out);
    char *hex = mem_zero_size(mem, HASH_HEX, 1, "hmac");
    hash_to_hex(out, sizeof out, hex);
    return hex;
}

static int nibble(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

bool hash_from_hex(const char *hex, unsigned char *ret, size_t n)
{
    if (strlen(hex) != 2 * n)
        return false;
    for (size_t i = 0; i < n; i++) {
        int hi = nibble(hex[2 * i]), lo = nibble(hex[2 * i + 1]);
        if (hi < 0 || lo < 0)
            return false;
        ret[i] = (unsigned char)(hi << 4 | lo);
    }
    return true;
}

bool hash_equal(const void *a, const void *b, size_t n)
{
    return sodium_memcmp(a, b, n) == 0;
}
