/* ppt.h: PowerPoint 97 to 2003. */
#ifndef READER_PPT_H
#define READER_PPT_H

#include "reader/extract.h"

/* The text of a compound file that is a presentation; "" and a defect when there is none to be had. */
char *ppt_text(struct extract *x, const char *bytes, size_t n);

#endif
