/* extraction.h: the attachments of one letter that programs read, one after another, without waiting.
 *
 * A letter has 90 s of program time in all and 60 s and 20 pages of OCR; what is not read by then keeps how
 * "none" and says why in its defects. Nothing here can fail. */
#ifndef READER_EXTRACTION_H
#define READER_EXTRACTION_H

#include "mail/letter.h"

struct extraction;

/* Whether some attachment needs a program. */
bool extraction_needed(const struct letter *letter);

/* Takes the letter over (talloc_steal) and duplicates `raw`. */
struct extraction *extraction_new(struct letter *letter, int raw);

/* True when a program may be started now: it waits for extraction_go. */
bool extraction_waits(const struct extraction *x);
/* Starts the next one through the server's socket. */
void extraction_go(struct extraction *x, int socket);
/* Program time used so far, in milliseconds: who used least goes first. */
int64_t extraction_spent(const struct extraction *x);

/* What to poll for reading (-1: nothing), and until when (monotonic milliseconds). */
int extraction_fd(const struct extraction *x, int64_t *ret_deadline_ms);
/* After polling. */
void extraction_step(struct extraction *x, int socket, bool readable);

bool extraction_done(const struct extraction *x);
/* The letter, owned by mem; ends the extraction. */
struct letter *extraction_end(struct extraction *x, const void *mem);
/* Ends it and forgets the letter. */
void extraction_drop(struct extraction *x);

#endif
