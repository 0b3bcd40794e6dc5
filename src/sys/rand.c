/* rand.c: getrandom(2) and nothing else. */
#include "sys/rand.h"
#include "base/hash.h"
#include <errno.h>
#include <sys/random.h>

void rand_bytes(void *p, size_t n)
{
    unsigned char *at = p;
    while (n > 0) {
        ssize_t got = getrandom(at, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            abort();
        at += got;
        n -= (size_t)got;
    }
}

char *rand_hex(const void *mem, size_t bytes)
{
    unsigned char *raw = mem_array(mem, unsigned char, bytes);
    char *hex = mem_array(mem, char, 2 * bytes + 1);
    rand_bytes(raw, bytes);
    hash_to_hex(raw, bytes, hex);
    talloc_free(raw);
    return hex;
}
