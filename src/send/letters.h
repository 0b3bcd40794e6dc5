/* letters.h: the letters of a plan become final bytes: template and parameters to text, text to a message.
 * Between desk and store, so that what is saved is what will be sent. */
#ifndef SEND_LETTERS_H
#define SEND_LETTERS_H

#include "base/err.h"
#include "desk/plan.h"

struct letters_context; /* templates read once, and who we are; immutable */

/* Reads and checks every template of `dir` (NAME.txt: "Subject: ..." on the first line, an empty line, the
 * body; Mustache). `from`: our address; `institution`: its display name and the parameter {{institution}}.
 * NULL with err set (ERR_CONF with FILE:LINE) when a template or the address is not usable. */
struct letters_context *letters_open(const void *mem, const char *dir, const char *from,
                                     const char *institution, struct err *err);

/* Our mailbox takes mail for NAME+ANYTHING@DOMAIN too: answers then carry their token in the address. */
void letters_use_plus_addresses(struct letters_context *ctx);

/* Fills bytes of every LETTER effect, owned by mem. ERR_CONF when a template is not there, ERR_DATA as in
 * compose.h. Parameters are plain strings; an empty one closes a section of its name. */
bool letters_render(const void *mem, struct plan *plan, const struct letters_context *ctx, struct err *err);

/* Our address, as in the letters' From. */
const char *letters_from(const struct letters_context *ctx);

#endif
