/* legacy.h: Vietnamese that was written for fonts and code tables older than Unicode becomes Unicode.
 *
 * What is looked for: TCVN3 (ABC fonts), VNI-Windows, VISCII, VPS, windows-1258 read as windows-1252, UTF-8
 * read as windows-1252 once more, and VIQR. Evidence decides, never a single byte: words that become
 * Vietnamese syllables by one of the tables, against words that are well as they are. It is weighed along
 * the text, so one line may be legacy and the next one not; text that is Unicode already stays untouched,
 * and so do other languages. */
#ifndef READER_LEGACY_H
#define READER_LEGACY_H

#include "base/str.h"

enum legacy_kind {
    LEGACY_NONE,
    LEGACY_TCVN3,
    LEGACY_VNI,
    LEGACY_1258, /* letters and combining tones, read as windows-1252 */
    LEGACY_VISCII,
    LEGACY_VPS,
    LEGACY_UTF8, /* UTF-8 read as windows-1252 */
    LEGACY_VIQR,
    LEGACY_KINDS
};

/* What the font of a run says about its text. */
struct legacy_hint {
    enum legacy_kind kind; /* LEGACY_NONE: nothing */
    bool capitals;         /* the font shows small letters as capitals (.VnTimeH) */
};

struct legacy_found {
    size_t words[LEGACY_KINDS]; /* pieces of text between blanks that were converted, by kind */
    size_t total;
};

/* Valid UTF-8 -> NFC. With a hint the whole text is of that kind, words with other Unicode letters
 * excepted. NULL: nothing had to be converted (the usual case, cheap); then *ret is all zero. */
char *legacy_repair(const void *mem, const char *utf8, size_t n, struct legacy_hint hint,
                    struct legacy_found *ret);

/* The same without a hint, for text however it was found: `s` itself when nothing had to be converted, else
 * the new text and "unicode" among the defects. */
char *legacy_settle(const void *mem, char *s, struct str_list *defects);

/* For bytes that are no valid UTF-8 and have no label, or one that means nothing. NULL: no legacy
 * Vietnamese in them. *ret_lossy: bytes that mean nothing became U+FFFD. */
char *legacy_bytes(const void *mem, const char *bytes, size_t n, struct legacy_found *ret, bool *ret_lossy);

/* ".VnTimeH" -> TCVN3 in capitals, "VNI-Times" -> VNI, "VPS Times" -> VPS, ...; NULL and others -> nothing.
 */
struct legacy_hint legacy_hint_of_font(const char *font);

/* "tcvn3", "vni", ... for reports; static. */
const char *legacy_name(enum legacy_kind kind);

#endif
