/* source.h: where letters come from. One adapter struct per source, with late commit and abort: the source
 * learns whether a letter was made durable, and only then flags, moves or forgets it on the server.
 *
 * Story of one mailbox: open; repeat { next batch -> arrive (spool) -> commit }; wait; close. An adapter
 * never writes to the spool itself: it hands bytes to the sink it is given. */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include "base/err.h"
#include "house/conf.h"
#include "verify/facts.h"

/* Receives letters. arrive.c implements it over a spool batch and the receipts database. */
struct source_sink {
    void *arg;
    /* Has this receipt been taken already? (fetch.db) */
    bool (*seen)(void *arg, const char *receipt, bool *ret_seen, struct err *err);
    /* One letter: begin, any number of writes, end. `facts` needs receipt, received, received_by, shown. */
    bool (*begin)(void *arg, struct err *err);
    bool (*write)(void *arg, const void *bytes, size_t n, struct err *err);
    bool (*end)(void *arg, const struct facts *facts, struct err *err);
    void (*drop)(void *arg); /* forget the letter begun */
    /* Makes everything ended so far durable (spool batch, then receipts and cursor in one transaction). The
     * cursor text is the adapter's own ("UIDVALIDITY:UID"); it is given back by source_open. */
    bool (*commit)(void *arg, const char *cursor, struct err *err);
};

struct source;

struct source_ops {
    const char *name; /* "imap" */
    /* A session sees the mailbox as it was at login (POP3): the role closes it before it waits and opens a
     * new one afterwards; `wait` is not called. */
    bool snapshot;
    /* Connects and logs in. */
    bool (*open)(struct source *s, struct err *err);
    /* Brings what is new (a bounded batch, at most 200 letters) into s->sink, calls its commit, then does
     * on the server what `after` says. *ret_count letters were taken; *ret_more: call again at once. */
    bool (*pull)(struct source *s, size_t *ret_count, bool *ret_more, struct err *err);
    /* Waits for news at most `seconds` (IDLE, or sleep); returns early when stop_fd is readable. */
    bool (*wait)(struct source *s, int seconds, int stop_fd, struct err *err);
    void (*close)(struct source *s);
};

struct source {
    const struct source_ops *ops;
    const struct conf_mailbox *conf;
    const char *house;    /* directory, for relative paths */
    const char *password; /* NULL for none; locked memory, wiped by the role */
    const char *cursor;   /* last committed, "" at first */
    struct source_sink *sink;
    int64_t max_letter; /* bytes; larger: header only, marked */
    int stop_fd;        /* readable = give up at once; network reads watch it too; -1: none */
    int64_t (*now)(void);
    void *state; /* the adapter's own, on mem */
    const void *mem;
};

/* The adapter for a mailbox (table in source.c). */
const struct source_ops *source_ops_for(const struct conf_mailbox *conf);

extern const struct source_ops source_imap, source_pop3, source_maildir;

#endif
