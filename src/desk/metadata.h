/* metadata.h: what a submission of its kind must come with and does not (DN-8.1d, MIC-11.2c, MIC-11.2h).
 * Pure and total. */
#ifndef DESK_METADATA_H
#define DESK_METADATA_H

#include "classify/classify.h"

/* The labels of what was looked for and not found, in the order of the rules; empty when the kind demands
 * nothing. What no reader can read (source, author, consent) is not among them: a person enters it. */
struct str_list metadata_missing(const void *mem, const struct letter *letter, const struct ruling *ruling,
                                 const struct profile *profile);

#endif
