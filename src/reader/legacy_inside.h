/* legacy_inside.h: what the files of legacy*.c share; nobody else includes it. */
#ifndef READER_LEGACY_INSIDE_H
#define READER_LEGACY_INSIDE_H

#include "reader/legacy.h"

/* One character a base vowel: a, a-breve 'A', a-circumflex '@', e, e-circumflex 'E', i, o, o-circumflex
 * 'O', o-horn '0', u, u-horn 'U', y. 'D' is d with stroke; other consonants are themselves. */
#define LEGACY_VOWELS "aA@eEioO0uUy"

#define LEGACY_PIECE 96u /* code points of a piece of text that is looked at as one */

struct legacy_letter {
    char code;    /* as above */
    uint8_t tone; /* 0 none, 1 huyen, 2 hoi, 3 nga, 4 sac, 5 nang */
    bool capital;
};

/* False: no letter that Vietnamese uses (f, j, w, z count as letters). */
bool legacy_letter(int32_t cp, struct legacy_letter *ret);
int32_t legacy_compose(char code, unsigned tone, bool capital); /* 0: no such letter */
int32_t legacy_upper(int32_t cp);

/* windows-1252 with the C1 controls where it has no character. -1: in no byte. */
int legacy_byte_of(int32_t cp);
int32_t legacy_of_byte(unsigned char byte);

/* TCVN3, VISCII, VPS; 0: no letter there. */
int32_t legacy_single(enum legacy_kind kind, unsigned char byte);

/* A piece of text as code points. */
struct legacy_piece {
    int32_t cp[LEGACY_PIECE];
    size_t n;
};

struct legacy_decoded {
    struct legacy_piece text;
    bool changed;
    bool doubtful;    /* well-formed, but perhaps by chance */
    unsigned strange; /* characters beside letters that the kind has no meaning for */
};

/* `goes_on`: the next piece goes on in the same sentence (VIQR: a last '.' or '?' is a tone). False: the
 * piece cannot be of this kind. */
bool legacy_decode(enum legacy_kind kind, const struct legacy_piece *in, bool goes_on,
                   struct legacy_decoded *ret);

/* Whether bytes are UTF-8 with letters beyond ASCII, such as do not meet by chance. */
bool legacy_is_utf8(const char *bytes, size_t n);

/* How much a word looks like a Vietnamese syllable. */
enum legacy_fit {
    LEGACY_NO,
    LEGACY_WEAK, /* could be one, but so short that it proves little */
    LEGACY_YES
};
enum legacy_fit legacy_syllable(const int32_t *cp, size_t n);

/* What reading a piece as one kind, or leaving it, costs: the less the likelier. */
enum {
    LEGACY_COST_SURE = 5,   /* as it is: no language of Europe has such a word */
    LEGACY_COST_NO_WORD = 7 /* decoded, but no syllable */
};
unsigned legacy_cost_as_is(const struct legacy_piece *piece, bool *ret_foreign);
unsigned legacy_cost_decoded(const struct legacy_decoded *decoded);

/* Converted text in which a program left line ends inside of words: without those. NULL: there are none. */
char *legacy_join(const void *mem, const char *s, size_t n);

/* A pass over the bytes: is there anything that may be legacy (`high`), is there something like VIQR? */
struct legacy_suspects {
    bool high, viqr;
};
struct legacy_suspects legacy_scan(const char *s, size_t n);

#endif
