/* flowed.h: format=flowed paragraphs (RFC 3676) become single lines again. */
#ifndef READER_FLOWED_H
#define READER_FLOWED_H

#include "base/str.h"

/* `text` has LF line ends. With delsp the blank that marks a soft break is no part of the text. */
char *flowed_unwrap(const void *mem, const char *text, bool delsp);

#endif
