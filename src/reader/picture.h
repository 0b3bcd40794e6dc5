/* picture.h: what the first bytes of a picture say of it. */
#ifndef READER_PICTURE_H
#define READER_PICTURE_H

#include "base/str.h"

/* Below this no word can be read in a picture: a stamp of 3 cm by 1 cm has more at 72 dots an inch. */
#define PICTURE_MIN_LONG  64u /* pixels of the longer side */
#define PICTURE_MIN_SHORT 20u
/* Above this it is not unpacked: a file of a few kilobytes may claim any size. */
#define PICTURE_MAX (50u * 1000 * 1000) /* pixels */

struct picture {
    unsigned width, height; /* pixels, as it is stored; 0: not known */
    unsigned turn;          /* degrees clockwise until it stands upright: 0, 90, 180, 270 */
};

/* Total: what the bytes do not say stays 0. */
struct picture picture_look(const char *bytes, size_t n);

bool picture_small(const struct picture *p); /* false when the size is not known */
bool picture_large(const struct picture *p);

#endif
