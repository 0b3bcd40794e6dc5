/* numeral.h: numbers in Vietnamese words, as dates in minutes of meetings write them. */
#ifndef FIELDS_NUMERAL_H
#define FIELDS_NUMERAL_H

#include "base/str.h"

/* The longest number, 0 to 9999, that stands in words exactly at s, folded text; when `next` is not NULL
 * only one that is followed by blanks and that word ("ten | five two thousand": five may also be the word
 * for year). `meanings` stands beside `words`: "0" to "10", "tens" "hundred" "thousand" "and". Returns its
 * length in bytes, 0 for none. */
size_t numeral_scan(const char *s, size_t n, const struct str_list *words, const struct str_list *meanings,
                    const char *next, int *ret);

#endif
