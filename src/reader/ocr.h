/* ocr.h: two readings of one scanned page become one text. */
#ifndef READER_OCR_H
#define READER_OCR_H

#include "base/str.h"

/* `layout`: columns apart, but without what stands in a frame; `lines`: line by line, frames too. The
 * result is `layout` with the lines, and the words in capitals, that only `lines` has, where they stand. */
char *ocr_merge(const void *mem, const char *layout, const char *lines);

/* Do both readings say the same, at least by half? Those of a page that lies on its side do not. */
bool ocr_alike(const char *layout, const char *lines);

/* Percent of the words that look like words: letters of one case (but for the first), or digits. 100 where
 * there are too few to tell. */
unsigned ocr_sense(const char *text);

/* A photo without words: the layout has none, the lines have many, and hardly one looks like one. */
bool ocr_noise(const char *layout, const char *lines);

#endif
