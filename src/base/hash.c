/* hash.c: see hash.h. libsodium needs no initialisation for these calls. */
#include "base/hash.h"
#include <sodium.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct hash), "struct hash is too small");

void hash_start(struct hash *h)
{
    crypto_hash_sha256_init((crypto_hash_sha256_state *)(void *)h->state);
}

void hash_add(struct hash *h, const void *p, size_t n)
{
    if (n)
        crypto_hash_sha256_update((crypto_hash_sha256_state *)(void *)h->state, p, n);
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
    crypto_hash_sha256_final((crypto_hash_sha256_state *)(void *)h->state, out);
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
    unsigned char out[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256(out, p, n, key);
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
