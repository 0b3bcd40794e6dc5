/* str.h: a growing byte string, and the few string questions that mail asks (ASCII only: Vietnamese text is
 * compared in the forms of utf8.h). Invariant: buf->s is always NUL-terminated after the first str_ call.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/mem.h"

struct str {
    char *s;     /* owned by `mem`; "" (static) until something is added */
    size_t n;    /* bytes, without the NUL */
    size_t room; /* bytes allocated */
    const void *mem;
};

/* An empty string whose bytes will hang on `mem`. */
struct str str_new(const void *mem);
void str_add(struct str *b, const char *s);
void str_addn(struct str *b, const void *p, size_t n);
void str_addc(struct str *b, char c);
void str_addf(struct str *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void str_cut(struct str *b, size_t n); /* shortens to n bytes (n <= b->n) */
void str_trim_end(struct str *b);      /* drops trailing ASCII white space */

/* A list of strings, owned like any array. */
struct str_list {
    const char **v;
    size_t n;
};

void str_list_add(const void *mem, struct str_list *list, const char *s); /* copies s */
bool str_list_has(const struct str_list *list, const char *s);            /* exact */
char *str_list_join(const void *mem, const struct str_list *list, const char *between);

/* ASCII questions; none depends on a locale. Those of one character are asked of every byte of a letter. */
static inline bool str_space(char c) /* space, tab, CR, LF, VT, FF */
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}
static inline bool str_digit(char c)
{
    return c >= '0' && c <= '9';
}
static inline char str_lower_char(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}
static inline bool str_alpha(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}
bool str_eq(const char *a, const char *b);  /* NULL equals only NULL */
bool str_ieq(const char *a, const char *b); /* ASCII case-insensitive */
bool str_ieqn(const char *a, const char *b, size_t n);
bool str_starts(const char *s, const char *prefix);
bool str_istarts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);
bool str_iends(const char *s, const char *suffix);
const char *str_ifind(const char *s, size_t n, const char *needle);
size_t str_words(const char *s);                          /* parted by ASCII white space; none in NULL */
char *str_lower(const void *mem, const char *s);          /* ASCII only */
char *str_trim(const void *mem, const char *s, size_t n); /* a trimmed copy */

/* A whole decimal number in [min, max], nothing else; false leaves *ret alone. */
bool str_int(const char *s, int64_t min, int64_t max, int64_t *ret);

/* Shell-like host pattern: `*` stands for one or more characters; ASCII case-insensitive. */
bool str_host_match(const char *pattern, const char *host);

#endif
