/* forked.h: the reader's child: one letter, two descriptors, no way out. */
#ifndef READER_FORKED_H
#define READER_FORKED_H

#include "sys/sandbox.h"

/* Called in a freshly forked process that will never return: gives up everything but `raw` and `result`,
 * reads the letter and writes it in wire format. */
void forked_read(int raw, int result, const struct sandbox_filter *filter) __attribute__((noreturn));

/* The same, but writes the bytes of one attachment instead (letter_attachment.outer, .number). */
void forked_attachment(int raw, int result, size_t outer, unsigned number,
                       const struct sandbox_filter *filter) __attribute__((noreturn));

#endif
