/* imap_state.h: one IMAP mailbox, shared by imap.c (session), imap_fetch.c (letters), imap_after.c (what is
 * done on the server afterwards) and imap_name.c (folder names); nobody else's. */
#ifndef SOURCE_IMAP_STATE_H
#define SOURCE_IMAP_STATE_H

#include "source/source.h"
#include "source/stream.h"

#define IMAP_WINDOW 1000 /* UIDs asked about at once, at first */

struct imap_meta { /* one letter on the server */
    uint32_t uid;
    int64_t size; /* RFC822.SIZE; -1 unknown */
    int64_t date; /* INTERNALDATE, WHEN_NONE unknown */
    bool done;    /* its bytes are in the sink */
    bool whole;   /* not the header alone */
};

struct imap {
    struct stream *stream;
    mailimap *session;
    void *mem;          /* of this connection */
    const char *folder; /* in modified UTF-7 */
    const char *target; /* of `after move`, the same */
    uint32_t validity;  /* UIDVALIDITY */
    uint32_t last;      /* letters up to here are taken */
    uint32_t scanned;   /* UIDs up to here were asked for */
    uint32_t next;      /* UIDNEXT at SELECT, 0 unknown */
    uint32_t window;    /* UIDs asked about at once */
    bool tail_done;     /* what came after UIDNEXT was asked for in this round */
    struct imap_meta *queue;
    size_t n_queue, at;
    uint32_t hole; /* lowest UID that is there but cannot be had, 0 none; the cursor stays below it */
    bool no_idle;  /* IDLE failed once: poll, also after a reconnect */
};

/* The error of a libetpan call that returned r (not MAILIMAP_NO_ERROR); false. `refused` is the kind when
 * the server said NO or BAD. */
bool imap_fail(const struct imap *m, int r, enum err_kind refused, struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* A folder name (UTF-8) in the modified UTF-7 of RFC 3501 5.1.3; CONF for control characters. */
bool imap_folder_name(const void *mem, const char *name, const char **ret, struct err *err);

/* "FOLDER/UIDVALIDITY/UID": unique for ever, as RFC 3501 2.3.1.1 promises. */
char *imap_receipt(const void *mem, const struct source *s, const struct imap *m, uint32_t uid);

bool imap_pull(struct source *s, size_t *ret_count, bool *ret_more, struct err *err);

/* After the commit: flag, move or delete the letters of queue[from, until) that are done. */
bool imap_after(struct source *s, struct imap *m, size_t from, size_t until, struct err *err);
/* At the start: the same for letters whose commit was followed by a crash. */
bool imap_after_leftovers(struct source *s, struct imap *m, struct err *err);

#endif
