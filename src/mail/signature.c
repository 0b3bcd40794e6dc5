/* signature.c: where the signature at the end of someone's new text begins. What follows is never thrown
 * away, but it no longer speaks: the name of an office ("complaints and denunciations section") says
 * nothing about the letter above it.
 *
 * Refuses to cut what may be a sentence: under "-- " and under a closing formula each line must be a name
 * in capitals, a post or an office by its first word, or an address or telephone, and one of them must be
 * of the last sort. "Best regards, I do not agree" stays whole. */
#include "base/utf8.h"
#include "mail/lines.h"

enum {
    BLOCK_LINES = 14,        /* of name, post, office, telephone */
    BLOCK_LINE_BYTES = 200,  /* none of them is longer */
    MOBILE_BYTES = 160,      /* one line */
    MOBILE_LAST = 3,         /* it is among the last of the text */
    BEGINNING = 80,          /* bytes of a line in which words of a disclaimer are looked for */
    DISCLAIMER_LAST = 30,    /* lines from its beginning to the end */
    DISCLAIMER_BYTES = 6000, /* likewise */
    PHONE_DIGITS = 8,
    NAME_WORDS = 7
};

/* ---- lines of a block ---- */

static bool has_phone(const char *s, size_t n)
{
    size_t digits = 0;
    for (size_t i = 0; i < n; i++) {
        if (str_digit(s[i]))
            digits++;
        else if (!strchr(" .-()+", s[i]))
            digits = 0;
        if (digits >= PHONE_DIGITS)
            return true;
    }
    return false;
}

/* "Tel: ...", "T: ..."; a single letter has its colon at once ("P/S: remember" is no telephone). */
static bool has_label(const char *folded, const struct thread_words *words)
{
    const struct str_list *list = &words->lists[THREAD_CONTACT];
    if (!strchr(folded, ':') || !words_begin(list, folded))
        return false;
    size_t letter = strcspn(folded, " :./-");
    return letter > 1 || folded[letter + strspn(folded + letter, " .")] == ':';
}

static bool is_contact(const struct line *l, const char *folded, const struct thread_words *words)
{
    return has_phone(l->s, l->n) || line_has_address(l->s, l->n) || strstr(folded, "www.") ||
           strstr(folded, "http") || has_label(folded, words);
}

static bool is_capital(const char *s, size_t n)
{
    int32_t cp;
    size_t k = utf8_decode(s, n, &cp);
    _cleanup_mem_ char *one = mem_bytes(NULL, s, k);
    _cleanup_mem_ char *folded = utf8_fold(NULL, one);
    return utf8_word_char(cp) && !str_eq(one, folded);
}

/* "[image: Logo]", "[cid:...]": what stands for a picture in a text. */
static bool is_picture(const struct line *l)
{
    return l->n > 2 && l->s[l->n - 1] == ']' &&
           (str_istarts(l->s, "[image:") || str_istarts(l->s, "[cid:"));
}

/* Each word begins with a capital. */
static bool is_name(const struct line *l)
{
    size_t words = 0;
    for (size_t i = 0; i < l->n; i++) {
        bool starts = !str_space(l->s[i]) && (i == 0 || str_space(l->s[i - 1]));
        size_t at = i + (l->s[i] == '(' && i + 1 < l->n); /* "(Ms.)" */
        if (str_digit(l->s[i]) || (starts && !is_capital(l->s + at, l->n - at)))
            return false;
        words += starts;
    }
    return words >= 2 && words <= NAME_WORDS && !strchr(".!?;:", l->s[l->n - 1]);
}

static bool is_role(const struct line *l, const char *folded, const struct thread_words *words)
{
    return is_capital(l->s, l->n) && words_begin(&words->lists[THREAD_ROLE], folded) &&
           !strchr(".!?;:", l->s[l->n - 1]);
}

/* Every line of [i, until) belongs to a signature and one tells where to reach the writer. */
static bool is_block(const struct lines *lines, size_t i, size_t until, const struct thread_words *words)
{
    size_t n = 0, contacts = 0;
    for (; i < until; i++) {
        const struct line *l = &lines->v[i];
        size_t from, rest;
        if (l->n == 0 || is_picture(l) || (line_drawn(l, &from, &rest) && rest == 0))
            continue;
        if (++n > BLOCK_LINES || l->n > BLOCK_LINE_BYTES || l->s[l->n - 1] == '?')
            return false;
        _cleanup_mem_ char *folded = words_fold(NULL, l->s, l->n);
        bool contact = is_contact(l, folded, words);
        contacts += contact;
        if (!contact && !is_role(l, folded, words) && !is_name(l))
            return false;
    }
    return contacts > 0;
}

/* ---- where it begins ---- */

static size_t text_end(const struct lines *lines, size_t from, size_t until)
{
    while (until > from && lines->v[until - 1].n == 0)
        until--;
    return until;
}

/* "-- " (RFC 3676 4.3), and what programs and people draw instead of it. */
static bool is_dashes(const struct line *l)
{
    size_t same = 0;
    while (same < l->n && l->s[same] == l->s[0])
        same++;
    return l->n >= 2 && same == l->n && strchr("-_=*", l->s[0]);
}

/* The dashes above what was cut go with it. */
static size_t with_dashes(const struct lines *lines, size_t from, size_t until, size_t cut)
{
    bool dashes = cut > from && cut < until && is_dashes(&lines->v[cut - 1]);
    return dashes ? text_end(lines, from, cut - 1) : cut;
}

static bool is_formula(const char *s, size_t n, const struct thread_words *words)
{
    while (n > 0 && strchr(".,!;: ", s[n - 1]))
        n--;
    while (n > 0 && *s == ' ') {
        s++;
        n--;
    }
    if (n == 0 || n > 80)
        return false;
    _cleanup_mem_ char *folded = words_fold(NULL, s, n);
    return words_are(&words->lists[THREAD_CLOSING], folded);
}

/* A closing formula by itself on its line, whatever stops stand behind it; or the same in several
 * languages, with strokes between. */
static bool is_closing(const struct line *l, const struct thread_words *words)
{
    size_t n = l->n;
    while (n > 0 && strchr(".,!;:/ ", l->s[n - 1]))
        n--;
    if (n == 0)
        return false;
    for (size_t from = 0, i = 0; i <= n; i++) {
        if (i < n && l->s[i] != '/')
            continue;
        if (!is_formula(l->s + from, i - from, words))
            return false;
        from = i + 1;
    }
    return true;
}

static size_t cut_mobile(const struct lines *lines, size_t from, size_t until,
                         const struct thread_words *words)
{
    size_t seen = 0, cut = until;
    for (size_t i = until; i-- > from && seen < MOBILE_LAST;) {
        const struct line *l = &lines->v[i];
        if (l->n == 0)
            continue;
        seen++;
        _cleanup_mem_ char *folded = l->n <= MOBILE_BYTES ? words_fold(NULL, l->s, l->n) : NULL;
        if (!folded || !words_begin(&words->lists[THREAD_MOBILE], folded))
            break;
        cut = i;
    }
    return cut;
}

static size_t cut_disclaimer(const struct lines *lines, size_t from, size_t until,
                             const struct thread_words *words)
{
    size_t cut = until, seen = 0, end = until > from ? lines->v[until - 1].end : 0;
    for (size_t i = until; i-- > from && seen < DISCLAIMER_LAST;) {
        const struct line *l = &lines->v[i];
        if (l->n == 0)
            continue;
        seen++;
        if (end - l->at > DISCLAIMER_BYTES)
            break;
        _cleanup_mem_ char *folded = words_fold(NULL, l->s, l->n > BEGINNING ? BEGINNING : l->n);
        if (words_begin(&words->lists[THREAD_DISCLAIMER], folded))
            cut = i;
    }
    return cut;
}

static size_t cut_block(const struct lines *lines, size_t from, size_t until,
                        const struct thread_words *words)
{
    size_t seen = 0;
    for (size_t i = until; i-- > from && seen <= BLOCK_LINES;) {
        const struct line *l = &lines->v[i];
        if (l->n == 0)
            continue;
        seen++;
        if ((is_dashes(l) || is_closing(l, words)) && is_block(lines, i + 1, until, words))
            return i;
    }
    return until;
}

size_t signature_begin(const struct lines *lines, size_t from, size_t until,
                       const struct thread_words *words)
{
    if (!words)
        return until;
    size_t end = text_end(lines, from, until), cut = end;
    for (size_t before = SIZE_MAX; cut < before && cut > from;) {
        before = cut;
        cut = text_end(lines, from, cut_mobile(lines, from, cut, words));
        cut = text_end(lines, from, cut_disclaimer(lines, from, cut, words));
        cut = text_end(lines, from, cut_block(lines, from, cut, words));
        cut = with_dashes(lines, from, end, cut);
    }
    return cut < end ? cut : until;
}
