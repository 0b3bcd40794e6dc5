/* style.h: does the sender's style let a reader see the text? Declarations come from style="" and, chosen
 * by sheet.h, from style sheets. */
#ifndef READER_STYLE_H
#define READER_STYLE_H

#include "base/str.h"

#define STYLE_NO_COLOR (-1)
#define STYLE_CLEAR    (-2)

/* How text at some place of a tree looks. Children begin with their parent's. */
struct style {
    bool gone;                 /* display:none, no height, off the screen: nothing inside can be seen */
    bool invisible;            /* visibility:hidden: something inside may say visible again */
    bool tiny;                 /* letters of no size: likewise */
    int32_t color, background; /* 0xRRGGBB, STYLE_NO_COLOR: not said, STYLE_CLEAR: none */
};

extern const struct style style_plain;

/* Changes a style by the declarations of a style="" attribute. Total. */
void style_declare(struct style *style, const char *css);

/* Is this the name of a property that style_declare() looks at? */
bool style_knows(const char *name, size_t n);

/* "#fff" "#FFFFFF" "rgb(255, 255, 255)" "white"; STYLE_CLEAR for one that lets all through; STYLE_NO_COLOR
 * for what is none. */
int32_t style_color(const char *text);

bool style_hides(const struct style *style);

#endif
