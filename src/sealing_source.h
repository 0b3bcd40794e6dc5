/* sealing_source.h: the copy that a drop folder inside the house keeps. */
#ifndef SEALING_SOURCE_H
#define SEALING_SOURCE_H

#include "open.h"

/* Removes it; fine when there is none. To be called while the spool still has the entry's facts. */
bool sealing_remove_source(const struct house *h, const char *entry, struct err *err);

#endif
