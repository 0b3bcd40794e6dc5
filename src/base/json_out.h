/* json_out.h: JSON written as it is known, in order, with no tree between: for what is written once per
 * letter. Reading, and everything else, is jansson's. */
#ifndef BASE_JSON_OUT_H
#define BASE_JSON_OUT_H

#include "base/str.h"

/* `key` NULL: an element of an array, or the outermost value. Keys are ours: plain ASCII. */
void json_open(struct str *b, const char *key, char bracket);      /* '{' or '[' */
void json_close(struct str *b, char bracket);                      /* '}' or ']' */
void json_put(struct str *b, const char *key, const char *s);      /* bytes that are no UTF-8: U+FFFD */
void json_put_text(struct str *b, const char *key, const char *s); /* "" and NULL become null */
void json_put_int(struct str *b, const char *key, int64_t n);
void json_put_real(struct str *b, const char *key, double x); /* four digits; always with a point */
void json_put_bool(struct str *b, const char *key, bool yes);
void json_put_list(struct str *b, const char *key, const struct str_list *list);

#endif
