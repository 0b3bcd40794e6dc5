/* ocr.h: two readings of one scanned page become one text. */
#ifndef READER_OCR_H
#define READER_OCR_H

#include "base/str.h"

/* `layout`: columns apart, but without what stands in a frame; `lines`: line by line, frames too. The
 * result is `layout` with the lines, and the words in capitals, that only `lines` has, where they stand. */
char *ocr_merge(const void *mem, const char *layout, const char *lines);

#endif
