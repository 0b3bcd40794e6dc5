/* mem.h: who owns what. Every value hangs on a talloc context (one per letter, request or role) and is
 * freed with it; `mem` is always the first parameter of a function whose result is allocated.
 *
 * The allocators here never return NULL. Out of memory ends the process with exit code 75 at once: what is
 * durable is in the spool, and the service manager starts us again (RELIABILITY promise 7). */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include "base/banned.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

/* A fresh context without parent; the caller frees it with talloc_free or _cleanup_mem_. */
void *mem_new(void);

/* One zeroed object, or an array of n zeroed objects, owned by `mem`. */
#define mem_zero(mem, type)     ((type *)mem_zero_size((mem), 1, sizeof(type), #type))
#define mem_array(mem, type, n) ((type *)mem_zero_size((mem), (n), sizeof(type), #type))

void *mem_zero_size(const void *mem, size_t n, size_t size, const char *name);

/* Grows (or first makes) an array; new elements are zeroed. `old_n` elements are there, `new_n` wanted. */
void *mem_grow(const void *mem, void *array, size_t old_n, size_t new_n, size_t size);

/* Appends one zeroed element to the array `arr` of `n` elements, counts it, and yields a pointer to it.
 * Arrays double in size at powers of two, so appending n elements costs O(n). */
#define mem_append(mem, arr, n) ((arr) = mem_room((mem), (arr), (n), sizeof *(arr)), &(arr)[(n)++])

void *mem_room(const void *mem, void *array, size_t n, size_t size);

char *mem_str(const void *mem, const char *s);             /* NULL stays NULL */
char *mem_bytes(const void *mem, const void *p, size_t n); /* n bytes and a final NUL */
char *mem_fmt(const void *mem, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *mem_vfmt(const void *mem, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* Ends the process with exit code 75 (try again later); never returns. */
void mem_exhausted(void) __attribute__((noreturn));

static inline void mem_cleanup_free(void *p)
{
    void **owner = p;
    if (*owner)
        talloc_free(*owner);
}

static inline void mem_cleanup_close(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static inline void mem_cleanup_fclose(FILE **f)
{
    if (*f)
        fclose(*f);
}

#define _cleanup_mem_    __attribute__((cleanup(mem_cleanup_free)))
#define _cleanup_close_  __attribute__((cleanup(mem_cleanup_close)))
#define _cleanup_fclose_ __attribute__((cleanup(mem_cleanup_fclose)))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
