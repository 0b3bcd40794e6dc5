/* parse.h: a raw letter becomes a struct letter, by GMime's structure and our own decoding. Runs in the
 * sandboxed child only. */
#ifndef READER_PARSE_H
#define READER_PARSE_H

#include "mail/letter.h"
#include "reader/part.h"

/* Loads what the libraries load lazily and makes them silent; before the process is locked. */
void parse_prewarm(void);

/* Reads a descriptor from its start (regular file). Total: NULL only when reading fails (I/O error). */
struct letter *parse_letter(const void *mem, int fd);

/* Reads a letter that was found inside an attachment: `depth` attachments deep, under the budget of the
 * letter that holds it. `bytes` must outlive the call only. Total. */
struct letter *parse_inside(const void *mem, const char *bytes, size_t n, unsigned depth,
                            struct part_budget *budget);

/* Gives the bytes of one attachment, known by letter_attachment.outer and .number, to `sink`. What it lies
 * in is read again for that. False: there is no such attachment. */
bool parse_attachment(const void *mem, int fd, size_t outer, unsigned number, part_sink sink, void *arg);

#endif
