/* fetch_mailbox.h: one mailbox, from login to stop, in its own process. */
#ifndef FETCH_MAILBOX_H
#define FETCH_MAILBOX_H

#include "fetch_role.h"

/* Blocks SIGTERM and SIGINT for this process and stops on them. `once`: until nothing is left, true when
 * all was read. Else until stopped; failures are logged, noted in fetch.db and tried again with back-off.
 */
bool fetch_mailbox(const struct fetch_options *options, const struct conf_mailbox *conf, struct err *err);

#endif
