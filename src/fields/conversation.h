/* conversation.h: the words of a profile that tell quotes, forwarded letters and signatures from new text,
 * ready for mail/thread. */
#ifndef FIELDS_CONVERSATION_H
#define FIELDS_CONVERSATION_H

#include "house/profile.h"
#include "mail/thread.h"

/* Owned by mem; immutable. */
struct thread_words *conversation_words_new(const void *mem, const struct profile *profile);

#endif
