/* rand.h: random bytes for keys and ids, from the kernel. */
#ifndef SYS_RAND_H
#define SYS_RAND_H
#include "base/mem.h"
void rand_bytes(void *p, size_t n);
char *rand_hex(const void *mem, size_t bytes);
#endif
