/* utf8.h: everything after the reader is valid UTF-8 in NFC; matching happens in three forms of it.
 *
 *   exact   NFC, as written                                  "Hoa` Gia?i - X"  (read the ` ? as marks)
 *   folded  case folded, one space, one kind of dash,        "ho`a gia?i - x"
 *           tone marks in the new place (hoa` -> ho`a)
 *   bare    folded, marks stripped, d-with-stroke -> d       "hoa giai - x"
 *
 * U+0111 (d with stroke) has no decomposition in Unicode, so it is mapped by hand; U+00D0 and U+0189, which
 * people type for its capital, fold to it as well. Each form carries a map back, so that staff see the very
 * words that matched.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/str.h"

struct utf8_form {
    const char *s;      /* NUL-terminated */
    size_t n;           /* bytes */
    const uint32_t *at; /* n + 1 entries: byte offset in the exact text of the letter that made byte i */
};

struct utf8_forms {
    struct utf8_form exact; /* exact.at is NULL: the offsets are the same */
    struct utf8_form folded;
    struct utf8_form bare;
};

enum utf8_form_name { UTF8_EXACT, UTF8_FOLDED, UTF8_BARE };

bool utf8_valid(const char *s, size_t n);

/* NFC of valid UTF-8; never fails: an invalid byte becomes U+FFFD first. */
char *utf8_nfc(const void *mem, const char *s, size_t n);

/* The three forms of a text that is valid NFC. `n` at most UINT32_MAX. */
void utf8_make_forms(const void *mem, const char *s, size_t n, struct utf8_forms *ret);
/* The folded one alone, at about half the cost. */
struct utf8_form utf8_make_folded(const void *mem, const char *s, size_t n);

/* One form of a short string (a phrase, a name), without a map. */
char *utf8_fold(const void *mem, const char *s);
char *utf8_bare(const void *mem, const char *s);
const struct utf8_form *utf8_form_get(const struct utf8_forms *forms, enum utf8_form_name name);

/* Decodes one code point at s (n >= 1 bytes left); returns its length in bytes, and U+FFFD with length 1
 * for an invalid byte. */
size_t utf8_decode(const char *s, size_t n, int32_t *ret);
void utf8_add(struct str *b, int32_t codepoint);

/* Number of code points; the byte length of the longest prefix that has at most `chars` of them and at most
 * `bytes` bytes and splits no character. */
size_t utf8_count(const char *s);
size_t utf8_prefix(const char *s, size_t chars, size_t bytes);

/* A letter or digit of any script: what a whole-word match looks at on both sides. */
bool utf8_word_char(int32_t codepoint);

/* A copy fit for a terminal or a log: C0, DEL, C1 and bidi controls become '?', line ends become spaces. */
char *utf8_printable(const void *mem, const char *s);

/* Nothing in it that a reader could see: blanks of any script, controls, marks without a letter. */
bool utf8_blank(const char *s);

/* Number of terminal columns (CJK count 2, combining marks 0). */
size_t utf8_width(const char *s);

#endif
