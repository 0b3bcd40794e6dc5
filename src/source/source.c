/* source.c: the table of adapters. A new source is one file with a `struct source_ops` and one row here. */
#include "source/source.h"

static const struct {
    enum conf_protocol protocol;
    const struct source_ops *ops;
} sources[] = {{CONF_IMAP, &source_imap}, {CONF_POP3, &source_pop3}, {CONF_MAILDIR, &source_maildir}};

const struct source_ops *source_ops_for(const struct conf_mailbox *conf)
{
    for (size_t i = 0; i < ARRAY_LEN(sources); i++)
        if (sources[i].protocol == conf->protocol)
            return sources[i].ops;
    return NULL;
}
