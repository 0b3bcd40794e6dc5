/* thread.h: where the new text of a letter ends and quotes or forwarded text begin (DOMAIN 5: Vietnamese
 * and foreign clients). The marks are data: the profile passes them in later; these are the universal ones.
 */
#ifndef MAIL_THREAD_H
#define MAIL_THREAD_H

#include "base/str.h"

/* Byte length of the new text at the top of body (trailing blanks removed); strlen(body) when nothing is
 * quoted. A letter that consists only of a quote gives 0. */
size_t thread_fresh_length(const char *body);

#endif
