/* reader.h: letters are read in a sandbox, one forked child per letter.
 *
 * The server process is started by exec (bbt-reader) before any secret is loaded or store opened. For
 * every letter it forks a child that holds exactly two descriptors (raw letter, result pipe), has rlimits,
 * Landlock and a seccomp filter without open, socket, execve. The parent of the server (intake, ingest,
 * explain) keeps several letters in flight, on all cores.
 *
 * A child that dies, exceeds its limits or talks nonsense yields a letter with complete=false and one
 * defect; nothing that a letter contains can make reader_wait() fail. */
#ifndef READER_READER_H
#define READER_READER_H

#include "base/err.h"
#include "mail/letter.h"

struct reader;

/* Starts the server: execs `self` (path of bbt-reader; a test's own binary) with --reader. `in_flight`
 * letters at most at once (1..64). */
bool reader_start(const void *mem, const char *self, int in_flight, struct reader **ret, struct err *err);

/* Hands a raw letter (read-only descriptor; the reader duplicates what it needs, the caller closes its own)
 * to a child. `tag` comes back from reader_wait. Fails with ERR_RETRY only when the server itself is gone
 * (it is restarted once before that). `sha256`, `bytes`: from the facts, for a letter that cannot be read.
 */
bool reader_submit(struct reader *reader, int raw_fd, const char *sha256, size_t bytes, uint64_t tag,
                   struct err *err);

int reader_in_flight(const struct reader *reader);
bool reader_full(const struct reader *reader);

/* Waits at most timeout_ms (-1: as long as needed; every letter ends within its 30 s of reading and 90 s of
 * programs) for the next letter. Owned by mem. NULL: timeout or nothing in flight; with a timeout also when
 * the reader was full and no longer is, because a letter has gone from reading to programs: others need not
 * wait behind it. */
struct letter *reader_wait(struct reader *reader, const void *mem, int timeout_ms, uint64_t *ret_tag);

/* A descriptor to poll for readiness is not needed: reader_wait does the polling. */
void reader_stop(struct reader *reader);

/* The server's main loop, on descriptor 3; called by bbt-reader's main; returns an exit code. */
int reader_server(void);

/* The same with another table of programs (tests). */
struct program_table;
int reader_serve(const struct program_table *programs);

#endif
