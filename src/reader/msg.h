/* msg.h: a message as Outlook saves it (MS-OXMSG, an OLE compound file) becomes a letter as mail carries
 * it, to be read like every other. */
#ifndef READER_MSG_H
#define READER_MSG_H

#include "base/str.h"

/* The letter, by libgsf, appended to `out`. False: there is none in it. Adds "file-broken" where the file
 * contradicts itself and "limit-attachments", "limit-depth", "limit-size" where something was left away. */
bool msg_letter(const void *mem, const char *bytes, size_t n, struct str *out, struct str_list *defects);

#endif
