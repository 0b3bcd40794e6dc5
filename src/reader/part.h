/* part.h: the decoded bytes of one MIME part, pulled in blocks, hashed and counted on the way, so that an
 * attachment of any size costs a few kilobytes of memory. */
#ifndef READER_PART_H
#define READER_PART_H

#include "base/hash.h"
#include "base/str.h"
#include <gmime/gmime.h>

struct part;

/* Gets bytes, block by block, until it says false. */
typedef bool (*part_sink)(void *arg, const char *bytes, size_t n);

/* What all parts of one letter share, and what lies inside them. */
struct part_budget {
    size_t left;      /* bytes that may still be decoded or unpacked in this letter */
    unsigned inside;  /* attachments met so far inside the letter's own one that is being read */
    part_sink wanted; /* NULL: the letter is read; else only the bytes of ... */
    void *wanted_arg;
    unsigned wanted_number; /* ... this attachment are fetched (letter_attachment.number) */
    bool given;             /* they were */
};

struct part *part_open(const void *mem, GMimePart *mime, struct part_budget *budget);

/* The same for bytes that another function gives, block by block until it gives 0: a file in an archive. It
 * counts against the budget itself. */
typedef size_t (*part_pull)(void *arg, const char **ret);
struct part *part_open_pull(const void *mem, part_pull pull, void *arg, struct part_budget *budget);
/* ... and for bytes in memory, which must outlive it and are counted already. */
struct part *part_open_bytes(const void *mem, const char *bytes, size_t n, struct part_budget *budget);

struct part_budget *part_budget(const struct part *p);

/* Hands all bytes to the sink that wants them; nothing more can be decoded then. */
void part_give(struct part *p);

/* Up to n bytes; 0 at the end (or when the budget is used up: part_cut). */
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
