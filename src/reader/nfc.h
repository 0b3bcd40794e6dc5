/* nfc.h: NFC in linear time, whatever the text. */
#ifndef READER_NFC_H
#define READER_NFC_H

#include "base/str.h"

/* utf8_nfc() of a text whose runs of more than 30 combining marks are broken by U+034F, as Stream-Safe Text
 * (UAX #15, 13) has it: putting 400,000 marks into canonical order took utf8proc over 10 s. */
char *nfc_safe(const void *mem, const char *s, size_t n);

#endif
