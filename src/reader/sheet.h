/* sheet.h: the style sheets of an HTML page, as far as they can hide its words: what its <style> elements
 * and the style="" of an element together say of that element. */
#ifndef READER_SHEET_H
#define READER_SHEET_H

#include "reader/style.h"
#include <libxml/tree.h>

struct sheet;

struct sheet *sheet_new(const void *mem);

/* Adds the text of one <style>; `media` is its attribute, "" when there is none. */
void sheet_add(struct sheet *sheet, const char *css, const char *media);

/* Changes a style as the cascade has it: rules by weight and order, then `own` (style="" of the element),
 * then what is important. */
void sheet_apply(struct sheet *sheet, const xmlNode *node, const char *own, struct style *style);

/* True when there was more than can be looked at: then some rules were not applied. */
bool sheet_over(const struct sheet *sheet);

#endif
