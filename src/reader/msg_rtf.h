/* msg_rtf.h: the packed rich text of Outlook messages (MS-OXRTFCP). */
#ifndef READER_MSG_RTF_H
#define READER_MSG_RTF_H

#include "base/str.h"

#define MSG_RTF_MAX (8u << 20) /* bytes unpacked; more is left away */

/* Appends the rich text. False: it is not packed as it should be; what came before the fault is there. */
bool msg_rtf_unpack(const char *bytes, size_t n, struct str *out);

#endif
