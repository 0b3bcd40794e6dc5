/* anew.h: STORY 1, once more: a later look-up (look_up.h) has changed what is known of a letter's sender.
 */
#ifndef ANEW_H
#define ANEW_H

#include "open.h"

/* Looks again at every letter that spool/changed names, as long as stop_fd (-1: none) is not readable: the
 * verdict of its case follows what is known now, with a request to the leader where one is due; an answer
 * whose writer is proved only now counts now. Nothing must be in flight in the reader. A letter that has no
 * case yet keeps its mark. ERR_RETRY as the store says; what was done stays done. */
bool anew(struct house *house, int stop_fd, struct err *err);

#endif
