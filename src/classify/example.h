/* example.h: an example of a profile as the letter it stands for: `bbt rules test` and the unit tests ask
 * what the rules make of it. Pure. */
#ifndef CLASSIFY_EXAMPLE_H
#define CLASSIFY_EXAMPLE_H

#include "classify/classify.h"

/* What the rules alone, without the model, make of the example. Owned by mem. */
struct ruling *example_rule(const void *mem, const struct example *example, const struct profile *profile,
                            const struct classifier *classifier);

#endif
