/* parse.h: a raw letter becomes a struct letter, by GMime's structure and our own decoding. Runs in the
 * sandboxed child only. */
#ifndef READER_PARSE_H
#define READER_PARSE_H

#include "mail/letter.h"

/* Loads what the libraries load lazily and makes them silent; before the process is locked. */
void parse_prewarm(void);

/* Reads a descriptor from its start (regular file). Total: NULL only when reading fails (I/O error). */
struct letter *parse_letter(const void *mem, int fd);

/* Reads a letter that was found inside an attachment: `depth` attachments deep, `left` bytes may still be
 * decoded in the letter that holds it. `bytes` must outlive the call only. Total. */
struct letter *parse_inside(const void *mem, const char *bytes, size_t n, unsigned depth, size_t *left);

/* Gives the decoded bytes of attachment number `one` (as in letter.attachments) to `sink`, block by block
 * until it says false. False: there is no such attachment. */
typedef bool (*parse_sink)(void *arg, const char *bytes, size_t n);
bool parse_attachment(const void *mem, int fd, size_t one, parse_sink sink, void *arg);

#endif
