/* incoming.h: a letter on its way from a child of the server to us. */
#ifndef READER_INCOMING_H
#define READER_INCOMING_H

#include "mail/letter.h"

struct incoming {
    int pipe;        /* -1: none */
    struct str wire; /* on its own context */
};

enum incoming_state { INCOMING_MORE, INCOMING_ENDED, INCOMING_FAILED };

/* A pipe; the caller gives *ret_end to a child and closes it. False with errno. */
bool incoming_open(struct incoming *in, int *ret_end);
/* Takes what is there, without waiting. */
enum incoming_state incoming_read(struct incoming *in);
/* NULL when what came is not a letter. */
struct letter *incoming_letter(const struct incoming *in, const void *mem);
void incoming_close(struct incoming *in);

#endif
