/* part.h: the decoded bytes of one MIME part, pulled in blocks, hashed and counted on the way, so that an
 * attachment of any size costs a few kilobytes of memory. */
#ifndef READER_PART_H
#define READER_PART_H

#include "base/hash.h"
#include "base/str.h"
#include <gmime/gmime.h>

struct part;

/* `left`: bytes that may still be decoded in this letter, shared by all its parts. */
struct part *part_open(const void *mem, GMimePart *mime, size_t *left);

/* The same for bytes that another function gives, block by block until it gives 0: a file in an archive. It
 * counts against `left` itself. */
typedef size_t (*part_pull)(void *arg, const char **ret);
struct part *part_open_pull(const void *mem, part_pull pull, void *arg, size_t *left);
/* ... and for bytes in memory, which must outlive it and are counted already. */
struct part *part_open_bytes(const void *mem, const char *bytes, size_t n, size_t *left);

/* Bytes that may still be decoded or unpacked in this letter. */
size_t *part_left(const struct part *p);

/* Up to n bytes; 0 at the end (or when `left` is used up: part_cut). */
size_t part_read(struct part *p, char *buf, size_t n);
/* A block without copying: valid until the next call. */
size_t part_block(struct part *p, const char **ret);
/* What comes next, without taking it; fewer than 4,096 bytes may be there. */
size_t part_peek(struct part *p, const char **ret);

/* Reads at most max bytes, appended to out. *ret_cut: there was more. */
void part_take(struct part *p, size_t max, struct str *out, bool *ret_cut);

/* Decodes to the end and gives size and hash of all decoded bytes. */
void part_finish(struct part *p, size_t *ret_bytes, char ret_sha256[HASH_HEX]);
bool part_cut(const struct part *p);
bool part_odd(const struct part *p); /* base64 that was not quite base64 */

#endif
